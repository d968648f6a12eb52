"""`missing-replica-identity`: a published table whose rows nothing names takes no UPDATE."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import is_live, language, plain
from nonevent_rules.schema.together import same_table

NOTHING = re.compile(r"(?i)\breplica\s+identity\s+nothing\b")
FAILS = "every UPDATE and DELETE of the version still running fails"
SHOWN = 3  # tables that a message names


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a table that is published without anything that names its rows."""
    if step.dialect not in ("", "postgresql") or step.direction != "up":
        return
    if step.operation is Operation.ALTER_TABLE and NOTHING.search(step.text) and is_live(step):
        table = plain(step.table) or "…"
        message = f"`{table}` loses what names its rows to replicas: if it is published, {FAILS}"
        yield Problem(message, _remedy(step, table))
    elif step.operation is Operation.DROP_INDEX and step.unkeyed and is_live(step):
        table = plain(step.unkeyed[0])
        if not any(_identifies(one, step) for one in step.later):
            message = (
                f"index `{plain(step.name)}` is the replica identity of `{table}`: it is left with "
                f"none, and if it is published, {FAILS}"
            )
            yield Problem(message, _remedy(step, table), confidence=Confidence.HIGH)
    elif step.object == "publication" and step.unkeyed:
        shown = ", ".join(f"`{plain(name)}`" for name in step.unkeyed[:SHOWN])
        more = len(step.unkeyed) - SHOWN
        shown += f" and {more} more" if more > 0 else ""
        message = f"{shown}: published with no primary key or other replica identity, {FAILS}"
        yield Problem(message, _remedy(step, plain(step.unkeyed[0])), confidence=Confidence.HIGH)


def _identifies(one: SchemaStep, step: SchemaStep) -> bool:
    """Tell whether a step gives the table of another one its next identity."""
    return one.action.startswith("replica identity") and same_table(one, step)


def _remedy(step: SchemaStep, table: str) -> str:
    said = f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX …"
    if language(step) == "django":
        said = f'migrations.RunSQL("{said}")'
    elif language(step) == "alembic":
        said = f'op.execute("{said}")'
    return (
        f"Name a unique index of required columns first, `{said}`, or say `FULL`, which sends "
        "whole old rows"
    )


RULE = rule(__file__, on=SchemaStep, find=find)
