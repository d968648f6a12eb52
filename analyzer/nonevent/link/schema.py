"""Schema steps in context: of their file, of the whole change, of the project's database."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from nonevent.facts import Call, Fact, FileFacts, Operation, SchemaStep, Setting, Value
from nonevent.link.databases import dialect_of, hinted
from nonevent.link.disorder import disorders
from nonevent.link.names import named
from nonevent.link.past import followed
from nonevent.link.proofs import Proofs, is_proved, proofs
from nonevent.link.runners import wrapped
from nonevent.link.tables import key
from nonevent.link.transactions import Limits, beside, limits_of, standing

__all__ = ["link_schema"]

# What opens connections of SQLAlchemy: `connect_args` may limit what each of them waits for.
ENGINES = frozenset(("create_engine", "create_async_engine", "engine_from_config"))
# What configuration names, and what the syntax shows of it.
MARIADB = ("mariadb", "mysql")
TAKES = frozenset((Operation.DROP_TABLE, Operation.RENAME_TABLE))
# What is said of a materialized view, or of a table that the file itself has emptied: nobody
# writes to it, or can, under the lock of the TRUNCATE.
STANDS_STILL = re.compile(
    r"(?i)^(?:(?:create|refresh)\s+materialized\s+view\s+(?:if\s+not\s+exists\s+)?"
    r"(?:concurrently\s+)?|truncate\s+(?:table\s+)?)([\w.\"]+)"
)


def link_schema(
    files: Sequence[FileFacts],
    added: Collection[str],
    databases: Iterable[Setting] = (),
    past: Sequence[FileFacts] = (),
    sessions: Limits = (),
) -> tuple[FileFacts, ...]:
    """Return the same facts, their schema steps with what neighbours tell of them.

    A table that comes with the change, in one of the `added` files, is used by no running
    version: whatever the change does to it in another file blocks nobody and breaks nobody.
    `databases` are the project's settings of this name: they tell the dialect of its migrations.
    `past` are migrations that stand before those of `files` and are not examined themselves.
    `sessions` are the limits that the environment of Alembic's migrations sets.
    """
    files = followed(files, past)
    makers = _makers(files, added)
    settings = tuple(databases)
    django = dialect_of(settings)
    steps = [step for facts in files for step in _steps(facts)]
    limits = standing((*limits_of(_connections(files, settings), steps), *sessions))
    proved = proofs([*steps, *(step for facts in past for step in _steps(facts))])
    disorder = disorders(files, past, added)
    found: list[FileFacts] = []
    for facts in files:
        known = facts.facts
        if any(isinstance(fact, SchemaStep) for fact in known):
            placed = _placed(facts, makers, _dialect(facts, django, settings))
            known = tuple(_among(facts.path, placed, settings, limits, proved))
        found.append(facts._replace(facts=(*known, *disorder.get(facts.path, ()))))
    return tuple(found)


def _dialect(facts: FileFacts, django: str, settings: Sequence[Setting]) -> str:
    """Return the database of a file's steps, where the steps do not tell it."""
    if django and any(step.framework == "django" for step in _steps(facts)):
        return django
    return hinted(settings, facts.path)


def _connections(files: Iterable[FileFacts], settings: Iterable[Setting]) -> Iterator[Value]:
    """Yield what the project says of its connections to a database."""
    for setting in settings:
        yield setting.value
    for facts in files:
        for fact in facts.facts:
            if isinstance(fact, Call) and fact.callee.rpartition(".")[2] in ENGINES:
                yield from fact.arguments
                yield from (value for _, value in fact.keywords)


def _among(
    path: str,
    facts: Iterable[Fact],
    settings: Sequence[Setting],
    limits: Limits,
    proved: Proofs,
) -> Iterator[Fact]:
    """Yield the facts of a file, its steps knowing of one another and of who runs them."""
    known = list(facts)
    told = wrapped(path, [fact for fact in known if isinstance(fact, SchemaStep)], settings)
    steps = iter(beside(named(told), limits))
    for fact in known:
        if not isinstance(fact, SchemaStep):
            yield fact
            continue
        step = next(steps)
        yield step._replace(proved=True) if is_proved(step, proved) else step


def _makers(files: Iterable[FileFacts], added: Collection[str]) -> dict[str, set[str]]:
    """Return table → added files that create it."""
    steps = [step for facts in files if facts.path in added for step in _steps(facts)]
    dropped = {key(step.table) for step in steps if step.operation is Operation.DROP_TABLE}
    makers: dict[str, set[str]] = {}
    for step in steps:
        # Under a new name no running version knows a table: it may go.
        name = step.new_name if step.operation is Operation.RENAME_TABLE else step.table
        if _creates(step) or (name != step.table and key(name) in dropped):
            makers.setdefault(key(name), set()).add(step.location.path)
    return makers


def _placed(facts: FileFacts, makers: dict[str, set[str]], dialect: str) -> Iterator[Fact]:
    steps = list(_steps(facts))
    at = 0
    still: set[str] = set()  # tables that nobody writes to, by what stands before
    for fact in facts.facts:
        if not isinstance(fact, SchemaStep):
            yield fact
            continue
        step = fact
        if dialect and (not step.dialect or (dialect, step.dialect) == MARIADB):
            step = step._replace(dialect=dialect)
        # Within one file its reader has said so, by the order of the steps; of a changelog, whose
        # changesets may be years apart, only within one of them.
        own = set[str]() if step.framework == "liquibase" else {facts.path}
        rests = step.operation is Operation.CREATE_INDEX and key(step.table) in still
        others = makers.get(key(step.table), set()) - own
        if step.operation in TAKES:  # what a later file makes has but the name of what goes here
            others = {path for path in others if path < facts.path}
        if rests or others:
            step = step._replace(table_is_new=True)
        if said := STANDS_STILL.match(step.text):
            still.add(key(said[1]))
        yield _beside(step, steps, at)
        at += 1


def _beside(step: SchemaStep, steps: Sequence[SchemaStep], at: int) -> SchemaStep:
    """Return a step with what the other steps of its file tell of it."""
    if step.operation is Operation.ADD_COLUMN and step.default is not None:
        # The default fills the rows that are there, and is gone when the next ones come.
        fate = [other.operation for other in steps[at + 1 :] if _on_its_default(step, other)]
        if fate:
            return step._replace(default_in_database=fate[-1] is Operation.SET_DEFAULT)
    elif step.operation is Operation.ALTER_TYPE and not step.old_type:
        # The way back names the type that the column comes from.
        for other in steps:
            if other.direction != step.direction:
                back = other._replace(direction=step.direction)
                if _same_column(step, back, step.operation):
                    return step._replace(old_type=other.type)
    return step


def _same_column(step: SchemaStep, other: SchemaStep, operation: Operation) -> bool:
    return (
        other.operation is operation
        and other.direction == step.direction
        and key(other.table) == key(step.table)
        and key(other.column) == key(step.column)
    )


def _on_its_default(step: SchemaStep, other: SchemaStep) -> bool:
    return any(
        _same_column(step, other, operation)
        for operation in (Operation.DROP_DEFAULT, Operation.SET_DEFAULT)
    )


def _creates(step: SchemaStep) -> bool:
    created = step.operation is Operation.CREATE_TABLE
    return created and step.direction == "up" and not step.keeps_data


def _steps(facts: FileFacts) -> Iterator[SchemaStep]:
    return (fact for fact in facts.facts if isinstance(fact, SchemaStep))
