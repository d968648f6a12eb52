"""`nonevent init`."""

import click

from nonevent.cli.words import HELP

__all__ = ["CHOICES", "init_command"]

CHOICES = (
    "auto",
    "github",
    "gitlab",
    "azure",
    "jenkins",
    "none",
)  # as `nonevent.starting` has them


def init_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "init",
        callback=_init,
        params=[
            click.Option(
                ["--ci"],
                type=click.Choice(CHOICES),
                default="auto",
                show_default=True,
                help="The build server; auto takes those of which there are files, or whose "
                "address the remote has.",
            ),
            click.Option(["--no-hook"], is_flag=True, help="No entry for pre-commit."),
            click.Option(
                ["--source"],
                metavar="REQUIREMENT",
                default="",
                help="What a build server and pre-commit install: git+URL@COMMIT, or "
                "nonevent==VERSION. Default: where this nonevent was installed from.",
            ),
            click.Option(
                ["--dry-run"],
                is_flag=True,
                help="Write nothing; print what would change as a diff for git apply.",
            ),
        ],
        help="Write the settings, the entry for pre-commit and the file of the build server, at "
        "the root of the repository. Files that are there keep every byte: text is put into "
        "them where that is certain, else they are left alone. A second run changes nothing.",
        short_help="Set nonevent up in a repository.",
        epilog="The exit code is 0, or 2 for misuse.",
        context_settings=HELP,
    )


def _init(*, ci: str, no_hook: bool, source: str, dry_run: bool) -> int:
    from nonevent import starting

    return starting.begin(ci=ci, hook=not no_hook, source=source, dry_run=dry_run)
