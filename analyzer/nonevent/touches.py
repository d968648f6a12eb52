"""Which files may change what others hold: scans of their bytes."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from nonevent.noun import NamedTuple
from nonevent.prefilter import ATTRIBUTE, GLOBAL, SINGLE
from nonevent.readers.asked import talks
from nonevent.readers.state import CHANGING
from nonevent.words import WORD, finder, goes_before, stands

__all__ = ["changes_kept", "changes_own", "kept", "naming", "touches"]

METHODS = "|".join(sorted(CHANGING)).encode()
# After `NAME.`: an attribute is set, or what it holds is changed.
ATTRIBUTE_SET = re.compile(
    rb"""\w+(?: *(?:[-+*/|&^%]+=|= *(?:[-"'\d]|[rbuf]+["']|True\b|False\b))"""
    rb"|\[[^\]\n]*\] *=(?!=)|\.(?:" + METHODS + rb")\()"
)
# An attribute of the application's `state`, or an entry of it, that is set or changed.
HANGING = re.compile(
    rb"app(?:lication)?(?:\.state\.\w+|(?:\.config)?\[[^\]\n]+\])(?:\[[^\]\n]*\])?"
    rb"(?: *[-+|]?=[^=]|(?: *:[^=\n]+)=|\.(?:" + METHODS + rb")\()"
)
# A handler inside another function.
INNER = re.compile(
    rb"\n[ \t]+@[\w.]+\.(?:route|get|post|put|patch|delete|websocket\w*|on|command)\("
)
# After `NAME[`: an assignment to the item, a changing method of it, or a line that goes on below.
ITEM_CHANGES = re.compile(
    rb"[^\n]*\](?:[ \t]*[-+*/|&^%@<>]*=(?!=)|\.(?:" + METHODS + rb")\()|[^\n\]]*(?:\n|$)"
)
# After `NAME.`: a changing method, or one of what `.get(…)` returns.
METHOD_CHANGES = re.compile(rb"(?:" + METHODS + rb")\(|get\(.*\)[.\[]")

# Before `NAME,`: a function that changes what it is given first; and how far its name reaches.
GIVEN_FIRST = re.compile(rb"(?:heap(?:push|pop|ify|replace)\w*|insort\w*)\((?:\w+\.)*+\w*+\Z")
REACH = 60


def touches(
    names: Iterable[bytes], objects: Iterable[bytes], single: Iterable[bytes]
) -> Callable[[bytes], frozenset[bytes]]:
    """Return a function from a file's bytes to what it may touch of others.

    That is a container that it may change, `NAME.` of an object of which it sets an attribute, or
    `NAME(` of a class that may have a single object, for which it asks.
    """
    names, objects, single = frozenset(names), frozenset(objects), frozenset(single)
    find = finder(names | objects | single)

    def touched(data: bytes) -> frozenset[bytes]:
        found = find(data)
        changed = {name for name in names & found if next(_changed_at(data, (name,)), -1) >= 0}
        changed.update([name + b"." for name in objects & found if _sets(data, name)])
        changed.update([name + b"(" for name in single & found if _asks(data, name)])
        return frozenset(changed)

    return touched


def _sets(data: bytes, name: bytes) -> bool:
    """Tell whether a file may set an attribute of the object."""
    places = re.finditer(rb"\b%s\." % re.escape(name), data)
    return any(ATTRIBUTE_SET.match(data, place.end()) for place in places)


def _asks(data: bytes, name: bytes) -> bool:
    """Tell whether a file may ask for the class's object: `Carts()`."""
    return re.search(rb"\b(?<!class )%s\(" % re.escape(name), data) is not None


def changes_own(data: bytes, names: Collection[bytes]) -> bool:
    """Tell whether a file may change one of the containers that it makes."""
    if b"global " in data and GLOBAL.search(data):
        return True
    if (b"app" in data and HANGING.search(data)) or (b"@" in data and _encloses(data)):
        return True
    return next(_changed_at(data, names), -1) >= 0


def _encloses(data: bytes) -> bool:
    """Tell whether a function may register others inside it, which change what it holds."""
    if not (b"nonlocal " in data or INNER.search(data)):
        return False
    return b"nonlocal " in data or re.search(ATTRIBUTE, b"\n" + data) is not None


def _changed_at(data: bytes, names: Iterable[bytes]) -> Iterator[int]:
    """Yield where a file may change one of the containers: 0-based, of the name's first byte."""
    for name in names:
        start = data.find(name)
        while start >= 0:
            end = start + len(name) + 1
            if data[end - 1 : end] in {b"[", b".", b",", b")"} and _is_change(data, start, end):
                yield start
            start = data.find(name, end)


class Kept(NamedTuple):
    """What files say of classes whose objects live as long as the process."""

    alive: frozenset[bytes]  # names of classes
    homes: Mapping[bytes, frozenset[str]]  # class → files that define one of the name
    objects: Mapping[bytes, frozenset[bytes]]  # name of an object → its classes and theirs above
    makers: Mapping[bytes, frozenset[str]]  # name of an object → files that make it
    single: frozenset[bytes]  # classes that may have one object alone


def kept(names: Mapping[str, Collection[bytes]]) -> Kept:
    """Return what the `containers` of all files, by path, say together."""
    homes: dict[bytes, set[str]] = {}
    above: dict[bytes, set[bytes]] = {}
    made: dict[bytes, set[bytes]] = {}
    makers: dict[bytes, set[str]] = {}
    for path, found in names.items():
        for each in found:
            if each[:1] == b":":
                _, name, bases = each.split(b":", 2)
                homes.setdefault(name, set()).add(path)
                above.setdefault(name, set()).update(WORD.findall(bases))
            elif each[:1] == b"=":
                _, name, kind = each.split(b"=")
                made.setdefault(name, set()).add(kind)
                makers.setdefault(name, set()).add(path)
    defined = set(homes)
    single, provided = frozenset(made.pop(b"!", ())), made.pop(b"+", set())
    objects = {
        name: frozenset(_ancestry(kinds & defined, above))
        for name, kinds in made.items()
        if not kinds.isdisjoint(defined)
    }
    alive = frozenset(kind for kinds in objects.values() for kind in kinds)
    alive |= _ancestry(provided & defined, above)
    objects.pop(b"", None)  # attributes
    return Kept(
        alive,
        {name: frozenset(paths) for name, paths in homes.items()},
        objects,
        {name: frozenset(paths) for name, paths in makers.items()},
        single,
    )


def _ancestry(kinds: Iterable[bytes], above: Mapping[bytes, set[bytes]]) -> set[bytes]:
    queue = [*kinds]
    found = set(queue)
    for kind in queue:  # grows while it is read
        new = above.get(kind, set()) - found
        found |= new
        queue += new
    return found


def changes_kept(data: bytes, names: Collection[bytes], alive: frozenset[bytes]) -> bool:
    """Tell whether a file may change what a class of it, or a living object of one, holds."""
    if talks(data):
        return True
    classes = [each.split(b":")[1] for each in names if each[:1] == b":"]
    lives = not alive.isdisjoint(classes) or any(word in data for word in SINGLE)
    receivers = tuple(name + b"." for name in (*classes, b"cls"))
    if not lives and not any(receiver in data for receiver in receivers):
        return False
    attributes = {b"." + name for _, name in re.findall(ATTRIBUTE, b"\n" + data)}
    return any(
        lives or data.endswith(receivers, 0, start + 1) for start in _changed_at(data, attributes)
    )


def _is_change(data: bytes, start: int, end: int) -> bool:
    """Tell whether `NAME[`, `NAME.` or `(NAME,` at `start` may begin a change of the container."""
    if data[start : start + 1] != b"." and goes_before(data, start):
        return False
    if data[end - 1 : end] in {b",", b")"}:
        return GIVEN_FIRST.search(data, max(start - REACH, 0), start) is not None
    test = METHOD_CHANGES if data[end - 1 : end] == b"." else ITEM_CHANGES
    return bool(test.match(data, end)) or data[max(start - 4, 0) : start] == b"del "


def naming(pairs: Iterable[tuple[bytes, bytes]]) -> Callable[[bytes, bytes], bool]:
    """Return a test of a path and the file's bytes: do they name what one of the pairs says.

    A pair is a module and what it defines, or what is written of a method: "def save(" and
    "(self". A file that defines the same word and says it nowhere else names its own, unless its
    path says that it is the module.
    """
    wanted = sorted(set(pairs))
    find = finder({word for pair in wanted for word in pair})

    def test(path: bytes, data: bytes) -> bool:
        found = find(path) | find(data)
        return any(
            one in found and two in found and _names(path, data, one, two) for one, two in wanted
        )

    return test


def _names(path: bytes, data: bytes, module: bytes, name: bytes) -> bool:
    if b"(" in name:  # no name of a module: what is written of a method
        return True
    if name.endswith(b"."):  # an attribute of the application: `session.`
        return re.search(rb"\b%s\b" % name, data) is not None
    stem = path.removesuffix(b".py")
    if any(_ends(place, module) for place in (stem, stem.removesuffix(b"/__init__"))):
        return stands(name, data)
    if stands(module, path):  # a base class may stand anywhere in its package
        return stands(name, data, (b"def ",))
    return stands(module, data) and stands(name, data, (b"def ", b"class "))


def _ends(place: bytes, module: bytes) -> bool:
    return place.endswith(module) and not goes_before(place, len(place) - len(module))
