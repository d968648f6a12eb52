"""Which files of a version to read next: those that hold what somebody waits for.

A file that is not read says nothing, so each question here errs on the side of one file too many.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from nonevent.common import COMMON
from nonevent.facts import Call, FileFacts, Mutation, Role, SchemaStep, Setting
from nonevent.link.databases import SETTING
from nonevent.link.handed import handed
from nonevent.link.objects import Methods
from nonevent.link.roles import APART
from nonevent.link.settings import deciding
from nonevent.link.transactions import Limits, limits_said, standing
from nonevent.link.wrappers import leaving
from nonevent.reading import is_requirements, is_server, is_setup
from nonevent.sight import Sight

if TYPE_CHECKING:
    from nonevent.prefilter import Filter

__all__ = ["Search", "idle"]

# What only such files call is no service's.
ASIDE = (Role.CLI, Role.SCRIPT)
LIMIT = "timeout"  # in the names of parameters
# Settings that say where media are kept.
MEDIA = frozenset({"DEFAULT_FILE_STORAGE", "MEDIA_ROOT", "STORAGES"})
# What keeps files there: a field of a model, a storage, an application that brings such a field.
KEEPING = re.compile(
    rb"default_storage|FileSystemStorage\(|get_storage_class|\bstorages\[|\.MEDIA_ROOT\b"
    rb"|[\"'](?:avatar|ckeditor|ckeditor_uploader|cms|django_drf_filepond|django_summernote|drf_"
    rb"chunked_upload|easy_thumbnails|filebrowser|filer|helpdesk|image_cropping|machina|markdownx"
    rb"|martor|mezzanine|oscar|photologue|post_office|private_storage|sorl|tinymce|wagtail|wiki)\b"
)
FIELD = re.compile(rb"(?:File|Image)Field\b")
FORM = re.compile(rb"\b(?:forms|serializers)\.\w*$")  # before a field that keeps nothing
LONGEST = 40  # of what stands before it
# First letters of what the filter says of classes and objects, beside names of containers.
MARKED = (b":", b"=")
GIVEN = b"=+="  # before what a container of dependencies may make once


class Search:
    """What is asked of the files that have not been read, in the light of those that have."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self._handed: set[tuple[str, str]] = set()  # words for which `handed` has looked
        self._looked = 0  # files looked through

    def speaks(self, path: str, chosen: "Callable[[], Filter]") -> bool:
        """Tell whether a file holds what some rule waits for, or is for a reader to judge.

        Of a test only its migrations and suppressions count: it serves nobody.
        """
        if self.sight.tell is not None:
            self._looked += 1
            self.sight.tell("files looked through", self._looked, len(self.sight.side))
        if not path.endswith(".py"):
            return not is_requirements(path)
        question = "words"
        if self.sight.role(path) is Role.TEST:
            question, chosen = "words of a test", self._of_tests
        try:
            return bool(self.sight.scan(path, question, lambda data: chosen().speaks(data)))
        except OSError:
            return True  # the reader will say why

    @staticmethod
    @cache
    def _of_tests() -> "Filter":
        from nonevent.prefilter import build

        return build({}, ())

    def changing(self, chosen: "Callable[[], Filter]") -> list[str]:
        """Return the files that change a module's container, their own or another's, and its."""
        from nonevent.touches import changes_kept, changes_own, kept, touches

        containers = self._containers(chosen)
        makers: dict[bytes, list[str]] = {}
        for path, names in containers.items():
            for name in names:
                if name[:1] not in MARKED:
                    makers.setdefault(name, []).append(path)
        objects = kept(containers)
        touched = cache(lambda: touches(makers, objects.objects, objects.single))
        question = f"touches {sorted(makers)} {sorted(objects.objects)} {sorted(objects.single)}"
        keeps = f"keeps {sorted(objects.alive)}"
        found: dict[str, None] = {}
        for path, names in containers.items():
            if any(name[:3] == GIVEN and name[3:] in objects.homes for name in names):
                found[path] = None  # without it nobody knows how long what it makes lives
            plain = [name for name in names if name[:1] not in MARKED]
            own = partial(changes_own, names=plain)
            alive = partial(changes_kept, names=names, alive=objects.alive)
            if path not in self.sight.facts and (
                self.sight.said(path, "changes its own", own) or self.sight.said(path, keeps, alive)
            ):
                found[path] = None
            for text in self.sight.said(path, question, lambda data: _texts(touched()(data))):
                name = text.encode()
                homes = objects.homes
                if name.endswith(b"."):
                    name = name[:-1]
                    places = objects.makers[name].union(
                        *(homes.get(kind, ()) for kind in objects.objects[name])
                    )
                    found.update(dict.fromkeys([path, *sorted(places)]))
                elif name.endswith(b"("):
                    found.update(dict.fromkeys([path, *sorted(homes[name[:-1]])]))
                elif path not in makers[name]:
                    found.update(dict.fromkeys([path, *makers[name]]))
        return list(found)

    def _containers(self, chosen: "Callable[[], Filter]") -> dict[str, frozenset[bytes]]:
        """Return what the filter says of containers, by path."""
        return {
            path: frozenset(
                text.encode()
                for text in self.sight.said(
                    path, "containers", lambda data: _texts(chosen().containers(data))
                )
            )
            for path in self.sight.side
            if path.endswith(".py") and self.sight.role(path) not in APART
        }

    def naming(self, wanted: Iterable[tuple[str, str]], *, aside: bool = False) -> list[str]:
        """Return the files not read yet that name one of the wanted functions.

        With `aside` those as well that serve nobody but those who type a command.
        """
        from nonevent.touches import naming

        self.sight.widen()
        pairs = sorted(wanted)
        question = f"names {pairs}"
        test = cache(lambda: naming((one.encode(), two.encode()) for one, two in pairs))

        def names(path: str, data: bytes) -> bool:
            return test()(path.encode(), data)

        return [
            path
            for path in self._unread()
            # A module names itself by its path: the base class of a handler stands in such a one.
            if (self.sight.serves(path) or (aside and self.sight.role(path) in ASIDE))
            and (path in self.sight.stars or self.sight.said(path, question, partial(names, path)))
        ]

    def makers(self) -> list[str]:
        """Return the modules around the side that made what its files may change."""
        if not self.sight.looks_around:
            return []
        cells = {
            fact.cell.rpartition(".")[0]
            for facts in self.sight.facts.values()
            for fact in facts.facts
            if isinstance(fact, Mutation) and fact.cell.partition(".")[0] in self.sight.roots
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
        served = [facts for facts in self.sight.in_order() if self.sight.serves(facts.path)]
        paths = {facts.module: facts.path for facts in served}
        pairs: set[tuple[str, str]] = set()
        for module, name in handed(served, methods):
            if name[:1] == "@":  # whoever goes over the application's attribute
                pairs.add((f"{name[1:]}.", f"{name[1:]}."))
            else:
                pairs.update(self._named(module, name, paths[module]))
        return self._naming(pairs)

    def passing(self) -> list[str]:
        """Return the files not read yet that may call a function which leaves them the limit."""
        served = [facts for facts in self.sight.in_order() if self.sight.serves(facts.path)]
        paths = {facts.module: facts.path for facts in served}
        pairs: set[tuple[str, str]] = set()
        for module, name in leaving(served, self.sight.asked.interests.methods):
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
        if package and self.sight.passes_on(path, name):
            yield package.rpartition(".")[2], name

    def _naming(self, pairs: set[tuple[str, str]]) -> list[str]:
        """Return the files not read yet that hold both words of a pair that is new."""
        new = {pair for pair in pairs if all(pair)} - self._handed
        self._handed |= new
        return self.naming(new) if new else []

    def defining(self, names: Iterable[str]) -> list[str]:
        """Return the modules around the side that define one of the dotted names."""
        return self.holding(names) if self.sight.looks_around else []

    def holding(self, names: Iterable[str]) -> list[str]:
        """Return the modules not read yet that define one of the dotted names."""
        ends = tuple(
            f"/{stem}{end}"
            for name in names
            if name.partition(".")[0].partition(":")[0] in self.sight.roots
            for stem in _stems(name)
            for end in (".py", "/__init__.py")
        )
        return self._ending(ends)

    def _ending(self, ends: tuple[str, ...]) -> list[str]:
        """Return the files not read yet, around the side too, whose path has one of the ends."""
        if not ends:
            return []
        self.sight.widen()
        return [path for path in self._unread() if f"/{path}".endswith(ends)]

    def _unread(self) -> Iterator[str]:
        """Yield the files not read yet, those around the side too once they are in sight."""
        return (path for path in self.sight.contents if path not in self.sight.facts)

    def settings(self) -> list[str]:
        """Return the modules around the side that set what it sets, or that it is decided by.

        Those that tell the database of its migrations are among them.
        """
        if not self.sight.is_part:
            return []
        facts = [fact for each in self.sight.facts.values() for fact in each.facts]
        names: set[str] = set()
        if self.sight.looks_around:
            names.update(deciding(fact.name for fact in facts if isinstance(fact, Setting)))
        if any(isinstance(fact, SchemaStep) and not fact.dialect for fact in facts):
            names.add(SETTING)
        if not names:
            return []
        self.sight.widen()
        words = [name.encode() for name in sorted(names)]
        return [
            path
            for path in self._unread()
            if self.sight.serves(path)
            and any(word in data for data in (self.sight.bytes_of(path),) for word in words)
        ]

    def limits(self) -> Limits:
        """Return the limits that the environment of Alembic's migrations sets for all of them."""
        facts = (fact for each in self.sight.facts.values() for fact in each.facts)
        if not any(isinstance(fact, SchemaStep) and fact.framework == "alembic" for fact in facts):
            return ()
        self.sight.widen()
        said = (
            limits_said(self.sight.bytes_of(path).decode(errors="replace"))
            for path in sorted(self.sight.contents)
            if path.endswith("/env.py")
        )
        return standing(pair for pairs in said for pair in pairs)

    def serving(self) -> list[str]:
        """Return the files that tell how long a web server lets a request take.

        That is asked where some call has a timeout.
        """
        if not any(
            isinstance(fact, Call) and any(LIMIT in name for name, _ in fact.keywords)
            for facts in self.sight.facts.values()
            for fact in (*facts.facts, *facts.pending)
        ):
            return []
        self.sight.widen()
        return [
            path
            for path in self.sight.contents
            if is_server(path) and self.sight.role(path) is not Role.TEST
        ]

    def keeps_media(self) -> bool:
        """Tell whether some code puts files where the settings say; True where no model is seen."""
        if not any(
            isinstance(fact, Setting) and fact.name in MEDIA
            for facts in self.sight.facts.values()
            for fact in facts.facts
        ):
            return True
        self.sight.widen()
        served = [path for path in self.sight.contents if self.sight.serves(path)]
        models = any(self.sight.said(path, "has models", _has_models) for path in served)
        return not models or any(
            self.sight.said(path, "keeps media", _keeps_media) for path in served
        )

    def requirements(self) -> list[str]:
        """Return the files that tell the versions of libraries, where a version decides."""
        asking = (
            (fact.callee if isinstance(fact, Call) else fact.name).partition(".")[0]
            for facts in self.sight.facts.values()
            for fact in facts.facts
            if isinstance(fact, Call | Setting)
        )
        if self.sight.asked.versioned.isdisjoint(asking):
            return []
        self.sight.widen()
        return [
            path
            for path in self.sight.contents
            if is_setup(path) or (is_requirements(path) and self.sight.serves(path))
        ]


def _texts(names: Iterable[bytes]) -> list[str]:
    return sorted(name.decode() for name in names)


def idle(facts: FileFacts) -> FileFacts:
    """Return the facts of a project that keeps no media, whatever its settings say."""
    return facts._replace(
        facts=tuple(
            fact._replace(idle=True) if isinstance(fact, Setting) and fact.name in MEDIA else fact
            for fact in facts.facts
        )
    )


def _has_models(data: bytes) -> bool:
    return b"models.Model" in data


def _keeps_media(data: bytes) -> bool:
    return KEEPING.search(data) is not None or any(
        not FORM.search(data[max(0, field.start() - LONGEST) : field.start()])
        for field in FIELD.finditer(data)
    )


def _stems(name: str) -> Iterator[str]:
    """Yield the paths at which a module may define a dotted name, without their suffix.

    What is read of "shop.http:made.session" is "shop.http": it may be a package.
    """
    known, colon, _ = name.partition(":")
    stem = name.replace(":", ".").rpartition(".")[0]
    while stem and not (colon and stem == known):
        yield stem.replace(".", "/")
        stem = stem.rpartition(".")[0]
