"""Functions that leave the limit of a call to their callers, seen through whole projects."""

from functools import partial
from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.finding import Persona
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())


def found(*texts: str) -> list[tuple[str, int]]:
    """Return module and line of the findings of timeouts in the modules "http" and "views"."""
    files = {
        f"shop/{name}.py": dedent(text).encode()
        for name, text in zip(("http", "views"), texts, strict=False)
    }
    change = Change(tuple(ChangedFile(path, partial(files.__getitem__, path)) for path in files))
    heard = audible(examine(change, TASK).findings, Persona.REGULAR)
    return [
        (one.location.path[5:-3], one.location.line) for one in heard if one.family == "timeouts"
    ]


OPTIONAL = """
    import requests
    def fetch(url, timeout=None):
        return requests.get(url, timeout=timeout)
"""
REST = """
    import requests
    def fetch(url, **options):
        return requests.get(url, **options)
"""
CURL = """
    import pycurl
    def fetch(url, timeout=None):
        curl = pycurl.Curl()
        if timeout is not None:
            curl.setopt(pycurl.TIMEOUT, timeout)
        curl.perform()
"""
CLASS = """
    import requests
    class Api:
        def request(self, method, path, **options):
            return requests.request(method, path, **options)
        def post(self, path, **options):
            return self.request("POST", path, **options)
    api = Api()
"""
SUBCLASS = """
    import requests
    class Session(requests.Session):
        def request(self, *args, **options):
            return super().request(*args, **options)
    session = Session()
    def fetch(url, **options):
        return session.request("get", url, **options)
"""
BARE = "from .http import fetch\ndef price(sku):\n    return fetch(sku)\n"
ONE = BARE + "def stock(sku):\n    return fetch(sku, timeout=3)\n"
PLACED = "from .http import fetch\ndef price(sku):\n    return fetch(sku, 3)\n"
UNREAD = "from .http import fetch\ndef price(sku, how):\n    return fetch(sku, **how)\n"
POSTED = "from .http import api\ndef pay(sku):\n    return api.post(sku)\n"
OUTCOME = """
    import requests
    def fetch(url):
        return requests.get(url, **options())
    def options():
        return {"headers": {}}
"""
HANDED = """
    import asyncio, requests
    async def fetch(url):
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, requests.get, url)
        return await asyncio.to_thread(requests.get, url, timeout=3)
"""
STORED = """
    import smtplib
    class Mailer:
        def connect(self, host):
            self.server = smtplib.SMTP(host, timeout=3)
"""
CASES = {
    "an attribute that holds a client with a limit": (STORED, "", []),
    "a function that others are handed to call": (HANDED, "", [("http", 5)]),
    "keywords that a function makes": (OUTCOME, "", [("http", 4)]),
    "keywords among which a function makes a limit": (
        OUTCOME.replace("headers", "timeout"),
        "",
        [],
    ),
    "keywords that a function takes from elsewhere": (
        OUTCOME.replace('return {"headers": {}}', "return load()"),
        "",
        [],
    ),
    "keywords of two origins": (OUTCOME.replace("**", "**url, **"), "", []),
    "a parameter that a caller leaves out": (OPTIONAL, BARE, [("views", 3)]),
    "a parameter that one of two callers leaves out": (OPTIONAL, ONE, [("views", 3)]),
    "a parameter that is given by its place": (OPTIONAL, PLACED, []),
    "a parameter that may be among unread arguments": (OPTIONAL, UNREAD, []),
    "a parameter of a function that nobody calls": (OPTIONAL, "", []),
    "a parameter with a number of its own": (OPTIONAL.replace("=None", "=10"), BARE, []),
    "a parameter with another value in its place": (
        OPTIONAL.replace("=timeout", "=timeout or 10"),
        BARE,
        [],
    ),
    "keywords handed on where nobody gives a limit": (REST, BARE, [("http", 4)]),
    "keywords handed on where one of two callers gives one": (REST, ONE, [("views", 3)]),
    "keywords handed on by a function that nobody calls": (REST, "", []),
    "keywords to which the function adds a limit": (
        REST.replace("return", 'options.setdefault("timeout", 10)\n        return'),
        BARE,
        [],
    ),
    "an option that is set where a limit is given": (CURL, ONE, [("views", 3)]),
    "keywords handed on by methods": (CLASS, POSTED, [("http", 5)]),
    "keywords handed on by methods, one of whose callers gives a limit": (
        CLASS,
        POSTED + 'def lists():\n    api.post("/list", timeout=3)\n',
        [("views", 3)],
    ),
    "keywords handed on by a subclass of a client": (SUBCLASS, BARE, [("http", 8)]),
    "a subclass whose methods the library may call": (SUBCLASS, "", []),
}


@pytest.mark.parametrize(("http", "views", "expected"), CASES.values(), ids=CASES)
def test_callers_decide_where_a_function_leaves_the_limit_to_them(
    http: str, views: str, expected: list[tuple[str, int]]
) -> None:
    assert found(http, views) == expected


def test_what_a_function_calls_for_its_caller_is_said() -> None:
    files = {"shop/http.py": dedent(OPTIONAL).encode(), "shop/views.py": BARE.encode()}
    change = Change(tuple(ChangedFile(path, partial(files.__getitem__, path)) for path in files))
    (finding,) = audible(examine(change, TASK).findings, Persona.REGULAR)

    assert finding.message.startswith("`requests.get`, which `fetch` calls here,")
    assert finding.edits == ()
