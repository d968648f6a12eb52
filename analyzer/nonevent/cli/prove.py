"""`nonevent prove`."""

import click

from nonevent.cli.words import HELP, given_of
from nonevent.options import Given

__all__ = ["prove_command"]


def prove_command() -> click.Command:
    """Return the command."""
    return click.Command(
        "prove",
        callback=lambda **values: _prove(given_of(values)),
        params=[
            click.Argument(["migrations"], nargs=-1, type=click.Path()),
            click.Option(
                ["--database-url"],
                metavar="URL",
                help="Run them in this PostgreSQL database. It is refused unless it is empty and "
                "its comment says 'nonevent: scratch'. Default: a server that is started for it "
                "and thrown away.",
            ),
            click.Option(
                ["--before"],
                metavar="FILE",
                help="SQL that is run first and not reported: a schema with rows of its own.",
            ),
            click.Option(
                ["--render"],
                type=click.Choice(["alembic", "django"]),
                help="MIGRATIONS is the folder of a project: its own code is run, to write the "
                "SQL of its migrations (alembic upgrade head --sql, manage.py sqlmigrate).",
            ),
            click.Option(
                ["--output"],
                multiple=True,
                metavar="FORMAT[:FILE]",
                help="text or json, to standard output or to FILE; repeatable, at most one "
                "without FILE. Default: text.",
            ),
            click.Option(
                ["--all"],
                is_flag=True,
                help="Show also what concerns tables that the same file makes, and the session.",
            ),
            click.Option(["--quiet"], is_flag=True, help="Show no progress."),
        ],
        help="Run SQL migrations on a real PostgreSQL, one after the other, and report the locks "
        "that each statement takes, the tables that it rewrites or reads as a whole, the indexes "
        "that it builds and its time, beside what was predicted. Without MIGRATIONS all files "
        "ending in .sql below the working directory. Needs the extra: pip install "
        "'nonevent[prove]'.",
        short_help="Run migrations on a scratch PostgreSQL; report their locks.",
        epilog="The exit code is 0, 1 if the server refused a statement, or 2 for misuse.",
        context_settings=HELP,
    )


def _prove(given: Given) -> int:
    from nonevent.prove import command

    return command.run(given)
