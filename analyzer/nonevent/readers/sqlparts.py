"""What CREATE TABLE says between its brackets: columns, constraints and indexes."""

from nonevent.facts import Part
from nonevent.noun import NamedTuple
from nonevent.readers.sqlcolumns import (
    Tokens,
    commas,
    constraint,
    definition,
    group,
    index_columns,
    name_at,
    skip,
)
from nonevent.readers.sqllexer import words

__all__ = ["Body", "body"]

NOT_COLUMNS = words(
    "CONSTRAINT PRIMARY UNIQUE FOREIGN CHECK FULLTEXT SPATIAL EXCLUDE LIKE PERIOD SUPPLEMENTAL"
    " INDEX KEY NOT"
)
INDEXES = words("INDEX KEY FULLTEXT SPATIAL")


class Body(NamedTuple):
    """The parts of a new table."""

    parts: tuple[Part, ...]
    open: bool  # it has more than that

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(part.name for part in self.parts if part.kind == "column")


def body(text: str, tokens: Tokens) -> Body:
    """Return what the tokens after the name of a new table define."""
    bracketed = bool(tokens) and tokens[0].word == "("
    stop = group(tokens, 0) if bracketed else 0
    parts: list[Part] = []
    is_open = _goes_on(tokens[stop:], bracketed=bracketed)
    for element in commas(tokens[1 : stop - 1]) if bracketed else ():
        found = _element(text, element)
        parts += found
        is_open |= not found and element[0].word in {"LIKE", "SELECT", "WITH"}
    return Body(tuple(parts), is_open)


def _goes_on(tokens: Tokens, *, bracketed: bool) -> bool:
    """Tell whether what follows the bracket, or stands in its place, brings columns."""
    if not bracketed:
        return True
    first = tokens[0].word if tokens else ""
    after = tokens[1].word if len(tokens) > 1 else ""
    if first == "WITH":  # storage parameters
        return False
    return first in {"AS", "SELECT", "INHERITS"} or (first == "IGNORE" and after != "")


def _element(text: str, tokens: Tokens) -> list[Part]:
    first = tokens[0].word
    if first in NOT_COLUMNS and not _is_named_so(tokens):
        if first in INDEXES:
            return [_index(text, tokens)]
        held = constraint(text, tokens)
        return [_constraint(held)] if held is not None else []
    fields = definition(text, tokens)
    if not fields["column"]:
        return []
    column = Part(
        "column",
        fields["column"],
        type=fields["type"],
        nullable=False if fields.get("fills") == "identity" else fields.get("nullable"),
        default=fields.get("default"),
        generated=fields.get("generated", False),
    )
    return [column, *fields.get("parts", ())]


def _is_named_so(part: Tokens) -> bool:
    """Tell a column called key, index or check from a key: `key varchar(10)`, `key text`."""
    if part[0].word in {"FULLTEXT", "SPATIAL"}:  # `fulltext tsvector`, not `FULLTEXT i (a)`
        words = [token.word for token in part[1:3]]
        return words[:1] not in ([], ["INDEX"], ["KEY"], ["("]) and words[1:] != ["("]
    if part[0].word not in {"KEY", "INDEX", "PERIOD", "LIKE"} or len(part) < 2:  # noqa: PLR2004
        return False
    if part[0].word == "LIKE" or part[1].word == "(" or part[1].kind == "quoted":
        return False
    bracket = len(part) > 3 and part[2].word == "("  # noqa: PLR2004 `key varchar ( 10`
    return not bracket or part[3].kind == "number"


def _index(text: str, tokens: Tokens) -> Part:
    at = 1
    while tokens[at:] and tokens[at].word in {"INDEX", "KEY"}:
        at += 1
    at = skip(tokens, at, "IF", "NOT", "EXISTS")
    plain = tokens[at:] and tokens[at].word not in {"USING", "("}
    name, at = name_at(text, tokens, at) if plain else ("", at)
    while at < len(tokens) and tokens[at].word != "(":
        at += 1
    return Part("index", name, index_columns(text, tokens[at : group(tokens, at)]))


def _constraint(held: dict[str, object]) -> Part:
    fields = {
        key: held[key] for key in ("name", "columns", "references", "condition") if key in held
    }
    return Part(str(held["constraint"]), **fields)  # type: ignore[arg-type]
