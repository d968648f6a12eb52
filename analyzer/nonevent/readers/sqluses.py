"""Which tables and columns a SQL query names, read from its tokens: no parser is needed.

Queries in code hold placeholders, and parts that are put together at run time; tokens bear that.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nonevent.mapped import Manner
from nonevent.pattern import late
from nonevent.readers.sqllexer import Token, significant, text_of, tokens_of, words

__all__ = ["Named", "is_query", "named"]

# A text is taken for SQL where it begins as a statement does, with what must follow.
QUERY = late(
    r"(?is)\s*+(?:--[^\n]*+\n\s*+|/\*.*?\*/\s*+)*+"
    r"(?:with\s+(?:recursive\s+)?[\w\"`]+.{0,200}?\bas\s|select\s.*?\bfrom\b|insert\s+(?:\w+\s+)?into\s"
    r"|update\s+\S.*?\bset\b|delete\s+from\s|merge\s+into\s|replace\s+into\s)"
)
OPENS = words("FROM JOIN INTO UPDATE USING")
# Words that are no column where they stand bare.
KEYWORDS = words(
    "SELECT DISTINCT ALL FROM JOIN INNER LEFT RIGHT FULL OUTER CROSS NATURAL LATERAL ON USING WHERE"
    " GROUP BY HAVING ORDER ASC DESC NULLS FIRST LAST LIMIT OFFSET FETCH NEXT ROWS ROW ONLY FOR"
    " UPDATE SHARE OF SKIP LOCKED NOWAIT UNION INTERSECT EXCEPT INSERT INTO VALUES DEFAULT SET"
    " DELETE RETURNING CONFLICT DO NOTHING AND OR NOT IN IS NULL TRUE FALSE LIKE ILIKE BETWEEN"
    " EXISTS ANY SOME CASE WHEN THEN ELSE END AS WITH RECURSIVE MATERIALIZED OVER PARTITION WINDOW"
    " FILTER WITHIN ARRAY CAST INTERVAL AT TIME ZONE DATE TIMESTAMP COLLATE ESCAPE SIMILAR TO"
    " MERGE MATCHED REPLACE DUPLICATE KEY IGNORE LOW_PRIORITY TABLE ONLY CONSTRAINT PRECEDING"
    " FOLLOWING UNBOUNDED CURRENT RANGE CURRENT_TIMESTAMP CURRENT_DATE EXCLUDED"
)


class Named(NamedTuple):
    """A table, or a column of one, that a query names."""

    table: str  # as written, with its schema
    column: str  # "" for the table itself
    manner: Manner
    start: int  # offset in the text
    end: int


def is_query(text: str) -> bool:
    """Tell whether a text begins as a query does."""
    return QUERY.match(text) is not None


def named(text: str) -> Iterator[Named]:
    """Yield what the queries of a text name."""
    statement: list[Token] = []
    for token in significant(tokens_of(text, "")):
        if token.kind == "sign" and text[token.start] == ";":
            yield from _statement(text, statement)
            statement = []
        else:
            statement.append(token)
    yield from _statement(text, statement)


class _Table(NamedTuple):
    name: str
    at: int  # index of its last token


def _statement(text: str, tokens: Sequence[Token]) -> Iterator[Named]:
    if not tokens:
        return
    made = _made_within(text, tokens)
    tables, aliases, taken = _tables(text, tokens, made)
    for table, start, end in tables:
        yield Named(table, "", Manner.READ, start, end)
    known = list(dict.fromkeys(table for table, _, _ in tables))
    writes = _written(text, tokens)
    for at, token in enumerate(tokens):
        if not _is_name(token) or at in taken:
            continue
        name = text_of(text, token)
        before = _sign(text, tokens, at - 1)
        after = _sign(text, tokens, at + 1)
        if after in {".", "("} and not (at in writes and after == "("):
            continue
        manner = Manner.WRITE if at in writes else Manner.READ
        if at in writes:
            yield Named(writes[at], name, manner, token.start, token.end)
        elif before == ".":
            owner = text_of(text, tokens[at - 2]) if at > 1 else ""
            table = aliases.get(owner.lower(), "")
            if table:
                yield Named(table, name, manner, token.start, token.end)
        elif token.word not in KEYWORDS and name.lower() not in made.union(aliases):
            if _previous_word(tokens, at) == "AS":
                continue
            if len(known) == 1 and not made:
                yield Named(known[0], name, manner, token.start, token.end)
            else:
                for table in known:
                    yield Named(table, name, Manner.POSSIBLE, token.start, token.end)


def _is_name(token: Token) -> bool:
    """Tell names from placeholders, which count as words without one."""
    return token.kind == "quoted" or (token.kind == "word" and bool(token.word))


def _sign(text: str, tokens: Sequence[Token], at: int) -> str:
    if 0 <= at < len(tokens) and tokens[at].kind == "sign":
        return text[tokens[at].start : tokens[at].end]
    return ""


def _previous_word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at - 1].word if at else ""


def _made_within(text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names that the statement gives to queries of its own: WITH, and in brackets."""
    found = set()
    for at, token in enumerate(tokens[:-2]):
        if (
            _is_name(token)
            and token.word not in KEYWORDS
            and tokens[at + 1].word == "AS"
            and (
                _sign(text, tokens, at + 2) == "(" or tokens[at + 2].word in {"MATERIALIZED", "NOT"}
            )
        ):
            found.add(text_of(text, token).lower())
    return frozenset(found)


def _tables(
    text: str, tokens: Sequence[Token], made: frozenset[str]
) -> tuple[list[tuple[str, int, int]], dict[str, str], set[int]]:
    """Return the tables with their places, what each alias stands for, and the tokens of both."""
    tables: list[tuple[str, int, int]] = []
    aliases: dict[str, str] = {}
    taken: set[int] = set()
    at = 0
    while at < len(tokens):
        if tokens[at].word not in OPENS or _sign(text, tokens, at - 1) == ".":
            at += 1
            continue
        # `FOR UPDATE`, `DO UPDATE`, `EXTRACT(day FROM …)`, `ON DUPLICATE KEY UPDATE`
        if tokens[at].word == "UPDATE" and _previous_word(tokens, at) in {"FOR", "DO", "KEY"}:
            at += 1
            continue
        at += 1
        while at < len(tokens):
            while at < len(tokens) and tokens[at].word in {"ONLY", "LATERAL", "TABLE", "IGNORE"}:
                at += 1
            start = at
            name, at = _name(text, tokens, at)
            if not name or (_sign(text, tokens, at) == "(" and tokens[start - 1].word != "INTO"):
                break  # a query in brackets, or a function
            taken.update(range(start, at))
            if name.lower() not in made:
                tables.append((name, tokens[start].start, tokens[at - 1].end))
                aliases[name.lower()] = name
                aliases[name.rpartition(".")[2].lower()] = name
            if at < len(tokens) and tokens[at].word == "AS":
                at += 1
            if (
                at < len(tokens)
                and _is_name(tokens[at])
                and tokens[at].word not in KEYWORDS
                and _sign(text, tokens, at + 1) != "("
            ):
                if name.lower() not in made:
                    aliases[text_of(text, tokens[at]).lower()] = name
                taken.add(at)
                at += 1
            if _sign(text, tokens, at) != ",":
                break
            at += 1
    return tables, aliases, taken


def _name(text: str, tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """Return the dotted name at a token, and the index behind it."""
    parts: list[str] = []
    while at < len(tokens) and _is_name(tokens[at]) and tokens[at].word not in KEYWORDS:
        parts.append(text_of(text, tokens[at]))
        at += 1
        if _sign(text, tokens, at) != ".":
            break
        at += 1
    return ".".join(parts), at


def _written(text: str, tokens: Sequence[Token]) -> dict[int, str]:
    """Return the tokens that name columns which the statement writes, each with its table."""
    found: dict[int, str] = {}
    for at, token in enumerate(tokens):
        if token.word == "INTO":
            table, after = _name(text, tokens, at + 1)
            if table and _sign(text, tokens, after) == "(":
                after += 1
                while after < len(tokens) and _sign(text, tokens, after) != ")":
                    if _is_name(tokens[after]):
                        found[after] = table
                    after += 1
        elif token.word == "SET" and (table := _updated(text, tokens, at)):
            found.update(dict.fromkeys(_assigned(text, tokens, at + 1), table))
    return found


def _updated(text: str, tokens: Sequence[Token], at: int) -> str:
    """Return the table of the UPDATE before a SET."""
    for back in range(at - 1, max(at - 12, -1), -1):
        if tokens[back].word == "UPDATE":
            start = back + 1
            while start < at and tokens[start].word in {"ONLY", "IGNORE"}:
                start += 1
            return _name(text, tokens, start)[0]
    return ""


def _assigned(text: str, tokens: Sequence[Token], at: int) -> Iterator[int]:
    """Yield the tokens of the columns in `a = 1, b = f(x, y)`."""
    depth, expects = 0, True
    while at < len(tokens):
        sign = _sign(text, tokens, at)
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or (not depth and tokens[at].word in {"WHERE", "FROM", "RETURNING"}):
            return
        if expects and _is_name(tokens[at]) and _sign(text, tokens, at + 1) == "=":
            yield at
            expects = False
        elif sign == "," and not depth:
            expects = True
        at += 1
