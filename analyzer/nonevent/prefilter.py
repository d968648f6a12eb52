"""Which files deserve a parse: scans of their bytes for the words that rules wait for."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from nonevent.noun import NamedTuple
from nonevent.readers.asked import talks
from nonevent.readers.interests import clients_of
from nonevent.readers.naming import CANONICAL
from nonevent.readers.state import CHANGING

__all__ = [
    "Filter",
    "asks",
    "build",
    "changes",
    "changes_kept",
    "changes_own",
    "kept",
    "naming",
    "sets",
    "words_of",
]

# Migrations are read whole: every operation is a fact.
MIGRATIONS = ("alembic.op", "django.migrations", "django.operations")
# A suppression that silences nothing is a finding, wherever it stands.
SUPPRESSION = b"nonevent:"
# An import of modules that begins a line, also over lines that a backslash joins: the module of
# `from x import y`, or all that `import` names.
IMPORT = rb"%s[ \t\f]*+(?:from[ \t\\\n]++(\w++)|import[ \t\\]([^\n\\]*+(?:\\\n?[^\n\\]*+)*+))"
# Where one stands behind something else on its line: what to look for before the slower search.
BEHIND = tuple(
    sign + gap + word
    for sign in (b";", b":")
    for gap in (b"", b" ", b"  ", b"\t")
    for word in (b"from", b"import")
)
# What a row may need that is no word: `open` with no mode at hand reads.
PATTERNS = {b"<write mode>": re.compile(rb"""["'][rbtU]*[wax][rbtUwax+]*["']""")}
_METHODS = "|".join(sorted(CHANGING)).encode()
# A module-level name bound to what may be a container, as it begins a line. What has met gives
# nothing back (`++`): most lines fail at the sign, and would be tried again for every letter.
CONTAINER = (
    rb"\n(?:\w++\.)?+(\w++)(?: *+:[^=\n]++)? *+=\s*+"
    rb"(?:[\[{(]|(?:\w++\.)*+(?:dict|list|set|bytearray|defaultdict|deque|Counter|OrderedDict"
    rb"|\w+Dict|\w*Cache|\w*Queue|Weak\w+)\()"
)
# The same of an attribute, or of a name in the body of a class or a function.
ATTRIBUTE = CONTAINER.replace(rb"\n(?:\w++\.)?+(\w++)", rb"\n[ \t]++(self\.)?+(\w++)", 1).replace(
    b"[{(]", b"[{]"
)
# A class with what it is derived from; a name or an attribute that is bound to what a call returns.
CLASS = rb"\n[ \t]*+class (\w++)(?:\(([^)]*+)\))?"
CALL = rb" *+(?:\w++\.)*+(\w++)\("
# An attribute, or an entry, of the application.
HUNG = rb"(?:self\.)?+(?:current_)?+app(?:lication)?+(?:\.\w++)*+(?:\[[^\]\n]++\])?+"
OBJECT = rb"\n(?:(\w++)|[ \t]++self\.\w++|[ \t]*+" + HUNG + rb")(?: *+:[^=\n]++)? *+=" + CALL
# The same where a function binds a `global` name, or keeps what it returns.
LATE = rb"\n[ \t]++(?:(\w++)(?: *+:[^=\n]++)? *+=|return)" + CALL
# What a class holds of which there is one object.
SINGLE = (b"_instance", b"ingleton")
# What a container of dependencies makes once, and how it says so.
PROVIDING = (b"Singleton(", b"_singleton(", b"provide(", b"provide_all(", b".register(", b".bind(")
GIVEN_CLASS = re.compile(rb"\b([A-Z]\w*)\s*[,)]")
WORD = re.compile(rb"\w+")
# After `NAME.`: an attribute is set, or what it holds is changed.
ATTRIBUTE_SET = re.compile(
    rb"""\w+(?: *(?:[-+*/|&^%]+=|= *(?:[-"'\d]|[rbuf]+["']|True\b|False\b))"""
    rb"|\[[^\]\n]*\] *=(?!=)|\.(?:" + _METHODS + rb")\()"
)
GLOBAL = re.compile(rb"\bglobal ([\w, ]+)")
# An attribute of the application's `state`, or an entry of it, that is set or changed.
HANGING = re.compile(
    rb"app(?:lication)?(?:\.state\.\w+|(?:\.config)?\[[^\]\n]+\])(?:\[[^\]\n]*\])?"
    rb"(?: *[-+|]?=[^=]|(?: *:[^=\n]+)=|\.(?:" + _METHODS + rb")\()"
)
# A handler inside another function.
INNER = re.compile(
    rb"\n[ \t]+@[\w.]+\.(?:route|get|post|put|patch|delete|websocket\w*|on|command)\("
)
# After `NAME[`: an assignment to the item, a changing method of it, or a line that goes on below.
ITEM_CHANGES = re.compile(
    rb"[^\n]*\](?:[ \t]*[-+*/|&^%@<>]*=(?!=)|\.(?:" + _METHODS + rb")\()|[^\n\]]*(?:\n|$)"
)
# After `NAME.`: a changing method, or one of what `.get(…)` returns.
METHOD_CHANGES = re.compile(rb"(?:" + _METHODS + rb")\(|get\(.*\)[.\[]")

# Before `NAME,`: a function that changes what it is given first; and how far its name reaches.
GIVEN_FIRST = re.compile(rb"(?:heap(?:push|pop|ify|replace)\w*|insort\w*)\((?:\w+\.)*+\w*+\Z")
REACH = 60

# From so many words on the fastest kind of automaton takes longer to make than it saves.
MANY = 2000
BOM = b"\xef\xbb\xbf"

Test = Callable[[bytes], bool]


class Filter(NamedTuple):
    """Tests of a file's bytes. All err on the side of reading a file for nothing."""

    speaks: Test  # holds the words of a call or a setting that some rule waits for
    # Names of its module-level containers, and what `Kept` reads.
    containers: Callable[[bytes], frozenset[bytes]]


def build(
    calls: Mapping[str, Iterable[Iterable[str]]], settings: Iterable[str], own: Iterable[str] = ()
) -> Filter:
    """Return the filter for these settings and callees, each with more words that it needs.

    Callees that the project's `own` modules define are imported by relative names as well: of
    these the last word is looked for.

    A file with a call of `requests.Session.get` holds each of the three words, and the first one
    in an import: an alias hides none.
    """
    lasts = {name.rpartition(".")[2].encode() for name in own}
    alone, needed = words_of(calls, settings)
    needed = {**needed, **dict.fromkeys(lasts, frozenset({frozenset[bytes]()}))}
    plain = {root for root in needed if root[:1] == b"." or root.decode() in calls} | lasts
    imported = needed.keys() - plain
    words = sorted({*alone, *plain, *BEHIND})
    find = _automaton(words)
    beside = cache(lambda root: _beside(needed[root]))  # made as they are met: there are hundreds
    at_start, anywhere = (re.compile(IMPORT % place) for place in (rb"\n", rb"[\n;:]"))
    container = re.compile(CONTAINER)
    defined, made, late = map(re.compile, (CLASS, OBJECT, LATE))

    def containers(data: bytes) -> frozenset[bytes]:
        data = b"\n" + data
        found = set(container.findall(data))
        found.update(b"=%s=%s" % each for each in made.findall(data))
        if b"global " in data or b"lru_cache" in data or b"@cache" in data:
            declared = {name for names in GLOBAL.findall(data) for name in WORD.findall(names)}
            found.update(
                b"=%s=%s" % each
                for each in late.findall(data)
                if not each[0] or each[0] in declared
            )
        if (b"ingleton" in data or b"Scope." in data) and any(word in data for word in PROVIDING):
            found.update(b"=+=" + name for name in GIVEN_CLASS.findall(data))
        if b"class " in data:
            classes = defined.findall(data)
            found.update(b":%s:%s" % each for each in classes)
            if any(word in data for word in SINGLE):
                found.update(b"=!=" + name for name, _ in classes)
        return frozenset(found)

    def speaks(data: bytes) -> bool:
        found = {words[mark] for mark, _, _ in find(data)}
        if not found.isdisjoint(alone):
            return True
        roots = {root for root in plain & found if _stands(root, data)}
        imports = at_start if found.isdisjoint(BEHIND) else anywhere
        for module, more in imports.findall(_in_lines(data)):
            roots.update(imported.intersection(WORD.findall(more) if more else (module,)))
        return any(beside(root)(data) for root in roots)

    return Filter(speaks, containers)


def words_of(
    calls: Mapping[str, Iterable[Iterable[str]]], settings: Iterable[str]
) -> tuple[frozenset[bytes], Mapping[bytes, frozenset[frozenset[bytes]]]]:
    """Return the words of which one is enough, and first words with what must stand beside them."""
    alone = {name.encode() for name in settings} | {SUPPRESSION}
    if b"SECRET_KEY" in alone:
        alone.update((b".secret_key =", b".secret_key="))
    if b"LOGGING" in alone:  # a mapping of another name configures it as well
        alone.update((b'FileHandler"', b"FileHandler'"))
    if "pathlib.Path.write_text" in calls:  # paths that other modules hand over
        alone.update((b".write_text(", b".write_bytes("))
        alone.update(b".open(%s%s" % (mark, mode) for mark in (b'"', b"'") for mode in (b"w", b"a"))
    alone.update((b"def upgrade(op", b"def downgrade(op"))  # Alembic's is handed over
    needed: dict[bytes, set[frozenset[bytes]]] = {}
    made = dict.fromkeys(clients_of(calls), ())  # a file may make what another one calls
    for call, more in (*calls.items(), *made.items(), *dict.fromkeys(MIGRATIONS, ()).items()):
        for name in _spellings(call):
            root, *rest = name.replace("[]", "").encode().split(b".")
            if root == b"request":  # a view's parameter: `request.FILES[…].save(…)`
                root, rest = b"." + rest[0], [b"." + word for word in rest[1:]]
            for needs in more or ((),):
                beside = frozenset(rest).union(word.encode() for word in needs)
                needed.setdefault(root, set()).add(beside)
    return frozenset(alone), {root: frozenset(rest) for root, rest in needed.items()}


def _stands(word: bytes, data: bytes, after: tuple[bytes, ...] = ()) -> bool:
    """Tell whether a word, or one with a dot before it, stands by itself, not `after` a word."""
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if not (
            (word[:1] != b"." and _goes_before(data, start))
            or _goes_before(data, end + 1)
            or any(
                data.endswith(one, 0, start) and not _goes_before(data, start - len(one))
                for one in after
            )
        ):
            return True
        start = data.find(word, end)
    return False


def _in_lines(data: bytes) -> bytes:
    """Return the bytes with all ends of lines alike, and one before an import on the first."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b"\n" + data.removeprefix(BOM) if data.startswith((b"from", b"import", BOM)) else data


def _beside(needs: Collection[frozenset[bytes]]) -> Test:
    """Return a test: does a file hold all words of one of the sets."""
    if frozenset() in needs:
        return bool  # a file that says nothing is not asked
    words = sorted({word for one in needs for word in one if word not in PATTERNS})
    find = _automaton(words)
    # Word → sets of words that hold it, each once, with what is no word; b"": of those alone.
    sets: dict[bytes, list[tuple[frozenset[bytes], list[bytes]]]] = {}
    for one in needs:
        plain = one - PATTERNS.keys()
        sets.setdefault(min(plain, default=b""), []).append((plain, [*one - plain]))

    def test(data: bytes) -> bool:
        met = {words[mark] for mark, _, _ in find(data)}
        return any(
            plain <= met and all(PATTERNS[word].search(data) for word in more)
            for first in (b"", *met)
            for plain, more in sets.get(first, ())
        )

    return test


def _spellings(call: str) -> Iterator[str]:
    """Yield a callee's name and those under which a file may import it."""
    yield call
    for spelling, name in CANONICAL.items():
        if call == name or call.startswith(f"{name}."):
            yield spelling + call[len(name) :]


def changes(names: Iterable[bytes]) -> Callable[[bytes], frozenset[bytes]]:
    """Return a function from a file's bytes to those of the containers that it may change."""
    marks = [name + sign for name in sorted(names) for sign in (b"[", b".", b",", b")")]
    find = _automaton(marks)

    def changed(data: bytes) -> frozenset[bytes]:
        return frozenset(
            marks[mark][:-1] for mark, start, end in find(data) if _is_change(data, start, end)
        )

    return changed


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


def asks(names: Iterable[bytes]) -> Callable[[bytes], frozenset[bytes]]:
    """Return a function from a file's bytes to the classes for whose object it asks: `Carts()`."""
    marks = [name + b"(" for name in sorted(names)]
    find = _automaton(marks)

    def found(data: bytes) -> frozenset[bytes]:
        return frozenset(
            marks[mark][:-1]
            for mark, start, _ in find(data)
            if not _goes_before(data, start) and not data.endswith(b"class ", 0, start)
        )

    return found


def sets(names: Iterable[bytes]) -> Callable[[bytes], frozenset[bytes]]:
    """Return a function from a file's bytes to the objects of which it sets an attribute."""
    marks = [name + b"." for name in sorted(names)]
    find = _automaton(marks)

    def found(data: bytes) -> frozenset[bytes]:
        return frozenset(
            marks[mark][:-1]
            for mark, start, end in find(data)
            if ATTRIBUTE_SET.match(data, end) and not _goes_before(data, start)
        )

    return found


def _goes_before(data: bytes, start: int) -> bool:
    before = data[start - 1 : start]
    return before.isalnum() or before == b"_"


def _is_change(data: bytes, start: int, end: int) -> bool:
    """Tell whether `NAME[`, `NAME.` or `(NAME,` at `start` may begin a change of the container."""
    if data[start : start + 1] != b"." and _goes_before(data, start):
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
    words = sorted({word for pair in wanted for word in pair})
    find = _automaton(words)

    def test(path: bytes, data: bytes) -> bool:
        found = {words[mark] for text in (path, data) for mark, _, _ in find(text)}
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
        return _stands(name, data)
    if _stands(module, path):  # a base class may stand anywhere in its package
        return _stands(name, data, (b"def ",))
    return _stands(module, data) and _stands(name, data, (b"def ", b"class "))


def _ends(place: bytes, module: bytes) -> bool:
    return place.endswith(module) and not _goes_before(place, len(place) - len(module))


def _automaton(words: Sequence[bytes]) -> Callable[[bytes], list[tuple[int, int, int]]]:
    import ahocorasick_rs

    if not words:
        return lambda _: []
    kind = ahocorasick_rs.Implementation.DFA if len(words) < MANY else None
    automaton = ahocorasick_rs.BytesAhoCorasick(words, implementation=kind)
    return lambda data: automaton.find_matches_as_indexes(data, overlapping=True)
