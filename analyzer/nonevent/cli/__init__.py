"""The command line with all its courtesies: help, completion, and what was wrong and is near."""

import os
from collections.abc import Callable, Sequence

import click

from nonevent import __version__
from nonevent.cli.audit import audit_command
from nonevent.cli.baseline import baseline_command
from nonevent.cli.check import check_command
from nonevent.cli.completion import completion_command
from nonevent.cli.doctor import doctor_command
from nonevent.cli.history import history_command
from nonevent.cli.init import init_command
from nonevent.cli.prove import prove_command
from nonevent.cli.rules import explain_command, rules_command
from nonevent.cli.score import score_command
from nonevent.cli.server import server_command
from nonevent.cli.train import evaluate_command, train_command
from nonevent.cli.words import HELP, Commands
from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.options import COMPLETION, MISUSE, Given

__all__ = ["commands", "main"]


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
            obj=tuple(arguments),  # as they were given, for the commands that say so
        )
    except click.NoSuchOption as error:
        offered = error.ctx.command.get_params(error.ctx) if error.ctx else ()
        known = [name for option in offered for name in option.opts if name.startswith("--")]
        said = error.option_name
        begin = [name for name in known if name.startswith(f"-{said}")]
        near = f"; nearest: '{begin[0]}'" if len(begin) == 1 else hint(said, known)
        raise UserError(f"no such option '{said}'{near}") from None
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
    for command in (
        check_command(check),
        audit_command(),
        init_command(),
        doctor_command(),
        baseline_command(),
        prove_command(),
        history_command(),
        score_command(),
        train_command(),
        evaluate_command(),
        rules_command(),
        explain_command(),
        server_command(),
        completion_command(),
    ):
        group.add_command(command)
    return group
