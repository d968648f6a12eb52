"""Migrations side by side: each history replayed, and its steps told what stood before them."""

from collections.abc import Iterable, Sequence
from typing import TypeGuard

from nonevent.facts import Fact, FileFacts, Operation, SchemaStep
from nonevent.link.filling import filled
from nonevent.link.order import History, histories
from nonevent.link.replay import replay
from nonevent.link.tables import Schema, key

__all__ = ["followed", "schema_after", "schemas"]


def followed(files: Sequence[FileFacts], past: Sequence[FileFacts] = ()) -> tuple[FileFacts, ...]:
    """Return the same files, their steps with what the schema before each of them tells.

    `past` are migrations that nobody asks about, but that came before.
    """
    placed: dict[str, tuple[Fact, ...]] = {}
    own = {facts.path for facts in files}
    for history in histories((*files, *past)):
        if any(facts.path in own for facts in history.files):
            _follow(history, own, placed)
    return tuple(
        facts._replace(facts=placed[facts.path]) if facts.path in placed else facts
        for facts in files
    )


def _follow(history: History, own: Iterable[str], placed: dict[str, tuple[Fact, ...]]) -> None:
    schema = _start(history)
    dialect = _spoken(history)
    for facts in history.files:
        known = facts.path in own
        made: list[Fact] = []
        way_back: list[int] = []
        in_fact = facts.path in history.squashed
        for fact in facts.facts:
            if not isinstance(fact, SchemaStep):
                made.append(fact)
                continue
            step = _spelled(fact, dialect)
            if step.direction != "up":
                way_back.append(len(made))
                made.append(step)
            elif facts.path in history.left:
                made.append(step)
            else:
                steps = filled(step, schema)
                for each in steps:
                    replay(schema, each, in_fact=in_fact)
                made += steps
        if known:
            # The way back starts from what the way forward has made.
            for at in way_back:
                made[at] = filled(made[at], schema)[0]  # type: ignore[arg-type]  # a step
            placed[facts.path] = tuple(made)
    for facts in history.files[:-1]:  # what the last one leaves open, the next one may close
        if facts.path in placed:
            placed[facts.path] = tuple(_held_open(fact, schema) for fact in placed[facts.path])


def _held_open(fact: Fact, schema: Schema) -> Fact:
    """Return a step that adds a constraint as NOT VALID, knowing whether it ever became valid."""
    if not isinstance(fact, SchemaStep) or fact.operation is not Operation.ADD_CONSTRAINT:
        return fact
    table = schema.table(fact.table) if not fact.valid and fact.name else None
    if table is None or fact.direction != "up" or fact.keeps_data:
        return fact
    wanted = key(fact.name)
    left = any(key(each.name) == wanted and not each.valid for each in table.constraints)
    return fact._replace(unvalidated=left)


def _spoken(history: History) -> str:
    """Return the database whose own words some migrations speak; "" where they speak of two.

    What both MySQL and MariaDB understand is read as MySQL's.
    """
    said = {fact.dialect for facts in history.files for fact in facts.facts if _is_told(fact)}
    if "mariadb" in said:
        said.discard("mysql")
    return said.pop() if len(said) == 1 else ""


def _is_told(fact: Fact) -> TypeGuard[SchemaStep]:
    return isinstance(fact, SchemaStep) and bool(fact.dialect)


def _spelled(step: SchemaStep, dialect: str) -> SchemaStep:
    """Return a step of no known database as one of its history's."""
    if dialect == "mariadb" and step.dialect == "mysql":
        return step._replace(dialect=dialect)
    if not dialect or step.dialect or step.framework == "django":
        return step
    return step._replace(dialect=dialect)


def _start(history: History) -> Schema:
    schema = Schema()
    schema.whole = history.whole
    return schema


def schema_after(history: History) -> Schema:
    """Return the schema that a history leaves."""
    schema = _start(history)
    dialect = _spoken(history)
    for facts in history.files:
        if facts.path in history.left:
            continue
        in_fact = facts.path in history.squashed
        for fact in facts.facts:
            if isinstance(fact, SchemaStep) and fact.direction == "up":
                for step in filled(_spelled(fact, dialect), schema):
                    replay(schema, step, in_fact=in_fact)
    return schema


def schemas(files: Iterable[FileFacts]) -> tuple[Schema, ...]:
    """Return the schema that each history among these files leaves."""
    return tuple(map(schema_after, histories(files)))
