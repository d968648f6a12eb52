"""SQL migrations in the order of their tool, cut into the statements that a server gets."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent.facts import FileFacts, SchemaStep, Setting
from nonevent.link.numbers import natural
from nonevent.link.order import histories
from nonevent.link.schema import link_schema
from nonevent.readers import hints, sql
from nonevent.readers.sqldirectives import way_of
from nonevent.readers.sqlplaces import locator
from nonevent.readers.sqlsplit import Piece, split

__all__ = ["Migration", "Statement", "migrations"]

DIALECT = "postgresql"
SUFFIX = (".sql", ".SQL")
PLAN = re.compile(r"(?:^|/)sqitch\.plan$")


class Statement(NamedTuple):
    """One statement of a migration."""

    text: str
    line: int  # 1-based, where it starts
    steps: tuple[SchemaStep, ...]  # what it does, with what the history before it tells
    wrapped: bool | None  # whether its file says that a transaction is open; None: it says nothing
    reason: str = ""  # why it is not run: "" it is


class Migration(NamedTuple):
    """One file."""

    path: str
    statements: tuple[Statement, ...]


def migrations(texts: Mapping[str, str]) -> tuple[Migration, ...]:
    """Return the migrations of path → text, the first one first; ways back are left out.

    Files that have no number go by their names. What is not SQL tells how a runner runs them.
    """
    told = [hints.read(path, text) for path, text in texts.items() if not path.endswith(SUFFIX)]
    plans = [facts.path.rpartition("/")[0] for facts in told if PLAN.search(facts.path)]
    proofs = tuple(f"{folder}/verify/".lstrip("/") for folder in plans)
    read = [
        sql.read(path, text, DIALECT)
        for path, text in sorted(texts.items(), key=lambda item: natural(item[0]))
        if path.endswith(SUFFIX) and way_of(path) == "up" and not path.startswith(proofs)
    ]
    settings = [fact for facts in told for fact in facts.facts if isinstance(fact, Setting)]
    linked = {facts.path: facts for facts in link_schema([*told, *read], frozenset(), settings)}
    return tuple(_cut(linked[path], texts[path]) for path in _in_order([*told, *read]))


def _in_order(read: Sequence[FileFacts]) -> Iterator[str]:
    done: set[str] = set()
    ordered = [facts for history in histories(read) for facts in history.files]
    for facts in (*ordered, *read):
        if facts.path not in done and facts.path.endswith(SUFFIX):
            done.add(facts.path)
            yield facts.path


def _cut(facts: FileFacts, text: str) -> Migration:
    parts = split(text, DIALECT, facts.path)
    locate = locator(facts.path, parts.text)
    pieces = [piece for piece in parts.pieces if piece.kind != "gap" and piece.direction == "up"]
    begins = [locate(piece.start, piece.start)[1:3] for piece in pieces]
    steps: dict[int, list[SchemaStep]] = {}
    for fact in facts.facts:
        if isinstance(fact, SchemaStep) and fact.direction == "up":
            at = bisect_right(begins, (fact.location.line, fact.location.column)) - 1
            steps.setdefault(at, []).append(fact)
    return Migration(
        facts.path,
        tuple(_statements(parts.text, pieces, begins, steps)),
    )


def _statements(
    text: str,
    pieces: Sequence[Piece],
    begins: Sequence[Sequence[object]],
    steps: Mapping[int, Iterable[SchemaStep]],
) -> Iterator[Statement]:
    for at, piece in enumerate(pieces):
        written = text[piece.start : piece.end].strip().rstrip(";").rstrip()
        line = int(str(begins[at][0]))
        reason = "a line for the client" if piece.kind == "client" else ""
        if piece.kind == "data":
            continue  # goes with the COPY before it
        if at + 1 < len(pieces) and pieces[at + 1].kind == "data":
            reason = "rows for COPY, which are not loaded"
        own = tuple(steps.get(at, ()))
        wrapped = piece.wrapped
        if own and wrapped is None and all(step.in_transaction is False for step in own):
            wrapped = False  # a setting says so; that there is one may be a runner's habit
        yield Statement(written, line, own, wrapped, reason)
