"""Files of deploys → rows: CSV, JSON lines, JSON, and what the API of GitHub dumps."""

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nonevent.error import UserError
from nonevent.risk.importing import Cells, Problem

__all__ = ["read_log"]

_LIMIT = 1_000_000_000  # bytes of one file
_FIELD = 1_000_000  # letters of one cell
# https://docs.github.com/en/rest/deployments/statuses: the others say that it is under way
_FINAL = frozenset({"success", "failure", "error"})


def read_log(files: Sequence[str]) -> Iterator[tuple[str, Cells | Problem]]:
    """Yield the rows of the files, each with the name of its file.

    A dump of GitHub's deployments needs one of their statuses, in the same file or beside it.

    Raises:
        UserError: a file cannot be read or is of no known form.

    """
    deployments: list[tuple[str, int, Mapping[str, Any]]] = []
    statuses: list[Mapping[str, Any]] = []
    for file in files:
        name = os.path.basename(file)
        if file.lower().endswith((".csv", ".tsv")):
            yield from ((name, row) for row in _csv(file))
            continue
        lines = file.lower().endswith((".jsonl", ".ndjson"))
        for line, value in _json_lines(file) if lines else _json(file):
            if isinstance(value, Problem):
                yield name, value
            elif not isinstance(value, dict):
                yield name, Problem(line, "", "not an object")
            elif "deployment_url" in value:
                statuses.append(value)
            elif "statuses_url" in value:
                deployments.append((name, line, value))
            else:
                yield name, Cells(line, _flat(value))
    yield from _github(deployments, statuses)


def _csv(file: str) -> Iterator[Cells | Problem]:
    csv.field_size_limit(_FIELD)
    with _opened(file) as stream:
        reader = csv.reader(stream, delimiter="\t" if file.lower().endswith(".tsv") else ",")
        head: list[str] | None = None
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield Problem(reader.line_num, "", f"not a row: {error}")
                continue
            except UnicodeDecodeError:
                yield Problem(reader.line_num + 1, "", "not UTF-8: the rest is not read")
                return
            if row is None:
                return
            if head is None:
                head = [name.strip() for name in row]
                _check_head(file, head)
            elif any(cell.strip() for cell in row):
                if len(row) > len(head):
                    why = f"{len(row)} cells, where the head has {len(head)}"
                    yield Problem(reader.line_num, "", why)
                else:
                    yield Cells(reader.line_num, dict(zip(head, row, strict=False)))


def _check_head(file: str, head: Sequence[str]) -> None:
    twice = {name for name in head if name and head.count(name) > 1}
    if twice:
        raise UserError(f"{file!r}: the column {min(twice)!r} stands twice in the head")


def _json_lines(file: str) -> Iterator[tuple[int, Any]]:
    with _opened(file) as stream:
        line = 0
        while True:
            line += 1
            try:
                text = stream.readline()
            except UnicodeDecodeError:
                yield line, Problem(line, "", "not UTF-8: the rest is not read")
                return
            if not text:
                return
            if not text.strip():
                continue
            try:
                yield line, json.loads(text)
            except (ValueError, RecursionError) as error:
                yield line, Problem(line, "", f"not JSON: {_short(error)}")


def _json(file: str) -> Iterator[tuple[int, Any]]:
    """Yield the elements of the lists in a file: `gh api --paginate` writes one after the other."""
    with _opened(file) as stream:
        try:
            text = stream.read()
        except UnicodeDecodeError:
            raise UserError(f"{file!r} is not UTF-8") from None
    at, decoder = _blank(text, 0), json.JSONDecoder()
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, at) + 1
            yield line, Problem(line, "", f"not JSON: {_short(error)}; the rest is not read")
            return
        yield from _elements(value, text.count("\n", 0, at) + 1)
        at = _blank(text, end)


def _elements(value: Any, line: int) -> Iterator[tuple[int, Any]]:
    """Yield a value, or what the lists in it hold; lines are those of the list, then counted on."""
    if isinstance(value, list):
        for offset, each in enumerate(value):
            yield line + offset, each
    elif isinstance(value, dict) and value.keys() <= {"deployments", "statuses"}:
        for each in value.values():
            yield from _elements(each if isinstance(each, list) else [each], line)
    else:
        yield line, value


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _short(error: Exception) -> str:
    return str(error).partition(": line ")[0][:80] if isinstance(error, ValueError) else "too deep"


def _flat(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the plain values as text."""
    found = {}
    for name, each in value.items():
        if isinstance(each, bool):
            found[name] = "true" if each else "false"
        elif isinstance(each, str | int | float):
            found[name] = str(each)
    return found


def _github(
    deployments: Sequence[tuple[str, int, Mapping[str, Any]]], statuses: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Cells | Problem]]:
    """Yield a row for each deployment, with the last of its statuses that says how it ended."""
    last: dict[str, tuple[str, str]] = {}  # address of the deployment → time, state
    for status in statuses:
        _judge(last, str(status.get("deployment_url", "")), status)
    for name, line, deployment in deployments:
        address = str(deployment.get("url", ""))
        own = deployment.get("statuses")
        for status in own if isinstance(own, list) else ():
            if isinstance(status, dict):
                _judge(last, address, status)
        if address not in last:
            yield name, Problem(line, "statuses", "no status says how the deployment ended")
            continue
        at, state = last[address]
        cells = {
            "sha": str(deployment.get("sha", "")),
            "environment": str(deployment.get("environment", "")),
            "deployed_at": at or str(deployment.get("created_at", "")),
            "outcome": state,
        }
        yield name, Cells(line, cells)


def _judge(last: dict[str, tuple[str, str]], address: str, status: Mapping[str, Any]) -> None:
    state, at = str(status.get("state", "")).lower(), str(status.get("created_at", ""))
    if state in _FINAL and (address not in last or last[address][0] <= at):
        last[address] = at, state


def _opened(file: str) -> Any:
    """Open a file of text.

    Raises:
        UserError: it cannot be read, or is too large.

    """
    try:
        if os.path.getsize(file) > _LIMIT:
            raise UserError(f"{file!r} is larger than {_LIMIT // 1_000_000} MB")
        return open(file, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UserError(f"{file!r} cannot be read: {error.strerror}") from None
