"""`nonevent prove`: from what the command line says to the report and the exit code."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from nonevent import output
from nonevent.earlier import RUNNERS
from nonevent.error import UserError
from nonevent.note import Note
from nonevent.options import Given, complete
from nonevent.packs import load
from nonevent.progress import Tell, progress, repeating
from nonevent.prove import server
from nonevent.prove.observe import Bench
from nonevent.prove.render import UNWRITTEN, render
from nonevent.prove.replay import replay
from nonevent.prove.report import Proven, as_json, as_text
from nonevent.prove.statements import migrations
from nonevent.sources.files import from_paths
from nonevent.text import decode

__all__ = ["FORMATS", "run"]

FORMATS = ("text", "json")
REFUSED = 1  # exit code of a replay in which the server refused a statement


def run(given: Given) -> int:
    """Replay the migrations and report; return 0, or 1 where the server refused a statement.

    Raises:
        UserError: something given is not there, or the database must not be changed.

    """
    outputs = complete({"output": given.get("output") or ("text",)}, {}).output
    output.refuse(outputs, FORMATS)
    with progress(quiet=bool(given.get("quiet"))) as line, repeating(line) as tell:
        proven = prove(given, output.working_directory(), tell)
    for format_, file in outputs:
        if format_ == "json":
            text, encoding = as_json(proven), "utf-8"
        else:
            text, encoding = as_text(proven, whole=bool(given.get("all"))), ""
        output.send(text, file, encoding)
    return REFUSED if proven.failed else 0


def prove(given: Given, cwd: str, tell: Tell | None = None) -> Proven:
    """Return what the replay of the migrations found; `tell` is told how far it is.

    Raises:
        UserError: as `run`.

    """
    server.need()
    paths = _strings(given.get("migrations"))
    texts, notes = _texts(paths, str(given.get("render") or ""), cwd)
    before = _read(str(given["before"])) if given.get("before") else ""
    ordered = migrations(texts)
    if not ordered:
        raise UserError("there is no SQL migration; Alembic's and Django's need --render")
    url = str(given.get("database_url") or "")
    if tell is not None:
        tell("starting PostgreSQL", 0, 0)
    with _server(url) as address:
        bench = Bench(address)
        try:
            _prepare(bench, before)
            done = tuple(replay(ordered, bench, load().forecasts(), tell))
            said = bench.server
        finally:
            bench.close()
    place = "given" if url else "embedded"
    return Proven(said, place, done, len(ordered) - len(done), notes)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else ()


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield server.refuse(url)
        return
    with server.embedded() as address:
        yield address


def _prepare(bench: Bench, before: str) -> None:
    import psycopg

    if before:
        try:
            bench.execute(before)
        except psycopg.Error as error:
            said = str(error).strip().splitlines()[0]
            raise UserError(f"--before: the server refuses it: {said}") from None


def _texts(paths: Sequence[str], tool: str, cwd: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return path → SQL, and what could not be read."""
    if tool:
        if len(paths) > 1:
            raise UserError("--render takes one folder, that of the project")
        folder = os.path.join(cwd, paths[0]) if paths else cwd
        rendered = render(tool, folder, _tell)
        python = [path for path, text in rendered.items() if UNWRITTEN in text]
        return rendered, tuple(
            f"{path}: a part of it is Python, which is not run" for path in python
        )
    change = from_paths((*(paths or (".",)), *_plans(paths, cwd)), cwd, _tells)
    read: dict[str, str | Note] = {
        file.path: decode(file.path, file.after()) for file in change.files if file.after
    }
    said = [*change.notes, *(text for text in read.values() if isinstance(text, Note))]
    texts = {path: text for path, text in read.items() if isinstance(text, str)}
    return texts, tuple(f"{note.path}: {note.message}" for note in said)


def _tells(path: str) -> bool:
    return path.lower().endswith(".sql") or bool(RUNNERS.search(path))


def _plans(paths: Sequence[str], cwd: str) -> Iterator[str]:
    """Yield the plans of Sqitch beside what is given: they say in which order its folder runs."""
    beside = (os.path.dirname(path.rstrip("/")) for path in paths)
    for folder in dict.fromkeys(each for one in beside for each in (one, os.path.dirname(one))):
        plan = os.path.join(folder, "sqitch.plan")
        if os.path.isfile(os.path.join(cwd, plan)):
            yield plan


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8-sig") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"--before: '{file}' cannot be read: {error}") from None


def _tell(text: str) -> None:
    print(f"nonevent: {text}", file=sys.stderr)  # noqa: T201  # what runs is said, always
