"""Alembic's and Django's own SQL for their migrations: the project's code runs for it.

Nothing else in nonevent runs code of a project; this does, and only where it is asked to by name.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from nonevent.error import UserError

__all__ = ["RENDERERS", "UNWRITTEN", "render"]

# Alembic says of each revision: "-- Running upgrade 1a2b -> 3c4d"
REVISION = re.compile(r"(?m)^-- Running upgrade (\S*) ?-> (\S+)$")
# What Django writes of an operation that has no SQL: RunPython.
UNWRITTEN = "THIS OPERATION CANNOT BE WRITTEN AS SQL"
# Django lists: "[X]  shop.0001_initial ... (shop.0000_before)"
PLANNED = re.compile(r"(?m)^\[.\]\s+(\w+)\.(\w+)")
# Alembic logs for which database it writes: "Context impl PostgresqlImpl."
IMPLEMENTED = re.compile(r"Context impl (\w+?)(?:Impl)?\.")
ENGINE = re.compile(r"""['"]ENGINE['"]: ['"]([\w.]+)['"]""")
OTHERS = re.compile(r"(?i)sqlite|mysql|mariadb|oracle|mssql|sql_?server")
SHOWN = 300  # characters of an error that are told
UNREACHED = "; Django asks the database of its settings, an empty one on any PostgreSQL will do"
LIMIT = 300  # seconds that one of the project's commands may take


class Renderer(NamedTuple):
    """One tool."""

    file: str  # that stands in the folder in which its command is run
    render: Callable[[str, Callable[[str], None]], Mapping[str, str]]


def render(tool: str, folder: str, tell: Callable[[str], None]) -> Mapping[str, str]:
    """Return path → SQL of the migrations of the project in `folder`, numbered in their order.

    `tell` hears of each command before it is run.

    Raises:
        UserError: there is no such project, or the command fails.

    """
    renderer = RENDERERS[tool]
    if not os.path.exists(os.path.join(folder, renderer.file)):
        raise UserError(f"--render {tool}: there is no {renderer.file} in '{folder}'")
    return renderer.render(folder, tell)


def _alembic(folder: str, tell: Callable[[str], None]) -> Mapping[str, str]:
    text, said = _run([_python(), "-m", "alembic", "upgrade", "head", "--sql"], folder, tell)
    _suits("alembic", IMPLEMENTED.findall(said))
    marks = list(REVISION.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    # What stands before the first revision opens the transaction and makes Alembic's own table.
    lead = {"alembic/0000_start.sql": text[: marks[0].start()]} if marks else {}
    parts = {
        f"alembic/{count:04}_{mark[2].rstrip(',')}.sql": text[mark.end() : end]
        for count, (mark, end) in enumerate(zip(marks, ends, strict=True), 1)
    }
    return {**lead, **parts}


def _django(folder: str, tell: Callable[[str], None]) -> Mapping[str, str]:
    manage = [_python(), "manage.py"]
    settings = _run([*manage, "diffsettings", "--no-color"], folder, tell)[0]
    _suits("django", ENGINE.findall(settings))
    plan = _run([*manage, "showmigrations", "--plan", "--no-color"], folder, tell)[0]
    named = enumerate(PLANNED.findall(plan), 1)
    return {
        f"django/{count:04}_{app}_{name}.sql": _run(
            [*manage, "sqlmigrate", app, name, "--no-color"], folder, tell
        )[0]
        for count, (app, name) in named
    }


RENDERERS = {"alembic": Renderer("alembic.ini", _alembic), "django": Renderer("manage.py", _django)}


def _python() -> str:
    """Return the interpreter of the project: the first on the path, else the one that runs this."""
    return shutil.which("python") or sys.executable


def _suits(tool: str, databases: Sequence[str]) -> None:
    """Refuse SQL that is written for another database than PostgreSQL."""
    if databases and all(map(OTHERS.search, databases)):
        raise UserError(
            f"--render {tool}: the project writes SQL for {databases[0]}; its settings must name "
            "PostgreSQL for this run"
        )


def _run(command: Sequence[str], folder: str, tell: Callable[[str], None]) -> tuple[str, str]:
    """Return what a command of the project writes to standard output and to standard error."""
    shown = " ".join(command)
    tell(f"running code of the project: {shown}")
    try:
        done = subprocess.run(  # noqa: S603  # a command of this module, asked for by name
            command, cwd=folder, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"--render: '{shown}' cannot be run: {error}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        unreached = [line for line in lines if "OperationalError" in line][-1:]
        said = " ".join(unreached or lines[-1:])[:SHOWN]
        hint = UNREACHED if unreached else ""
        raise UserError(f"--render: '{shown}' failed: {said}{hint}")
    return done.stdout, done.stderr
