"""Models that a change brings to another form than its migrations bring the database to.

Code of the new version names a column from its first query on; where no migration adds the column,
or makes it what the model says, the database and the code part ways.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from nonevent.change import Change, ChangedFile, Content, Side
from nonevent.facts import Column, FileFacts, Model, ModelChange, Operation, SchemaStep
from nonevent.link.drift import Found, Sought, differences, settle
from nonevent.link.mapped import Mapped, Mappings
from nonevent.link.roles import APART, Markers, place_role
from nonevent.modelish import bytes_of, migrates, modelish
from nonevent.note import Note
from nonevent.pattern import late
from nonevent.reading import Asked, read
from nonevent.text import decode
from nonevent.versions import Old

__all__ = ["drifted"]

CREATES = late(rb"(?i)\bcreate_table\(|\bcreate\s+table\b|\bCreateModel\(|createTable")


class _Task(NamedTuple):
    """What is asked of every file, and which ones the change is about."""

    asked: Asked
    markers: Markers
    brought: frozenset[str]  # paths of the version after


class _Pair(NamedTuple):
    """What a file says of models, after the change and before it."""

    new: FileFacts
    old: FileFacts


def drifted(
    files: tuple[FileFacts, ...],
    change: Change,
    asked: Asked,
    markers: Markers,
    old: Callable[[], Side],
) -> tuple[FileFacts, ...]:
    """Return the facts, with those on models that no migration follows."""
    changed = [
        pair
        for file in modelish(change)
        if place_role(file.path, markers) not in APART and _differs(pair := _pair(file))
    ]
    if not changed:
        return files
    before = old()
    after = _after(before, change)
    task = _Task(asked, markers, frozenset(file.path for file in change.files))
    found = list(_changes(files, changed, before, after, task))
    if not found:
        return files
    by_path: dict[str, list[ModelChange]] = {}
    for one in found:
        by_path.setdefault(one.location.path, []).append(one)
    known = tuple(
        facts._replace(facts=(*facts.facts, *by_path.pop(facts.path, ()))) for facts in files
    )
    return (*known, *(FileFacts(path, tuple(facts)) for path, facts in by_path.items()))


def _after(before: Side, change: Change) -> Side:
    """Return all files of the version after."""
    after = dict(before)
    for file in change.files:
        after.pop(file.old_path or file.path, None)
        if file.after is not None:
            after[file.path] = file.after
    return after


def _pair(file: ChangedFile) -> _Pair:
    return _Pair(_read(file.path, file.after), _read(file.old_path or file.path, file.before))


def _read(path: str, content: Content | None) -> FileFacts:
    from nonevent.readers.models import read as read_models

    data = bytes_of(content)
    text = decode(path, data)
    return FileFacts(path) if not data or isinstance(text, Note) else read_models(path, text, ())


def _differs(pair: _Pair) -> bool:
    """Tell whether the models of a file are others after the change."""
    new, old = (list(map(_form, _models(facts))) for facts in pair)
    return new != old


def _models(facts: FileFacts) -> Iterator[Model]:
    return (fact for fact in facts.facts if isinstance(fact, Model))


def _form(model: Model) -> object:
    """Return what of a model the database may feel, wherever it stands."""
    columns = [_plain(column) for column in model.columns]
    name = model.name.rpartition(".")[2]
    return name, model.table, model.bases, columns, model.abstract, model.managed, model.app


def _plain(column: Column) -> object:
    return column._replace(location=None, text="")  # type: ignore[arg-type]  # for comparison


def _changes(
    files: tuple[FileFacts, ...], changed: list[_Pair], before: Side, after: Side, task: _Task
) -> Iterator[ModelChange]:
    paths = {pair.new.path for pair in changed}
    formerly = {pair.old.path for pair in changed}
    new, now = _mapped([pair.new for pair in changed], after, task)
    was, _ = _mapped([pair.old for pair in changed], before, task)
    mine = [one for one in new.by_name.values() if one.model.location.path in paths]
    theirs = [one for one in was.by_name.values() if one.model.location.path in formerly]
    sought = [
        one
        for model in mine
        if model.model.managed and _has_migrations(model, now)
        for one in differences(model, _former(model, theirs, was))
        if one.location.path in paths
    ]
    if sought:
        history = _History(after, files, task)
        for one in sought:
            said = settle(one, history.about(one))
            if said is not None:
                yield said


def _mapped(changed: Sequence[FileFacts], side: Side, task: _Task) -> tuple[Mappings, Old]:
    """Return what the models of a version map, those of the changed files first of all."""
    version = Old(lambda: side, task.markers, known=changed)
    models = [model for facts in changed for model in _models(facts)]
    return version.models((), {model.name.rpartition(".")[2].lower() for model in models}), version


def _former(model: Mapped, theirs: Iterable[Mapped], was: Mappings) -> Mapped | None:
    """Return what the model was before: of the same table, or of the same name."""
    alike = [one for one in theirs if one.tables & model.tables]
    name = model.model.name.rpartition(".")[2]
    for one in alike:  # several classes may share a table
        if one.model.name.rpartition(".")[2] == name:
            return one
    if alike:
        return alike[0]
    for table in model.tables:
        if table in was.by_table:
            return was.by_table[table][0]
    return None


def _has_migrations(model: Mapped, version: Old) -> bool:
    """Tell whether migrations make the tables of Django models where this one stands."""
    if model.framework != "django":
        return model.framework in {"sqlalchemy", "sqlmodel"}
    folder = model.model.location.path.rpartition("/")[0]
    while folder:
        if folder in version.apps:
            return True
        folder = folder.rpartition("/")[0]
    return False


class _History:
    """The migrations of a version, of which those are read that name what is sought."""

    def __init__(self, side: Side, files: Iterable[FileFacts], task: _Task) -> None:
        self._task = task
        self._side = {
            path: content
            for path, content in side.items()
            if (path.endswith(".py") and migrates(path)) or path.endswith((".sql", ".xml", ".yaml"))
        }
        self._known: dict[str, FileFacts] = {
            facts.path: facts for facts in files if facts.path in self._side
        }
        self._data: dict[str, bytes] = {}
        # A migration of the change that cannot be read may do anything.
        self._blind = any(
            isinstance(fact, SchemaStep)
            and fact.operation is Operation.UNKNOWN
            and fact.direction == "up"
            for facts in files
            for fact in facts.facts
        )

    def about(self, one: Sought) -> Found:
        """Return the steps on a column, or its table, and whether more may be done to it unseen."""
        tables = [re.escape(word.encode()) for word in sorted(one.words)]
        table = re.compile(rb"(?i)(?<![a-z0-9])(?:%s)(?![a-z0-9])" % b"|".join(tables))
        names = [re.escape(name.encode()) for name in sorted(one.names)]
        of_table = one.column is None and one.old is None
        column = table if of_table else re.compile(rb"(?i)\b(?:%s)\b" % b"|".join(names))
        made: list[tuple[str, SchemaStep]] = []
        names_table = unseen = False
        # The change's own come last: names of revisions tell no order.
        for path in sorted(self._side, key=lambda path: (path in self._task.brought, path)):
            data = self._bytes(path)
            if not table.search(data):
                continue
            names_table = True
            if not column.search(data):
                continue
            facts = self._facts(path)
            steps = [fact for fact in facts.facts if isinstance(fact, SchemaStep)]
            here = [one.narrowed(step) for step in steps if one.concerns(step)]
            made += [(path, step) for step in here]
            if not here and any(one.may_be(step) for step in steps):
                unseen = True
            if not steps:
                unseen = True
        unseen |= self._blind
        told = tuple(step for _, step in made)
        return Found(told, names_table=names_table, unseen=unseen, creates=self._creates())

    def _creates(self) -> bool:
        """Tell whether migrations make tables here, so that each table has to have one."""
        return any(CREATES.search(self._bytes(path)) for path in self._side)

    def _facts(self, path: str) -> FileFacts:
        if path not in self._known:
            text = decode(path, self._bytes(path))
            self._known[path] = (
                FileFacts(path)
                if isinstance(text, Note) or not path.endswith((".py", ".sql"))
                else read(path, text, self._task.asked)
            )
        return self._known[path]

    def _bytes(self, path: str) -> bytes:
        if path not in self._data:
            self._data[path] = bytes_of(self._side[path])
        return self._data[path]
