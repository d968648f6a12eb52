"""Where things stand, as SARIF has it: URIs, regions with their text, artifacts and line hashes."""

from collections.abc import Iterable, Sequence
from os.path import splitext
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from nonevent.edit import Replacement
from nonevent.finding import Finding, Related
from nonevent.location import Location
from nonevent.note import Note
from nonevent.report import Report
from nonevent.reports.flow import Flow
from nonevent.reports.frame import older, split_lines
from nonevent.reports.linehash import line_hashes

__all__ = ["Files", "uri"]

Object = dict[str, Any]

CONTEXT = 2  # lines above and below a region
MOST_TEXT = 2_000  # characters of a snippet; a longer one is left out, the region says where it is
LANGUAGES = MappingProxyType({".py": "python", ".pyi": "python", ".sql": "sql"})


def uri(path: str) -> str:
    """Return the relative URI reference of a posix path: its bytes, percent-encoded.

    A colon is encoded too: before the first slash it would end a scheme (RFC 3986, 4.2).
    """
    try:
        data = path.encode("utf-8", "surrogateescape")  # how Python reads a name that is no UTF-8
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    return quote(data)


class Files:
    """The files that a run's results and notes speak of."""

    def __init__(
        self,
        report: Report,
        findings: Sequence[Finding],
        ways: Iterable[Sequence[Flow]] = (),
        others: Iterable[Location] = (),
    ) -> None:
        """Take the ways to the findings, too, and the other places that results speak of."""
        places = [found.location for found in findings]
        places += others
        places += [related.location for found in findings for related in found.related]
        places += [
            frame.place.location
            for flows in ways
            for flow in flows
            for thread in flow.threads
            for frame in thread.frames
        ]
        paths = {place.path for place in places} | {note.path for note in report.notes}
        self._indexes = {path: index for index, path in enumerate(sorted(paths - {""}))}
        self._uris = {path: uri(path) for path in self._indexes}
        self._lines = {path: split_lines(text) for path, text in report.sources.items()}
        primary = {found.location.path for found in findings} & set(report.sources)
        self._hashes = {path: line_hashes(report.sources[path]) for path in primary}

    def artifacts(self) -> list[Object]:
        """Return `run.artifacts`, in the order of their indexes."""
        return [_artifact(path) for path in self._indexes]

    def beside(self, related: Related) -> Object:
        """Return the physical location of a related place, with the text that it has there."""
        if related.before is None:
            return self.place(related.location, context=False)
        region = _region(related.location, older(related))
        return {
            "artifactLocation": self._artifact_location(related.location.path),
            "region": region,
        }

    def place(self, location: Location, *, context: bool = True) -> Object:
        """Return a physical location: the region with its text, and the lines around it."""
        result = {"artifactLocation": self._artifact_location(location.path)}
        lines = self._lines.get(location.path, [])
        result["region"] = region = _region(location, lines)
        around = _context(region, lines) if context else None
        if around:
            result["contextRegion"] = around
        return result

    def change(self, path: str, replacements: Sequence[Replacement]) -> Object:
        """Return an artifact change; a region without characters is where text is inserted."""
        lines = self._lines.get(path, [])
        return {
            "artifactLocation": self._artifact_location(path),
            "replacements": [
                {
                    "deletedRegion": _region(each.place, lines),
                    "insertedContent": {"text": each.text},
                }
                for each in replacements
            ],
        }

    def note(self, note: Note) -> Object:
        """Return where a note stands: a file, and a line where one is known."""
        result = {"artifactLocation": self._artifact_location(note.path)}
        if note.line:
            result["region"] = {"startLine": note.line}
        return result

    def line_hash(self, location: Location) -> dict[str, str]:
        """Return GitHub's fingerprint under its name; nothing where the file has no such line."""
        hashes = self._hashes.get(location.path, ())
        if not 1 <= location.line <= len(hashes):
            return {}
        return {"primaryLocationLineHash": hashes[location.line - 1]}

    def _artifact_location(self, path: str) -> Object:
        return {"uri": self._uris[path], "uriBaseId": "SRCROOT", "index": self._indexes[path]}


def _artifact(path: str) -> Object:
    result: Object = {
        "location": {"uri": uri(path), "uriBaseId": "SRCROOT"},
        "roles": ["analysisTarget"],
    }
    language = LANGUAGES.get(splitext(path)[1].lower())
    if language:
        result["sourceLanguage"] = language
    return result


def _region(location: Location, lines: Sequence[str]) -> Object:
    """Return all four numbers, in order: one region that is none loses the whole upload."""
    line, column = max(1, location.line), max(1, location.column)
    end_line, end_column = max((line, column), (location.end_line, location.end_column))
    region: Object = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": max(1, end_column),
    }
    if end_line <= len(lines):
        part = [*lines[line - 1 : end_line]]
        part[-1] = part[-1][: max(0, end_column - 1)]
        part[0] = part[0][column - 1 :]
        _add_snippet(region, "\n".join(part))
    return region


def _context(region: Object, lines: Sequence[str]) -> Object | None:
    """Return the lines around a region; None where there are none, or they are too much."""
    start, end = region["startLine"], region["endLine"]
    first = max(1, start - CONTEXT)
    last = min(len(lines), end + CONTEXT)
    if end > len(lines) or (first, last) == (start, end):
        return None
    around: Object = {"startLine": first, "endLine": last}
    _add_snippet(around, "\n".join(lines[first - 1 : last]))
    return around if "snippet" in around else None


def _add_snippet(region: Object, text: str) -> None:
    if text and len(text) <= MOST_TEXT:
        region["snippet"] = {"text": text}
