"""SQL text cut into tokens that know where they stand, by the quoting rules of each dialect."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from nonevent.noun import NamedTuple

__all__ = ["Token", "fill", "next_token", "significant", "text_of", "tokens_of", "words"]


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a sentence."""
    return frozenset(text.split())


class Token(NamedTuple):
    """One token; offsets count characters of the text it was cut from."""

    kind: str  # word, quoted, string, number, sign, comment, placeholder, blank, space
    start: int
    end: int
    word: str = ""  # of a word: in upper case; of a sign: itself; else ""
    closed: bool = True  # False: a quote or a comment that the text never closes


# What a template engine or a driver puts in later. `:name` is none after a word, a number or a
# bracket: that is a slice (`a[1:n]`) or a label.
PLACEHOLDER = r"""
    \$\{[^{}\r\n]*+\} | \{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,400}+\}\} | \#\{[^{}\r\n]*+\} | \{\w*+\}
  | <%=(?:[^<%]|<(?!%)|%(?!>)){0,400}+%> | %\(\w++\)s | %(?:\d\$)?[sIL](?!\w) | \$\(\w++\)
  | (?<![\w\])]):'\w++' | (?<![\w\])]):"\w++" | (?<![\w\])]):[A-Za-z_]\w*+
"""
BLANK = r"""
    \{%(?:[^{%]|\{(?!%)|%(?!\})){0,2000}+%\} | \{\#(?:[^{\#]|\{(?!\#)|\#(?!\})){0,2000}+\#\}
  | <%(?!=)(?:[^<%]|<(?!%)|%(?!>)){0,2000}+%>
"""
DOLLAR = r"\$(?:[^\W\d]\w*+)?+\$"
PLAIN = r"'(?:[^']|'')*+(?:'|\Z)"
ESCAPED = r"'(?:[^'\\]|\\.|''|\\\Z)*+(?:'|\Z)"
# Go's templates have quotes of their own: "{{ index .Options "Namespace" }}".
DOUBLE = r'"(?:\{\{[^{}\r\n]{0,200}+\}\}|[^"]|"")*+(?:"|\Z)'
BACKTICK = r"`(?:[^`]|``)*+(?:`|\Z)"
BRACKET = r"\[(?:[^\]]|\]\])*+(?:\]|\Z)"
ORACLE_Q = r"[nN]?[qQ]'\S"  # q'[it's]', or any other sign twice

STRINGS = {
    "mysql": rf"[bBxXnN]?{ESCAPED}",
    "oracle": rf"[nN]?{PLAIN}",
    "mssql": rf"[nN]?{PLAIN}",
    "sqlite": rf"[xX]?{PLAIN}",
}
QUOTED = {
    "mysql": rf"{BACKTICK} | " + r'"(?:[^"\\]|\\.|""|\\\Z)*+(?:"|\Z)',
    "oracle": DOUBLE,
    "mssql": rf"{DOUBLE} | {BRACKET}",
    "sqlite": rf"{DOUBLE} | {BACKTICK} | {BRACKET}",
    "postgresql": DOUBLE,
}
WORD = {
    "mssql": r"(?:[^\W\d]|[@\#])[\w$@\#]*+",
    "oracle": r"[^\W\d][\w$\#]*+",
}
# MySQL takes `--x` for two minus signs; runners take `--changeset` at the start of a line.
COMMENT = {
    "mysql": r"--(?=\s|\Z)[^\r\n]*+ | (?<![^\r\n])--[^\r\n]*+ | \#(?!\{)[^\r\n]*+",
}
NESTED = ("", "postgresql", "mssql")  # `/* /* */ */` is one comment


@cache
def _master(dialect: str) -> re.Pattern[str]:
    postgres = rf"[eE]{ESCAPED} | (?:[bBxXnN]|[uU]&)?{PLAIN}"
    dollar = DOLLAR if dialect in {"", "postgresql"} else r"(?!)"
    parts = (
        ("space", r"[\s\ufeff\x00]++"),
        ("comment", COMMENT.get(dialect, r"--[^\r\n]*+")),
        ("block", r"/\*"),
        ("blank", BLANK),
        ("placeholder", PLACEHOLDER),
        ("chosen", ORACLE_Q if dialect == "oracle" else r"(?!)"),
        ("string", STRINGS.get(dialect, postgres)),
        ("quoted", QUOTED.get(dialect, rf"{DOUBLE} | {BACKTICK}")),
        ("dollar", dollar),
        ("word", WORD.get(dialect, r"(?:[^\W\d]|@{1,2}(?=\w))[\w$]*+")),
        ("number", r"\d[\w.]*+ | \.\d\w*+"),
        ("sign", r"::|:=|<=|>=|<>|!=|\|\||."),
    )
    return re.compile(
        " | ".join(f"(?P<{kind}>{rule})" for kind, rule in parts), re.VERBOSE | re.DOTALL
    )


COMMENT_EDGE = re.compile(r"/\*|\*/")


def _block_end(text: str, start: int, end: int, *, nested: bool) -> int:
    """Return where the block comment at `start` ends; -1 where it never does."""
    if not nested:
        close = text.find("*/", start + 2, end)
        return close + 2 if close >= 0 else -1
    depth = 0
    for edge in COMMENT_EDGE.finditer(text, start, end):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.end()
    return -1


def next_token(text: str, position: int, end: int, dialect: str) -> Token:
    """Return the token that starts at `position`, which is less than `end`."""
    match = _master(dialect).match(text, position, end)
    assert match is not None, "the last alternative takes any character"  # noqa: S101
    kind, stop = match.lastgroup or "sign", match.end()
    if kind == "word":
        return Token(kind, position, stop, match[0].upper())
    if kind == "sign":
        return Token(kind, position, stop, match[0])
    if kind == "block":
        close = _block_end(text, position, end, nested=dialect in NESTED)
        return Token("comment", position, close if close >= 0 else end, "", close >= 0)
    if kind == "dollar":
        return _literal(text, position, stop, end, match[0])
    if kind == "chosen":
        mate = MATES.get(match[0][-1], match[0][-1])
        return _literal(text, position, stop, end, f"{mate}'")
    if kind in {"string", "quoted"}:
        return Token(kind, position, stop, "", _closed(match[0]))
    return Token(kind, position, stop)


MATES = {"[": "]", "{": "}", "(": ")", "<": ">"}


def _literal(text: str, start: int, inner: int, end: int, close: str) -> Token:
    """Return the string whose text begins at `inner` and that `close` ends."""
    found = text.find(close, inner, end)
    stop = found + len(close) if found >= 0 else end
    return Token("string", start, stop, "", found >= 0)


def _closed(quoted: str) -> bool:
    """Tell whether the quote that starts a literal also ends it."""
    body = quoted.lstrip("nNeEbBxXuU&")
    close = {"[": "]"}.get(body[:1], body[:1])
    return len(body) > 1 and body.endswith(close)


def tokens_of(text: str, dialect: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield every token of `text[start:end]`, comments included, spaces left out."""
    stop = len(text) if end is None else end
    while start < stop:
        token = next_token(text, start, stop, dialect)
        start = token.end
        if token.kind != "space":
            yield token


def significant(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Return the tokens that are SQL: no comments, and `${prefix}users` as one word."""
    kept: list[Token] = []
    for token in tokens:
        if token.kind in {"comment", "blank", "space"}:
            continue
        named = token._replace(kind="word") if token.kind == "placeholder" else token
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.end == token.start
            and last.kind in {"word", "number"}
            and named.kind in {"word", "number"}
            and (token.kind == "placeholder" or not last.word)
        ):
            kept[-1] = Token("word", last.start, token.end)
        else:
            kept.append(named)
    return tuple(kept)


def fill(text: str, dialect: str, start: int, end: int) -> str:
    """Return `text[start:end]` as a parser can read it, no character moved.

    Placeholders become identifiers of the same length (`p0___`), template statements and NUL
    become blanks.
    """
    out = list(text[start:end])
    count = 0
    for token in tokens_of(text, dialect, start, end):
        if token.kind in {"blank", "placeholder"}:
            width = token.end - token.start
            value = text[token.start : token.end]
            if token.kind == "blank":
                made = " " * width
            elif value.startswith((":'", ':"')):
                made = value[1] + "p" * (width - 2) + value[1]
            else:
                made = f"p{count}".ljust(width, "_")[:width]
                count += 1
            out[token.start - start : token.end - start] = made
    return "".join(out).replace("\0", " ").replace("\ufeff", " ")


def text_of(text: str, token: Token) -> str:
    """Return what a name token names: without its quotes, a doubled quote undone."""
    written = text[token.start : token.end]
    if token.kind != "quoted" or len(written) < 2:  # noqa: PLR2004 the two quotes
        return written
    close = "]" if written[0] == "[" else written[0]
    return written[1:-1].replace(close * 2, close)
