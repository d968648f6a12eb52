"""Who reads a statement: PostgreSQL's grammar, its tokens, sqlglot; the first that understands."""

from collections.abc import Sequence

from nonevent.facts import Operation
from nonevent.readers.sqlcolumns import Draft, Tokens
from nonevent.readers.sqllexer import fill, words
from nonevent.readers.sqltokens import read_tokens

__all__ = ["drafts_of"]

PARSED = 200_000  # characters of one statement that a parser gets to see
NESTED = 200  # brackets and CASEs within one another
CHAINED = 1_000  # operators of one statement: each may be a level of a parser's recursion


def drafts_of(text: str, tokens: Tokens, dialect: str) -> Sequence[Draft] | None:
    """Return the steps of one statement; None where nobody understands it.

    An action of ALTER TABLE that nobody understands is an unknown step among the others.
    """
    start, end = tokens[0].start, tokens[-1].end
    parsable = end - start <= PARSED and not _is_deep(tokens)
    if parsable and dialect in {"", "postgresql"}:
        from nonevent.readers.libpgquery import RefusedError
        from nonevent.readers.postgres import read_postgres

        try:
            return read_postgres(text, tokens, fill(text, dialect, start, end))
        except RefusedError:
            pass
    drafts = read_tokens(text, tokens, dialect)
    if drafts is not None and all(draft.operation is not Operation.UNKNOWN for draft in drafts):
        return drafts
    # Where the database is known to be PostgreSQL, its own grammar has refused the statement.
    if not parsable or dialect == "postgresql":
        return drafts
    said = _second_opinion(tokens, fill(text, dialect, start, end), dialect)
    return said if said is not None else drafts


def _second_opinion(tokens: Tokens, filled: str, dialect: str) -> Sequence[Draft] | None:
    """Return what sqlglot says where the tokens say nothing."""
    from nonevent.readers.sqldialects import ask_sqlglot

    for name in (dialect,) if dialect else ("mysql", "mssql", ""):
        said = ask_sqlglot(filled, name)
        if said is not None:
            edges = tokens[0].start, tokens[-1].end
            return [Draft(operation, *edges, fields) for operation, fields in said]
    return None


def _is_deep(tokens: Tokens) -> bool:
    """Tell what would take a parser's stack: brackets in brackets, long chains of operators."""
    depth = deepest = chained = 0
    for token in tokens:
        if token.word in OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token.word in CLOSING:
            depth -= 1
        elif token.word in CHAINING:
            chained += 1
    return deepest > NESTED or chained > CHAINED


OPENING = frozenset(("(", "[", "CASE", "<"))
CLOSING = frozenset((")", "]", "END", ">"))
CHAINING = words("+ - * / % | & ^ ~ ! = :: || <= >= <> != NOT AND OR IS COLLATE UNION JOIN LIKE")
