"""Where a comment that suppresses a finding goes, and what it says up to the reason."""

from collections.abc import Sequence
from typing import NamedTuple

from nonevent.finding import Finding
from nonevent.suppression import first_line

__all__ = ["Word", "word_for"]

SIGNS = {".py": "#", ".sql": "--"}


class Word(NamedTuple):
    """A line that is put into a file."""

    line: int  # 1-based: it comes to stand here, what stands here goes down
    text: str  # without its end; the reason is left to a person


def word_for(finding: Finding, lines: Sequence[str]) -> Word | None:
    """Return the comment over the statement of a finding; None where the file takes none."""
    path = finding.location.path
    sign = next((SIGNS[end] for end in SIGNS if path.endswith(end)), "")
    if not sign:
        return None
    line = first_line(path, "\n".join(lines), finding.location.line)
    code = lines[line - 1] if line <= len(lines) else ""
    indent = code[: len(code) - len(code.lstrip(" \t\f"))]
    return Word(line, f"{indent}{sign} nonevent: ignore[{finding.rule}] ")
