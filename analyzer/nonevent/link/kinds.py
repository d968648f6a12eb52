"""What sort of value a column's type holds, whichever language writes the type."""

import re

from nonevent.pattern import late

__all__ = ["MIXED", "kind_of", "length_of"]

# Sort of value → the words by which SQL, SQLAlchemy, Django and Python's annotations begin a type.
# Two types of one sort are read and written alike by code that knows either.
KINDS = {
    "text": "str string text varchar char character charfield textfield slugfield urlfield"
    " emailfield unicode unicodetext nvarchar nchar citext filefield imagefield filepathfield"
    " tinytext mediumtext longtext clob varchar2 nvarchar2 enum choicefield",
    "number": "int integer bigint smallint biginteger smallinteger integerfield bigintegerfield"
    " smallintegerfield positiveintegerfield positivesmallintegerfield positivebigintegerfield"
    " int2 int4 int8 tinyint mediumint serial bigserial autofield bigautofield numeric decimal"
    " float real double double_precision decimalfield floatfield number",
    "boolean": "bool boolean booleanfield nullbooleanfield bit",
    "time": "datetime timestamp timestamptz datetimefield date datefield time timefield"
    " tzdatetime utcdatetime",
    "uuid": "uuid uuidfield uniqueidentifier guid",
    "bytes": "bytes bytea blob binary largebinary varbinary binaryfield longblob",
    "json": "json jsonb jsonfield jsontype dict",
}
WORDS = {word: kind for kind, listed in KINDS.items() for word in listed.split()}
# MySQL's booleans are tinyint(1), and Django's are integers in some databases.
MIXED = frozenset((frozenset(("boolean", "number")),))
LENGTH = late(
    r"(?i)\b(?:string|varchar2?|unicode|nvarchar|character varying|char|charfield)\((?:[^()]*?"
    r"(?:length|max_length)\s*=\s*)?\s*(\d+)"
)


def kind_of(written: str) -> str:
    """Return the sort of value that a type holds: "text", "number"; "" where it is not known."""
    plain = re.sub(r"^(?:optional\[|mapped\[|list\[)+", "", written.strip().lower())
    plain = plain.partition("(")[0].partition("|")[0].rstrip("] ").strip("\"'` ")
    name = plain.rpartition(".")[2].split(" ")[0]
    if "array" in written.lower() or "[]" in written or written.lower().startswith("list["):
        return "array"
    return WORDS.get(name, "")


def length_of(written: str) -> int:
    """Return how many characters a type holds; 0 where it sets no limit."""
    found = LENGTH.search(written)
    return int(found[1]) if found else 0
