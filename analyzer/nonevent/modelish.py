"""Whether a change may touch what an ORM maps, told by the bytes of its own files."""

import re
from collections.abc import Iterator

from nonevent.change import Change, ChangedFile, Content

__all__ = ["bytes_of", "migrates", "modelish"]

# What a file holds that maps columns.
MAPS = re.compile(
    rb"Column\(|mapped_column\(|Mapped\[|models\.\w+(?:Field|Key)\(|\w+Field\(|table=True"
)


def modelish(change: Change) -> Iterator[ChangedFile]:
    """Yield the changed files that map columns, or did."""
    for file in change.files:
        is_code = file.path.endswith(".py") and not migrates(file.path)
        if is_code and file.after is not None and (_maps(file.after) or _maps(file.before)):
            yield file


def _maps(content: Content | None) -> bool:
    return MAPS.search(bytes_of(content)) is not None


def migrates(path: str) -> bool:
    """Tell whether a file is a migration's, by where it stands."""
    return "/migrations/" in f"/{path}" or "/versions/" in path or "/alembic/" in f"/{path}"


def bytes_of(content: Content | None) -> bytes:
    """Return what a file holds; nothing where it is not there, or cannot be read."""
    try:
        return content() if content is not None else b""
    except OSError:
        return b""
