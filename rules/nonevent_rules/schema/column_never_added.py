"""`column-never-added`: a model begins to name a column, or a table, that no migration makes."""

from collections.abc import Iterator

from nonevent.facts import Difference, ModelChange
from nonevent.rule import Problem, rule


def find(change: ModelChange) -> Iterator[Problem]:
    """Yield a problem for a column, or a table, that a model has and no migration adds."""
    if change.difference is Difference.TABLE_ADDED:
        what = f"`{change.table}` of class `{change.model}` is made by no migration"
    elif change.difference is Difference.COLUMN_ADDED and change.column is not None:
        name = f"{change.table}.{change.column.name}"
        what = f"`{name}` of class `{change.model}` is added by no migration"
    else:
        return
    message = f"{what}: each of the class's SELECTs and INSERTs fails in the new version"
    yield Problem(message, _remedy(change))


def _remedy(change: ModelChange) -> str:
    if change.framework == "django":
        return "Run `manage.py makemigrations` and add its file to this change"
    return "Run `alembic revision --autogenerate` and add its file to this change"


RULE = rule(__file__, on=ModelChange, find=find)
