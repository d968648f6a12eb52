"""Compares replayed changelogs of Liquibase with what Liquibase's own program makes of them.

    python -m tests.accuracy.liquibase_schemas CLONES --home LIQUIBASE

LIQUIBASE is an unpacked distribution of the program, as `LIQUIBASE_HOME` names it; it needs Java.
It runs the changelogs on a PostgreSQL that is started for it. What a type of a changelog is in that
database Liquibase says as well: a changelog with one column of each is run beside.
"""

# ruff: noqa: T201 - a script that prints and starts programs

import argparse
import os
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from tests.accuracy.histories import Project, facts_of
from tests.accuracy.schemas import HEADS, Ask, Result, asking, judged, started

from nonevent.link.order import histories
from nonevent.link.past import schema_after
from nonevent.link.tables import Schema

# Tables that the program keeps for itself, and the one of all types.
OWN = r"databasechangelog|spelled$"
HEADER = (
    '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
    '"http://www.liquibase.org/xml/ns/dbchangelog '
    'http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">'
)


class Run(NamedTuple):
    """A changelog and the files that it includes."""

    name: str  # of the project's folder
    root: str  # folder that paths in the changelog start from
    changelog: str
    files: tuple[str, ...]  # patterns below the project's folder: those that are run


RESOURCES = "api/src/main/resources"
SNAPSHOTS = "org/openmrs/liquibase/snapshots/schema-only/liquibase-schema-only-{}.xml"
RUNS = tuple(
    Run(
        "openmrs-core",
        RESOURCES,
        SNAPSHOTS.format(version),
        (f"{RESOURCES}/{SNAPSHOTS.format(version)}",),
    )
    for version in ("2.1.x", "2.8.x")
)


def main() -> None:
    """Print a row for each changelog whose project is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clones", type=Path, nargs="+")
    parser.add_argument("--home", type=Path, required=True, help="folder of Liquibase's program")
    parser.add_argument("--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    print(f"| {' | '.join(HEADS)} |\n{'|---' * len(HEADS)}|")
    for run in RUNS:
        folder = next(
            (each / run.name for each in options.clones if (each / run.name).is_dir()), None
        )
        if folder is None:
            continue
        result = compare(run, folder.resolve(), options.home.resolve())
        print(
            f"| {run.name}, {Path(run.changelog).name} | PostgreSQL 15 | {result.statements} |"
            f" {result.refused} | {result.tables} | {result.doubtful} | {result.equal} |"
            f" {result.columns} | {len(result.wrong)} |"
        )
        for line in result.wrong if options.verbose else ():
            print(f"    {line}")


def compare(run: Run, folder: Path, home: Path) -> Result:
    """Return how the replayed changelog differs from what the program made of it."""
    files = facts_of(Project(run.name, "", run.files, "postgresql"), folder)
    schema = Schema()
    for history in histories(files):
        schema.tables.update(schema_after(history).tables)
    types = {column.type for table in schema.tables.values() for column in table.columns.values()}
    with started(port := _free()) as place, asking(place, port) as ask:
        told = spelled(sorted(types), home, ask, port)
        ran = update(home, folder / run.root, run.changelog, port)
        return judged(
            schema, ask, "postgresql", Result(ran, 0, 0, 0, 0, 0, []), spelled=told, own=OWN
        )


def spelled(types: list[str], home: Path, ask: Ask, port: int) -> dict[str, str]:
    """Return what Liquibase makes of each type that it, and the server, know."""
    columns = "".join(
        f'<column name="c{number}" type={quoteattr(kind)}/>' for number, kind in enumerate(types)
    )
    table = f'<createTable tableName="spelled">{columns}</createTable>'
    with tempfile.TemporaryDirectory() as scripts:
        log = Path(scripts, "types.xml")
        change = f'<changeSet id="types" author="nonevent">{table}</changeSet>'
        log.write_text(f"{HEADER}{change}</databaseChangeLog>")
        update(home, Path(scripts), log.name, port)
    rows = ask(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = 'spelled'::regclass AND attnum > 0"
    )
    made: dict[str, str] = dict(rows)
    return {kind: made[f"c{number}"] for number, kind in enumerate(types)}


def update(home: Path, root: Path, changelog: str, port: int) -> int:
    """Run a changelog; return how many changesets ran.

    Raises:
        RuntimeError: one of them failed.

    """
    done = subprocess.run(
        [
            *("java", "-jar", str(home / "internal/lib/liquibase-core.jar")),
            *("--show-banner=false", f"--search-path={root}", f"--changelog-file={changelog}"),
            *(f"--url=jdbc:postgresql://127.0.0.1:{port}/postgres", "--username=root", "update"),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "LIQUIBASE_HOME": str(home), "LIQUIBASE_COMMAND_PASSWORD": "unused"},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{changelog}: {(done.stdout + done.stderr)[-2000:]}")
    return (done.stdout + done.stderr).count("Running Changeset: ")


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
