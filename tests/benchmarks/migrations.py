"""Compares programs on a thousand migrations: `python tests/benchmarks/migrations.py`.

Two projects are written to a temporary folder, always the same: 1,000 files of SQL, and 1,000
Alembic and Django migrations. Every program is started on them, one after the other, in each
round; the median CPU time (user and system, children included) and the median ratio to nonevent
without its cache are printed. Programs that are not installed are left out; those that take
minutes are started once, and django-migration-linter, which asks Django for the SQL of each
migration by itself, is given one app of a hundred, beside nonevent on the same one.
"""

# ruff: noqa: T201, S608 - a script that prints, and writes SQL

import argparse
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

COUNT = 1000
TABLES = 60
APPS = 5
OF_EACH = 100
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
CHECK = ("nonevent", "check", "--output", "concise")


def main() -> None:
    """Write the projects, measure the programs and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bin", default="", help="folder of other programs than this one's")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["PATH"] = os.pathsep.join((options.bin, os.environ["PATH"]))
        sql, python = root / "sql", root / "python"
        write_sql(sql)
        write_alembic(python / "versions")
        for number in range(APPS):
            write_django(python / f"shop{number}", f"shop{number}")
        write_project(python)
        cached = ("--cache-dir", str(root / "cache"))
        quick = {
            "nonevent": (*CHECK, "--no-cache", "."),
            "warm": (*CHECK, *cached, "."),
            "squawk": ("squawk", "--no-error-on-unmatched-pattern", *_names(sql)),
        }
        slow = {"sqlfluff": ("sqlfluff", "lint", "--dialect", "postgres", "--nocolor", ".")}
        print(f"{COUNT} files of SQL")
        _table({**_measure(quick, sql, options.rounds), **_measure(slow, sql, 1, first=False)})
        print(f"\n{COUNT - APPS * OF_EACH} Alembic and {APPS * OF_EACH} Django migrations")
        del quick["squawk"]
        _table(_measure(quick, python, options.rounds))
        print(f"\n{OF_EACH} Django migrations")
        one = {"nonevent": (*CHECK, "--no-cache", "shop0")}
        linter = {
            "django-migration-linter": (
                *("python", "manage.py", "lintmigrations", "--include-apps", "shop0", "--no-cache"),
            )
        }
        measured = _measure(one, python, options.rounds)
        _table({**measured, **_measure(linter, python, 1, first=False)})


# -- projects ------------------------------------------------------------------------------------


def write_sql(folder: Path) -> None:
    """Write a history of PostgreSQL: tables, then what is done to them over the years."""
    folder.mkdir(parents=True)
    for number in range(COUNT):
        table = f"table_{number % TABLES}"
        if number < TABLES:
            columns = ",\n".join(f"    c{n} varchar({n + 8}) NOT NULL DEFAULT ''" for n in range(8))
            text = f"CREATE TABLE {table} (\n    id bigserial PRIMARY KEY,\n{columns}\n);\n"
        else:
            text = "\n".join(_changes(table, number)) + "\n"
        (folder / f"{number:04}_change.sql").write_text(text, encoding="utf-8")


def _changes(table: str, number: int) -> Iterator[str]:
    yield f"ALTER TABLE {table} ADD COLUMN n{number} integer;"
    if number % 3 == 0:
        yield f"CREATE INDEX CONCURRENTLY i{number} ON {table} (c{number % 8}, n{number});"
    elif number % 3 == 1:
        yield f"ALTER TABLE {table} ALTER COLUMN c{number % 8} TYPE varchar({number});"
        yield f"UPDATE {table} SET n{number} = 0 WHERE id < 1000;"
    else:
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT k{number} CHECK (n{number} IS NOT NULL) NOT VALID;"
        )
        yield f"ALTER TABLE {table} VALIDATE CONSTRAINT k{number};"


def write_alembic(folder: Path) -> None:
    """Write a chain of Alembic revisions."""
    folder.mkdir(parents=True)
    before = None
    for number in range(COUNT - APPS * OF_EACH):
        table = f"table_{number % TABLES}"
        columns = ", ".join(f"sa.Column('c{n}', sa.String({n + 8}))" for n in range(8))
        if number < TABLES:
            up = f"op.create_table('{table}', sa.Column('id', sa.Integer()), {columns})"
            down = f"op.drop_table('{table}')"
        elif number % 2:
            up = f"op.add_column('{table}', sa.Column('n{number}', sa.Integer(), nullable=True))"
            down = f"op.drop_column('{table}', 'n{number}')"
        else:
            up = f"op.create_index('i{number}', '{table}', ['c{number % 8}'])"
            down = f"op.drop_index('i{number}')"
        text = (
            f'"""Change {number}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
            f'revision = "r{number}"\ndown_revision = {before!r}\n\n\n'
            f"def upgrade():\n    {up}\n\n\ndef downgrade():\n    {down}\n"
        )
        (folder / f"r{number}_change.py").write_text(text, encoding="utf-8")
        before = f"r{number}"


def write_django(folder: Path, app: str) -> None:
    """Write an app of Django with its migrations."""
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "migrations" / "__init__.py").touch()
    before = ""
    for number in range(OF_EACH):
        model = f"Model{number % 10}"
        if number < 10:
            operation = (
                f"migrations.CreateModel('{model}', [('id', models.BigAutoField("
                "primary_key=True)), ('name', models.CharField(max_length=20))])"
            )
        elif number % 2:
            operation = (
                f"migrations.AddField('{model}', 'n{number}', models.IntegerField(null=True))"
            )
        else:
            operation = (
                f"migrations.AlterField('{model}', 'name', "
                f"models.CharField(max_length={number + 20}))"
            )
        depends = f"('{app}', '{before}')" if before else ""
        name = f"{number + 1:04}_change"
        text = (
            "from django.db import migrations, models\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = [{depends}]\n    operations = [{operation}]\n"
        )
        (folder / "migrations" / f"{name}.py").write_text(text, encoding="utf-8")
        before = name


def write_project(folder: Path) -> None:
    """Write what Django needs to be started."""
    apps = [*(f"shop{number}" for number in range(APPS)), "django_migration_linter"]
    settings = (
        "SECRET_KEY = 'x'\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', "
        f"'NAME': ':memory:'}}}}\nINSTALLED_APPS = {apps!r}\n"
    )
    (folder / "conf.py").write_text(settings, encoding="utf-8")
    program = (
        "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf'\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(sys.argv)\n"
    )
    (folder / "manage.py").write_text(program, encoding="utf-8")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# -- measuring -----------------------------------------------------------------------------------


def _measure(
    programs: Mapping[str, tuple[str, ...]], folder: Path, rounds: int, *, first: bool = True
) -> dict[str, list[float]]:
    """Return the seconds of every round, by program; a round before warms the caches."""
    commands = dict(_commands(programs))
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + first):
        for name, command in commands.items():
            seconds = _seconds(command, folder)
            if number or not first:
                times[name].append(seconds)
    return times


def _commands(programs: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the programs that are there, nonevent as this interpreter has it."""
    for name, (program, *rest) in programs.items():
        own = sysconfig.get_path("scripts") if program == "nonevent" else os.environ["PATH"]
        path = shutil.which(program, path=own)
        if path:
            yield name, [path, *rest]


def _seconds(command: list[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=ENVIRONMENT, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        said = (done.stderr or done.stdout).decode()[-500:]
        sys.exit(f"{' '.join(command[:3])} … ended with {done.returncode}: {said}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _table(times: Mapping[str, list[float]]) -> None:
    first = median(next(iter(times.values())))
    for name, seconds in times.items():
        if seconds:
            print(f"{name:>24} {1000 * median(seconds):9.0f} ms {median(seconds) / first:7.2f} x")


if __name__ == "__main__":
    main()
