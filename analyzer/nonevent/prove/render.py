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

__all__ = ["RENDERERS", "render"]

# Alembic says of each revision: "-- Running upgrade 1a2b -> 3c4d"
REVISION = re.compile(r"(?m)^-- Running upgrade (\S*) ?-> (\S+)$")
# Django lists: "[X]  shop.0001_initial ... (shop.0000_before)"
PLANNED = re.compile(r"(?m)^\[.\]\s+(\w+)\.(\w+)")
SHOWN = 300  # characters of an error that are told
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
    text = _run([_python(), "-m", "alembic", "upgrade", "head", "--sql"], folder, tell)
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
    plan = _run([*manage, "showmigrations", "--plan", "--no-color"], folder, tell)
    named = enumerate(PLANNED.findall(plan), 1)
    return {
        f"django/{count:04}_{app}_{name}.sql": _run(
            [*manage, "sqlmigrate", app, name, "--no-color"], folder, tell
        )
        for count, (app, name) in named
    }


RENDERERS = {"alembic": Renderer("alembic.ini", _alembic), "django": Renderer("manage.py", _django)}


def _python() -> str:
    """Return the interpreter of the project: the first on the path, else the one that runs this."""
    return shutil.which("python") or sys.executable


def _run(command: Sequence[str], folder: str, tell: Callable[[str], None]) -> str:
    shown = " ".join(command)
    tell(f"running code of the project: {shown}")
    try:
        done = subprocess.run(  # noqa: S603  # a command of this module, asked for by name
            command, cwd=folder, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"--render: '{shown}' cannot be run: {error}") from None
    if done.returncode:
        said = " ".join(done.stderr.strip().splitlines()[-1:])[:SHOWN]
        raise UserError(f"--render: '{shown}' failed: {said}")
    return done.stdout
