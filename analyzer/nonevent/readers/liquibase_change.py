"""One change of a Liquibase changeset as it is written: its attributes and what stands inside."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from nonevent.facts import SchemaStep
from nonevent.readers.liquibase_tree import Element

__all__ = ["Change", "Made"]

Made = Iterator[SchemaStep]


class Change(NamedTuple):
    """One change, and what its changeset has in common with it."""

    element: Element
    step: SchemaStep  # framework, dialect, transaction, direction, location, text
    filled: Callable[[str], str]  # replaces `${…}` by what the changelog says it is

    def get(self, *names: str) -> str:
        """Return the first of the attributes, its placeholders filled in."""
        return self.filled(self.element.get(*names))

    def flag(self, name: str) -> bool:
        """Tell whether an attribute says yes."""
        return self.get(name).lower() == "true"

    def inner(self, element: Element) -> "Change":
        """Return what stands inside, at its own place."""
        step = self.step._replace(location=element.location, text=element.source)
        return Change(element, step, self.filled)

    def table(self, *names: str, schema: str = "schemaName") -> str:
        """Return the table with its schema."""
        name, owner = self.get(*(names or ("tableName",))), self.get(schema)
        return f"{owner}.{name}" if owner and name else name

    def names(self, *names: str) -> tuple[str, ...]:
        """Return the columns of a list with commas."""
        return tuple(part.strip() for part in self.get(*names).split(",") if part.strip())

    def columns(self) -> "Iterator[Change]":
        """Yield the columns that stand inside."""
        return (self.inner(column) for column in self.element.all("column"))
