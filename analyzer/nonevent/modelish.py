"""Whether a change may touch what an ORM maps, told by the bytes of its own files."""

from collections.abc import Iterator

from nonevent.change import Change, ChangedFile, Content
from nonevent.pattern import late

__all__ = ["bytes_of", "migrates", "modelish"]

# What a file holds that maps columns.
WORDS = (b"mapped_column(", b"Mapped[", b"table=True")
COLUMN = late(rb"Column\(")
FIELD = late(rb"models\.\w+(?:Field|Key)\(")
# A column of django-tables2.
OTHERS = b"tables."


def modelish(change: Change) -> Iterator[ChangedFile]:
    """Yield the changed files that map columns, or did."""
    for file in change.files:
        is_code = file.path.endswith(".py") and not migrates(file.path)
        if is_code and file.after is not None:
            # Elsewhere fields of no module are those of forms and serializers.
            fields = "model" in file.path
            if any(
                _maps(bytes_of(content), fields=fields) for content in (file.after, file.before)
            ):
                yield file


def _maps(data: bytes, *, fields: bool) -> bool:
    if any(word in data for word in WORDS) or FIELD.search(data):
        return True
    if fields and (b"Field(" in data or b"Key(" in data):
        return True
    for found in COLUMN.finditer(data):
        before = data[max(found.start() - len(OTHERS), 0) : found.start()]
        if before != OTHERS and not (before[-1:].isalnum() or before[-1:] == b"_"):
            return True
    return False


def migrates(path: str) -> bool:
    """Tell whether a file is a migration's, by where it stands."""
    if path.endswith(".sql") and "/migration/" in f"/{path}":
        return True  # Flyway's usual folder; of Python a package may be called so
    return "/migrations/" in f"/{path}" or "/versions/" in path or "/alembic/" in f"/{path}"


def bytes_of(content: Content | None) -> bytes:
    """Return what a file holds; nothing where it is not there, or cannot be read."""
    try:
        return content() if content is not None else b""
    except OSError:
        return b""
