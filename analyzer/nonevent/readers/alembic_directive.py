"""One call of Alembic's `op`: its arguments by the names of its parameters."""

from nonevent.facts import Call, Kind, SchemaStep, Value
from nonevent.noun import NamedTuple
from nonevent.readers import alembic_column
from nonevent.readers.excerpt import Source

__all__ = ["Directive", "given", "qualified", "text_of"]

# Positional parameters; a batch operation leaves out the table.
# https://alembic.sqlalchemy.org/en/latest/ops.html
PARAMETERS = {
    "add_column": ("table_name", "column"),
    "alter_column": ("table_name", "column_name"),
    "bulk_insert": ("table", "rows"),
    "create_check_constraint": ("constraint_name", "table_name", "condition"),
    "create_exclude_constraint": ("constraint_name", "table_name"),
    "create_foreign_key": (
        "constraint_name",
        "table_name",
        "referent_table",
        "local_cols",
        "remote_cols",
    ),
    "create_index": ("index_name", "table_name", "columns"),
    "create_primary_key": ("constraint_name", "table_name", "columns"),
    "create_table": ("table_name",),
    "create_table_comment": ("table_name", "comment"),
    "create_unique_constraint": ("constraint_name", "table_name", "columns"),
    "drop_column": ("table_name", "column_name"),
    "drop_constraint": ("constraint_name", "table_name", "type_"),
    "drop_index": ("index_name", "table_name"),
    "drop_table": ("table_name",),
    "drop_table_comment": ("table_name",),
    "execute": ("sqltext",),
    "rename_table": ("table_name", "new_table_name"),
    # Of plug-ins: see `alembic_enums`.
    "sync_enum_values": ("enum_schema", "enum_name", "old_values", "new_values"),
}
# Keywords that mean the same: names of older versions, and those of one directive alone.
ALIASES = {
    "table_name": ("source_table", "source", "tablename", "old_table_name"),
    "referent_table": ("referent",),
    "constraint_name": ("name",),
    "index_name": ("name",),
    "columns": ("cols", "local_cols"),
    "sqltext": ("sql",),
    "type_": ("type",),
    "enum_name": ("name",),
}
# What marks a name as final, or as one to be quoted.
NAMERS = frozenset(("f", "conv", "quoted_name"))
# What names a column in an index.
COLUMNS = frozenset(("text", "column", "literal_column"))


class Directive(NamedTuple):
    """One `op.…` call and what it has in common with all steps it stands for."""

    name: str  # "add_column"
    call: Call
    step: SchemaStep  # framework, dialect, location, direction, transaction, text
    source: Source
    batch: bool  # called on what `batch_alter_table` gives

    def value(self, name: str) -> Value | None:
        """Return the argument for a parameter, by keyword or by position."""
        for keyword in (name, *ALIASES.get(name, ())):
            found = self.call.argument(keyword)
            if found is not None:
                return found
        places = PARAMETERS.get(self.name, ())
        if self.batch:
            places = tuple(place for place in places if place != "table_name")
        return self.call.argument("", places.index(name)) if name in places else None

    def text(self, name: str) -> str:
        """Return a name given as a string or as `op.f("…")`; "" where it is computed."""
        return text_of(self.value(name))

    def flag(self, name: str) -> bool | None:
        """Return a boolean keyword; None where it is not given or computed."""
        value = self.value(name)
        constant = value.constant if value is not None else None
        return constant if isinstance(constant, bool) else None

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of an index or constraint; SQL expressions as they are written."""
        value = self.value(name)
        if value is None:
            return ()
        items = value.items if value.kind is Kind.SEQUENCE else (value,)
        return tuple(_column_name(item, self.source) for item in items)

    def table(self) -> str:
        """Return the table with its schema; "" where it is computed."""
        receiver = self.call.receiver
        if not self.batch or receiver is None:
            return qualified(self.text("table_name"), self.schema("schema", "source_schema"))
        keywords = dict(receiver.keywords)
        first = receiver.items[0] if receiver.items else keywords.get("table_name")
        second = receiver.items[1] if receiver.items[1:] else keywords.get("schema")
        return qualified(text_of(first), text_of(second))

    def schema(self, *names: str) -> str:
        """Return the first schema that one of these keywords gives."""
        return next((found for name in names if (found := self.text(name))), "")


def text_of(value: Value | None) -> str:
    """Return a name given as a string or as `op.f("…")`; "" where it is computed."""
    if value is None:
        return ""
    if value.kind is Kind.CONSTANT and isinstance(value.constant, str):
        return value.constant
    if value.kind is Kind.CALL and value.items and alembic_column.name_of(value) in NAMERS:
        return text_of(value.items[0])
    return ""


def _column_name(value: Value, page: Source) -> str:
    if value.kind is Kind.CALL and value.items and alembic_column.name_of(value) in COLUMNS:
        text = text_of(value.items[0]) or page.one_line(value.span)
        return alembic_column.unsorted(text)
    return text_of(value) or page.one_line(value.span)


def given(value: Value | None) -> Value | None:
    """Return the value; None where it is Python's own None."""
    is_none = value is not None and value.kind is Kind.CONSTANT and value.constant is None
    return None if is_none else value


def qualified(table: str, schema: str) -> str:
    """Return a table with its schema; "" where the table is not known."""
    return f"{schema}.{table}" if table and schema else table
