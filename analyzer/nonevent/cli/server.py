"""`nonevent server`."""

import os
import sys
from typing import BinaryIO

import click

from nonevent.cli.words import HELP, given_of, option_of
from nonevent.error import UserError
from nonevent.options import CHECK, Given

__all__ = ["server_command"]


def server_command() -> click.Command:
    """Return the command."""
    options = {option.name: option for option in CHECK}
    shared = ("--persona", "--config", "--no-cache", "--cache-dir", "--no-baseline")
    return click.Command(
        "server",
        callback=lambda **values: _serve(given_of(values)),
        params=[option_of(options[name]) for name in shared],
        help="Serve an editor over standard input and output, in the language server protocol: "
        "findings as you type, the page of a rule on hover, fixes and suppressions as actions. "
        "Needs the extra `lsp`. Each folder of the workspace is analysed as `nonevent check` does "
        "in it, with the settings that it finds there.",
        short_help="Serve an editor (language server protocol).",
        epilog="The exit code is 0, 1 where the client left without a word, or 2 for misuse.",
        context_settings=HELP,
    )


def _serve(given: Given) -> int:
    import gc

    try:
        from nonevent.server.door import serve
    except ModuleNotFoundError as error:
        if str(error.name).startswith("nonevent"):
            raise
        missing = str(error.name).partition(".")[0]
        message = f"nonevent server needs {missing}: pip install 'nonevent[lsp]'"
        raise UserError(message) from None
    gc.enable()  # switched off for runs that are over at once
    incoming, outgoing = _streams()
    return serve(given, incoming, outgoing)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the client's ends; whatever else is printed goes to standard error."""
    if sys.stdin is None or sys.stdout is None:
        raise UserError("nonevent server speaks over standard input and output: they are closed")
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, outgoing
