"""`nonevent baseline create`, `show` and `prune`."""

from typing import Any

import click

from nonevent.cli.words import HELP, Commands, given_of, option_of
from nonevent.options import BASELINE, CHECK, Given

__all__ = ["baseline_command"]

SHARED = (
    "--select",
    "--ignore",
    "--exclude",
    "--persona",
    "--dialect",
    "--config",
    "--cache-dir",
    "--quiet",
)


def baseline_command() -> click.Group:
    """Return the group of commands."""
    group = Commands(
        "baseline",
        help="Accept the findings that are there, so that check reports what is new. The file is "
        f"{BASELINE} beside the settings or in the working directory, or the one that --baseline "
        "or the settings name. An accepted finding stays accepted while its code moves, is "
        "wrapped or renamed; a copy of it is new.",
        short_help="Accept what is there; report what is new.",
        context_settings=HELP,
    )
    for command in (_create(), _show(), _prune()):
        group.add_command(command)
    return group


def _create() -> click.Command:
    return click.Command(
        "create",
        callback=lambda **values: _run("create", values, ("reason", "owner", "until")),
        params=[
            click.Option(["--reason"], default="", help="Why the new entries are accepted."),
            click.Option(["--owner"], default="", help="Who answers for the new entries."),
            click.Option(
                ["--until"],
                default="",
                metavar="YYYY-MM-DD",
                help="Last day on which the new entries count.",
            ),
            *_shared(),
        ],
        help="Write the baseline anew: entries that are there keep reason, owner and day; what "
        "has run out is accepted anew, and entries whose finding is gone are left out.",
        short_help="Accept what check reports now.",
        context_settings=HELP,
    )


def _show() -> click.Command:
    form = click.Option(
        ["--format", "form"], type=click.Choice(["text", "json"]), default="text", show_default=True
    )
    return click.Command(
        "show",
        callback=lambda **values: _run("show", values, ("form",)),
        params=[form, *_shared()],
        help="List the entries and whether each is in use, stale (its finding is gone) or expired.",
        short_help="List what is accepted.",
        context_settings=HELP,
    )


def _prune() -> click.Command:
    return click.Command(
        "prune",
        callback=lambda **values: _run("prune", values, ()),
        params=_shared(),
        help="Take out the entries whose finding is gone.",
        context_settings=HELP,
    )


def _shared() -> list[click.Parameter]:
    options = {option.name: option for option in CHECK}
    file = click.Option(["--baseline"], metavar="FILE", help="The file.")
    return [file, *(option_of(options[name]) for name in SHARED)]


def _run(name: str, values: dict[str, Any], own: tuple[str, ...]) -> int:
    from nonevent import accepting

    words = {key: values[key] for key in own}
    said: Given = {key: value for key, value in given_of(values).items() if key not in own}
    code: int = getattr(accepting, name)(said, **words)
    return code
