"""Models of one version put together: inherited columns, and the tables they stand for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from nonevent.facts import FileFacts
from nonevent.mapped import Column, Model
from nonevent.noun import NamedTuple
from nonevent.pattern import late

__all__ = ["Mapped", "Mappings", "bare", "mappings"]

# Bases outside the project that bring no column of their own.
ROOTS = {
    "django.db.models.Model": "django",
    "django.contrib.gis.db.models.Model": "django",
    "sqlmodel.SQLModel": "sqlmodel",
    "peewee.Model": "peewee",
    "sqlalchemy.orm.DeclarativeBase": "sqlalchemy",
    "sqlalchemy.orm.DeclarativeBaseNoMeta": "sqlalchemy",
    "sqlalchemy.orm.MappedAsDataclass": "sqlalchemy",
    "sqlalchemy.ext.asyncio.AsyncAttrs": "sqlalchemy",
    "sqlalchemy.orm.declarative_base": "sqlalchemy",
    "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy",
    "flask_sqlalchemy.model.Model": "sqlalchemy",
    "object": "",
    "abc.ABC": "",
    "typing.Generic": "",
    "typing.Protocol": "",
    "enum.Enum": "",
}
# First parts of such names of which all classes are frameworks' own.
DJANGO = (
    "django.",
    "mptt.",
    "polymorphic.",
    "model_utils.",
    "wagtail.",
    "treebeard.",
    "modelcluster.",
)
CAMEL = late(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")
DEEP = 30  # bases above bases


class Mapped(NamedTuple):
    """A model with all that it inherits."""

    model: Model
    framework: str
    tables: frozenset[str]  # by which a migration may know its table: bare, in lower case
    schema: str  # "" where none is named
    columns: Mapping[str, Column]  # attribute → column
    open: bool  # it may map more than is listed
    names: frozenset[str] = frozenset()  # of the class and those above it, dotted

    def find(self, name: str, *, attribute: bool) -> Column | None:
        """Return the column that a migration, or code, calls by this name."""
        lower = name.lower()
        for column in self.columns.values():
            if column.name.lower() == lower:
                return column
        found = self.columns.get(name)
        return found if found is not None and (attribute or not found.name) else None


class Mappings(NamedTuple):
    """All that the models of a version map."""

    by_table: Mapping[str, tuple[Mapped, ...]]
    by_name: Mapping[str, Mapped]  # dotted name of the class
    missing: frozenset[str]  # bases of the project that were not read
    exports: Mapping[str, str]  # dotted name → the one that it stands for

    def of_table(self, table: str) -> tuple[Mapped, ...]:
        """Return the models of a table, named as a migration does."""
        schema = table.rpartition(".")[0].strip('"`[]').lower()
        return tuple(
            one
            for one in self.by_table.get(bare(table), ())
            if not schema or not one.schema or schema == one.schema.lower()
        )

    def of_name(self, name: str) -> Mapped | None:
        """Return the model that code calls by this dotted name."""
        name = self.exports.get(name, name)
        found = self.by_name.get(name)
        if found is not None:
            return found
        end = name.rpartition(".")[2]
        same = [one for dotted, one in self.by_name.items() if dotted.endswith(f".{end}")]
        return same[0] if len(same) == 1 else None


def bare(name: str) -> str:
    """Return the name by which two spellings of one thing are equal: no schema, no case."""
    return name.rpartition(".")[2].strip('"`[]').lower()


def mappings(
    files: Iterable[FileFacts],
    apps: Collection[str],
    matters: Callable[[Model], bool] = lambda _: True,
) -> Mappings:
    """Return what the models of the files map; `apps` are folders that hold Django migrations.

    Bases are missing of those that matter.
    """
    files = tuple(files)
    models = {fact.name: fact for facts in files for fact in facts.facts if isinstance(fact, Model)}
    exports = {
        f"{facts.module}.{name}": target
        for facts in files
        for name, target in facts.exports
        if name != "*"
    }
    stars = [
        (facts.module, target) for facts in files for name, target in facts.exports if name == "*"
    ]
    index = _Index(models, exports, stars)
    by_table: dict[str, list[Mapped]] = {}
    by_name: dict[str, Mapped] = {}
    missing: set[str] = set()
    for model in models.values():
        found = _mapped(model, index, apps, missing if matters(model) else set())
        if found is None:
            continue
        by_name[model.name] = found
        for table in found.tables:
            by_table.setdefault(table, []).append(found)
        for table, column in _joins(found):
            join = model._replace(location=column.location, text=column.text)
            kept = found._replace(model=join, columns={}, open=True, tables=frozenset((table,)))
            by_table.setdefault(table, []).append(kept)
    return Mappings(
        {table: tuple(found) for table, found in by_table.items()},
        by_name,
        frozenset(missing),
        exports,
    )


def _joins(found: Mapped) -> Iterator[tuple[str, Column]]:
    """Yield the tables of a Django model's many-to-many relations."""
    for column in found.columns.values() if found.framework == "django" else ():
        if column.relation == "many to many":
            for table in column.values or [f"{one}_{column.attribute}" for one in found.tables]:
                yield bare(table), column


class _Index:
    """Classes by the names under which others know them."""

    def __init__(
        self, models: Mapping[str, Model], exports: Mapping[str, str], stars: list[tuple[str, str]]
    ) -> None:
        self.models = models
        self.exports = exports
        self.stars = stars
        self.ends: dict[str, list[str]] = {}
        for name in models:
            self.ends.setdefault(name.rpartition(".")[2], []).append(name)

    def find(self, name: str) -> Model | None:
        """Return the class of a dotted name; the one of its last part where there is but one."""
        for _ in range(5):
            if name in self.models:
                return self.models[name]
            if name not in self.exports:
                break
            name = self.exports[name]
        same = self.ends.get(name.rpartition(".")[2], [])
        if len(same) == 1:
            return self.models[same[0]]
        package = name.rpartition(".")[0]
        near = [one for one in same if package and (one.startswith(package) or package in one)]
        return self.models[near[0]] if len(near) == 1 else None


def _above(model: Model, index: _Index, missing: set[str]) -> tuple[list[Model], list[str]]:
    """Return the classes of the project above one, nearest first, and the foreign ones."""
    found: list[Model] = []
    foreign: list[str] = []
    queue = [*model.bases]
    seen = {model.name}
    for base in queue:  # grows while it is read
        above = index.find(base)
        if above is None:
            foreign.append(base)
            if base not in ROOTS:
                missing.add(base)
        elif above.name not in seen and len(found) < DEEP:
            seen.add(above.name)
            found.append(above)
            queue += above.bases
    return found, foreign


def _mapped(model: Model, index: _Index, apps: Collection[str], missing: set[str]) -> Mapped | None:
    if model.framework == "table":
        own = {column.attribute: column for column in model.columns}
        return _made(model, "sqlalchemy", {bare(model.table)}, own, is_open=model.open)
    new: set[str] = set()
    above, foreign = _above(model, index, new)
    framework = _framework(model, above, foreign)
    if framework or model.columns:  # who maps it may stand in a base
        missing.update(new)
    if not framework or model.abstract:
        return None
    columns: dict[str, Column] = {}
    for one in reversed((model, *_shared(model, index, framework))):
        columns.update(
            (column.attribute, column)
            for column in one.columns
            if (column.relation == "annotated") <= (framework == "sqlmodel")
        )
        for name in one.excluded:
            columns.pop(name, None)
    if framework == "sqlmodel":
        columns = {name: column._replace(relation="") for name, column in columns.items()}
    tables = _tables(model, above, foreign, framework, apps)
    unknown = any(not _is_known(base) for base in foreign)
    named = next((one.table for one in (model, *above) if "." in one.table), "")
    found = _made(
        model, framework, tables, columns, is_open=unknown or any(o.open for o in (model, *above))
    )
    return found._replace(
        schema=named.rpartition(".")[0], names=frozenset(one.name for one in (model, *above))
    )


def _made(
    model: Model,
    framework: str,
    tables: Collection[str],
    columns: Mapping[str, Column],
    *,
    is_open: bool,
) -> Mapped:
    schema = model.table.rpartition(".")[0]
    names = frozenset((model.name,))
    return Mapped(model, framework, frozenset(tables), schema, columns, is_open, names)


def _is_known(base: str) -> bool:
    """Tell whether a base outside the project brings no column: `AbstractUser` brings some."""
    end = base.rpartition(".")[2]
    return base in ROOTS or end in {
        "Base",
        "Model",
        "DeclarativeBase",
        "declarative_base",
        "Generic",
        "object",
    }


def _framework(model: Model, above: Iterable[Model], foreign: Iterable[str]) -> str:
    """Return who maps a class; "" where nobody does."""
    if model.framework:
        return model.framework
    roots = [ROOTS.get(base) or _guessed(base) for base in foreign]
    own = [one.framework for one in above if one.framework and one.framework != "sqlmodel"]
    for name in ("sqlmodel", "peewee", "django", "sqlalchemy"):
        if name in roots:
            return "" if name == "sqlmodel" else name
    return own[0] if own else ""


def _guessed(base: str) -> str:
    """Return the framework that a base outside the project speaks of."""
    end = base.rpartition(".")[2]
    if base.endswith("models.Model") or (base.startswith(DJANGO) and "Model" in end):
        return "" if "forms" in base or "admin" in base else "django"
    if base.startswith("django.contrib.auth.") and end.startswith("Abstract"):
        return "django"
    if base.endswith(("db.Model", "db.Base", "database.Base", "declarative_base")):
        return "sqlalchemy"
    return ""


def _shared(model: Model, index: _Index, framework: str) -> Iterator[Model]:
    """Yield the classes above whose columns stand in the model's own table, nearest first."""
    queue = [*model.bases]
    seen = {model.name}
    for base in queue:  # grows while it is read
        one = index.find(base)
        if one is None or one.name in seen or len(seen) > DEEP:
            continue
        seen.add(one.name)
        if framework == "django" and not one.abstract and _is_concrete(one, index):
            continue  # it has a table of its own, and so have what stands above it
        if framework == "sqlalchemy" and one.table and model.table and not one.abstract:
            continue  # joined-table inheritance
        yield one
        queue += one.bases


def _is_concrete(model: Model, index: _Index) -> bool:
    """Tell whether a class that is not abstract is a Django model, and no plain mixin."""
    above, foreign = _above(model, index, set())
    return _framework(model, above, foreign) == "django"


def _tables(
    model: Model,
    above: list[Model],
    foreign: list[str],
    framework: str,
    apps: Collection[str],
) -> set[str]:
    """Return the names by which a migration may know the table of a model."""
    own = model.name.rpartition(".")[2]
    if framework == "django":
        app = model.app or _app(model.location.path, apps)
        tables = {f"{app}_{own}".lower()}
        if any(one.history for one in (model, *above)):  # django-simple-history keeps a copy
            tables.add(f"{app}_historical{own}".lower())
        if not model.managed:  # a proxy shares the table of its parent
            parent = next((one for one in above if not one.abstract), None)
            tables |= {f"{app}_{parent.name.rpartition('.')[2]}".lower()} if parent else set()
        return tables | ({bare(model.table)} if model.table else set())
    if framework == "peewee":
        return {bare(model.table) or own.lower()}
    if framework == "sqlmodel":
        return {bare(model.table) or own.lower()}
    for one in (model, *above):
        if one.table and not one.table.endswith("."):
            if one.table[0] == "=":  # the table is a variable
                return set()
            return {bare(one.table), *_copies(bare(one.table), (model, *above))}
    snake = CAMEL.sub(r"_\1", own).lower()
    if any(one.names for one in (model, *above)):  # made up by a function of the project
        return {end for name in (own.lower(), snake) for end in (name, f"{name}s", f"{name}es")}
    if any(base.endswith(".Model") for base in foreign) or any(
        base.endswith(".Model") for one in above for base in one.bases
    ):
        return {snake} if model.columns else set()
    return set()


def _copies(table: str, models: Sequence[Model]) -> Iterator[str]:
    """Yield the tables of the same columns in which former rows are kept.

    https://sqlalchemy-continuum.readthedocs.io/en/latest/configuration.html (table_name) and
    https://docs.sqlalchemy.org/en/20/orm/examples.html#versioning-with-a-history-table
    """
    if any(one.history for one in models):
        yield f"{table}_version"
    if any(base.rpartition(".")[2] == "Versioned" for one in models for base in one.bases):
        yield f"{table}_history"


def _app(path: str, apps: Collection[str]) -> str:
    """Return the label of the app that a file belongs to: the folder beside its migrations."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in apps:
            return folder.rpartition("/")[2]
        folder = folder.rpartition("/")[0]
    parts = path.split("/")
    if "models" in parts:
        return parts[parts.index("models") - 1] if parts.index("models") else ""
    return parts[-2] if len(parts) > 1 else ""
