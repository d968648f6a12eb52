"""`cascading-drop`: what depends on a dropped thing goes with it, unnamed."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona, Severity
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, plain, weigh
from nonevent_rules.schema.things import is_of_table, owner, thing

WHAT = {
    Operation.DROP_TABLE: "foreign keys of other tables and views that read it",
    Operation.DROP_COLUMN: "views, foreign keys and constraints that name it",
    Operation.DROP_CONSTRAINT: "foreign keys of other tables that rest on it",
    Operation.DROP_OBJECT: "whatever uses it",
}
OF_OBJECT = {
    "type": "every column that has it, with its values",
    "domain": "every column that has it, with its values",
    "extension": "columns, indexes and functions made with it",
    "sequence": "the defaults of columns that take their numbers from it",
    "function": "triggers, defaults and indexes that call it",
    "view": "views that read it",
    "materialized view": "views that read it",
}
ROWS = ("type", "domain", "extension")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a DROP … CASCADE of something in use."""
    if step.operation not in WHAT or not step.cascade or not is_live(step):
        return
    # What goes whole is the matter of `dropped-schema`.
    if step.object in ("schema", "database", "owned", "trigger", "policy", "rule"):
        return
    if step.object == "sequence" and is_of_table(step, step.later, Operation.DROP_TABLE):
        return  # whatever takes its numbers from it goes as well
    # CASCADE is Oracle's word for a table's own foreign keys, and MySQL's for nothing.
    if step.dialect in ("mysql", "mariadb", "oracle", "sqlite"):
        return
    also = OF_OBJECT.get(step.object, WHAT[step.operation])
    message = (
        f"{_subject(step)} is dropped with CASCADE: {also} go with it, unnamed, "
        "under the version still running that relies on them"
    )
    lost = Severity.ERROR if step.object in ROWS else None
    problem = Problem(message, _remedy(step), severity=lost)
    if step.made_again:  # a script that begins anew
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _subject(step: SchemaStep) -> str:
    if step.operation is Operation.DROP_OBJECT:
        return thing(step)
    if step.operation is Operation.DROP_COLUMN:
        return column_of(step)
    if step.operation is Operation.DROP_CONSTRAINT:
        return f"constraint `{plain(step.name) or '…'}`"
    return owner(step)


def _remedy(step: SchemaStep) -> str:
    return (
        f"Drop what depends on it by name, each in a release that no longer uses it, "
        f"and {_subject(step)} without CASCADE"
    )


RULE = rule(__file__, on=SchemaStep, of=tuple(WHAT), find=find)
