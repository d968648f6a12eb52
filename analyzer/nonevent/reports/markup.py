"""HTML that is well-formed and escaped by the way it is made: elements, not texts."""

from collections.abc import Sequence
from html import escape

from nonevent.reports.inert import visible

__all__ = ["Html", "element", "joined"]

VOID = frozenset({"meta", "br", "wbr"})  # of HTML: without an end
DRAWN = frozenset({"rect", "line", "circle", "polyline", "path"})  # of SVG: closed at once


class Html(str):
    """Text that is HTML already; any other text is escaped."""

    __slots__ = ()


def element(tag: str, /, *children: str, **attributes: str | float) -> Html:
    """Return an element; an attribute's trailing underscore falls, others become hyphens."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for key, value in attributes.items()
    )
    if tag in VOID:
        return Html(f"<{tag}{said}>")
    if tag in DRAWN and not children:
        return Html(f"<{tag}{said}/>")
    return Html(f"<{tag}{said}>{joined(children)}</{tag}>")


def joined(parts: Sequence[str]) -> Html:
    """Return the parts as one piece; what is no `Html` is text, on one line, and visible."""
    return Html("".join(part if isinstance(part, Html) else _escaped(part) for part in parts))


def _escaped(text: str) -> str:
    """Return text for a page; a build server that prints the page finds no command in it."""
    return escape(visible(text)).replace("##", "#&#35;")
