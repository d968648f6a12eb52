"""What of one version of a project has been read, and which of its files to read next."""

import errno
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from nonevent.change import Side
from nonevent.common import COMMON
from nonevent.facts import Call, FileFacts, Mutation, Role, SchemaStep, Setting
from nonevent.link.databases import SETTING
from nonevent.link.objects import Methods, handed
from nonevent.link.roles import APART, Markers, place_role
from nonevent.link.settings import deciding
from nonevent.link.transactions import Limits, limits_said, standing
from nonevent.link.wrappers import leaving
from nonevent.note import Note, NoteKind
from nonevent.reading import Asked, Recall, is_data, is_requirements, read, says_nothing
from nonevent.text import decode

if TYPE_CHECKING:
    from nonevent.prefilter import Filter
    from nonevent.progress import Tell

__all__ = ["FEW", "Sight"]

# First letters of what the filter says of classes and objects, beside names of containers.
MARKED = (b":", b"=")
# Bytes of sources that are kept between the scans: half a million lines.
ROOM = 20_000_000
# Below this many files reading all of them costs less than choosing.
FEW = 40


class Sight:
    """One version of the project as far as it has been read."""

    def __init__(
        self,
        side: Side,
        asked: Asked,
        markers: Markers,
        around: Callable[[], Side] | None,
        memory: Recall | None,
        *,
        own: Collection[str] | None = None,
        tell: "Tell | None" = None,
    ) -> None:
        self.side = side
        self.contents = side  # with what is around it, once that is asked for
        self.asked = asked
        self.markers = markers
        self.roots = {part.removesuffix(".py") for path in side for part in path.split("/")}
        self._memory = memory
        self._around = around
        self.own = side if own is None else own  # what is examined: migrations of no other file
        self.looks_around = around is not None and own is None  # else all code is in the side
        self._stars: set[str] = set()  # packages that take all names of their modules
        self._handed: set[tuple[str, str]] = set()  # words for which `handed` has looked
        self.facts: dict[str, FileFacts] = {}
        self.notes: list[Note] = []
        self._kept: dict[str, bytes] = {}
        self._roles: dict[str, Role | None] = {}  # path → what stands there is for
        self._room = ROOM
        self._tell = tell
        self._looked = 0  # files looked through

    def read(self, paths: Iterable[str]) -> bool:
        """Read these files, each once; tell whether there was a new one."""
        new = [path for path in dict.fromkeys(paths) if path not in self.facts]
        found = self._memory.recall(new, self._content) if self._memory else {}
        found.update(self._fresh([path for path in new if path not in found]))
        for path in new:
            self.facts[path] = found[path]
            if path in self.side:
                self.notes.extend(found[path].notes)
        return bool(new)

    def _fresh(self, paths: Sequence[str]) -> dict[str, FileFacts]:
        """Read files that no earlier run read; many are shared out between processes."""
        if len(paths) <= FEW:
            return {path: self._keep(self._one(path)) for path in paths}
        from nonevent.workers import read_all

        sizes = {path: len(self._kept.get(path, b"")) for path in paths}
        read = read_all(sizes, self._one, tell=self._tell)
        return {path: self._keep(facts, text) for path, (facts, text) in read.items()}

    def _keep(self, facts: FileFacts, text: bytes | None = None) -> FileFacts:
        if self._memory is not None:
            self._memory.keep(facts, partial(self._content, facts.path), text)
        return facts

    def _one(self, path: str) -> FileFacts:
        try:
            data = self._content(path)
            text = "" if says_nothing(path, data) else decode(path, data)
        except OSError as error:
            if error.errno == errno.EFBIG and is_data(path):
                return FileFacts(path)
            kind = NoteKind.TOO_LARGE if error.errno == errno.EFBIG else NoteKind.UNREADABLE
            text = Note(path, kind, f"not read: {error.strerror or 'it cannot be read'}")
        if isinstance(text, Note):
            return FileFacts(path, notes=(text,))
        return read(path, text, self.asked)

    def in_order(self) -> list[FileFacts]:
        """Return what was read, by path: the order of reading must not show."""
        return [self.facts[path] for path in sorted(self.facts)]

    def speaks(self, path: str, chosen: "Callable[[], Filter]") -> bool:
        """Tell whether a file holds what some rule waits for, or is for a reader to judge.

        Of a test only its migrations and suppressions count: it serves nobody.
        """
        if self._tell is not None:
            self._looked += 1
            self._tell("files looked through", self._looked, len(self.side))
        if not path.endswith(".py"):
            return not is_requirements(path)
        question = "words"
        if self._role(path) is Role.TEST:
            question, chosen = "words of a test", self._of_tests
        try:
            return bool(self._scan(path, question, lambda data: chosen().speaks(data)))
        except OSError:
            return True  # the reader will say why

    @staticmethod
    @cache
    def _of_tests() -> "Filter":
        from nonevent.prefilter import build

        return build({}, ())

    def _scan(self, path: str, question: str, scan: Callable[[bytes], Any]) -> Any:
        """Return what a scan says of a file, unless an earlier run asked the same of it.

        Raises:
            OSError: the file cannot be read.

        """
        content = partial(self._content, path)
        if self._memory is None:
            return scan(content())
        return self._memory.scan(path, question, content, scan)

    def _said(self, path: str, question: str, scan: Callable[[bytes], Any]) -> Any:
        """Return what a scan says of a Python file; of others only a reader may say something."""
        if not path.endswith(".py") or path not in self.contents:
            return scan(b"")
        try:
            return self._scan(path, question, scan)
        except OSError:
            return scan(b"")

    def _content(self, path: str) -> bytes:
        """Return a file's bytes; those of most projects fit into memory and are read once.

        Raises:
            OSError: they cannot be had.

        """
        data = self._kept.get(path)
        if data is None:
            data = self.contents[path]()
            if len(data) <= self._room:
                self._kept[path] = data
                self._room -= len(data)
        return data

    def changing(self, chosen: "Callable[[], Filter]") -> list[str]:
        """Return the files that change a module's container, their own or another's, and its."""
        from nonevent.prefilter import changes, changes_kept, changes_own, kept, sets

        containers = self._containers(chosen)
        makers: dict[bytes, list[str]] = {}
        for path, names in containers.items():
            for name in names:
                if name[:1] not in MARKED:
                    makers.setdefault(name, []).append(path)
        changed = cache(lambda: changes(makers))
        question = f"changes {sorted(makers)}"
        objects = kept(containers)
        setting = cache(lambda: sets(objects.objects))
        asked = f"sets {sorted(objects.objects)}"
        keeps = f"keeps {sorted(objects.alive)}"
        found: dict[str, None] = {}
        for path, names in containers.items():
            plain = [name for name in names if name[:1] not in MARKED]
            own = partial(changes_own, names=plain)
            alive = partial(changes_kept, names=names, alive=objects.alive)
            if path not in self.facts and (
                self._said(path, "changes its own", own) or self._said(path, keeps, alive)
            ):
                found[path] = None
            for text in self._said(path, question, lambda data: _texts(changed()(data))):
                if path not in makers[name := text.encode()]:
                    found.update(dict.fromkeys([path, *makers[name]]))
            for text in self._said(path, asked, lambda data: _texts(setting()(data))):
                name = text.encode()
                homes = [objects.homes.get(kind, frozenset()) for kind in objects.objects[name]]
                found.update(dict.fromkeys([path, *sorted(objects.makers[name].union(*homes))]))
        return list(found)

    def _containers(self, chosen: "Callable[[], Filter]") -> dict[str, frozenset[bytes]]:
        """Return what the filter says of containers, by path."""
        return {
            path: frozenset(
                text.encode()
                for text in self._said(
                    path, "containers", lambda data: _texts(chosen().containers(data))
                )
            )
            for path in self.side
            if path.endswith(".py") and self._role(path) not in APART
        }

    def naming(self, wanted: Iterable[tuple[str, str]]) -> list[str]:
        """Return the files not read yet that name one of the wanted functions."""
        from nonevent.prefilter import naming

        self._widen()
        pairs = sorted(wanted)
        question = f"names {pairs}"
        test = cache(lambda: naming((one.encode(), two.encode()) for one, two in pairs))

        def names(path: str, data: bytes) -> bool:
            return test()(path.encode(), data)

        return [
            path
            for path in self.contents
            if self.serves(path)
            # A module names itself by its path: the base class of a handler stands in such a one.
            and path not in self.facts
            and (path in self._stars or self._said(path, question, partial(names, path)))
        ]

    def makers(self) -> list[str]:
        """Return the modules around the side that made what its files may change."""
        if not self.looks_around:
            return []
        cells = {
            fact.cell.rpartition(".")[0]
            for facts in self.facts.values()
            for fact in facts.facts
            if isinstance(fact, Mutation) and fact.cell.partition(".")[0] in self.roots
        }
        ends = tuple(
            f"/{module.replace('.', '/')}{end}"
            for module in cells
            if module
            for end in (".py", "/__init__.py")
        )
        return self._ending(ends)

    def handed(self, methods: Methods) -> list[str]:
        """Return the files not read yet that may call a client which another module holds."""
        served = [facts for facts in self.in_order() if self.serves(facts.path)]
        paths = {facts.module: facts.path for facts in served}
        pairs: set[tuple[str, str]] = set()
        for module, name in handed(served, methods):
            pairs.update(self._named(module, name, paths[module]))
        return self._naming(pairs)

    def passing(self) -> list[str]:
        """Return the files not read yet that may call a function which leaves them the limit."""
        served = [facts for facts in self.in_order() if self.serves(facts.path)]
        paths = {facts.module: facts.path for facts in served}
        pairs: set[tuple[str, str]] = set()
        for module, name in leaving(served, self.asked.interests.methods):
            first, _, method = name.partition(".")
            if method and method not in COMMON and method[0] != "_":
                pairs.add((f".{method}(", f".{method}("))  # whoever calls it, of what object
                continue
            pairs.update(self._named(module, first, paths[module]))
            pairs.add((first, "timeout"))
        return self._naming(pairs)

    def _named(self, module: str, name: str, path: str) -> Iterator[tuple[str, str]]:
        """Yield the pairs of words of which a file holds one that imports a name of a module."""
        package, _, last = module.rpartition(".")
        yield last, name
        if package and self.passes_on(path, name):
            yield package.rpartition(".")[2], name

    def _naming(self, pairs: set[tuple[str, str]]) -> list[str]:
        """Return the files not read yet that hold both words of a pair that is new."""
        new = {pair for pair in pairs if all(pair)} - self._handed
        self._handed |= new
        return self.naming(new) if new else []

    def defining(self, names: Iterable[str]) -> list[str]:
        """Return the modules around the side that define one of the dotted names."""
        return self.holding(names) if self.looks_around else []

    def holding(self, names: Iterable[str]) -> list[str]:
        """Return the modules not read yet that define one of the dotted names."""
        ends = tuple(
            f"/{stem}{end}"
            for name in names
            if name.partition(".")[0].partition(":")[0] in self.roots
            for stem in _stems(name)
            for end in (".py", "/__init__.py")
        )
        return self._ending(ends)

    def _ending(self, ends: tuple[str, ...]) -> list[str]:
        """Return the files not read yet, around the side too, whose path has one of the ends."""
        if not ends:
            return []
        self._widen()
        return [
            path for path in self.contents if path not in self.facts and f"/{path}".endswith(ends)
        ]

    def settings(self) -> list[str]:
        """Return the modules around the side that set what it sets, or that it is decided by.

        Those that tell the database of its migrations are among them.
        """
        if not self.looks_around:
            return []
        facts = [fact for each in self.facts.values() for fact in each.facts]
        names = set(deciding(fact.name for fact in facts if isinstance(fact, Setting)))
        if any(isinstance(fact, SchemaStep) and not fact.dialect for fact in facts):
            names.add(SETTING)
        if not names:
            return []
        self._widen()
        words = [name.encode() for name in sorted(names)]
        return [
            path
            for path in self.contents
            if path not in self.facts
            and self.serves(path)
            and any(word in data for data in (self._bytes(path),) for word in words)
        ]

    def limits(self) -> Limits:
        """Return the limits that the environment of Alembic's migrations sets for all of them."""
        facts = (fact for each in self.facts.values() for fact in each.facts)
        if not any(isinstance(fact, SchemaStep) and fact.framework == "alembic" for fact in facts):
            return ()
        self._widen()
        said = (
            limits_said(self._bytes(path).decode(errors="replace"))
            for path in sorted(self.contents)
            if path.endswith("/env.py")
        )
        return standing(pair for pairs in said for pair in pairs)

    def requirements(self) -> list[str]:
        """Return the files that tell the versions of libraries, where a version decides."""
        asking = (
            (fact.callee if isinstance(fact, Call) else fact.name).partition(".")[0]
            for facts in self.facts.values()
            for fact in facts.facts
            if isinstance(fact, Call | Setting)
        )
        if self.asked.versioned.isdisjoint(asking):
            return []
        self._widen()
        return [path for path in self.contents if is_requirements(path) and self.serves(path)]

    def beside(self, test: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the files around the side whose path passes, with what they hold."""
        return {path: self.held(path) for path in self.around(test)}

    def around(self, test: Callable[[str], bool]) -> list[str]:
        """Return the paths around the side that pass."""
        self._widen()
        return [path for path in self.contents if path not in self.side and test(path)]

    def _widen(self) -> None:
        """Bring what is around the side into sight."""
        if self._around is not None:
            self.contents = {**self._around(), **self.side}
            self._around = None

    def serves(self, path: str) -> bool:
        """Tell whether code may serve requests: what a test calls, others may call as well."""
        return self._role(path) is None

    def _role(self, path: str) -> Role | None:
        if path not in self._roles:
            self._roles[path] = place_role(path, self.markers)
        return self._roles[path]

    def passes_on(self, path: str, name: str) -> bool:
        """Tell whether the package around a module may pass on one of its names."""
        self._widen()
        folder = path.rpartition("/")[0]
        package = f"{folder}/__init__.py".lstrip("/")
        said = self._bytes(package)
        if b"import *" not in said:
            return name.encode() in said
        self._stars.add(package)
        return True

    def _bytes(self, path: str) -> bytes:
        """Return a Python file's content for a scan; nothing where only a reader may look."""
        return self.held(path) if path.endswith(".py") and path in self.contents else b""

    def held(self, path: str) -> bytes:
        """Return what a file holds; nothing where it cannot be had."""
        try:
            return self._content(path)
        except OSError:
            return b""


def _texts(names: Iterable[bytes]) -> list[str]:
    return sorted(name.decode() for name in names)


def _stems(name: str) -> Iterator[str]:
    """Yield the paths at which a module may define a dotted name, without their suffix.

    What is read of "shop.http:made.session" is "shop.http": it may be a package.
    """
    known, colon, _ = name.partition(":")
    stem = name.replace(":", ".").rpartition(".")[0]
    while stem and not (colon and stem == known):
        yield stem.replace(".", "/")
        stem = stem.rpartition(".")[0]
