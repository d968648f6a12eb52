"""`nonevent history`: mine, import, show."""

import time
from typing import Any

import click

from nonevent.cli.engines import engine_of, engine_options
from nonevent.cli.words import HELP, Commands, history_option
from nonevent.engine import Engine
from nonevent.error import UserError

__all__ = ["history_command"]


def _repository() -> click.Option:
    return click.Option(
        ["--repository"],
        metavar="FOLDER",
        default=".",
        help="The repository, by default the one of the working directory.",
    )


def history_command() -> click.Group:
    """Return the commands."""
    group = Commands(
        "history",
        help="Keep what landed in a repository, and what became of it: the base of its risk score.",
        short_help="Keep what landed, and what became of it.",
        context_settings=HELP,
    )
    for command in (_mine(), _import(), _show()):
        group.add_command(command)
    return group


def _mine() -> click.Command:
    return click.Command(
        "mine",
        callback=_run_mine,
        params=[
            click.Argument(["repositories"], nargs=-1, metavar="[REPO]...", type=click.Path()),
            history_option("--store"),
            click.Option(
                ["--stores"],
                metavar="FOLDER",
                default="",
                help="The histories of several repositories: FOLDER/OWNER+NAME.sqlite3 for each, "
                "after the last two folders of its path.",
            ),
            *engine_options(),
            click.Option(
                ["--revision"],
                metavar="REVISION",
                default="",
                help="The main line. Default: origin/HEAD, or main, master or HEAD.",
            ),
            click.Option(["--quiet"], is_flag=True, help="Print nothing."),
        ],
        help="Read what landed on the main line since the last time: each change with its "
        "features, which changes were taken back, and which a fix rewrote within seven days. "
        "Nothing of the repository is run.",
        short_help="Read what landed on the main line.",
        context_settings=HELP,
    )


def _run_mine(
    repositories: tuple[str, ...],
    store: str,
    stores: str,
    revision: str,
    quiet: bool,
    **engine: Any,
) -> int:
    from nonevent import historian

    if not stores:
        if len(repositories) > 1:
            raise UserError("history mine: --stores names a folder for the histories of several")
        if engine["engine"] != Engine().name or engine["scheduler"]:
            raise UserError("history mine: --engine is for many, with --stores FOLDER")
        repository = repositories[0] if repositories else "."
        return historian.recall(repository, store, revision, quiet=quiet)
    if store:
        raise UserError("history mine: either --store or --stores")
    from nonevent import mining

    given = engine_of(**engine)
    return mining.recall_all(repositories or (".",), stores, revision, given, quiet=quiet)


def _import() -> click.Command:
    return click.Command(
        "import",
        callback=_run_import,
        params=[
            click.Argument(["files"], nargs=-1, metavar="[FILE]...", type=click.Path()),
            click.Option(
                ["--from", "address"],
                metavar="URL",
                default="",
                help="Read a table of a database: postgresql://…; needs the extra `risk`.",
            ),
            click.Option(
                ["--table"], metavar="NAME", default="deploys", show_default=True, help="Its name."
            ),
            click.Option(
                ["--tags"],
                metavar="PATTERN",
                default="",
                help="Take release tags, such as 'v*', for good deploys.",
            ),
            click.Option(
                ["--column", "columns"],
                metavar="FIELD=COLUMN",
                multiple=True,
                help="Where a field stands: sha, pr or version, deployed_at, environment, outcome, "
                "severity, recovered_at; repeatable.",
            ),
            click.Option(
                ["--environment"],
                metavar="NAME",
                default="production",
                show_default=True,
                help="Of rows that name none.",
            ),
            _repository(),
            history_option("--store"),
        ],
        help="Read how deploys went: a log as CSV or JSON lines, dumps of GitHub's deployments and "
        "their statuses, release tags, a table of a database. A deploy that went wrong blames the "
        "changes since the last good one of its environment. Rows that cannot be used are told "
        "with line and column, and counted.",
        short_help="Read how deploys went.",
        epilog="The exit code is 0, 1 where no row could be used, or 2 for misuse.",
        context_settings=HELP,
    )


def _run_import(repository: str, store: str, **given: object) -> int:
    from nonevent import historian

    return historian.bring(repository, store, historian.Given(**given))  # type: ignore[arg-type]


def _show() -> click.Command:
    formats = click.Option(
        ["--format", "form"], type=click.Choice(["text", "json"]), default="text", show_default=True
    )
    return click.Command(
        "show",
        callback=_run_show,
        params=[formats, _repository(), history_option("--store")],
        help="Print what a history holds: changes, outcomes, rates and gaps, by month.",
        short_help="Print what a history holds.",
        context_settings=HELP,
    )


def _run_show(form: str, repository: str, store: str) -> int:
    from nonevent import historian

    return historian.tell(repository, store, form, time.time())
