"""The words of an SQL file, statement by statement: what stays when a file is mended."""

from nonevent.readers.sqlguess import guess_dialect
from nonevent.readers.sqlsplit import split

__all__ = ["statements"]

Words = tuple[tuple[str, int, int], ...]


def statements(text: str) -> tuple[Words, ...]:
    """Return the words of each statement as written, with their places; comments are none."""
    dialect = guess_dialect("", text)
    pieces = split(text, "mysql" if dialect == "mariadb" else dialect).pieces
    return tuple(
        tuple((text[token.start : token.end], token.start, token.end) for token in piece.tokens)
        for piece in pieces
        if piece.kind == "statement" and piece.tokens
    )
