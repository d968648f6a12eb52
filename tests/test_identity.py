"""Fingerprints stay with a finding when lines move."""

import subprocess
import sys

import pytest

from nonevent.identity import fingerprints

PLACE = ("call-without-timeout", "shop/views.py", "    r = requests.get(url)\n")


def one(rule: str, path: str, line: str) -> str:
    return fingerprints([(rule, path, line)])[0]


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    # printf 'call-without-timeout\\0shop/views.py\\0001\\0r = requests.get(url)' | b2sum -l 64
    assert fingerprints([PLACE, PLACE]) == ("af5b6856df5a77a8", "0131538c6a93065e")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("r = requests.get(url)", id="indentation does not count"),
        pytest.param("\tr  =\trequests.get(url)  \r\n", id="nor how white space is written"),
    ],
)
def test_white_space_is_folded(line: str) -> None:
    assert one(PLACE[0], PLACE[1], line) == one(*PLACE)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(("unbounded-timeout", *PLACE[1:]), id="another rule"),
        pytest.param((PLACE[0], "shop/tasks.py", PLACE[2]), id="another file"),
        pytest.param((*PLACE[:2], "r = requests.get(uri)"), id="another text"),
        pytest.param((*PLACE[:2], "r = requests . get(url)"), id="white space where none was"),
        pytest.param((*PLACE[:2], "r = requests.get(url)\udce9"), id="a byte that is no text"),
    ],
)
def test_what_differs_has_another_fingerprint(place: tuple[str, str, str]) -> None:
    assert one(*place) != one(*PLACE)


def test_equal_lines_are_told_apart_by_their_order_in_the_file() -> None:
    other = (PLACE[0], "shop/tasks.py", PLACE[2])
    found = fingerprints([PLACE, other, PLACE, PLACE])

    assert len(set(found)) == 4
    assert found[0] == one(*PLACE)
    assert found[1] == one(*other)


def test_a_new_line_of_another_text_above_changes_nothing() -> None:
    above = (*PLACE[:2], "requests.post(url)")

    assert fingerprints([above, PLACE])[1] == one(*PLACE)


def test_no_places_no_fingerprints() -> None:
    assert fingerprints([]) == ()


def test_openssl_stays_asleep() -> None:
    code = (
        "import sys; from nonevent.identity import fingerprints;"
        "fingerprints([('a-b', 'c', 'd')]); print('_hashlib' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
