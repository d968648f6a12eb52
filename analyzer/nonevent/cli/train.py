"""`nonevent train` and `nonevent evaluate`."""

import click

from nonevent.cli.words import HELP, history_option

__all__ = ["evaluate_command", "train_command"]


def _repository() -> click.Argument:
    return click.Argument(["repository"], default=".", metavar="[REPO]")


def train_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "train",
        callback=_train,
        params=[
            _repository(),
            history_option("--history"),
            click.Option(
                ["--dry-run"], is_flag=True, help="Tell what would be used, keep nothing."
            ),
            click.Option(["--quiet"], is_flag=True, help="Print nothing but errors."),
        ],
        help="Adapt the shipped risk model to a repository's history: its level and slope from 50 "
        "bad ends on, single features from 100 on, each only where a back-test that goes forward "
        "in time finds it better. The result lies beside the history.",
        short_help="Adapt the risk model to a repository's history.",
        context_settings=HELP,
    )


def _train(repository: str, history: str, dry_run: bool, quiet: bool) -> int:
    from nonevent import trainer

    return trainer.train(repository, history, dry=dry_run, quiet=quiet)


def evaluate_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "evaluate",
        callback=_evaluate,
        params=[
            _repository(),
            history_option("--history"),
            click.Option(["--svg"], metavar="FILE", default="", help="Draw the curves into FILE."),
            click.Option(["--quiet"], is_flag=True, help="Show no progress."),
        ],
        help="Tell how well the shipped risk model ranks and calibrates the changes of a "
        "repository's history, in windows of time, beside lines added and beside the smallest "
        "change first; and whether features or outcomes have drifted.",
        short_help="Tell how well the risk model tells a repository's changes.",
        context_settings=HELP,
    )


def _evaluate(repository: str, history: str, svg: str, quiet: bool) -> int:
    from nonevent import trainer

    return trainer.evaluate(repository, history, svg, quiet=quiet)
