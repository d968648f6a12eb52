"""Catalogues: what a row may hold, and what is said of one that is wrong."""

from enum import StrEnum
from typing import Any, Literal, NamedTuple

import pytest

from nonevent.catalogue import read_rows, typed
from nonevent.error import UserError


class Speed(StrEnum):
    SLOW = "slow"
    FAST = "fast"


class Client(NamedTuple):
    call: str
    position: int | None
    default: float | None = None
    timeout: tuple[str, ...] = ()
    open: bool = False
    kind: Literal["call", "guard"] = "call"
    speed: Speed = Speed.SLOW
    speeds: tuple[Speed | None, ...] = ()


SOURCE = "source: https://example.com"
ROW = f"call: a.b, position: 1, {SOURCE}"


def rows(*texts: str) -> str:
    return "rows:\n" + "".join(f"  - {{{text}}}\n" for text in texts)


def refusal(text: str) -> str:
    with pytest.raises(UserError) as caught:
        read_rows(text, Client, "clients.yaml")
    return str(caught.value)


def test_a_row_becomes_the_named_tuple() -> None:
    text = rows(
        "call: a.get, position: 1, default: 5, timeout: [timeout, limit], open: true, "
        f"kind: guard, speed: fast, speeds: [slow, null], {SOURCE}",
        f"call: b.get, position: null, {SOURCE}",
    )

    found = typed(Client, read_rows(text, Client, "clients.yaml"))

    assert found == {
        "a.get": Client(
            "a.get", 1, 5.0, ("timeout", "limit"), True, "guard", Speed.FAST, (Speed.SLOW, None)
        ),
        "b.get": Client("b.get", None),
    }
    assert type(found["a.get"].default) is float
    assert type(found["a.get"].speeds[0]) is Speed
    assert type(found["b.get"].speed) is Speed


def test_rows_are_plain_values_until_they_are_typed() -> None:
    [row] = read_rows(rows(f"{ROW}, speed: fast, speeds: [slow]"), Client, "clients.yaml")

    assert row == ("a.b", 1, None, (), False, "call", "fast", ("slow",))
    assert [type(value) for value in (row[6], *row[7])] == [str, str]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("postion: 1", "unknown field 'postion'; nearest: 'position'"),
        ("default: yes", "field 'default' is a number or null, not true"),
        ("default: '5'", "field 'default' is a number or null, not '5'"),
        ("timeout: limit", "field 'timeout' is a list, each item a string, not 'limit'"),
        ("timeout: [1]", "field 'timeout' is a list, each item a string, not [1]"),
        ("open: 1", "field 'open' is true or false, not 1"),
        ("open: null", "field 'open' is true or false, not null"),
        ("kind: gard", "field 'kind' is one of call, guard, not 'gard'"),
        ("speed: 3", "field 'speed' is one of slow, fast, not 3"),
        ("speed: quick", "field 'speed' is one of slow, fast, not 'quick'"),
        ("open: true, open: false", "field 'open' stands twice"),
        ("3: 4", "unknown field '3'"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(field: str, message: str) -> None:
    assert refusal(rows(ROW.replace("a.b", "z"), f"{ROW}, {field}")).startswith(
        f"clients.yaml:3: {message}"
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"position: 1, {SOURCE}", "field 'call' is missing: a string"),
        (f"call: a, {SOURCE}", "field 'position' is missing: an integer or null"),
        (f"call: a, position: true, {SOURCE}", "field 'position' is an integer or null, not true"),
        (f"call: a, position: 1.5, {SOURCE}", "field 'position' is an integer or null, not 1.5"),
        (f"call: no, position: 1, {SOURCE}", "field 'call' is a string, not false"),
        ("call: a, position: 1", "field 'source' is the address of a public page or file"),
        (
            "call: a, position: 1, source: a colleague",
            "field 'source' is the address of a public page or file",
        ),
        (
            "call: a, position: 1, source: []",
            "field 'source' is the address of a public page or file",
        ),
    ],
)
def test_a_row_is_complete_and_says_its_source(row: str, message: str) -> None:
    assert refusal(rows(row)) == f"clients.yaml:2: {message}"


def test_a_key_stands_once() -> None:
    assert refusal(rows(ROW, ROW)) == "clients.yaml:3: call 'a.b' stands in line 2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "clients.yaml: a catalogue is a list under the one key 'rows'"),
        ("- a\n", "clients.yaml: a catalogue is a list under the one key 'rows'"),
        ("rows: {}\n", "clients.yaml: a catalogue is a list under the one key 'rows'"),
        ("rows: []\nmore: []\n", "clients.yaml: a catalogue is a list under the one key 'rows'"),
        ("rows:\n  - a\n", "clients.yaml:2: a row is a mapping of fields"),
        ("rows:\n  - {a: *b}\n", "clients.yaml:2: found undefined alias"),
        ("rows:\n  - !!python/name:os.system {}\n", "clients.yaml:2: could not determine"),
        ("rows:\n  - {a: [}\n", "clients.yaml:2: did not find expected node content"),
        ("rows: \x07\n", "clients.yaml: control characters are not allowed"),
        ("rows:\n - &a {call: *a}\n", "clients.yaml:2: found unconstructable recursive node"),
        (f"rows: {'[' * 300_000}\n", "clients.yaml:1: values are nested too deep"),
    ],
)
def test_what_is_no_catalogue_is_refused(text: str, message: str) -> None:
    assert refusal(text).startswith(message)


def test_no_rows_are_no_mistake() -> None:
    assert read_rows("rows: []", Client, "clients.yaml") == ()


def test_a_source_may_be_a_field_of_the_row() -> None:
    class Sourced(NamedTuple):
        call: str
        source: str

    found: Any = read_rows(rows(f"call: a, {SOURCE}"), Sourced, "x.yaml")

    assert found == (("a", "https://example.com"),)
