"""`nonevent score`."""

import click

from nonevent.cli.words import HELP, history_option
from nonevent.error import UserError

__all__ = ["score_command"]


def score_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "score",
        callback=_score,
        params=[
            click.Argument(["revisions"], default="", metavar="[BASE..HEAD]"),
            click.Option(["--staged"], is_flag=True, help="Score what is staged, before a commit."),
            click.Option(
                ["--patch"],
                metavar="FILE",
                default="",
                help="Score a unified diff, or mails of `git format-patch`; - is standard input.",
            ),
            click.Option(
                ["--format", "form"],
                type=click.Choice(["text", "json", "sarif"]),
                default="text",
                show_default=True,
            ),
            click.Option(
                ["--fail-above"],
                type=click.FloatRange(0, 1),
                metavar="P",
                help="End with exit code 1 above this probability, from 0 to 1.",
            ),
            history_option("--history"),
            click.Option(
                ["--model"],
                metavar="FOLDER",
                default="",
                help="A folder with change.json and past.json. Default: those that `nonevent "
                "train` made from the history, else the shipped ones.",
            ),
            click.Option(
                ["--trust"],
                type=click.Choice(["base", "change"]),
                default="change",
                show_default=True,
                help="Whose settings and facts count, as with `nonevent check`.",
            ),
        ],
        help="Tell how likely a change is to be rolled back or hot-fixed, why, and what of it "
        "blocks a deploy. BASE alone stands for what was committed since its merge base with "
        "HEAD; without REVISIONS it is the last commit.",
        short_help="Tell how likely a change is to go wrong.",
        epilog="The exit code is 1 where findings fail the run or --fail-above is passed, whatever "
        "the probability says of the findings; 2 for misuse; otherwise 0.",
        context_settings=HELP,
    )


def _score(
    *,
    revisions: str,
    staged: bool,
    patch: str,
    form: str,
    fail_above: float | None,
    history: str,
    model: str,
    trust: str,
) -> int:
    from nonevent import scoring

    named = {"--staged": staged, "--patch": patch, "revisions": revisions}
    given = [name for name, value in named.items() if value]
    if len(given) > 1:
        raise UserError(f"{given[0]} and {given[1]} exclude each other: give one")
    asked = scoring.Asked("" if staged else revisions or "HEAD^..HEAD", history, model, trust)
    if patch != "-":
        return scoring.run(asked._replace(patch=patch), form, fail_above)
    import sys
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(suffix=".diff") as file:  # by the rules and by the score: twice
        file.write(sys.stdin.buffer.read())
        file.flush()
        return scoring.run(asked._replace(patch=file.name), form, fail_above)
