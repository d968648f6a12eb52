"""Two versions side by side: what a migration takes away, and the code that runs while it does.

During a roll the version before still serves: its queries meet the new schema. So the steps of a
change are put beside the code of the version before, read from its own files. Of these only the
ones are read that name a table, a column or a class in question.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from nonevent.change import Change, Content, Side
from nonevent.facts import FileFacts, Model, Operation, SchemaStep
from nonevent.link.mapped import Mappings, bare, mappings
from nonevent.link.order import histories
from nonevent.link.roles import APART, Markers, place_role
from nonevent.link.uses import Asked, Known, ask, known, labelled, renamed, renames_label, with_uses
from nonevent.modelish import bytes_of, migrates
from nonevent.note import Note
from nonevent.pattern import late
from nonevent.text import decode

if TYPE_CHECKING:
    from nonevent.reading import Recall

__all__ = ["Old", "beside", "matters"]

# What takes something away from code that runs, or asks something new of it.
TAKES = frozenset(
    (
        Operation.DROP_TABLE,
        Operation.RENAME_TABLE,
        Operation.DROP_COLUMN,
        Operation.RENAME_COLUMN,
        Operation.ALTER_TYPE,
        Operation.SET_NOT_NULL,
    )
)
GOES = TAKES - {Operation.ALTER_TYPE, Operation.SET_NOT_NULL}
CLASS = late(rb"class[ \t]+(\w+)")
# What a file holds that maps a table under a name of its own.
MAPS = late(rb"__tablename__|\bTable\(|db_table|table_name|__table__")
ENUMERATES = late(rb"Enum\b|ENUM\b|TextChoices")
SHORTEST = 4  # letters of a class's name that another name is made of
ROUNDS = 5  # bases of bases


def matters(step: SchemaStep) -> bool:
    """Tell whether code of another version may feel a step."""
    if renames_label(step):
        return step.direction == "up" and not step.keeps_data
    if step.direction != "up" or step.table_is_new or not step.table:
        return False
    altered = step.operation is Operation.OTHER and step.nullable is False and bool(step.column)
    return (step.operation in TAKES or altered) and not step.keeps_data


class Old:
    """One version of the project, of which is read what is asked for."""

    def __init__(
        self,
        side: Callable[[], Side],
        markers: Markers,
        memory: "Recall | None" = None,
        known: Iterable[FileFacts] = (),
    ) -> None:
        """Take what lists the files of the version, and what is known of them already."""
        self._markers = markers
        self._list = side
        self._memory = memory
        self._bytes: dict[str, bytes] = {}
        self._facts = {facts.path: facts for facts in known}
        self.refused: list[Note] = []

    @cached_property
    def _side(self) -> Side:
        return self._list()

    @cached_property
    def apps(self) -> frozenset[str]:
        """Return the folders that hold a folder of migrations."""
        return frozenset(
            path.rpartition("/")[0].rpartition("/")[0]
            for path in self._side
            if path.rpartition("/")[0].endswith("migrations") and path.endswith(".py")
        )

    @cached_property
    def _code(self) -> list[str]:
        return [
            path
            for path in self._side
            if path.endswith((".py", ".sql")) and self._is_deployed(path)
        ]

    def sees(self, asked: Asked) -> bool:
        """Tell whether a table that no class maps has none: models stand where they use to.

        A library may make a table beside that of a class, and name it after the class.
        """
        name = asked.model
        return self._has_models and not any(
            name.endswith(known) or name.startswith(known)
            for known in self._classes
            if len(known) >= SHORTEST and known != name
        )

    @cached_property
    def _has_models(self) -> bool:
        return any(path.endswith("models.py") or "/models/" in path for path in self._code)

    @cached_property
    def _classes(self) -> dict[str, list[str]]:
        """Return the files that define a class, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for path in self._code:
            for name in self._said(path, "classes", _classes) if path.endswith(".py") else ():
                found.setdefault(name, []).append(path)
        return found

    def runs(self, path: str) -> bool:
        """Tell whether a file is Python code that is deployed: no test's and no migration's."""
        return path.endswith(".py") and self._is_deployed(path)

    def _is_deployed(self, path: str) -> bool:
        return place_role(path, self._markers) not in APART and not migrates(path)

    def models(self, tables: Collection[str], classes: Collection[str]) -> Mappings:
        """Return what the models map that may stand for one of the tables, or bear such a name."""
        words = [table.encode() for table in sorted(tables)]

        def maps(data: bytes) -> bool:
            return any(word in data for word in words) and MAPS.search(data) is not None

        question = f"maps {sorted(tables)}"
        chosen = [
            path
            for path in self._code
            if words and path.endswith(".py") and self._said(path, question, maps)
        ]
        chosen += self._defining(classes)
        self._read(chosen)

        def is_asked(model: Model) -> bool:
            is_named = model.name.rpartition(".")[2].lower() in classes
            return is_named or bare(model.table) in tables or model.names

        asked: set[str] = set()
        for _ in range(ROUNDS):
            found = mappings(self._facts.values(), self.apps, is_asked)
            names = {base.rpartition(".")[2].lower() for base in found.missing} - asked
            asked |= names
            if not names or not self._read(self._defining(names)):
                return found
        return mappings(self._facts.values(), self.apps, is_asked)

    def naming(self, pairs: Iterable[tuple[Collection[str], str]]) -> list[FileFacts]:
        """Return what the files say that hold a column, or a table, and one of its owners."""
        asked = sorted(
            (sorted(owner.encode() for owner in owners), column.encode())
            for owners, column in pairs
        )
        wanted = frozenset(column.decode().lower() for _, column in asked)
        question = f"uses {asked}"
        chosen = [
            path
            for path in self._code
            if self._said(path, question, lambda data: _names(data, asked))
        ]
        return [self._one(path, wanted) for path in chosen]

    def labels(self, step: SchemaStep, *, running: bool) -> Known:
        """Return where enumerations of the code hold a label of the database's that changes."""
        quoted = [mark + label.encode() + mark for label in step.values for mark in (b"'", b'"')]

        def holds(data: bytes) -> bool:
            return any(word in data for word in quoted) and ENUMERATES.search(data) is not None

        question = f"labels {quoted}"
        paths = [
            path
            for path in self._code
            if path.endswith(".py") and self._said(path, question, holds)
        ]
        facts = [self._one(path, frozenset()) for path in paths]
        return labelled(step, facts, running=running)

    def _read(self, paths: Iterable[str]) -> bool:
        new = [path for path in dict.fromkeys(paths) if path not in self._facts]
        for path in new:
            self._facts[path] = self._one(path, frozenset())
        return bool(new)

    def _one(self, path: str, wanted: frozenset[str]) -> FileFacts:
        from nonevent.readers.models import read

        text = decode(path, self._content(path))
        if isinstance(text, Note):
            self.refused.append(text)
            return FileFacts(path, notes=(text,))
        facts = read(path, text, wanted)
        self.refused.extend(facts.notes)
        return facts

    def _defining(self, names: Collection[str]) -> list[str]:
        """Return the files that define a class of one of these names, in lower case."""
        return [path for name in sorted(names) for path in self._classes.get(name, ())]

    def _said(self, path: str, question: str, scan: Callable[[bytes], Any]) -> Any:
        """Return what a scan says of a file, unless an earlier run asked the same of it."""
        if self._memory is None:
            return scan(self._content(path))
        try:
            return self._memory.scan(path, question, partial(self._content, path), scan)
        except OSError:
            return scan(b"")

    def _content(self, path: str) -> bytes:
        if path not in self._bytes:
            self._bytes[path] = bytes_of(self._side[path])
        return self._bytes[path]


def _classes(data: bytes) -> list[str]:
    return sorted({name.decode().lower() for name in CLASS.findall(data)})


def _names(data: bytes, asked: Sequence[tuple[Sequence[bytes], bytes]]) -> bool:
    return any(
        column in data and any(owner in data for owner in owners) for owners, column in asked
    )


def beside(
    files: Sequence[FileFacts],
    past: Sequence[FileFacts],
    change: Change,
    version: Old,
) -> tuple[FileFacts, ...]:
    """Return the facts, steps with the uses that they take something from.

    Of a change these are its own steps, and the code is that of the version before. Otherwise they
    are those of the newest migrations, behind the ones of the `past`, and the code is what it is.
    """
    if change.compares:
        files = _in_one_release(files, change)
    steps = list(_asked(files, change) if change.compares else _newest(files, past))
    needed = list(_needed(files, change, version)) if change.compares else []
    said: dict[SchemaStep, Known] = {step: Known(needed=_named(step)) for step in needed}
    if steps:
        found = look(steps, version, running=change.compares)
        first = _named(needed[0]) if needed else ""
        said |= {step: known._replace(needed=first) for step, known in found.items()}
    return tuple(with_uses(facts, said) for facts in files) if said else tuple(files)


def _in_one_release(files: Sequence[FileFacts], change: Change) -> Sequence[FileFacts]:
    """Return the facts, without what the same change takes out of the models: it still runs."""
    new = {file.path for file in change.files}

    def told(facts: FileFacts) -> FileFacts:
        if not any(isinstance(fact, SchemaStep) and fact.retired in new for fact in facts.facts):
            return facts
        kept = (
            fact._replace(retired="")
            if isinstance(fact, SchemaStep) and fact.retired in new
            else fact
            for fact in facts.facts
        )
        return facts._replace(facts=tuple(kept))

    return [told(facts) for facts in files]


def _needed(files: Iterable[FileFacts], change: Change, version: Old) -> Iterator[SchemaStep]:
    """Yield the steps that add a column which code of the same change begins to name.

    That code cannot run before the migration.
    """
    added = [
        fact
        for facts in files
        for fact in facts.facts
        if isinstance(fact, SchemaStep)
        and fact.operation is Operation.ADD_COLUMN
        and fact.direction == "up"
        and not (fact.keeps_data or fact.table_is_new)
        and fact.column
    ]
    for step in added:
        names = {bare(step.column), bare(step.column).removesuffix("_id")}
        listed = b"|".join(re.escape(name).encode() for name in sorted(names) if name)
        word = re.compile(rb"\b(?:%s)\b" % listed)
        if any(
            _words(file.after, word) > _words(file.before, word)
            for file in change.files
            if file.after is not None and version.runs(file.path)
        ):
            yield step


def _named(step: SchemaStep) -> str:
    return f"`{bare(step.table)}.{bare(step.column)}`"


def _words(content: Content | None, word: re.Pattern[bytes]) -> int:
    return len(word.findall(bytes_of(content)))


def look(steps: Sequence[SchemaStep], version: Old, *, running: bool) -> Mapping[SchemaStep, Known]:
    """Return what the version's code says of each step."""
    labels = [step for step in steps if renames_label(step)]
    said = {step: version.labels(step, running=running) for step in labels}
    former = renamed(steps)
    asked = [ask(step, former) for step in steps if step not in said]
    if not asked:
        return said
    tables = {table for one in asked for table in one.tables}
    classes = {name for one in asked for name in one.classes}
    models = version.models(tables, classes)
    pairs = [_owners(one, models) for one in asked]
    uses = version.naming(pairs)
    return said | {
        one.step: known(
            one,
            models,
            uses,
            running=running,
            sees_all=running and not version.refused,
            sees_models=version.sees(one),
        )
        for one in asked
    }


def _owners(asked: Asked, models: Mappings) -> tuple[Collection[str], str]:
    """Return the names of a table and of its classes, and the column that stands beside them."""
    owners = set(asked.tables)
    for table in asked.tables:
        owners.update(one.model.name.rpartition(".")[2] for one in models.of_table(table))
    return owners, asked.column or bare(asked.step.table)


def _newest(files: Sequence[FileFacts], past: Sequence[FileFacts]) -> Iterator[SchemaStep]:
    """Yield the steps of the last migration of each history that code may feel.

    What an older one took may have come back since, or the code has been at peace with it.
    """
    own = {facts.path: facts for facts in files}
    if not any(isinstance(fact, SchemaStep) and matters(fact) for f in files for fact in f.facts):
        return
    for history in histories((*files, *past)):
        newest = history.files[-1] if history.files else None
        if newest is not None and newest.path in own and newest.path not in history.left:
            for fact in own[newest.path].facts:
                if isinstance(fact, SchemaStep) and fact.operation in GOES and matters(fact):
                    yield fact


def _asked(files: Iterable[FileFacts], change: Change) -> Iterator[SchemaStep]:
    """Yield the steps that the change brings and code may feel."""
    added = {file.path: file.added for file in change.files}
    for facts in files:
        lines = added.get(facts.path)
        for fact in facts.facts:
            if isinstance(fact, SchemaStep) and matters(fact):
                place = fact.location
                whole = range(place.line, place.end_line + 1)
                if lines is None or not lines.isdisjoint(whole):
                    yield fact
