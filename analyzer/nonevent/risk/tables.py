"""Rows of a table in a database: pandas and SQLAlchemy, which the extra `risk` brings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.risk.importing import NAMES, Cells

__all__ = ["read_table"]

_CHUNK = 10_000  # rows that are held at once
_CONNECT = 10  # seconds
_STATEMENT = 600_000  # milliseconds
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_SECRET = re.compile(r"://[^/@\s]*@")


def read_table(address: str, name: str, columns: Mapping[str, str]) -> Iterator[Cells]:
    """Yield the rows of a table; `name` may have a schema before it.

    Nothing is written: the transaction is read-only.

    Raises:
        UserError: the packages are missing, the database cannot be reached, or there is no table
            or column of this name.

    """
    try:
        import pandas as pd
        import sqlalchemy as sa
    except ImportError:
        message = "--from needs pandas and SQLAlchemy: pip install 'nonevent[risk]'"
        raise UserError(message) from None
    scheme, separator, rest = address.partition("://")
    if scheme.partition("+")[0] not in {"postgresql", "postgres"} or not separator:
        raise UserError(f"--from reads postgresql://…, not {_shown(address)!r}")
    try:
        engine = sa.create_engine(
            f"{_DRIVERS.get(scheme, scheme)}://{rest}",
            connect_args={
                "connect_timeout": _CONNECT,
                "options": f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT}",
            },
            pool_pre_ping=False,
        )
        try:
            with engine.connect().execution_options(stream_results=True) as connection:
                question = sa.select(*_chosen(sa, connection, name, columns))
                number = 0
                for frame in pd.read_sql(question, connection, chunksize=_CHUNK):
                    for row in frame.to_dict("records"):
                        number += 1
                        yield Cells(number, {key: _text(pd, cell) for key, cell in row.items()})
        finally:
            engine.dispose()
    except sa.exc.NoSuchTableError:
        raise UserError(f"--table: the database has no table {name!r}") from None
    except UserError:
        raise
    except (sa.exc.SQLAlchemyError, pd.errors.DatabaseError, ImportError, ValueError) as error:
        inner = error.__cause__ if isinstance(error, pd.errors.DatabaseError) else error
        why = _shown(str(getattr(inner, "orig", None) or inner)).strip().partition("\n")[0]
        raise UserError(f"--from: {why}") from None


def _chosen(sa: Any, connection: Any, name: str, columns: Mapping[str, str]) -> list[Any]:
    """Return the columns that may say something, of those that the table has."""
    schema, _, plain = name.rpartition(".")
    table = sa.Table(plain, sa.MetaData(), autoload_with=connection, schema=schema or None)
    known = list(table.columns.keys())
    for column in columns.values():
        if column not in known:
            raise UserError(f"--column: {name!r} has no column {column!r}{hint(column, known)}")
    wanted = {each for names in NAMES.values() for each in names.split()} | set(columns.values())
    chosen = [table.columns[each] for each in known if each in wanted or each.lower() in wanted]
    if not chosen:
        raise UserError(f"the table {name!r} has none of the columns {', '.join(NAMES)}")
    return chosen


def _text(pd: Any, cell: Any) -> str:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 - NaN
        return ""
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _shown(text: str) -> str:
    """Return a text without the password that an address may hold."""
    return _SECRET.sub("://…@", text)
