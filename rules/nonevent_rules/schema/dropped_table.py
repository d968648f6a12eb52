"""`dropped-table`: a table goes while the version still running queries it."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import arguments, bare, is_live, language, plain, weigh
from nonevent_rules.schema.running import calm

# How people call what they have moved out of the way in an earlier release.
ASIDE = re.compile(
    r"(?i)^(?:old|bak|backup|deprecated|unused|temp|tmp|zz)_"
    r"|_(?:old|bak|backup|backups|deprecated|unused|temp|tmp|to_delete|to_drop)\d*$"
)

# Scripts that clear a database away by hand, and say so: `cleanup.sql`, `drop_tables.sql`.
CLEARING = re.compile(
    r"(?i)^(?:(?:reset|recreate|clear|clean|wipe|destroy|tear)(?:_?(?:up|down))?"
    r"|drop_?(?:all|db|database|schema|tables))(?:[_.-]|$)"
)
MIGRATIONS = ("migration.sql", "up.sql")  # in a folder that bears the name
UNUSED = re.compile(r"(?i)(?:^|[_-])unused(?:[_-]|$)")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a table dropped that was there before this change."""
    if not is_live(step):
        return
    named = f"`{plain(step.table)}`" if step.table else "a table named at run time"
    message = (
        f"{named} is dropped and its name given to a new one: the version still running finds no "
        "row of it, and neither does a rollback"
        if step.made_again
        else f"{named} is dropped while the version still running may query it: those queries fail "
        "until the roll is over, and a rollback finds the rows gone"
    )
    problem = weigh(step, Problem(message, _remedy(step)))
    if (_is_known_idle(step) or _is_begun(step)) and problem.persona is not Persona.AUDITOR:
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield from calm(step, problem, f"{named} is dropped")


def _is_known_idle(step: SchemaStep) -> bool:
    """Tell whether the table's name, or the file's, says that nobody uses it any more."""
    folder, _, name = step.location.path.rpartition("/")
    called = folder.rpartition("/")[2] if name in MIGRATIONS else name.rpartition(".")[0]
    return any(
        found is not None
        for found in (ASIDE.search(bare(step.table)), CLEARING.search(name), UNUSED.search(called))
    )


def _is_begun(step: SchemaStep) -> bool:
    """Tell whether the file makes a table that no migration made, after a drop for good measure."""
    return step.made_again and step.guarded and step.unmade is None


def _remedy(step: SchemaStep) -> str:
    table = plain(step.table) or "…"
    if language(step) == "alembic":
        return (
            f"Take the class mapped to `{table}` out of this release, and run "
            f"`op.drop_table({arguments(step)})` in the next one"
        )
    if language(step) == "django":
        return (
            f"Move the removal of `{table}` into `state_operations` of "
            "`SeparateDatabaseAndState` now, and drop the table with `RunSQL` in the next release"
        )
    return (
        f"Release code that no longer names `{table}`, and run `DROP TABLE {table}` "
        "in the release after it"
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.DROP_TABLE,), find=find)
