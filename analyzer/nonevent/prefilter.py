"""Which files deserve a parse: scans of their bytes for the words that rules wait for."""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from nonevent.readers.state import CHANGING

__all__ = ["Filter", "build", "changes", "words_of"]

# Last parts of callees that stand in most files: there the module's name is the rarer word.
COMMON = frozenset(
    {"add", "call", "close", "connect", "copy", "create", "delete", "dump", "get", "head", "open"}
    | {"patch", "post", "put", "read", "remove", "request", "run", "save", "send", "write"}
)
# Migrations are read whole: every operation is a fact.
MIGRATIONS = (b"migrations", b"alembic")
# A suppression that silences nothing is a finding, wherever it stands.
SUPPRESSION = b"nonevent:"
# A module-level name bound to what may be a container, as it begins a line.
CONTAINER = (
    rb"\n(\w+)(?: *:[^=\n]+)? *=\s*"
    rb"(?:[\[{(]|(?:\w+\.)*(?:dict|list|set|bytearray|defaultdict|deque|Counter|OrderedDict"
    rb"|\w*Cache|Weak\w+)\()"
)
# After `NAME[`: an assignment to the item, a method of it, or a line that goes on below.
ITEM_CHANGES = rb"[^\n]*(?:\]\s*\.|\][^\n=!<>]*=(?!=))|[^\n\]]*(?:\n|$)"

Test = Callable[[bytes], bool]


class Filter(NamedTuple):
    """Tests of a file's bytes. All err on the side of reading a file for nothing."""

    deserves: Test  # holds a word that some rule waits for, or state that it changes itself
    containers: Callable[[bytes], frozenset[bytes]]  # names of its module-level containers


def build(calls: Iterable[str], settings: Iterable[str]) -> Filter:
    """Return the filter for these callees and settings."""
    holds = _scanner(sorted(words_of(calls, settings)))
    container = re.compile(CONTAINER)

    def containers(data: bytes) -> frozenset[bytes]:
        return frozenset(container.findall(b"\n" + data))

    def deserves(data: bytes) -> bool:
        if holds(data):
            return True
        names = containers(data)
        return any(name + b"[" in data or name + b"." in data for name in names) or (
            bool(names) and b"global " in data
        )

    return Filter(deserves, containers)


def words_of(calls: Iterable[str], settings: Iterable[str]) -> frozenset[bytes]:
    """Return words of which at least one stands in every file that holds one of these."""
    words = {_word(call).encode() for call in calls}
    words.update(name.encode() for name in settings)
    words.update((*MIGRATIONS, SUPPRESSION))
    if b"SECRET_KEY" in words:
        words.add(b"secret_key")
    return frozenset(words)


def _word(call: str) -> str:
    root, _, _ = call.partition(".")
    if root == call:
        return call  # a builtin; `f = open` is rare, and the parser tells it
    if root == "request":  # a view's parameter: `request.FILES[…]`
        return call.split(".")[1].removesuffix("[]")
    tail = call.rpartition(".")[2]
    if root in sys.stdlib_module_names and tail not in COMMON:
        return tail
    return root


def changes(names: Iterable[bytes]) -> Callable[[bytes], frozenset[bytes]]:
    """Return a function from a file's bytes to those of the containers that it may change."""
    marks = [name + sign for name in sorted(names) for sign in (b"[", b".")]
    item = re.compile(ITEM_CHANGES)
    method = re.compile(b"(?:" + "|".join(sorted(CHANGING)).encode() + rb"|get\(.*\)[.\[])\b")
    find = _automaton(marks)

    def changed(data: bytes) -> frozenset[bytes]:
        found = set()
        for mark, start, end in find(data):
            name, sign = marks[mark][:-1], marks[mark][-1:]
            before = data[start - 1 : start]
            if name in found or before.isalnum() or before == b"_":
                continue
            after = (method if sign == b"." else item).match(data, end)
            if after or data[max(start - 4, 0) : start] == b"del ":
                found.add(name)
        return frozenset(found)

    return changed


def naming(pairs: Iterable[tuple[bytes, bytes]]) -> Test:
    """Return a test: does a file hold both words of one of the pairs."""
    wanted = sorted(set(pairs))
    words = sorted({word for pair in wanted for word in pair})
    find = _automaton(words)

    def test(data: bytes) -> bool:
        found = {words[mark] for mark, _, _ in find(data)}
        return any(one in found and two in found for one, two in wanted)

    return test


def _scanner(words: Sequence[bytes]) -> Test:
    import ahocorasick_rs

    automaton = ahocorasick_rs.BytesAhoCorasick(
        words, implementation=ahocorasick_rs.Implementation.DFA
    )
    return lambda data: bool(automaton.find_matches_as_indexes(data))


def _automaton(words: Sequence[bytes]) -> Callable[[bytes], list[tuple[int, int, int]]]:
    import ahocorasick_rs

    if not words:
        return lambda _: []
    automaton = ahocorasick_rs.BytesAhoCorasick(words)
    return lambda data: automaton.find_matches_as_indexes(data, overlapping=True)
