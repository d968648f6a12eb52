"""SQL that Python puts together, with one word for whatever is added to its literals."""

import re

from nonevent.readers.sqlinner import COMPUTED

__all__ = ["spelled"]

LITERAL = re.compile(
    r"(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')"
    r"(?P<body>(?:[^\\]|\\.)*?)(?P=quote)",
    re.DOTALL,
)
BETWEEN = re.compile(r"(?:[\s()]|\\\n)*")
# `{table}`, `{table!r:>{width}}`, `{{` and `}}`; `%s` and `%(table)s`.
BRACES = re.compile(r"\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})*\}")
PERCENTS = re.compile(r"%%|%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-z]")
ESCAPES = re.compile(r"\\(?:\r?\n|(.))", re.DOTALL)
LETTERS = {"n": "\n", "t": "\t", "r": "\n"}


def spelled(written: str) -> str:
    """Return the SQL of an expression; "" where it is no chain of literals and what is added."""
    parts: list[str] = []
    at = BETWEEN.match(written).end()  # type: ignore[union-attr]  # may be empty
    while at < len(written):
        literal = LITERAL.match(written, at)
        if literal is not None:
            at = literal.end()
            after = written[at:].lstrip(") \t\r\n")
            parts.append(_filled(literal, after))
            if after.startswith((".format", "%")):
                break
        else:  # what is added to a text
            end = written.find("+", at)
            parts.append(COMPUTED)
            at = end if end >= 0 else len(written)
        at = BETWEEN.match(written, at).end()  # type: ignore[union-attr]
        if written.startswith("+", at):
            at = BETWEEN.match(written, at + 1).end()  # type: ignore[union-attr]
    text = "".join(parts)
    return "" if text.lstrip().startswith(COMPUTED) else text


def _filled(literal: re.Match[str], after: str) -> str:
    """Return the text of a literal with one word for each of its placeholders."""
    body = literal["body"]
    if "r" not in literal["prefix"].lower():
        body = ESCAPES.sub(lambda found: LETTERS.get(found[1] or "", found[1] or ""), body)
    if "f" in literal["prefix"].lower() or after.startswith(".format"):
        return BRACES.sub(_word, body)
    return PERCENTS.sub(_word, body) if after.startswith("%") else body


def _word(found: re.Match[str]) -> str:
    return found[0][0] if found[0] in {"{{", "}}", "%%"} else COMPUTED
