"""`nonevent audit`."""

import click

from nonevent.cli.words import HELP, given_of, option_of
from nonevent.options import CHECK, Given

__all__ = ["audit_command"]


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
        callback=lambda **values: _take_stock(given_of(values)),
        params=[
            click.Argument(["paths"], nargs=-1),
            click.Option(
                ["--output"],
                multiple=True,
                metavar="FORMAT[:FILE]",
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
            *(option_of(options[name]) for name in shared),
        ],
        help="Take stock of what a code base holds in one process or on one disk, and of where "
        "it waits: what it is, where, who writes it, what a restart loses and what two replicas "
        "do wrong. It says what the rules of these families find, whoever wants to hear it, "
        "and what comments suppress. Without PATHS all below the working directory.",
        short_help="Take stock of state, files and waits.",
        epilog="The exit code is 0, or 2 for misuse.",
        context_settings=HELP,
    )


def _take_stock(given: Given) -> int:
    from nonevent import auditing

    return auditing.run(given, click.get_current_context().obj or ("audit",))
