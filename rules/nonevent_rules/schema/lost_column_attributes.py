"""`lost-column-attributes`: a column is redefined, and what is not said again is gone."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Persona
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, plain, weigh

# What has to be said again: https://dev.mysql.com/doc/refman/8.4/en/alter-table.html (MODIFY) and
# https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql (ALTER COLUMN)
WHOLE = ("mysql", "mariadb")
NULL_ALONE = ("mssql",)  # a default is a constraint of its own there
# What else such a statement may be for.
OTHERWISE = re.compile(r"(?i)\b(?:comment|collate|char(?:acter)?\s+set|charset|auto_increment)\b")
MEANT = re.compile(r"(?i)\bdefault\s+null\b")  # which no column that is NOT NULL can have
WRITTEN = ("sql", "liquibase")


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a new definition that leaves out what the column had."""
    if not is_live(step):
        return
    if step.dialect not in (*WHOLE, *NULL_ALONE) or step.framework not in WRITTEN:
        return
    lost = [*_lost(step)]
    if not lost:
        return
    message = (
        f"{column_of(step)} is defined anew without its {' and '.join(lost)}, which "
        f"{'are' if len(lost) > 1 else 'is'} gone with that: INSERTs of the version still running "
        "that leave it out store NULL"
    )
    again = " ".join((plain(step.column) or "…", step.type, *lost))
    problem = Problem(message, f"Say all of it again: `{again}`")
    if _is_meant(step):
        problem = problem._replace(persona=Persona.PEDANTIC)
    yield weigh(step, problem)


def _is_meant(step: SchemaStep) -> bool:
    """Tell whether the definition differs in nothing else: else it would do nothing."""
    same = "".join(step.type.split()).lower() == "".join(step.old_type.split()).lower()
    return same and not step.placed and OTHERWISE.search(step.text) is None


def _lost(step: SchemaStep) -> Iterator[str]:
    # What a primary key holds is NOT NULL without a word:
    # https://dev.mysql.com/doc/refman/8.4/en/create-table.html, "PRIMARY KEY"
    keyed = step.dialect in WHOLE and "primary key" in (step.hangs_on or ())
    meant = MEANT.search(step.text) is not None
    if step.old_nullable is False and step.nullable is None and not (keyed or meant):
        yield "NOT NULL"
    has_default = step.old_default not in (None, "") and step.old_default.upper() != "NULL"
    if has_default and step.default is None and step.dialect in WHOLE:
        yield f"DEFAULT {step.old_default}"


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TYPE,), find=find)
