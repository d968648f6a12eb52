"""The words of an SQL file, statement by statement: what stays when a file is mended."""

from functools import lru_cache

from nonevent.readers.sqlguess import guess_dialect
from nonevent.readers.sqlsplit import split

__all__ = ["statements"]

Words = tuple[tuple[str, int, int], ...]
# A file is read before each of its edits and after it: what it was stays at hand.
AT_HAND = 8


@lru_cache(maxsize=AT_HAND)
def statements(text: str) -> tuple[Words, ...]:
    """Return the words of each statement as written, with their places; comments are none."""
    dialect = guess_dialect("", text)
    pieces = split(text, "mysql" if dialect == "mariadb" else dialect).pieces
    return tuple(
        tuple((text[token.start : token.end], token.start, token.end) for token in piece.tokens)
        for piece in pieces
        if piece.kind == "statement" and piece.tokens
    )
