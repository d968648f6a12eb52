"""Which files deserve a parse: scans of their bytes for the words that rules wait for."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

from nonevent.noun import NamedTuple
from nonevent.readers.interests import clients_of
from nonevent.readers.naming import CANONICAL
from nonevent.words import WORD, finder, stands

__all__ = ["ATTRIBUTE", "GLOBAL", "SINGLE", "Filter", "build", "words_of"]

# Migrations are read whole: every operation is a fact.
MIGRATIONS = ("alembic.op", "django.migrations", "django.operations")
# A suppression that silences nothing is a finding, wherever it stands.
SUPPRESSION = b"nonevent:"
# An import of modules that begins a line, also over lines that a backslash joins: the module of
# `from x import y`, or all that `import` names.
IMPORT = rb"%s[ \t\f]*+(?:from[ \t\\\n]++(\w++)|import[ \t\\]([^\n\\]*+(?:\\\n?[^\n\\]*+)*+))"
# What a row may need that is no word: `open` with no mode at hand reads.
PATTERNS = {b"<write mode>": re.compile(rb"""["'][rbtU]*[wax][rbtUwax+]*["']""")}
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
GLOBAL = re.compile(rb"\bglobal ([\w, ]+)")
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
    find = finder({*alone, *plain}.union(*(each for beside in needed.values() for each in beside)))
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
        found = find(data)
        if not found.isdisjoint(alone):
            return True
        roots = {root for root in plain & found if stands(root, data)}
        imports = anywhere if _imports_behind(data) else at_start
        for module, more in imports.findall(_in_lines(data)):
            roots.update(imported.intersection(WORD.findall(more) if more else (module,)))
        return any(beside(root)(data, found) for root in roots)

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


def _imports_behind(data: bytes) -> bool:
    """Tell whether an import may stand behind something else on its line."""
    for word in (b"from", b"import"):  # far faster than a pattern, which would begin with the sign
        start = data.find(word)
        while start >= 0:
            if data[max(start - 9, 0) : start].rstrip(b" \t").endswith((b";", b":")):
                return True
            start = data.find(word, start + 4)
    return False


def _in_lines(data: bytes) -> bytes:
    """Return the bytes with all ends of lines alike, and one before an import on the first."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b"\n" + data.removeprefix(BOM) if data.startswith((b"from", b"import", BOM)) else data


def _beside(needs: Collection[frozenset[bytes]]) -> Callable[[bytes, Collection[bytes]], bool]:
    """Return a test of a file and the words it holds: are all of one of the sets among them."""
    if frozenset() in needs:
        return lambda data, _: bool(data)  # a file that says nothing is not asked
    # Word → sets of words that hold it, each once, with what is no word; b"": of those alone.
    sets: dict[bytes, list[tuple[frozenset[bytes], list[bytes]]]] = {}
    for one in needs:
        plain = one - PATTERNS.keys()
        sets.setdefault(min(plain, default=b""), []).append((plain, [*one - plain]))

    def test(data: bytes, found: Collection[bytes]) -> bool:
        return any(
            plain.issubset(found) and all(PATTERNS[word].search(data) for word in more)
            for first in (b"", *found)
            for plain, more in sets.get(first, ())
        )

    return test


def _spellings(call: str) -> Iterator[str]:
    """Yield a callee's name and those under which a file may import it."""
    yield call
    for spelling, name in CANONICAL.items():
        if call == name or call.startswith(f"{name}."):
            yield spelling + call[len(name) :]
