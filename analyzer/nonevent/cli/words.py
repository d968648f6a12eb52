"""What the commands share: click's form of the options, and what was said of them."""

from collections.abc import Iterable
from typing import Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.options import Given, Option
from nonevent.packs import load
from nonevent.reports import FORMATS

__all__ = ["HELP", "Commands", "given_of", "history_option", "option_of", "rule_names", "starting"]

HELP = {"help_option_names": ["-h", "--help"]}
COMMANDLINE = ParameterSource.COMMANDLINE


class Commands(click.Group):
    """Some commands; for a wrong one it names the nearest."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name.

        Raises:
            UserError: there is none.

        """
        command = super().get_command(ctx, cmd_name)
        if command is None and not ctx.resilient_parsing and not cmd_name.startswith("-"):
            raise UserError(f"no such command '{cmd_name}'{hint(cmd_name, self.commands)}")
        return command


def given_of(values: dict[str, Any]) -> Given:
    """Return what was said on the command line, without what was not."""
    said = click.get_current_context().get_parameter_source
    return {name: value for name, value in values.items() if said(name) is COMMANDLINE}


def option_of(option: Option) -> click.Option:
    """Return click's form of an option; its value is judged by `options.complete`, as by hand."""
    text = f"{option.help} Default: {option.default}." if option.default else option.help
    if option.name == "--output":
        text += f" Formats: {', '.join(FORMATS)}."
    if option.kind == "flag":
        return click.Option([option.name], is_flag=True, help=text)
    return click.Option(
        [option.name],
        multiple=option.kind == "repeatable",
        metavar=option.metavar or f"[{'|'.join(option.choices)}]",
        help=text,
        shell_complete=lambda _context, _parameter, start: _offers(option, start),
    )


def history_option(name: str) -> click.Option:
    """Return the option that names a history's file."""
    return click.Option(
        [name],
        metavar="FILE",
        default="",
        help="The history. Default: .nonevent_cache/history.sqlite3 in the repository.",
    )


def _offers(option: Option, start: str) -> list[CompletionItem]:
    if option.metavar == "FILE":
        return [CompletionItem(start, type="file")]
    if option.metavar == "DIR":
        return [CompletionItem(start, type="dir")]
    if option.metavar == "RULE[,RULE]":
        before, comma, last = start.rpartition(",")
        return [CompletionItem(f"{before}{comma}{each.value}") for each in starting(_rules(), last)]
    return starting(FORMATS if option.name == "--output" else option.choices, start)


def starting(words: Iterable[str], start: str) -> list[CompletionItem]:
    """Return what completes `start` of the words."""
    return [CompletionItem(word) for word in words if word.startswith(start)]


def _rules() -> list[str]:
    """Return the ids of all rules and their families."""
    heads = load().heads
    return [*heads, *sorted({page.family for page in heads.values()})]


def rule_names() -> list[str]:
    """Return the ids of all rules."""
    return list(load().heads)
