"""`nonevent audit`."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from nonevent.cli.engines import engine_of, engine_options
from nonevent.cli.words import HELP, given_of, option_of, starting
from nonevent.engine import Engine
from nonevent.error import UserError
from nonevent.options import CHECK

__all__ = ["audit_command"]

ENGINE = ("engine", "scheduler", "jobs", "repositories")


def audit_command() -> click.Command:
    """Return the command."""
    options = {option.name: option for option in CHECK}
    shared = (
        "--exclude",
        "--baseline",
        "--no-baseline",
        "--color",
        "--config",
        "--no-cache",
        "--cache-dir",
        "--quiet",
    )
    return click.Command(
        "audit",
        callback=lambda **values: _take_stock(values),
        params=[
            click.Argument(["paths"], nargs=-1, type=click.Path()),
            click.Option(
                ["--output"],
                multiple=True,
                metavar="FORMAT[:FILE]",
                shell_complete=lambda _context, _parameter, start: _formats(start),
                help="text, json, markdown or html, to standard output or to FILE; repeatable, "
                "at most one without FILE. Default: text.",
            ),
            click.Option(["--all"], is_flag=True, help="Everything, on more than one screen."),
            click.Option(
                ["--trend"],
                metavar="[KIND:]NUMBER",
                help="Also so many earlier versions, read from git: the newest release tags, the "
                "last commit of each month, or each commit of the main line (KIND: tags, months, "
                "commits). Without KIND tags, or months where there are no two.",
            ),
            click.Option(
                ["--since"],
                metavar="REVISION",
                help="Also what lies ahead since a revision that is deployed: each schema change "
                "with its lock, work and findings, and how risky the changes are. auto takes the "
                "newest release tag before HEAD.",
            ),
            click.Option(
                ["--repositories"],
                metavar="FILE",
                default="",
                help="Audit the repositories that the file lists, one path a line, relative to it; "
                "# starts a comment.",
            ),
            *engine_options(),
            *(option_of(options[name]) for name in shared),
        ],
        help="Take stock of what a code base holds in one process or on one disk, and of where "
        "it waits: what it is, where, who writes it, what a restart loses and what two replicas "
        "do wrong. It says what the rules of these families find, whoever wants to hear it, "
        "and what comments suppress. Without PATHS all below the working directory. Where PATHS "
        "are several repositories, or --repositories lists them, one report compares them; with "
        "--output html:FILE the page of each is written into a folder beside FILE.",
        short_help="Take stock of state, files and waits.",
        epilog="The exit code is 0, 1 where one of several repositories could not be read, or 2 "
        "for misuse.",
        context_settings=HELP,
    )


def _formats(start: str) -> list[CompletionItem]:
    from nonevent.auditing import FORMATS

    return starting(FORMATS, start)


def _take_stock(values: dict[str, Any]) -> int:
    from nonevent import auditing, output, portfolio
    from nonevent.options import complete

    engine = engine_of(**values)
    given = {name: said for name, said in given_of(values).items() if name not in ENGINE}
    arguments = click.get_current_context().obj or ("audit",)
    cwd = output.working_directory()
    paths = values["paths"]
    file = values["repositories"]
    if file and paths:
        raise UserError("--repositories names what is audited: give it or PATHS")
    if file:
        paths = tuple(portfolio.read_list(file, cwd))
    elif not portfolio.are_repositories(paths, cwd):
        if engine.name != Engine().name or engine.scheduler:
            raise UserError("audit: --engine is for several repositories")
        return auditing.run(given, arguments)
    outputs = complete({"output": given.get("output") or ("text",)}, {}).output
    output.refuse(outputs, auditing.FORMATS)
    return portfolio.run(paths, given, arguments, engine, outputs)
