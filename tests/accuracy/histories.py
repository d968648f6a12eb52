"""Reads all migrations of real projects: `python -m tests.accuracy.histories CLONES`.

CLONES holds the projects in folders of their names, as `git clone` leaves them. Of each project
the whole history is read and replayed; the table says what became of its statements: a step, or a
step that nobody understands with a note that names it. A crash would end the script.
"""

# ruff: noqa: T201 - a script that prints

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nonevent.facts import FileFacts, Operation, SchemaStep
from nonevent.link.order import histories
from nonevent.link.past import followed, schema_after
from nonevent.options import Options
from nonevent.pipeline import prepare
from nonevent.reading import is_read, read
from nonevent.text import decode


class Project(NamedTuple):
    """A project's migrations."""

    name: str  # its folder
    tool: str
    files: tuple[str, ...]  # patterns below the folder
    dialect: str = ""  # where only its settings tell


PROJECTS = (
    Project("goalert", "sql-migrate", ("migrate/migrations/*.sql",)),
    Project("nakama", "sql-migrate", ("migrate/sql/*.sql",)),
    Project("auth", "templates of Supabase", ("migrations/*.sql",)),
    Project("crates.io", "Diesel", ("migrations/*/*.sql",)),
    Project("lemmy", "Diesel", ("migrations/*/*.sql",)),
    Project("umami", "Prisma", ("prisma/migrations/*/*.sql",)),
    Project("kestra", "Flyway", ("jdbc-postgres/**/migrations/**/*.sql",)),
    Project("kestra", "Flyway", ("jdbc-mysql/**/migrations/**/*.sql",)),
    Project("community", "numbered files", ("core/database/scripts/postgresql/*.sql",)),
    Project("community", "numbered files", ("core/database/scripts/mysql/*.sql",), "mysql"),
    Project("openmrs-core", "Liquibase", ("api/src/main/resources/**/*.xml",)),
    Project("hyades-apiserver", "Flyway", ("migration/src/main/resources/**/*.sql",)),
    Project("notifications-api", "Alembic", ("migrations/versions/*.py",)),
    Project("warehouse", "Alembic", ("warehouse/migrations/versions/*.py",)),
    Project("h", "Alembic", ("h/migrations/versions/*.py",)),
    Project("indico", "Alembic", ("indico/migrations/versions/*.py",)),
    Project("healthchecks", "Django", ("hc/*/migrations/*.py",)),
    Project("netbox", "Django", ("netbox/*/migrations/*.py",)),
    Project("bookwyrm", "Django", ("bookwyrm/migrations/*.py",)),
    Project("taiga-back", "Django", ("taiga/**/migrations/*.py",)),
)


class Count(NamedTuple):
    """What became of the statements of a history."""

    files: int
    steps: int
    unknown: int
    other: int  # understood, and no change that the replayed schema holds
    notes: int
    tables: int
    whole: int  # tables of which nothing is in doubt


def main() -> None:
    """Print a row for each project whose clone is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clones", type=Path, nargs="+")
    parser.add_argument("--verbose", action="store_true", help="print every note")
    options = parser.parse_args()
    print("| project | tool | files | steps | understood | noted | tables | whole |")
    print("|---|---|---|---|---|---|---|---|")
    total: Counter[str] = Counter()
    for project in PROJECTS:
        folders = [each / project.name for each in options.clones]
        folder = next((each for each in folders if each.is_dir()), None)
        if folder is None:
            continue
        count = measure(project, folder, verbose=options.verbose)
        total.update(steps=count.steps, unknown=count.unknown, files=count.files)
        print(
            f"| {project.name} | {project.tool} | {count.files} | {count.steps} |"
            f" {_share(count)} | {count.unknown} | {count.tables} | {count.whole} |"
        )
    share = 100 * (1 - total["unknown"] / max(total["steps"], 1))
    print(f"\n{total['files']} files, {total['steps']} steps, {share:.2f} % understood")


def _share(count: Count) -> str:
    return f"{100 * (1 - count.unknown / max(count.steps, 1)):.1f} %"


def facts_of(project: Project, folder: Path) -> list[FileFacts]:
    """Return what the files of a project's migrations say."""
    asked = prepare(Options(dialect=project.dialect)).asked
    paths = sorted({path for pattern in project.files for path in folder.glob(pattern)})
    return [
        read(str(path.relative_to(folder)), text, asked)
        for path in paths
        if is_read(str(path.relative_to(folder)))
        if isinstance(text := decode(path.name, path.read_bytes()), str)
    ]


def measure(project: Project, folder: Path, *, verbose: bool = False) -> Count:
    """Return what became of the statements of a project."""
    files = facts_of(project, folder)
    steps = [step for facts in followed(files) for step in _steps(facts)]
    notes = [note for facts in files for note in facts.notes]
    for note in notes if verbose else ():
        print(f"    {note.path}:{note.line}: {note.message}")
    unknown = [step for step in steps if step.operation is Operation.UNKNOWN]
    noted = {(note.path, note.line) for note in notes}
    silent = [step for step in unknown if (step.location.path, step.location.line) not in noted]
    if silent:
        raise AssertionError(f"no note on {silent[0].location}: {silent[0].text}")
    tables = [
        table for history in histories(files) for table in schema_after(history).tables.values()
    ]
    return Count(
        len(files),
        len(steps),
        len(unknown),
        sum(step.operation is Operation.OTHER for step in steps),
        len(notes),
        len(tables),
        sum(table.whole for table in tables),
    )


def _steps(facts: FileFacts) -> Iterator[SchemaStep]:
    return (fact for fact in facts.facts if isinstance(fact, SchemaStep))


if __name__ == "__main__":
    main()
