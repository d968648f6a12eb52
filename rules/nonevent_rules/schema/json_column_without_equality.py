"""`json-column-without-equality`: a `json` column makes SELECT DISTINCT of the old version fail."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, is_live, language, plain, weigh


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a column of PostgreSQL's type `json`."""
    if not is_live(step):
        return
    written = plain(step.type).strip().lower().removesuffix("()").rpartition(".")[2]
    if written != "json" or step.dialect not in ("", "postgresql"):
        return
    message = (
        f"{column_of(step)} is of type `json`, which PostgreSQL cannot compare: queries of "
        "the version still running with DISTINCT, GROUP BY or UNION over all columns fail"
    )
    name = "postgresql.JSONB()" if language(step) == "alembic" else "jsonb"
    sure = Confidence.HIGH if step.dialect else Confidence.MEDIUM
    yield weigh(step, Problem(message, f"Make it `{name}`, which can be compared", confidence=sure))


RULE = rule(__file__, on=SchemaStep, of=(Operation.ADD_COLUMN,), find=find)
