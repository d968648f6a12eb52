"""Edits of SQL files: words that come into a statement, and statements before it."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from nonevent.edit import Edit
from nonevent.fixes.source import Refused, Source, Splice, cut, newline

__all__ = ["Statements", "proves", "splices"]

# The words of each statement of a file, comments left out: as written, with start and end.
Word = tuple[str, int, int]
Statements = Callable[[str], Sequence[Sequence[Word]]]

# What stands between the last word of a statement and its end.
CLOSING = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*+;", re.DOTALL)
# How a migration tool is told to open no transaction: what stands there, and what to write.
# Sources: github.com/amacneil/dbmate, github.com/pressly/goose, github.com/rubenv/sql-migrate
RUNNERS = (
    (re.compile(r"(?im)^[ \t]*--\s*migrate:up\b(?!.*transaction:)"), " transaction:false", False),
    (re.compile(r"(?im)^[ \t]*--\s*\+migrate\s+Up\b(?!.*notransaction)"), " notransaction", False),
    (re.compile(r"(?im)^(?=[ \t]*--\s*\+goose\s+Up\b)"), "-- +goose NO TRANSACTION", True),
)
# Liquibase is told at each changeset; sqlx, whose scripts say nothing of a runner, at the very top:
# docs.liquibase.com (formatted SQL), github.com/launchbadge/sqlx, sqlx-core/src/migrate/source.rs
CHANGESET = re.compile(r"(?im)^[ \t]*--\s*changeset\s+\S+:\S+[^\r\n]*?(?=[ \t]*\r?$)")
ANY = re.compile(r"(?im)^[ \t]*--\s*(?:\+\w+|migrate:|changeset\b|liquibase\b|!ups|rambler\b)")


def splices(source: Source, statements: Statements, edit: Edit) -> tuple[Splice, ...] | None:
    """Return what an edit changes in the text; None where its place is not found."""
    try:
        start, end = cut(source, edit.place)
    except (IndexError, *Refused):
        return None
    if edit.stands == "runner":
        return _told(source, start)
    words = next((w for w in statements(source.text) if w and w[0][1] <= start < w[-1][2]), None)
    if words is None:
        return None
    if edit.stands == "before":
        return _before(source, words, edit)
    if edit.stands == "after":
        return _after(source, words, edit)
    if edit.stands == "without":
        return _without(words, start, end, edit.instead_of)
    if edit.stands == "end":
        return (Splice(end, end, f" {edit.text}"),)
    places = [at for word, begin, at in words if begin >= start and word.upper() == edit.instead_of]
    return (Splice(places[0], places[0], f" {edit.text}"),) if places else None


def _without(words: Sequence[Word], start: int, end: int, wanted: str) -> tuple[Splice, ...] | None:
    """Return what takes out the only word of a place that reads so, up to the next one."""
    found = [
        (begin, follows)
        for (word, begin, _), (_, follows, _) in pairwise(words)
        if start <= begin < end and word.upper() == wanted
    ]
    return (Splice(*found[0], ""),) if len(found) == 1 else None


def _told(source: Source, start: int) -> tuple[Splice, ...] | None:
    for pattern, words, is_line in RUNNERS:
        found = pattern.search(source.text)
        if found is not None:
            return (
                Splice(found.end(), found.end(), f"{words}{newline(source)}" if is_line else words),
            )
    changesets = list(CHANGESET.finditer(source.text, 0, start))
    if changesets and "runintransaction" not in changesets[-1][0].lower():
        end = changesets[-1].end()
        return (Splice(end, end, " runInTransaction:false"),)
    if ANY.search(source.text) is None:
        return (Splice(0, 0, f"-- no-transaction{newline(source)}"),)
    return None


def _before(source: Source, words: Sequence[Word], edit: Edit) -> tuple[Splice, ...]:
    start = words[0][1]
    line = source.text.rfind("\n", 0, start) + 1
    indent = source.text[line:start]
    rest = f"{newline(source)}{indent}" if not indent.strip() else " "
    return (Splice(start, start, f"{edit.text}{rest}"),)


def _after(source: Source, words: Sequence[Word], edit: Edit) -> tuple[Splice, ...]:
    end = words[-1][2]
    closing = CLOSING.match(source.text, end)
    at = closing.end() if closing else end
    return (Splice(at, at, f"{'' if closing else ';'}{newline(source)}{edit.text}"),)


def proves(
    before: Source,
    after: Source,
    edits: Sequence[tuple[Edit, tuple[Splice, ...]]],
    read: Statements,
) -> bool:
    """Tell whether the statements of `after` are those of `before` with these edits, no more."""
    expected = [[(word, start, end) for word, start, end in each] for each in read(before.text)]
    new: list[tuple[int, list[str]]] = []  # statements that come before what starts there
    for edit, made in edits:
        if edit.stands == "runner":
            continue
        words = [word for each in read(edit.text) for word, _, _ in each]
        at = made[0].start
        if edit.stands in {"before", "after"}:
            new.append((at, words))
        elif edit.stands == "without":
            expected = [[word for word in each if word[1] != at] for each in expected]
        elif not _put(expected, at, words):
            return False
    told: list[list[str]] = []
    for each in expected:
        told += [words for at, words in new if at <= each[0][1]]
        new = [(at, words) for at, words in new if at > each[0][1]]
        told.append([word for word, _, _ in each])
    told += [words for _, words in new]
    return told == [[word for word, _, _ in each] for each in read(after.text)]


def _put(statements: list[list[Word]], at: int, words: Sequence[str]) -> bool:
    """Put words behind the one that ends at an offset."""
    for each in statements:
        for index, (_, _, end) in enumerate(each):
            if end == at:
                each[index + 1 : index + 1] = [(word, -1, -1) for word in words]
                return True
    return False
