"""A finding stays itself while its code moves, is renamed, wrapped or copied."""

import subprocess
import sys
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonevent.change import Change, ChangedFile
from nonevent.finding import Finding
from nonevent.identity import Trait, fingerprints, matched, squeezed
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

PLACE = Trait("call-without-timeout", "shop/views.py", "pay", "requests.get", "r=requests.get(url)")
COMMENT = PLACE._replace(rule="unknown-suppression", name="", text="#nonevent:ignore[x]")


def one(trait: Trait) -> str:
    return fingerprints([trait])[0]


# -- fingerprints ------------------------------------------------------------------------------


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    # printf 'call-without-timeout\\0shop/views.py\\0pay\\0requests.get\\0\\0001' | b2sum -l 64
    assert fingerprints([PLACE, PLACE]) == ("4780b441805f5896", "6685ceb4c81cdb84")


def test_of_a_finding_with_a_name_the_line_does_not_count() -> None:
    assert one(PLACE._replace(text="requests.get(")) == one(PLACE)
    assert one(COMMENT._replace(text="#nonevent:ignore[y]")) != one(COMMENT)


@pytest.mark.parametrize(
    "other",
    [
        PLACE._replace(rule="unbounded-timeout"),
        PLACE._replace(path="shop/tasks.py"),
        PLACE._replace(scope="refund"),
        PLACE._replace(name="requests.post"),
        PLACE._replace(scope="pay\udce9"),
    ],
)
def test_what_differs_has_another_fingerprint(other: Trait) -> None:
    assert one(other) != one(PLACE)


def test_equal_ones_are_told_apart_by_their_order_in_the_file() -> None:
    other = PLACE._replace(path="shop/tasks.py")
    found = fingerprints([PLACE, other, PLACE, PLACE])

    assert len(set(found)) == 4
    assert found[0] == one(PLACE)
    assert found[1] == one(other)


def test_no_traits_no_fingerprints() -> None:
    assert fingerprints([]) == ()


def test_openssl_stays_asleep() -> None:
    code = (
        "import sys; from nonevent.identity import Trait, fingerprints;"
        "fingerprints([Trait('a-b', 'c', 'd', 'e', 'f')]); print('_hashlib' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"


# -- matching ----------------------------------------------------------------------------------


def test_white_space_does_not_count() -> None:
    assert squeezed("\tr  =\trequests.get( url )  \r\n") == PLACE.text


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"text": "requests.get("}, True, id="wrapped"),
        pytest.param({"scope": "refund"}, True, id="its function renamed"),
        pytest.param({"path": "shop/pay.py"}, True, id="its file renamed"),
        pytest.param({"scope": "refund", "text": "requests.get("}, False, id="both"),
        pytest.param({"path": "shop/pay.py", "scope": "refund"}, False, id="file and function"),
        pytest.param({"name": "requests.post"}, False, id="another call"),
        pytest.param({"rule": "unbounded-timeout"}, False, id="another rule"),
    ],
)
def test_one_finding_or_two(change: dict[str, str], same: bool) -> None:
    assert matched([PLACE._replace(**change)], [PLACE]) == [0 if same else -1]


def test_without_a_name_the_line_tells() -> None:
    assert matched([COMMENT._replace(text="#other")], [COMMENT]) == [-1]
    assert matched([COMMENT._replace(scope="refund")], [COMMENT]) == [0]


def test_each_one_before_answers_for_one_after_the_best_first() -> None:
    wrapped = PLACE._replace(text="requests.get(")

    assert matched([wrapped, PLACE, PLACE], [PLACE]) == [-1, 0, -1]
    assert matched([PLACE, wrapped], [wrapped, PLACE]) == [1, 0]


# -- through the rules -------------------------------------------------------------------------

CALLS = ("requests.get(u)", "requests.post(u, data=d)", "requests.put(u)")
TASK = prepare(Options(select=("call-without-timeout",)))


class Block(NamedTuple):
    """A function of a module, with its calls."""

    name: str
    calls: tuple[str, ...]
    wrapped: bool = False

    def text(self) -> str:
        calls = [call.replace("(", "(\n        ") if self.wrapped else call for call in self.calls]
        return "\n    ".join([f"def {self.name}(u, d):", *calls])


def module(blocks: list[Block], head: str = "") -> str:
    return "\n\n\n".join(["import requests", *filter(None, [head]), *(b.text() for b in blocks)])


def brought(before: str, after: str, moved: bool = False) -> list[str]:
    return both(before, after, moved)[0]


def both(before: str, after: str, moved: bool = False) -> tuple[list[str], list[str]]:
    """Return the calls that are new, and those that are resolved."""
    path, old = ("new.py", "old.py") if moved else ("old.py", "")
    change = ChangedFile(path, f"{after}\n".encode, f"{before}\n".encode, old)
    told = examine(Change((change,), compares=True), TASK)
    return called(told.findings, after), called(told.resolved, before)


def called(findings: Sequence[Finding], text: str) -> list[str]:
    lines = text.split("\n")
    return [lines[found.location.line - 1].strip() for found in findings]


FEW = settings(max_examples=15, deadline=None)
blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from("abcdefgh"),
        st.lists(st.sampled_from(CALLS), min_size=1, max_size=3).map(tuple),
        st.just(False),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda block: block.name,
)


@FEW
@given(blocks, st.randoms(use_true_random=False), st.booleans())
def test_moving_wrapping_and_inserting_brings_nothing(
    before: list[Block], random: Random, moved: bool
) -> None:
    after = [block._replace(wrapped=random.random() < 0.5) for block in before]
    random.shuffle(after)
    head = random.choice(["", "X = 1", "def z():\n    return 2"])

    assert both(module(before), module(after, head), moved) == ([], [])


@FEW
@given(blocks, st.data())
def test_renaming_a_function_brings_nothing(before: list[Block], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(before) - 1))
    after = [*before]
    after[index] = after[index]._replace(name="renamed")

    assert both(module(before), module(after)) == ([], [])


@FEW
@given(blocks, st.data())
def test_deleting_resolves_its_calls_and_a_copy_brings_them(
    before: list[Block], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(before) - 1))
    copy = before[index]._replace(name="copy")
    without = before[:index] + before[index + 1 :]

    new, resolved = both(module(before), module(without))
    assert (new, sorted(resolved)) == ([], sorted(before[index].calls))
    assert sorted(brought(module(before), module([*before, copy]))) == sorted(copy.calls)


@FEW
@given(blocks, st.sampled_from(CALLS), st.data())
def test_one_more_call_is_the_one_that_is_new(
    before: list[Block], call: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(before) - 1))
    after = [*before]
    after[index] = after[index]._replace(calls=(*after[index].calls, call))

    assert both(module(before), module(after)) == ([call], [])
