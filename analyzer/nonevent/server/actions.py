"""What the editor offers on a finding: its fix, a suppression with a reason, its page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Command,
    Diagnostic,
    OptionalVersionedTextDocumentIdentifier,
    Position,
    Range,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from nonevent.edit import Fix
from nonevent.finding import Finding
from nonevent.fixes.wish import Wish
from nonevent.readers.parsing import older
from nonevent.server.buffers import encoded
from nonevent.server.places import range_of, split, whole_of
from nonevent.server.suppressing import Word, word_for
from nonevent.text import decode

__all__ = ["EXPLAIN", "FIX_ALL", "KINDS", "PLACE", "Sheet", "actions", "fixing_all", "overlaps"]

EXPLAIN = "nonevent.explain"
PLACE = "nonevent.writeReason"
FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.nonevent"
KINDS = [CodeActionKind.QuickFix, FIX_ALL]


class Sheet(NamedTuple):
    """A file as the editor has it, and how the client wants to hear of edits."""

    uri: str
    path: str
    text: str
    version: int
    units: str
    versioned: bool  # the client takes edits with the version that they are of
    shows: bool  # the client moves to a place on demand


def actions(
    findings: Sequence[Finding], shown: Sequence[Diagnostic], sheet: Sheet, wish: Wish | None
) -> Iterator[CodeAction]:
    """Yield what is offered on findings of one file, each with its diagnostic: fixes first."""
    from nonevent.fixes.mend import fix
    from nonevent.readers.sqlwords import statements

    lines = split(sheet.text)
    data = encoded(sheet.path, sheet.text)
    pairs = list(zip(findings, shown, strict=True))
    for found, diagnostic in pairs:
        made = (
            fix(sheet.path, data, found.edits, wish, older, statements=statements)
            if found.edits
            else None
        )
        if made is not None:
            yield _mending(made, diagnostic, lines, sheet)
    for found, diagnostic in pairs:
        word = word_for(found, lines)
        if word is not None:
            yield _suppressing(found, word, diagnostic, lines, sheet)
    for rule, diagnostic in {found.rule: each for found, each in pairs}.items():
        command = Command(f"Explain {rule}", EXPLAIN, arguments=[rule])
        yield CodeAction(
            command.title, CodeActionKind.QuickFix, diagnostics=[diagnostic], command=command
        )


def fixing_all(findings: Iterable[Finding], sheet: Sheet, wish: Wish | None) -> CodeAction | None:
    """Return what makes all edits of a file that are safe; None where there are none."""
    from nonevent.fixes.mend import mend
    from nonevent.readers.sqlwords import statements

    mendable = [found for found in findings if found.edits]
    made = mend(
        sheet.path,
        encoded(sheet.path, sheet.text),
        [edit for found in mendable for edit in found.edits],
        wish,
        older,
        together=[each.edits for each in mendable if any(edit.stands for edit in each.edits)],
        statements=statements,
        unsafe=False,
    )
    text = decode(sheet.path, made.data)
    if not isinstance(text, str) or text == sheet.text:
        return None
    edit = TextEdit(whole_of(split(sheet.text), sheet.units), text)
    return CodeAction("Fix all that nonevent can mend safely", FIX_ALL, edit=_edit([edit], sheet))


def overlaps(one: Range, other: Range) -> bool:
    """Tell whether two ranges touch: an empty one is a place."""
    return _pair(one.start) <= _pair(other.end) and _pair(other.start) <= _pair(one.end)


def _pair(position: Position) -> tuple[int, int]:
    return position.line, position.character


def _mending(made: Fix, shown: Diagnostic, lines: Sequence[str], sheet: Sheet) -> CodeAction:
    edits = [
        TextEdit(range_of(each.place, lines, sheet.units), each.text) for each in made.replacements
    ]
    unsafe = "" if made.safe else " (unsafe: it may change more than what was found)"
    return CodeAction(
        f"{made.message}{unsafe}",
        CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=True if made.safe else None,
        edit=_edit(edits, sheet),
    )


def _suppressing(
    found: Finding, word: Word, shown: Diagnostic, lines: Sequence[str], sheet: Sheet
) -> CodeAction:
    start = Position(word.line - 1, 0)
    end = _line_end(sheet.text)
    title = f"Suppress {found.rule} here, with a reason"
    place = range_of(
        found.location._replace(
            line=word.line,
            end_line=word.line,
            column=len(word.text) + 1,
            end_column=len(word.text) + 1,
        ),
        [*lines[: word.line - 1], word.text],
        sheet.units,
    )
    where: list[Any] = [sheet.uri, place.start.line, place.start.character]
    return CodeAction(
        title,
        CodeActionKind.QuickFix,
        diagnostics=[shown],
        edit=_edit([TextEdit(Range(start, start), word.text + end)], sheet),
        command=Command("Write the reason", PLACE, arguments=where) if sheet.shows else None,
    )


def _line_end(text: str) -> str:
    """Return how the first line of a text ends."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def _edit(edits: list[TextEdit], sheet: Sheet) -> WorkspaceEdit:
    if not sheet.versioned:
        return WorkspaceEdit(changes={sheet.uri: edits})
    file = OptionalVersionedTextDocumentIdentifier(uri=sheet.uri, version=sheet.version)
    return WorkspaceEdit(document_changes=[TextDocumentEdit(file, [*edits])])
