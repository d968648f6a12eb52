"""Clients that wait for minutes on their own, asked about calls made by hand."""

import pytest

from nonevent.facts import Call, Kind, Reach, Role, Value
from nonevent.location import Location
from nonevent_rules.timeouts.default_longer_than_request import RULE, Patience

HERE = Location("shop/answers.py", 3, 12, 3, 24)
ROWS = {
    "openai.OpenAI": Patience("openai.OpenAI", ("timeout",), 600, "timeout=20", tries=3),
    "openai.OpenAI.ask": Patience(
        "openai.OpenAI.ask", ("timeout",), 600, "timeout=20", ("timeout",)
    ),
}
TEN = Value(Kind.CONSTANT, (3, 30, 3, 32), constant=10)
NONE = Value(Kind.CONSTANT, (3, 30, 3, 34), constant=None)


def made(*keywords: tuple[str, Value], unread: bool = False) -> Value:
    return Value(Kind.CALL, (1, 1, 1, 9), None, "openai.OpenAI", (), keywords, unread)


def call(callee: str, role: Role | None = Role.HANDLER) -> Call:
    reach = (Reach(role, "answer", (HERE,)),) if role else ()
    return Call(callee, HERE, HERE, (), (), open=False, scope="answer", reach=reach)


METHOD = call("openai.OpenAI.ask")._replace(receiver=made())
ASKED = {
    "a client made for a request": (call("openai.OpenAI"), True),
    "one with a limit": (call("openai.OpenAI")._replace(keywords=(("timeout", TEN),)), False),
    "one with options that are not read": (call("openai.OpenAI")._replace(open=True), False),
    "one made for a task": (call("openai.OpenAI", Role.TASK), False),
    "one of unknown use": (call("openai.OpenAI", None), False),
    "a method of a client": (METHOD, True),
    "a method with a limit": (METHOD._replace(keywords=(("timeout", TEN),)), False),
    "a method of a client with a limit": (METHOD._replace(receiver=made(("timeout", TEN))), False),
    "a method of a client whose limit is none": (
        METHOD._replace(receiver=made(("timeout", NONE))),
        True,
    ),
    "a method of a client that is not seen": (METHOD._replace(receiver=None), False),
    "a method of a client made of options": (METHOD._replace(receiver=made(unread=True)), False),
}


@pytest.mark.parametrize(("asked", "expected"), ASKED.values(), ids=ASKED)
def test_a_default_of_minutes_is_flagged_in_request_handlers(asked: Call, expected: bool) -> None:
    assert bool(list(RULE.find(asked, ROWS))) is expected


def test_it_is_said_how_often_it_tries() -> None:
    (problem,) = RULE.find(call("openai.OpenAI"), ROWS)

    assert "600 s, 3 times over: request handler `answer`" in problem.message
