"""`nonevent rules` and `nonevent explain`."""

import os
import sys

import click

from nonevent.cli.words import HELP, rule_names, starting
from nonevent.output import colored, to_stdout
from nonevent.packs import load
from nonevent.plain import plain, table

__all__ = ["explain_command", "rules_command"]


def rules_command() -> click.Command:
    """Return the command that lists the rules."""
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


def explain_command() -> click.Command:
    """Return the command that shows the page of a rule."""
    argument = click.Argument(
        ["rule"], shell_complete=lambda _context, _parameter, start: starting(rule_names(), start)
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
    more = [f"since {page.since}", *(f"CWE-{number}" for number in page.cwe)]
    to_stdout(f"{plain(page.body, color=color)}\n{', '.join((facts, *more))}\n")
    return 0
