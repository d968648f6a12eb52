"""The command line with all its courtesies: help, completion, and what was wrong and is near."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from nonevent import __version__
from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.options import CHECK, COMPLETION, MISUSE, SETTINGS, Given, Option
from nonevent.output import colored, to_stdout
from nonevent.packs import load
from nonevent.plain import plain, table
from nonevent.reports import FORMATS

__all__ = ["commands", "main"]

HELP = {"help_option_names": ["-h", "--help"]}
COMMANDLINE = ParameterSource.COMMANDLINE
EPILOG = """\b
Exit codes:
  0  no finding at or above --fail-on
  1  findings
  2  misuse: a wrong option, a path that is not there
  3  with --strict: something given could not be analysed
After --fix they speak of the findings that remain.

\b
Settings: [tool.nonevent] in the nearest pyproject.toml has the keys
  {keys}
The command line wins; --exclude adds to the setting, --select and
--ignore replace it.
"""


class Commands(click.Group):
    """The commands; for a wrong one it names the nearest."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name.

        Raises:
            UserError: there is none.

        """
        command = super().get_command(ctx, cmd_name)
        if command is None and not ctx.resilient_parsing and not cmd_name.startswith("-"):
            raise UserError(f"no such command '{cmd_name}'{hint(cmd_name, self.commands)}")
        return command


def main(arguments: Sequence[str], check: Callable[[Given], int]) -> int:
    """Run what the arguments say and return the exit code; `check` runs the command of that name.

    Raises:
        UserError: they say nothing that can be done.

    """
    group = commands(check)
    if not arguments and COMPLETION not in os.environ:
        click.echo(group.make_context("nonevent", [], resilient_parsing=True).get_help(), err=True)
        return MISUSE
    return run(group, arguments)


def run(group: click.Group, arguments: Sequence[str]) -> int:
    """Run a command of the group and return its exit code.

    Raises:
        UserError: the arguments are none that the group takes.

    """
    try:
        code = group.main(
            list(arguments),
            prog_name="nonevent",
            complete_var=COMPLETION,
            standalone_mode=False,
        )
    except click.NoSuchOption as error:
        offered = error.ctx.command.get_params(error.ctx) if error.ctx else ()
        known = [name for option in offered for name in option.opts if name.startswith("--")]
        said = error.option_name
        raise UserError(f"no such option '{said}'{hint(said, known)}") from None
    except click.UsageError as error:
        message = " ".join(error.format_message().split())
        raise UserError(message.rstrip(".")) from None
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0


def commands(check: Callable[[Given], int]) -> click.Group:
    """Return `nonevent` with its commands; `check` gets what its command line says."""
    group = Commands(
        "nonevent",
        help="Find what in a change would hurt a rolling or blue-green deploy.",
        context_settings=HELP,
    )
    click.version_option(__version__, message="%(prog)s %(version)s")(group)
    for command in (_check(check), _audit(), _rules(), _explain()):
        group.add_command(command)
    return group


def _check(check: Callable[[Given], int]) -> click.Command:
    keys = ", ".join(option.name[2:] for option in (*CHECK, *SETTINGS) if option.setting)
    return click.Command(
        "check",
        callback=lambda **values: check(_given(values)),
        params=[click.Argument(["paths"], nargs=-1), *map(_option, CHECK)],
        help="Check files and folders, by default all below the working directory; with --diff, "
        "--staged or --patch what the change brings below PATHS.",
        short_help="Check files, folders or a change.",
        epilog=EPILOG.format(keys=keys),
        context_settings=HELP,
    )


def _audit() -> click.Command:
    options = {option.name: option for option in CHECK}
    shared = ("--exclude", "--color", "--config", "--no-cache", "--cache-dir")
    return click.Command(
        "audit",
        callback=lambda **values: _take_stock(_given(values)),
        params=[
            click.Argument(["paths"], nargs=-1),
            click.Option(
                ["--output"],
                multiple=True,
                metavar="FORMAT[:FILE]",
                help="text or json, to standard output or to FILE; repeatable, at most one "
                "without FILE. Default: text.",
            ),
            click.Option(["--all"], is_flag=True, help="Everything, on more than one screen."),
            *(_option(options[name]) for name in shared),
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
    from nonevent import audit

    return audit.run(given)


def _given(values: dict[str, Any]) -> Given:
    """Return what was said on the command line, without what was not."""
    said = click.get_current_context().get_parameter_source
    return {name: value for name, value in values.items() if said(name) is COMMANDLINE}


def _option(option: Option) -> click.Option:
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


def _offers(option: Option, start: str) -> list[CompletionItem]:
    if option.metavar == "FILE":
        return [CompletionItem(start, type="file")]
    if option.metavar == "RULE[,RULE]":
        return _starting(_rule_names(), start)
    return _starting(FORMATS if option.name == "--output" else option.choices, start)


def _starting(words: Iterable[str], start: str) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(start)]


def _rule_names() -> list[str]:
    return list(load().heads)


def _rules() -> click.Command:
    formats = click.Option(
        ["--format", "form"], type=click.Choice(["text", "json"]), default="text", show_default=True
    )
    return click.Command(
        "rules",
        callback=_print_rules,
        params=[formats],
        help="List the rules: name, family, severity, confidence, title.",
        context_settings=HELP,
    )


def _print_rules(form: str) -> int:
    pages = load().heads.values()
    if form == "json":
        import json

        named = (page._asdict() for page in pages)
        rules = [{name: page[name] for name in page if name != "body"} for page in named]
        to_stdout(json.dumps({"version": 1, "rules": rules}, indent=2) + "\n")
    else:
        heads = ("RULE", "FAMILY", "SEVERITY", "CONFIDENCE", "TITLE")
        rows = [(p.rule, p.family, p.severity, p.confidence, p.title) for p in pages]
        to_stdout(table([heads, *rows]))
    return 0


def _explain() -> click.Command:
    argument = click.Argument(
        ["rule"], shell_complete=lambda _context, _parameter, start: _starting(_rule_names(), start)
    )
    return click.Command(
        "explain",
        callback=_print_page,
        params=[argument],
        help="Show the page of a rule: what it finds, why, and what to do instead.",
        context_settings=HELP,
    )


def _print_page(rule: str) -> int:
    page = load().page(rule)
    terminal = sys.stdout is not None and sys.stdout.isatty()
    color = colored("auto", os.environ, terminal=terminal)
    facts = f"{page.rule}: {page.severity}, {page.confidence} confidence, {page.family}"
    to_stdout(f"{plain(page.body, color=color)}\n{facts}, since {page.since}\n")
    return 0
