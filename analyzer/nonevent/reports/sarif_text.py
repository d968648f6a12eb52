"""Messages as SARIF has them: whole sentences, plain and in Markdown, in which code is inert."""

from collections.abc import Callable, Sequence

from nonevent.reports.gfm import prose
from nonevent.reports.inert import visible

__all__ = ["markdown", "message", "plain", "said", "sentence"]

LINK_MARKS = str.maketrans({mark: f"\\{mark}" for mark in r"\[]"})


def message(text: str, remedy: str, related: Sequence[str]) -> dict[str, str]:
    """Return SARIF's message: what is wrong, what to do, and a link to each related place.

    GitHub shows a related location only where the text links to its id (SARIF 3.11.6).
    """
    return {
        "text": _joined(plain, text, remedy, related),
        "markdown": _joined(markdown, text, remedy, related),
    }


def said(text: str) -> dict[str, str]:
    """Return one sentence as a message, plain and in Markdown."""
    return {"text": sentence(plain(text)), "markdown": sentence(markdown(text))}


def plain(text: str) -> str:
    """Return `text` with what stood in backticks in single quotes; nothing in it is a link."""
    return visible(text).replace("`", "'").replace("](", "] (")


def markdown(text: str) -> str:
    """Return `text` with code spans kept and all else taken literally by Markdown."""
    return prose(text, cell=False)


def sentence(text: str) -> str:
    """Return `text` beginning with a capital, where it begins with a word, and ending in a stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _joined(shape: Callable[[str], str], text: str, remedy: str, related: Sequence[str]) -> str:
    parts = [sentence(shape(part)) for part in (text, remedy) if part]
    for number, where in enumerate(related, start=1):
        words = shape(where)
        if shape is plain:
            words = words.translate(LINK_MARKS)
        parts.append(f"[{words}]({number}).")
    return " ".join(parts)
