"""`nonevent doctor`."""

import click

from nonevent.cli.words import HELP, option_of
from nonevent.options import CHECK, Given

__all__ = ["doctor_command"]


def doctor_command() -> click.Command:
    """Return the command."""
    [file] = [option_of(option) for option in CHECK if option.name == "--config"]
    return click.Command(
        "doctor",
        callback=_doctor,
        params=[
            click.Option(
                ["--format", "form"],
                type=click.Choice(["text", "json"]),
                default="text",
                show_default=True,
            ),
            file,
        ],
        help="Say what nonevent sees here: which settings are in force and where each comes "
        "from, files, frameworks and database, git and its base, the build server, baseline, "
        "cache, history, model and extras. Problems come first, each with the one thing to do.",
        short_help="Say what nonevent sees here, problems first.",
        epilog="The exit code is 0, 1 where there are problems, or 2 for misuse.",
        context_settings=HELP,
    )


def _doctor(*, form: str, config: str | None) -> int:
    from nonevent.doctor import command

    given: Given = {"config": config} if config else {}
    return command.run(given, form)
