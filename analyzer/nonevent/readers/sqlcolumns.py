"""Definitions of columns, constraints and index columns, read from tokens as they are written."""

from collections.abc import Iterator, Sequence
from typing import Any

from nonevent.facts import Operation, Part
from nonevent.noun import NamedTuple
from nonevent.readers.sqllexer import Token, text_of, words

__all__ = [
    "Draft",
    "Fields",
    "Tokens",
    "commas",
    "constraint",
    "default_of",
    "definition",
    "group",
    "index_columns",
    "name_at",
    "skip",
    "source",
]

Tokens = Sequence[Token]
Fields = dict[str, Any]


class Draft(NamedTuple):
    """A schema step before it is placed: offsets instead of a location."""

    operation: Operation
    start: int
    end: int
    fields: Fields  # of SchemaStep, beside the ones that every step of the file has
    lead: str = ""  # what stands before it in the statement: "ALTER TABLE t"


SERIAL = frozenset(
    ("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8", "ROWVERSION")
)
# Words that end a column's type, or its default.
AFTER_TYPE = words(
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES CONSTRAINT COLLATE GENERATED AS"
    " AUTO_INCREMENT AUTOINCREMENT IDENTITY COMMENT FIRST AFTER ON STORAGE COMPRESSION KEY CHARSET"
    " USING INVISIBLE VISIBLE VIRTUAL STORED PERSISTED SPARSE ROWGUIDCOL ENABLE DISABLE CASCADE"
    " RESTRICT OPTIONS COLUMN_FORMAT FOREIGN MASKED ENCRYPTED ALGORITHM LOCK"
)
AFTER_DEFAULT = AFTER_TYPE - {"AS", "KEY", "STORAGE", "OPTIONS", "USING", "LOCK", "FOREIGN"} | {
    "FOR"
}


def source(text: str, tokens: Tokens) -> str:
    """Return the text from the first token to the last, on one line."""
    return " ".join(text[tokens[0].start : tokens[-1].end].split()) if tokens else ""


def skip(tokens: Tokens, at: int, *words: str) -> int:
    """Return the index after `words`, where they stand at `at`; else `at`."""
    here = [token.word for token in tokens[at : at + len(words)]]
    return at + len(words) if here == list(words) else at


def name_at(text: str, tokens: Tokens, at: int) -> tuple[str, int]:
    """Return the dotted name at `at`, without quotes, and the index after it; "" if none is."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at].kind in {"word", "quoted", "string"}:
        if tokens[at].kind == "string":  # MySQL and SQLite take 'name' for a name
            parts.append(text[tokens[at].start : tokens[at].end].strip("'"))
        else:
            parts.append(text_of(text, tokens[at]))
        at += 1
        dotted = at
        while at < len(tokens) and tokens[at].word == ".":
            at += 1
        if at == dotted:
            break
        parts += [""] * (at - dotted - 1)
    return ".".join(parts), at


def group(tokens: Tokens, at: int) -> int:
    """Return the index after the bracket that closes the one at `at`; the end if none does."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].word, 0)
        if not depth:
            return index + 1
    return len(tokens)


def commas(tokens: Tokens) -> Iterator[Tokens]:
    """Yield the parts between the commas that stand in no bracket; none of them is empty."""
    depth, begin = 0, 0
    for index, token in enumerate(tokens):
        if token.word in {"(", "["}:
            depth += 1
        elif token.word in {")", "]"}:
            depth -= 1
        elif token.word == "," and depth <= 0:
            if index > begin:
                yield tokens[begin:index]
            begin = index + 1
    if begin < len(tokens):
        yield tokens[begin:]


def definition(text: str, tokens: Tokens) -> Fields:
    """Return the fields of `name type …`: column, type, nullable, default, constraint and more."""
    column, at = name_at(text, tokens[:1], 0)
    end = _type_end(tokens, at)
    fields: Fields = {"column": column, "type": source(text, tokens[at:end])}
    if tokens[at:] and tokens[at].word in SERIAL:
        fields["generated"] = True
        fields["fills"] = "serial"
    fields.update(_marks(text, tokens, end))
    if "parts" in fields:
        fields["parts"] = tuple(part._replace(columns=(column,)) for part in fields["parts"])
    return fields


def _type_end(tokens: Tokens, at: int) -> int:
    depth = 0
    while at < len(tokens):
        word = tokens[at].word
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth <= 0 and word in AFTER_TYPE:
            break
        if depth <= 0 and word == "CHARACTER" and after == "SET":
            break
        if depth <= 0 and word == "WITH" and after not in {"TIME", "LOCAL"}:
            break
        at += 1
    return at


def _marks(text: str, tokens: Tokens, at: int) -> Fields:
    """Return what the words after a column's type say."""
    fields: Fields = {}
    held: list[Part] = []
    name = ""
    while at < len(tokens):
        word = tokens[at].word
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if word == "(":
            at = group(tokens, at)
            continue
        if word == "CONSTRAINT":
            name, at = name_at(text, tokens, at + 1)
            continue
        if word == "NOT" and after == "NULL":
            fields["nullable"] = False
            at += 1
        elif word == "NULL":
            fields["nullable"] = True
        elif word == "DEFAULT" and "default" not in fields and after != "AS":
            fields["default"], at = default_of(text, tokens, at + 1)
            continue
        elif word == "PRIMARY":
            held.append(Part("primary key", name))
            fields["nullable"] = False
        elif word == "UNIQUE":
            held.append(Part("unique", name))
        elif word == "CHECK":
            close = group(tokens, at + 1)
            condition = source(text, tokens[at + 2 : close - 1])
            held.append(Part("check", name, condition=condition))
        elif word == "REFERENCES":
            fields["references"], at = name_at(text, tokens, at + 1)
            held.append(Part("foreign key", name, references=fields["references"]))
            name, at = "", _actions_end(tokens, at)
            continue
        elif word in {"AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY", "GENERATED"} or (
            word == "AS" and after in {"(", "IDENTITY"}
        ):
            fields |= {"generated": True, "fills": _filler(tokens, at)}
            at = skip(tokens, at + 1, "BY", "DEFAULT") - 1
        elif word == "COLLATE":
            fields["collation"], at = name_at(text, tokens, at + 1)
            continue
        else:
            fields |= _rest(text, tokens, at)
        name = ""
        at += 1
    for kind in ("primary key", "unique", "foreign key", "check"):
        if any(part.kind == kind for part in held):
            fields["constraint"] = kind
            break
    if held:
        fields["parts"] = tuple(held)
    return fields


def _rest(text: str, tokens: Tokens, at: int) -> Fields:
    """Return where MySQL puts the column, or how PostgreSQL converts it."""
    word = tokens[at].word
    if word == "USING":
        return {"using": source(text, tokens[at + 1 :])}
    if word == "AFTER" or (word == "FIRST" and at + 1 == len(tokens)):
        name, _ = name_at(text, tokens, at + 1)
        return {"placed": f"{word} {name}".strip().lower()}
    return {}


def _filler(tokens: Tokens, at: int) -> str:
    """Return what fills the column whose IDENTITY, GENERATED or AS stands at `at`."""
    said = [token.word for token in tokens[at : at + 5]]
    if said[0].startswith("AUTO"):
        return "auto_increment"
    if "IDENTITY" in said:
        return "identity"
    rest = {token.word for token in tokens[at:]}
    return "stored" if rest & {"STORED", "PERSISTED", "PERSISTENT"} else "virtual"


def _actions_end(tokens: Tokens, at: int) -> int:
    """Return the index after the columns and the ON DELETE/UPDATE actions of a foreign key."""
    at = group(tokens, at) if tokens[at:] and tokens[at].word == "(" else at
    while tokens[at:] and tokens[at].word == "ON":
        at += 2
        if tokens[at:] and tokens[at].word in {"SET", "NO"}:
            at += 1
        at += 1
    return at


def default_of(text: str, tokens: Tokens, at: int) -> tuple[str, int]:
    """Return the expression after DEFAULT as it is written, and the index after it."""
    at = skip(tokens, at, "ON", "NULL")
    begin, depth = at, 0
    while at < len(tokens):
        word = tokens[at].word
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        depth += {"(": 1, ")": -1}.get(word, 0)
        if at > begin and depth <= 0 and word in AFTER_DEFAULT:
            break
        if depth <= 0 and word == "WITH" and after not in {"TIME", "LOCAL"}:
            break
        if depth < 0:
            break
        at += 1
    return source(text, tokens[begin:at]), at


def index_columns(text: str, tokens: Tokens) -> tuple[str, ...]:
    """Return the columns of `(a DESC, lower(b))`: names, and expressions as they are written."""
    columns: list[str] = []
    for part in commas(tokens[1:-1]):
        name, at = name_at(text, part, 0)
        is_call = at < len(part) and part[at].word == "("
        prefix = is_call and at + 1 < len(part) and part[at + 1].kind == "number"
        is_name = bool(name) and (at == len(part) or part[at].kind == "word" or prefix)
        columns.append(name if is_name else source(text, part))
    return tuple(columns)


def constraint(text: str, tokens: Tokens) -> Fields | None:
    """Return the fields of a table constraint, `[CONSTRAINT name] UNIQUE (a)`; None if none is."""
    fields: Fields = {}
    at = skip(tokens, 0, "CONSTRAINT")
    if at:
        at = skip(tokens, at, "IF", "NOT", "EXISTS")
        unnamed = tokens[at:] and tokens[at].word in {"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"}
        if not unnamed:
            fields["name"], at = name_at(text, tokens, at)
    if at >= len(tokens):
        return None
    kind = _kind(tokens, at)
    if not kind:
        return None
    fields["constraint"] = kind
    words = [token.word for token in tokens]
    if kind == "not null":
        fields["columns"] = (name_at(text, tokens, at + 2)[0],)
    elif kind == "check":
        fields["condition"] = source(text, tokens[at + 2 : group(tokens, at + 1) - 1])
    elif kind in {"primary key", "unique", "foreign key"}:
        fields = {**_keyed(text, tokens, at + len(kind.split())), **fields}
    fields.update(_validity(words))
    return fields


def _kind(tokens: Tokens, at: int) -> str:
    word = tokens[at].word
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word in {"PRIMARY", "FOREIGN"} and after == "KEY":
        return f"{word} KEY".lower()
    if word in {"UNIQUE", "EXCLUDE"} or (word == "CHECK" and after == "("):
        return word.lower()
    return "not null" if word == "NOT" and after == "NULL" else ""


def _keyed(text: str, tokens: Tokens, at: int) -> Fields:
    """Return name, columns and table of what follows UNIQUE, PRIMARY KEY or FOREIGN KEY."""
    fields: Fields = {}
    if tokens[at:] and tokens[at].word in {"KEY", "INDEX"}:
        at += 1
    at = skip(tokens, skip(tokens, at, "CLUSTERED"), "NONCLUSTERED")
    if skip(tokens, at, "USING", "INDEX") > at:
        return {"using_index": True}
    if tokens[at:] and tokens[at].word not in {"(", "USING"}:
        before = at
        name, at = name_at(text, tokens, at)
        if name and tokens[before].word != "NULLS":
            fields["name"] = name
    while at < len(tokens) and tokens[at].word != "(":
        at += 1
    stop = group(tokens, at)
    fields["columns"] = index_columns(text, tokens[at:stop])
    for index in range(stop, len(tokens)):
        if tokens[index].word == "REFERENCES":
            fields["references"] = name_at(text, tokens, index + 1)[0]
            break
    return fields


def _validity(words: list[str]) -> Fields:
    """Return `valid` where the rows that are there are not looked at."""
    joined = " ".join(words)
    unchecked = ("NOT VALID", "NOT ENFORCED", "NOVALIDATE", "ENABLE NOVALIDATE")
    return {"valid": False} if joined.endswith(unchecked) or " NOVALIDATE" in joined else {}
