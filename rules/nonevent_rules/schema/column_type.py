"""A column type as SQL, SQLAlchemy or Django write it, and whether a change rewrites the table."""

import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["TypeRow", "Written", "never_free", "read_type", "rewrites"]

WITHOUT_LIMIT = 1 << 62  # larger than any limit that a database accepts
LIMITS = ("limit", "length", "precision", "max_length", "max_digits")
SCALES = ("scale", "decimal_places")
# Django's fields that have a length where none is given.
# https://docs.djangoproject.com/en/5.2/ref/models/fields/, on `max_length` of each
LENGTHS = {
    "emailfield": 254,
    "filefield": 100,
    "filepathfield": 100,
    "imagefield": 100,
    "slugfield": 50,
    "urlfield": 200,
}
NO_MATTER = (  # arguments of SQLAlchemy's types that the column in the database does not show
    "asdecimal",
    "astext_type",
    "as_uuid",
    "create_type",
    "display_width",
    "none_as_null",
    "timezone",
)


class TypeRow(NamedTuple):
    """A row of `types.yaml`: a type, its spellings and its free conversions in PostgreSQL."""

    type: str
    spellings: tuple[str, ...]  # lower case, without arguments
    grows: str  # "length", "precision" or "": which larger argument is free
    most: int  # the limit where no argument is given; 0: none
    free: tuple[str, ...]  # types it becomes for free where they have no limit
    depends: tuple[str, ...]  # types it becomes for free under some settings
    source: str  # URL of PostgreSQL's manual


class Written(NamedTuple):
    """A known type with its arguments."""

    row: TypeRow
    name: str  # as spelled: lower case, without path and arguments
    limit: int  # length, precision or digits; WITHOUT_LIMIT where there is none
    scale: int = 0
    whole: bool = True  # False: there were arguments nobody here can read


def read_type(text: str, rows: Mapping[str, TypeRow]) -> Written | None:
    """Return what `varchar(20)` or `sa.String(length=20)` says; None where the type is unknown."""
    outer, _, rest = text.partition("(")
    inner, _, tail = rest.rpartition(")")
    name = re.sub(r"^[\w.]*\.", "", " ".join(f"{outer} {tail}".split())).lower()
    if re.search(r"\btimezone\s*=\s*True\b", inner):
        name = f"{name.replace('datetime', 'timestamp')}tz"
    for row in rows.values():
        if name in row.spellings:
            return _with_arguments(row, name, inner)
    return None


def _with_arguments(row: TypeRow, spelled: str, inner: str) -> Written:
    numbers: dict[str, int] = {}
    whole = True
    for position, argument in enumerate(filter(None, map(str.strip, inner.split(",")))):
        key, sign, value = (part.strip() for part in argument.rpartition("="))
        name = key if sign else ("limit", "scale")[min(position, 1)]
        if value.isdecimal() and name in LIMITS + SCALES:
            numbers["scale" if name in SCALES else "limit"] = int(value)
        elif name not in NO_MATTER and value != "None":
            whole = False
    if not row.grows and not row.most:  # a display width or a hint: nothing that is stored
        return Written(row, spelled, WITHOUT_LIMIT, whole=whole)
    limit = numbers.get("limit", LENGTHS.get(spelled) or row.most or WITHOUT_LIMIT)
    return Written(row, spelled, limit, numbers.get("scale", 0), whole)


def rewrites(old: Written, new: Written) -> bool | None:
    """Return whether PostgreSQL rewrites the table; None where that cannot be told from here."""
    if new.row.type in old.row.depends or not (old.whole and new.whole):
        return None
    if old.row.type == new.row.type:
        return not _grows(old, new)
    return new.row.type not in old.row.free or new.limit != WITHOUT_LIMIT


def never_free(new: Written, rows: Mapping[str, TypeRow]) -> bool:
    """Return whether PostgreSQL rewrites the table whatever other type the column has."""
    name = new.row.type
    return not new.row.grows and not any(name in (*row.free, *row.depends) for row in rows.values())


def _grows(old: Written, new: Written) -> bool:
    if (old.limit, old.scale) == (new.limit, new.scale):
        return True
    if new.row.grows == "precision" and new.limit != WITHOUT_LIMIT:
        return new.limit >= old.limit and new.scale == old.scale
    return new.row.grows != "" and new.limit >= old.limit
