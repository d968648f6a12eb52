"""The timeout a project wants in its calls: a number, a pair, or a name from its settings."""

import ast
from typing import NamedTuple

from nonevent.edit import Edit
from nonevent.error import UserError

__all__ = ["Wish", "granted", "read_wish"]


class Wish(NamedTuple):
    """What is passed in place of the seconds that a rule's table has."""

    text: str  # "10", "(3.05, 27)", "settings.HTTP_TIMEOUT"
    pair: bool = False  # time to connect and time to read: only some libraries take it
    imports: tuple[str, ...] = ()  # "django.conf:settings"


def read_wish(text: str) -> Wish | None:
    """Return what `fix-timeout` says; None for "".

    A name is said as entry points are, module and what to take of it:
    https://packaging.python.org/en/latest/specifications/entry-points/

    Raises:
        UserError: it is none of the three.

    """
    text = text.strip()
    if not text:
        return None
    module, colon, name = (part.strip() for part in text.partition(":"))
    if colon and all(part.isidentifier() for part in f"{module}.{name}".split(".")):
        return Wish(name, imports=(f"{module}:{name.partition('.')[0]}",))
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        value = None
    if _is_seconds(value):
        return Wish(repr(value))  # without a comment behind it
    if isinstance(value, tuple) and len(value) == 2 and all(map(_is_seconds, value)):  # noqa: PLR2004
        return Wish(f"({value[0]!r}, {value[1]!r})", pair=True)
    raise UserError(
        f"fix-timeout is a number of seconds, a pair such as '(3.05, 27)' or a setting such as "
        f"'shop.settings:HTTP_TIMEOUT', not '{text}'"
    )


def _is_seconds(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    )


def granted(edit: Edit, wish: Wish | None) -> Edit:
    """Return the edit with the wish in it, where it is one that passes seconds."""
    name, equals, value = edit.text.rpartition("=")
    if wish is None or not edit.seconds or (wish.pair and not value.startswith("(")):
        return edit
    return edit._replace(text=f"{name}{equals}{wish.text}", imports=wish.imports)
