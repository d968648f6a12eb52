"""Which version of a library a project can be run with."""

import pytest

from nonevent.facts import Dependency, FileFacts
from nonevent.link.dependencies import newest, versions
from nonevent.location import Location

HERE = Location("requirements.txt", 1, 1, 1, 2)

SPECIFIERS = {
    "": "",
    "==4.4.4": "4.4.4",
    "===4.4.4": "4.4.4",
    "==4.4.*": "<4.5",
    "==4.*": "<5",
    ">=4": "",
    ">4,!=5": "",
    ">=4,<8": "<8",
    "<8,<=6.1": "6.1",
    "<=7.4": "7.4",
    "~=5.1": "<6",
    "~=5.1.2": "<5.2",
    "^4.5": "<5",
    "^0.3.1": "<0.4",
    "^0": "<1",
    "~5.1": "<5.2",
    "~5": "<6",
    "*": "",
    "^4||^8": "",
    "==": "",
    "==latest": "",
}


@pytest.mark.parametrize(("specifier", "expected"), SPECIFIERS.items(), ids=SPECIFIERS)
def test_the_newest_version_that_a_specifier_allows(specifier: str, expected: str) -> None:
    assert newest(specifier) == expected


ASKED = {
    "one pin": (["==4.4.4"], {"redis": "4.4.4"}),
    "a lock beside a range": ([">=4", "==7.0.1"], {"redis": "7.0.1"}),
    "two pins": (["==10.0", "==9.1"], {"redis": "10.0"}),
    "two bounds": (["<6", "<8"], {"redis": "<8"}),
    "a bound beside any version": (["<6", ""], {}),
    "any version": ([""], {}),
    "nothing": ([], {}),
}


@pytest.mark.parametrize(("specifiers", "expected"), ASKED.values(), ids=ASKED)
def test_all_files_together_allow(specifiers: list[str], expected: dict[str, str]) -> None:
    facts = tuple(Dependency("redis", specifier, HERE) for specifier in specifiers)

    assert versions([FileFacts("requirements.txt", facts)]) == expected
