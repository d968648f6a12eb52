"""`nonevent check` with its help; well-formed, it never comes here: see `nonevent.entry`."""

from collections.abc import Callable

import click

from nonevent.cli.words import HELP, given_of, option_of
from nonevent.options import CHECK, SETTINGS, Given

__all__ = ["check_command"]

EPILOG = """\b
Exit codes:
  0  no finding at or above --fail-on
  1  findings
  2  misuse: a wrong option, a path that is not there
  3  with --strict: something given could not be analysed
After --fix they speak of the findings that remain; --watch ends by Ctrl-C,
with 130.

\b
Settings: the nearest nonevent.toml, or pyproject.toml with [tool.nonevent],
has the keys
  {keys}
The command line wins; --exclude adds to the setting, --select and
--ignore replace it.
"""


def check_command(check: Callable[[Given], int]) -> click.Command:
    """Return the command; `check` gets what its command line says."""
    keys = ", ".join(option.name[2:] for option in (*CHECK, *SETTINGS) if option.setting)
    keys += ", severity, overrides"
    return click.Command(
        "check",
        callback=lambda **values: check(given_of(values)),
        params=[click.Argument(["paths"], nargs=-1, type=click.Path()), *map(option_of, CHECK)],
        help="Check files and folders, by default all below the working directory; with --diff, "
        "--staged or --patch what the change brings below PATHS.",
        short_help="Check files, folders or a change.",
        epilog=EPILOG.format(keys=keys),
        context_settings=HELP,
    )
