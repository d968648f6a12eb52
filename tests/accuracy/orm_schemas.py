"""Compares replayed histories of Alembic and Django with a server's schema.

    python -m tests.accuracy.orm_schemas CLONES --python ENVIRONMENT/bin/python

**This runs the projects' code**: their migrations, in one process with what they import, on a
PostgreSQL that is started for it. ENVIRONMENT is a virtual environment with Alembic or Django and
whatever the migrations of the project import.
"""

# ruff: noqa: T201, S608 - a script that prints and talks to servers of its own

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.histories import Project, facts_of
from tests.accuracy.schemas import HEADS, Ask, Result, asking, judged, started

from nonevent.link.order import histories
from nonevent.link.past import schema_after
from nonevent.link.tables import Schema

# Alembic's environment, without the project's own: that reads settings and opens other services.
ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine

import alembic_postgresql_enum  # operations of a plug-in that some projects use

engine = create_engine("postgresql+psycopg2://root@/postgres?host=" + {folder!r})
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""
RUN = """
import sys
sys.path.insert(0, {root!r})
from alembic import command
from alembic.config import Config

config = Config()
config.set_main_option("script_location", {scripts!r})
config.set_main_option("version_locations", {versions!r})
command.upgrade(config, "heads")
"""
MIGRATE = """
import sys
sys.path.insert(0, {root!r})
import django
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)
"""
OF_ALEMBIC = """
import json, sys
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

found = {}
for text in json.load(sys.stdin):
    try:
        made = eval(text, {"sa": sa, "postgresql": postgresql, "sqlalchemy": sa, "Text": sa.Text})
        made = made() if isinstance(made, type) else made
        if not isinstance(made, sa.Enum) or made.name:
            found[text] = made.compile(dialect=postgresql.dialect())
    except Exception:
        pass
json.dump(found, sys.stdout)
"""
OF_DJANGO = """
import json, sys
import django
from django.conf import settings
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}})
django.setup()
from django.contrib.postgres import fields
from django.db import connection, models

found = {}
for text in json.load(sys.stdin):
    try:
        made = eval(text, {**vars(models), **vars(fields), "models": models})
        if made.remote_field is None:
            found[text] = made.db_type(connection)
    except Exception:
        pass
json.dump(found, sys.stdout)
"""


class Run(NamedTuple):
    """A project whose migrations run without the rest of it."""

    name: str
    files: tuple[str, ...]  # patterns below the folder
    versions: str = ""  # folder of Alembic's revisions
    before: tuple[str, ...] = ()  # statements
    # What Django's settings read from the environment; "{}" is the folder of the server's socket.
    environment: tuple[tuple[str, str], ...] = ()


RUNS = (
    Run(
        "warehouse",
        ("warehouse/migrations/versions/*.py",),
        "warehouse/migrations/versions",
        before=("CREATE EXTENSION citext", "CREATE EXTENSION hstore"),
    ),
    Run(
        "healthchecks",
        ("hc/*/migrations/*.py",),
        environment=(
            ("DJANGO_SETTINGS_MODULE", "hc.settings"),
            ("DB", "postgres"),
            ("DB_HOST", "{}"),
            ("DB_NAME", "postgres"),
            ("DB_USER", "root"),
        ),
    ),
)


def main() -> None:
    """Print a row for each project whose clone is there."""
    parser = argparse.ArgumentParser(description="Compare replayed schemas with a server's.")
    parser.add_argument("clones", type=Path, nargs="+")
    parser.add_argument("--python", required=True, help="of the environment that runs them")
    parser.add_argument("--only", default="", help="one project")
    parser.add_argument("--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    for run in RUNS:
        folder = next(
            (each / run.name for each in options.clones if (each / run.name).is_dir()), None
        )
        if folder is None or options.only not in ("", run.name):
            continue
        result = compare(run, folder.resolve(), options.python)
        print(
            f"| {run.name} | PostgreSQL 15 | {result.statements} | {result.refused} |"
            f" {result.tables} | {result.doubtful} | {result.equal} | {result.columns} |"
            f" {len(result.wrong)} |"
        )
        for line in result.wrong if options.verbose else ():
            print(f"    {line}")


def compare(run: Run, folder: Path, python: str) -> Result:
    """Return how the replayed schema of a project differs from what its migrations made."""
    files = facts_of(Project(run.name, "", run.files, "postgresql"), folder)
    schema = Schema()
    ran = 0
    for history in histories(files):
        ran += len(history.files)
        schema.tables.update(schema_after(history).tables)
    with started() as place, asking(place) as ask:
        for statement in run.before:
            ask(statement)
        migrate(run, folder, python, place)
        _clean(ask)
        types = {
            column.type for table in schema.tables.values() for column in table.columns.values()
        }
        told = spelled(run, sorted(types), python)
        print(f"{len(types - told.keys())} of {len(types)} types are the server's", file=sys.stderr)
        return judged(
            schema, ask, "postgresql", Result(ran, 0, 0, 0, 0, 0, []), spelled=told, own=OWN
        )


def spelled(run: Run, types: list[str], python: str) -> dict[str, str]:
    """Return the types that the framework itself can say as SQL; not those of the project."""
    program = OF_ALEMBIC if run.versions else OF_DJANGO
    done = subprocess.run(
        [python, "-c", program], input=json.dumps(types), capture_output=True, text=True, check=True
    )
    told: dict[str, str] = json.loads(done.stdout)
    return told


def migrate(run: Run, folder: Path, python: str, place: str) -> None:
    """Run all migrations of a project.

    Raises:
        RuntimeError: one of them failed.

    """
    with tempfile.TemporaryDirectory() as scripts:
        if run.versions:
            Path(scripts, "env.py").write_text(ENVIRONMENT.format(folder=place))
            program = RUN.format(
                root=str(folder), scripts=scripts, versions=str(folder / run.versions)
            )
        else:
            program = MIGRATE.format(root=str(folder))
        told = {name: value.format(place) for name, value in run.environment}
        done = subprocess.run(
            [python, "-c", program],
            capture_output=True,
            text=True,
            cwd=scripts,
            env={**os.environ, **told},
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{run.name}: {done.stderr[-2000:]}")


# Tables that the tools make for themselves, and those of apps that come with Django.
OWN = r"alembic_version$|auth_|django_(?:migrations|content_type|session|admin_log|site)$"
# The second index that Django makes of a column of text, for LIKE: the server's own business.
# https://github.com/django/django/blob/main/django/db/backends/postgresql/schema.py
LIKE = "_like$"


def _clean(ask: Ask) -> None:
    """Drop what is no migration's of the project."""
    for (name,) in ask(f"SELECT relname FROM pg_class WHERE relkind = 'i' AND relname ~ '{LIKE}'"):
        ask(f'DROP INDEX "{name}"')


if __name__ == "__main__":
    main()
