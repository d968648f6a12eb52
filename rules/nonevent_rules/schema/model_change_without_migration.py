"""`model-change-without-migration`: a model changes and the database stays as it was."""

from collections.abc import Iterator

from nonevent.facts import Difference, ModelChange
from nonevent.finding import Severity
from nonevent.rule import Problem, rule

ADDS = (Difference.TABLE_ADDED, Difference.COLUMN_ADDED)


def find(change: ModelChange) -> Iterator[Problem]:
    """Yield a problem for a column that the model and the database see in two ways from now on."""
    column = change.column
    if change.difference in ADDS or column is None:
        return
    name = f"`{change.table}.{column.name}`"
    if change.difference is Difference.COLUMN_REMOVED:
        yield Problem(
            f"{name} leaves class `{change.model}` and stays NOT NULL in the database with no "
            "default: each INSERT of the new version is refused",
            f"Make {name} nullable, or give it a default in the database, in this release",
            severity=Severity.ERROR,
        )
        return
    remedy = (
        "Run `manage.py makemigrations` and add its file to this change"
        if change.framework == "django"
        else "Run `alembic revision --autogenerate` and add its file to this change"
    )
    yield Problem(f"{name} {_how(change)}, and no migration says so", remedy)


def _how(change: ModelChange) -> str:
    if change.difference is Difference.NULLABLE:
        return "may be empty from now on: the database still refuses NULL"
    if change.difference is Difference.REQUIRED:
        return "is required from now on: the database still lets it be empty"
    old = change.old.type if change.old is not None else ""
    new = change.column.type if change.column is not None else ""
    return f"becomes `{new}` in the code and stays `{old}` in the database"


RULE = rule(__file__, on=ModelChange, find=find)
