"""`full`: each finding in its source, with the one thing to do, for a person at a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from nonevent.finding import Finding, Related, Severity
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.frame import WIDTH, frame, older, split_lines, wrap
from nonevent.reports.inert import address, defuse, visible, whereabouts
from nonevent.reports.order import by_place, by_rank, folded
from nonevent.reports.summary import counted, last, mark

__all__ = ["render"]

# Select Graphic Rendition, ECMA-48 8.3.117: the only escapes a coloured report has.
BOLD = "1"
GREEN = "1;32"
SHADE = MappingProxyType(
    {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}  # red yellow cyan
)
DO = "  do: "
MANY = 20  # findings, above which a first look at a project is told how to see less

Files = Mapping[str, Sequence[str]]  # path → lines


def render(report: Report, *, color: bool = False) -> str:
    """Return the findings as one reads files, then what was not analysed, then the summary."""
    files = {path: split_lines(text) for path, text in report.sources.items()}
    rows: list[str] = []
    for found in by_place(report.findings):
        rows += [*_finding(found, files, color, mark(found, report)), ""]
    if report.notes:
        rows += ["not analysed:", *_notes(report.notes), ""]
    counted, *risk = last(report)
    rows.append(_painted(counted, BOLD, color))
    if report.findings:
        rows.append(f"nonevent explain {visible(by_rank(report.findings)[0].rule)} says why.")
    if len(report.findings) > MANY and not report.compared:
        rows += _narrower(report)
    rows += [_painted(line, BOLD, color) for line in risk]
    return defuse("\n".join(rows)) + "\n"


def _narrower(report: Report) -> Iterator[str]:
    """Yield how to hear of less than all that a project holds."""
    schema = {page.rule for page in report.pages if page.family == "schema"}
    if told := sum(found.rule in schema for found in report.findings):
        yield f"{told} of them are about migrations, whether or not these have run."
    yield (
        "nonevent check --diff BASE reports what a change brings;"
        " nonevent baseline create accepts what is there."
    )


def _finding(found: Finding, files: Files, color: bool, marked: str) -> Iterator[str]:
    place = found.location
    shade = SHADE[found.severity]
    gutter = _gutter(found)
    title = _painted(address(place.path, place.line, place.column), BOLD, color)
    yield f"{title}  {visible(found.rule)}  {_painted(found.severity, shade, color)}"
    yield ""
    yield from frame(
        files.get(place.path, ()),
        place,
        visible(found.message),
        gutter=gutter,
        paint=lambda text: _painted(text, shade, color),
    )
    for related in found.related:
        yield from _related(related, files, gutter, color)
    for number, text in enumerate(wrap(marked + visible(found.remedy), WIDTH - len(DO))):
        yield f"{' ' * len(DO) if number else _painted(DO, GREEN, color)}{text}"


def _gutter(found: Finding) -> int:
    """Return the width of the widest line number, so that the frames of a finding align."""
    ends = [found.location.end_line, *(related.location.end_line for related in found.related)]
    return len(str(max(ends)))


def _related(related: Related, files: Files, gutter: int, color: bool) -> Iterator[str]:
    place = related.location
    yield f"  {address(place.path, place.line, place.column)}"
    lines = files.get(place.path, ()) if related.before is None else older(related)
    yield from frame(
        lines,
        place,
        visible(related.message),
        before=0,
        gutter=gutter,
        paint=lambda text: _painted(text, BOLD, color),
    )


def _notes(notes: Sequence[Note]) -> Iterator[str]:
    for note, more in folded(notes).items():
        also = f", and {counted(more, 'more place')}" if more else ""
        yield f"  {whereabouts(note)}{also}  {note.kind}"
        yield from (f"    {text}" for text in wrap(visible(note.message), WIDTH - 4))


def _painted(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
