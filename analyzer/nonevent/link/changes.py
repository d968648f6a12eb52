"""What the changes of one cell say of each other."""

import re
from collections.abc import Iterator, Sequence

from nonevent.facts import FileFacts, Mutation, Role
from nonevent.location import Location

__all__ = ["compared"]

TAKES = frozenset({"clear", "del", "discard", "pop", "popitem", "remove"})
# Words of functions by which a program throws out what is no longer true.
THROWS_OUT = frozenset(
    {"clear", "delete", "discard", "drop", "evict", "flush", "forget", "invalidate", "pop"}
    | {"purge", "remove", "reset", "revoke"}
)


def compared(files: Sequence[FileFacts]) -> tuple[FileFacts, ...]:
    """Return the facts, each change with whether requests throw something out of its cell."""
    cells = {cell for facts in files for cell in _thrown_out(facts)}
    if not cells:
        return tuple(files)
    return tuple(
        facts._replace(
            facts=tuple(
                fact._replace(thrown_out=True)
                if isinstance(fact, Mutation) and fact.target and fact.target.location in cells
                else fact
                for fact in facts.facts
            )
        )
        for facts in files
    )


def _thrown_out(facts: FileFacts) -> Iterator[Location]:
    for fact in facts.facts:
        if isinstance(fact, Mutation) and fact.target is not None and fact.how in TAKES:
            words = re.findall("[a-z]+", fact.scope.rpartition(".")[2].lower())
            asked = any(one.role is Role.HANDLER for one in fact.reach)
            if asked and not THROWS_OUT.isdisjoint(words):
                yield fact.target.location
