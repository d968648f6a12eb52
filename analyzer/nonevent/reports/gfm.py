"""Text in GitHub's flavour of Markdown, https://github.github.com/gfm, and what it adds to it."""

import re

from nonevent.reports.inert import spans, visible

__all__ = ["code", "prose"]

MARKS = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_{}[]<>#|~!&$"})
# What GitHub turns into a mention, an issue, an address or a commit wherever it is no code.
LINKED = re.compile(r"@|#\d|://|www\.|\b[0-9a-f]{7,40}\b|\bGH-\d", re.IGNORECASE)


def prose(text: str, *, cell: bool = True) -> str:
    """Return a sentence of ours with its code spans; nothing in it marks, links or mentions.

    For the `cell` of a table bars are escaped within code, too (GFM, example 200).
    """
    return "".join(
        code(part, cell=cell) if is_code else _words(part.replace("`", "'"), cell=cell)
        for part, is_code in spans(visible(text))
    )


def _words(part: str, *, cell: bool) -> str:
    if not LINKED.search(part):
        return part.translate(MARKS)
    return "".join(
        code(word, cell=cell) if LINKED.search(word) else word.translate(MARKS)
        for word in re.split(r"( +)", part)
    )


def code(text: str, *, cell: bool = True) -> str:
    """Return a code span."""
    inner = visible(text).replace("`", "'")
    if cell:
        inner = inner.replace("|", r"\|")
    return f"`{inner}`" if inner else ""
