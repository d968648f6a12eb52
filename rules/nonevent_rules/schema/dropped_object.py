"""`dropped-object`: a sequence, type or extension goes while the running version names it."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, plain, weigh
from nonevent_rules.schema.things import executed, is_of_table, thing

WHAT = {
    "sequence": "INSERTs that take their numbers from it fail",
    "type": "queries that cast to it fail, and drivers that look it up",
    "domain": "queries that cast to it fail, and drivers that look it up",
    "extension": "queries with its operators, functions and types fail",
    "synonym": "queries of that name fail",
    "collation": "queries that sort by it fail",
    "role": "instances that log in or act as it are refused",
    "publication": "whoever follows it, a replica or a stream of changes, is cut off",
    "subscription": "its rows are no longer kept up",
    "event": "what it did on its schedule is no longer done",
    "operator": "queries that use it fail",
    "cast": "queries that rely on it fail",
    "server": "queries of its foreign tables fail",
}


OF_ITS_COLUMN = (Operation.ADD_COLUMN, Operation.DROP_COLUMN, Operation.DROP_DEFAULT)
IDENTITY = ("add identity", "add generated")
REFUSED = ("type", "domain", "collation")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for an object that is dropped and not made again."""
    if step.object not in WHAT:
        return
    if not is_live(step) or step.made_again or _goes_with_its_database(step):
        return
    if step.object == "sequence" and (
        step.cascade or _goes_with_its_table(step) or _came_with_its_column(step)
    ):
        return  # with CASCADE the defaults go as well: that is for `cascading-drop` to say
    message = (
        f"{thing(step)} is dropped while the version still running may use it: "
        f"{WHAT[step.object]} until the roll is over"
    )
    name = plain(step.name) or "…"
    drop = executed(step, f"DROP {step.object.upper()} {name}")
    remedy = f"Release code that does without `{name}`, and run {drop} in the release after it"
    problem = Problem(message, remedy)
    if step.object in REFUSED:  # as long as a column has it
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _goes_with_its_table(step: SchemaStep) -> bool:
    """Return whether the same file drops the table that the sequence is named after."""
    return is_of_table(step, (*step.earlier, *step.later), Operation.DROP_TABLE)


def _goes_with_its_database(step: SchemaStep) -> bool:
    """Return whether the file has dropped a database before: it clears up, and migrates nothing."""
    return any(
        one.operation is Operation.DROP_OBJECT and one.object == "database" for one in step.earlier
    )


def _came_with_its_column(step: SchemaStep) -> bool:
    """Return whether the same file adds or drops its column or its default, or makes an identity.

    A new column nobody knows yet; with one that goes the sequence goes; without its default nobody
    asks the sequence; an identity makes another of its name.
    """
    return any(
        (one.operation in OF_ITS_COLUMN or one.action in IDENTITY)
        and bare(step.name).lower() == f"{bare(one.table)}_{plain(one.column)}_seq".lower()
        for one in (*step.earlier, *step.later)
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_OBJECT,), find=find)
