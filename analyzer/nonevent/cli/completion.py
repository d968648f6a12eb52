"""`nonevent completion`: the script with which a shell completes command lines of nonevent."""

import click

from nonevent.cli.words import HELP
from nonevent.options import COMPLETION
from nonevent.output import to_stdout

__all__ = ["SHELLS", "completion_command"]

SHELLS = ("bash", "zsh", "fish")
EPILOG = """\b
To have it in every session:
  bash  eval "$(nonevent completion bash)"              in ~/.bashrc
  zsh   eval "$(nonevent completion zsh)"               in ~/.zshrc, behind compinit
  fish  nonevent completion fish > ~/.config/fish/completions/nonevent.fish
"""


def completion_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "completion",
        callback=_print_script,
        params=[click.Argument(["shell"], type=click.Choice(SHELLS))],
        help="Print the script that completes commands, options, rules, families, formats and "
        "files in a shell.",
        short_help="Print the completion script of a shell.",
        epilog=EPILOG,
        context_settings=HELP,
    )


def _print_script(shell: str) -> int:
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # noqa: S101  # click has the three
    group = click.get_current_context().find_root().command
    script = made(group, {}, "nonevent", COMPLETION).source()
    # lists of rules have commas of their own; only the first parts the kind from the word
    to_stdout(script.replace('string split ","', 'string split --max 1 ","') + "\n")
    return 0
