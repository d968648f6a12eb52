"""What the JSON reports share: how a place and a note stand in them."""

from typing import Any

from nonevent.location import Location
from nonevent.note import Note

__all__ = ["note", "place"]


def place(location: Location) -> dict[str, Any]:
    """Return the members that tell a location, lines and columns from 1."""
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def note(told: Note) -> dict[str, Any]:
    """Return a note as an object; its line is null where it is about the whole file."""
    return {
        "path": told.path,
        "kind": told.kind,
        "message": told.message,
        "line": told.line or None,
    }
