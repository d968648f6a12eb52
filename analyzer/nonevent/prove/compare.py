"""What was predicted of a statement beside what was seen of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from nonevent.prove.observe import MODES, Seen, Taken, strongest
from nonevent.prove.roles import Roles

__all__ = ["Effect", "differences"]

READ = "ACCESS SHARE"
ROWS = "ROW EXCLUSIVE"
FREE = {"sequence": ROWS}  # what `nextval` takes, and every INSERT with it
ORDER = tuple(MODES)


class Effect(Protocol):
    """A row of the catalogue of locks, whichever pack it comes from."""

    @property
    def lock(self) -> str:
        """The lock on the statement's own table; "" none."""

    @property
    def others(self) -> tuple[str, ...]:
        """Locks on what else there is: "referenced SHARE ROW EXCLUSIVE"."""

    @property
    def moment(self) -> tuple[str, ...]:
        """Stronger ones that are held for a moment."""

    @property
    def form(self) -> str:
        """What it is the row of: "postgresql add check"."""

    @property
    def transaction(self) -> bool:
        """Whether the server does it inside a transaction."""

    @property
    def rewrites(self) -> bool:
        """Whether every row is written anew."""

    @property
    def scans(self) -> bool:
        """Whether every row is read."""

    @property
    def builds_index(self) -> bool:
        """Whether an index is built."""


def differences(
    effects: Sequence[Effect],
    seen: Seen,
    own: str,
    roles: Roles,
    *,
    beside: Collection[str] = (),
    strict: bool = True,
    reads: bool = True,
    sampled: bool = False,
) -> tuple[str, ...]:
    """Return what was seen and not predicted, or the other way round, each in a few words.

    `effects` describe one statement together. Locks of an earlier statement of the transaction
    count as held, reads of other tables as nothing, and locks that last for a moment may have gone
    unseen. What is `beside` the table `own` is locked like it. If it is not `strict`, locks on
    other relations may be missing: they hang on what exactly is changed. Without `reads` nobody
    asks which tables were read. Where locks were `sampled` while the statement ran, all of them
    may be missing.
    """
    told = [_split(each) for effect in effects for each in effect.others]
    brief = [_split(each) for effect in effects for each in effect.moment]
    lasting = strongest(effect.lock for effect in effects if effect.lock)
    missing = (
        () if sampled and not _strongest_of(seen.locks).get(own) else _missing(lasting, seen, own)
    )
    unseen = _unseen(told, seen, roles) if strict else ()
    promised = [*told, *brief, ("beside", lasting or READ)]
    known = {**roles, "beside": beside}
    more = _unexplained(seen.locks, own, lasting, promised, known)
    return (*missing, *unseen, *more, *_deeds(effects, seen, roles, reads=reads))


def _strongest_of(locks: Sequence[Taken]) -> dict[str, str]:
    """Return relation → strongest lock on it."""
    return {
        name: strongest(each.mode for each in locks if each.relation == name)
        for name in {each.relation for each in locks}
    }


def _missing(lasting: str, seen: Seen, own: str) -> Iterator[str]:
    if not _agrees(lasting, [each for each in seen.locks if each.relation == own]):
        found = _strongest_of(seen.locks).get(own) or "none"
        yield f"lock on {own or 'its table'}: predicted {lasting or 'none'}, seen {found}"


def _unseen(wanted: Iterable[tuple[str, str]], seen: Seen, roles: Roles) -> Iterator[str]:
    taken = {(each.relation, each.mode) for each in seen.locks}
    held = _strongest_of(seen.locks)
    for role, mode in wanted:
        there = roles.get(role, ())
        if not any((name, mode) in taken for name in there):
            yield f"lock on what is {role}: predicted {mode}, seen {_of(there, held)}"


def _deeds(effects: Sequence[Effect], seen: Seen, roles: Roles, *, reads: bool) -> Iterator[str]:
    # a rewrite builds the indexes of its table anew, and not every table has one
    builds = any(
        each.builds_index and (roles.get("indexes") or not each.rewrites) for each in effects
    )
    for word, told, names in (
        ("rewritten", any(effect.rewrites for effect in effects), seen.rewritten),
        ("read as a whole", any(effect.scans for effect in effects), seen.scanned),
        ("indexes built", builds, seen.built),
    ):
        if told is not bool(names) and (reads or names is not seen.scanned):
            yield f"{word}: predicted {'some' if told else 'none'}, seen {_said(names)}"


def _agrees(lasting: str, locks: Sequence[Taken]) -> bool:
    """Return whether the locks on a table are what a statement was to take, or hold already."""
    new = strongest(each.mode for each in locks if each.new)
    if not lasting:
        return new in ("", READ)
    held = any(each.mode == lasting for each in locks)
    return held and ORDER.index(new or READ) <= ORDER.index(lasting)


def _split(other: str) -> tuple[str, str]:
    """Return role and mode of "referenced SHARE ROW EXCLUSIVE"."""
    mode = next(mode for mode in sorted(ORDER, key=len, reverse=True) if other.endswith(f" {mode}"))
    return other.removesuffix(f" {mode}"), mode


def _unexplained(
    locks: Sequence[Taken],
    own: str,
    lasting: str,
    promised: Collection[tuple[str, str]],
    roles: Roles,
) -> Iterator[str]:
    held = _strongest_of(locks)
    # what writes rows may write others by triggers and foreign keys, which blocks nobody
    slight = ROWS if lasting == ROWS else READ
    for taken in locks:
        name, mode = taken.relation, taken.mode
        if not taken.new or mode != held[name] or name == own:
            continue
        table = held.get(taken.table, READ)  # an index is locked with its table
        bound = table if taken.kind == "index" else FREE.get(taken.kind, slight)
        if ORDER.index(mode) <= ORDER.index(bound):
            continue
        told = (each for role, each in promised if name in roles.get(role, ()))
        if ORDER.index(mode) > ORDER.index(strongest(told) or READ):
            yield f"lock on {taken.kind} {name}: {mode}, not predicted"


def _of(names: Iterable[str], held: Mapping[str, str]) -> str:
    return ", ".join(f"{held.get(name) or 'none'} on {name}" for name in sorted(names)) or "none"


def _said(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
