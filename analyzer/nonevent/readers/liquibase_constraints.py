"""What the changes of Liquibase do to constraints and indexes."""

from collections.abc import Callable

from nonevent.facts import Operation
from nonevent.readers.liquibase_change import Change, Made

__all__ = ["add_constraint", "create_index", "drop_constraint", "drop_index"]


def add_constraint(kind: str) -> Callable[[Change], Made]:
    """Return what reads a change that adds a constraint of this kind."""

    def read(change: Change) -> Made:
        foreign = kind == "foreign key"
        yield change.step._replace(
            operation=Operation.ADD_CONSTRAINT,
            table=change.table("baseTableName", schema="baseTableSchemaName")
            if foreign
            else change.table(),
            columns=change.names("baseColumnNames" if foreign else "columnNames"),
            name=change.get("constraintName"),
            constraint=kind,
            references=change.table("referencedTableName", schema="referencedTableSchemaName"),
            valid=change.get("validate").lower() != "false",
            using_index=bool(change.get("forIndexName")),
            condition=change.get("constraintBody"),
        )

    return read


def drop_constraint(kind: str) -> Callable[[Change], Made]:
    """Return what reads a change that drops one."""

    def read(change: Change) -> Made:
        yield change.step._replace(
            operation=Operation.DROP_CONSTRAINT,
            table=change.table("baseTableName", "tableName"),
            name=change.get("constraintName"),
            constraint=kind,
            columns=change.names("uniqueColumns"),
        )

    return read


def create_index(change: Change) -> Made:
    """Yield the step of a new index."""
    columns = tuple(column.get("name", "valueComputed") for column in change.columns())
    yield change.step._replace(
        operation=Operation.CREATE_INDEX,
        table=change.table(),
        name=change.get("indexName"),
        columns=columns,
        unique=change.flag("unique"),
    )


def drop_index(change: Change) -> Made:
    """Yield the step of an index that goes."""
    yield change.step._replace(
        operation=Operation.DROP_INDEX, table=change.table(), name=change.get("indexName")
    )
