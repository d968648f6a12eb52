"""Which calls stand under a condition that holds for developers alone."""

from textwrap import indent

import pytest

from nonevent.facts import Call
from nonevent.readers import python
from nonevent.readers.interests import interests

TRIED = {
    "a switch of the settings": "if settings.DEBUG:\n    open('f', 'w')",
    "a word of the environment": "if os.getenv('STAGE') == 'dev':\n    open('f', 'w')",
    "one of several": "if kind in ('dev', 'testing'):\n    open('f', 'w')",
    "and something else": "if DEBUG and path:\n    open('f', 'w')",
    "either of two": "if app.debug or app.testing:\n    open('f', 'w')",
    "the other branch": "if not DEBUG:\n    pass\nelse:\n    open('f', 'w')",
    "the rest after leaving": "if not DEBUG:\n    return\nfor a in b:\n    open('f', 'w')",
    "inside another block": "try:\n    if DEBUG:\n        open('f', 'w')\nfinally:\n    pass",
    "a function made there": "if PROFILING:\n    def g():\n        open('f', 'w')",
    "compared with false": "if DEBUG is False:\n    pass\nelse:\n    open('f', 'w')",
    "an asking function": "if is_dev():\n    open('f', 'w')",
}
SERVED = {
    "no condition": "DEBUG = True\nopen('f', 'w')",
    "the opposite": "if not settings.DEBUG:\n    open('f', 'w')",
    "the branch for others": "if DEBUG:\n    pass\nelse:\n    open('f', 'w')",
    "or where users are served": "if stage in ('dev', 'prod'):\n    open('f', 'w')",
    "or anything else": "if DEBUG or path:\n    open('f', 'w')",
    "anything but": "if stage != 'development':\n    open('f', 'w')",
    "a device": "if dev and dev.online:  # debug\n    open('f', 'w')",
    "the rest after leaving": "if DEBUG:\n    return\nopen('f', 'w')",
    "a user's profile": "if profile:\n    open('f', 'w')",
    "beside it": "if DEBUG:\n    pass\nopen('f', 'w')",
}


def tries(body: str) -> bool:
    source = "def f(path, kind, stage, dev, profile):\n" + indent(body, "    ") + "\n"
    facts = python.read("a.py", source, interests(("open",))).facts
    return next(each.tries for each in facts if isinstance(each, Call))


@pytest.mark.parametrize("body", TRIED.values(), ids=TRIED)
def test_a_call_is_a_developers_under(body: str) -> None:
    assert tries(body)


@pytest.mark.parametrize("body", SERVED.values(), ids=SERVED)
def test_a_call_is_the_services_under(body: str) -> None:
    assert not tries(body)
