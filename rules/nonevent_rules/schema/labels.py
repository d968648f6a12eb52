"""Labels of an enumerated type as MySQL and SQLAlchemy write it in the column."""

import re

__all__ = ["grows", "labels"]

TYPE = re.compile(r"(?is)^(?:[\w.]*\.)?(?:enum|set)\s*\((.*)\)")
LABEL = re.compile(r"""(?s)'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.|"")*)\"""")
NAMED = re.compile(r"(?s)\b\w+\s*=.*")  # SQLAlchemy's `name="status"` and what comes behind it
# Up to this many labels one byte holds them; an ENUM above takes two, a SET one for eight labels.
# https://dev.mysql.com/doc/refman/8.4/en/storage-requirements.html
IN_ONE_BYTE = 255


def labels(text: str) -> tuple[str, ...]:
    """Return the labels of `ENUM('a', 'b')` or `sa.Enum("a", "b")`; none of other types."""
    written = TYPE.match(text.strip())
    if written is None:
        return ()
    listed = written[1]
    found = [one or other for one, other in LABEL.findall(listed)]
    rest = LABEL.sub("", listed)
    if "*" in rest:
        return ()  # `sa.Enum(*STATES)`
    named = NAMED.search(rest)
    if named is not None:  # values of keywords are no labels
        before = rest[: named.start()].count(",")
        found = found[:before]
    return tuple(found)


def grows(old: str, new: str) -> bool | None:
    """Tell whether labels only come behind the known ones, in as many bytes; None of other types.

    https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html, "Modifying the
    definition of an ENUM or SET column"
    """
    before, after = labels(old), labels(new)
    kinds = [text.strip().lower()[:4] for text in (old, new)]
    if not before or not after or kinds[0] != kinds[1]:
        return None
    if kinds[0].startswith("set"):
        same = (len(before) + 7) // 8 == (len(after) + 7) // 8
    else:
        same = (len(before) <= IN_ONE_BYTE) == (len(after) <= IN_ONE_BYTE)
    return same and after[: len(before)] == before
