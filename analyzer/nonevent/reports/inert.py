r"""Foreign text made harmless: names, paths and source lines are written by whoever is analysed.

A terminal obeys control characters, a reader's eye is led astray by invisible ones and by those
that turn the direction of writing (https://trojansource.codes), and a build server executes
commands that it finds in what a program prints. Whatever is not plainly visible is shown as the
escape that Python's `repr` has for it: `\x1b`, `\u202e`.
"""

from collections.abc import Iterator

from nonevent.note import Note

__all__ = ["address", "defuse", "shown", "spans", "unmark", "visible", "whereabouts"]

# Letters and marks by their category, hence printable, that nobody sees: fillers and joiners of
# Unicode's Default_Ignorable_Code_Point (https://www.unicode.org/Public/UCD/latest/ucd/
# DerivedCoreProperties.txt); the rest of that list is no letter and not printable anyway.
UNSEEN = frozenset(
    map(
        chr,
        (
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)


def shown(character: str) -> str:
    """Return one character as it may be printed: itself, or its escape."""
    if not character.isprintable():
        return repr(character)[1:-1]
    if character in UNSEEN:
        return (
            f"\\u{ord(character):04x}" if character < "\U00010000" else f"\\U{ord(character):08x}"
        )
    return character


def visible(text: str) -> str:
    """Return `text` on one line with every character visible; line breaks and tabs too."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text))


def spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a sentence of ours, each with whether it stands in backticks.

    An odd backtick opens nothing: the sentence is then one part, the backticks in it.
    """
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        yield text, False
        return
    for number, piece in enumerate(pieces):
        yield piece, bool(number % 2)


def address(path: str, line: int = 0, column: int = 0) -> str:
    """Return `path`, `path:line` or `path:line:column`, visible; numbers are 1-based, 0: none."""
    numbers = [str(number) for number in (line, column) if number]
    return ":".join([visible(path), *numbers])


def whereabouts(note: Note) -> str:
    """Return where a note belongs, visible: a file, a line of it, or the run as a whole."""
    return address(note.path, note.line) if note.path else "(the run)"


def defuse(report: str) -> str:
    """Return a printed report in which no build server finds a command.

    GitHub's runner obeys a line that starts with `::`, also behind white space
    (https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs); see `unmark` too.
    """
    if "::" in report:
        report = "\n".join(map(_defuse_start, report.split("\n")))
    return unmark(report)


def unmark(text: str) -> str:
    """Return `text` without the marks of commands that are obeyed anywhere in a line.

    `##[…]` GitHub, an older form; `##vso[…]` Azure Pipelines; `##teamcity[…]` TeamCity.
    """
    if "##" not in text:
        return text
    import re

    return re.sub(r"##(?=\w*\[)", r"#\\x23", text)


def _defuse_start(line: str) -> str:
    rest = line.lstrip()
    if not rest.startswith("::"):
        return line
    return f"{line[: len(line) - len(rest)]}:\\x3a{rest[2:]}"
