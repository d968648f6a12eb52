"""Python text becomes a tree, and what cannot be parsed a note."""

import _ast as ast
import re
import sys
import warnings
from functools import lru_cache

from nonevent.note import Note, NoteKind

__all__ = ["older", "parse", "refused"]

# From so many lines on a list of a module, or a mapping, is data.
MUCH = 1000
# One in which nothing is computed: the text before its entries, and these.
DATA = (
    r"(?m)^(\w++(?: *: *[^=\n]++)? *= *[\[{(]\n)"
    r"((?: (?:[\[\](){},: ]|\"[^\"\\\n]*+\"|'[^'\\\n]*+'|-?[\d.]++|None|True|False)++\n)++)[\]})]"
)


def parse(text: str) -> tuple[ast.Module, str]:
    """Return the tree and the text that it is of: newer Python is rewritten, place for place.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: it cannot be parsed.

    """
    try:
        return _tree(text), text
    except SyntaxError as error:
        instead = older(text, error)
        if instead is None:
            raise
        try:
            return _tree(instead), instead
        except SyntaxError:
            raise error from None


def older(text: str, error: SyntaxError) -> str | None:
    """Return newer Python as this interpreter parses it; None where it is none."""
    from nonevent.readers import newer

    for _ in range(newer.MOST_HANDLERS):
        instead = newer.united(text, error)
        if instead is None:
            break
        text = instead
        try:
            _tree(text)
        except SyntaxError as left:
            error = left
        else:
            return text
    return newer.rewrite(text) if newer.concerns(text, error) else None


@lru_cache(maxsize=1)
def _tree(text: str) -> ast.Module:
    """Return the tree of a text; views of the file at hand ask for the same one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape is the author's business
        tree = compile(_without_data(text), "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # noqa: S101  # "exec" makes a module
    return tree


def _without_data(text: str) -> str:
    """Return a text with long data cut to its first entry, all else in its place."""
    return re.sub(DATA, _first_entry, text) if text.count("\n") > MUCH else text


def _first_entry(data: re.Match[str]) -> str:
    begin, entries = data.groups()
    lines = entries.count("\n")
    indent = entries[: len(entries) - len(entries.lstrip(" "))]
    second = re.search(rf",\n{indent}(?=[^\s\]}})])", entries) if lines > MUCH else None
    if second is None:
        return data[0]
    first = entries[: second.start() + 2]
    return begin + first + "\n" * (lines - first.count("\n")) + data[0][-1]


def refused(path: str, error: BaseException) -> Note:
    """Return the note for a file that is no Python which can be read here."""
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
        reason = (error.msg or "invalid syntax").splitlines()[0]
        where = f"line {line}: " if line else ""
        # Newer syntax is a matter of the interpreter: the user may run nonevent on a newer one.
        version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
        return Note(path, NoteKind.SYNTAX, f"not parsed as {version}: {where}{reason}", line)
    if isinstance(error, (RecursionError, MemoryError)):
        return Note(path, NoteKind.SYNTAX, "not parsed: nested too deeply")
    return Note(path, NoteKind.SYNTAX, f"not parsed: {error}")
