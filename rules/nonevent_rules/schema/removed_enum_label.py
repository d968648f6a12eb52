"""`removed-enum-label`: a column of MySQL or MariaDB loses a label that rows may hold."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.labels import labels
from nonevent_rules.schema.live import column_of, is_live, weigh

SHOWN = 3


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a list of labels that lacks one of those before."""
    if not is_live(step):
        return
    if step.dialect not in ("mysql", "mariadb") and not step.type.startswith("mysql."):
        return
    new = {label.lower() for label in labels(step.type)}
    gone = [label for label in labels(step.old_type) if label.lower() not in new]
    if not new or not gone:
        return
    shown = ", ".join(f"`{label}`" for label in gone[:SHOWN])
    more = f" and {len(gone) - SHOWN} more" if len(gone) > SHOWN else ""
    yield weigh(
        step,
        Problem(
            f"{column_of(step)} loses {'a label' if len(gone) == 1 else 'labels'}, {shown}{more}: "
            "the ALTER fails where a row holds it, or empties the value where the server is not "
            "strict, and INSERTs of the version still running are refused",
            "Keep it in the list until no version writes it and no row holds it, and take it out "
            "in a later release",
        ),
    )


RULE = rule(__file__, on=SchemaStep, of=(Operation.ALTER_TYPE,), find=find)
