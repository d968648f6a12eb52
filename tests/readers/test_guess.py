"""Sessions that somebody hands in, known by their name and by what they are asked."""

from textwrap import dedent

import pytest

from nonevent.facts import Call
from nonevent.readers import python
from nonevent.readers.guess import UPLOAD
from nonevent.readers.interests import interests

WANTED = interests(["requests.Session.get", "requests.Session.post", "requests.get"])
CASES = {
    "an address in an f-string": ("session", 'f"https://peer.example/{key}"', True),
    "a name that says so": ("self._http", "self.base_url", True),
    "a function that says so": ("self.session", "self._get_url(key)", True),
    "an argument that only requests have": ("request.http", "path, headers={}", True),
    "a key of a mapping": ("session", '"user"', False),
    "a row of a database": ("session", "Order, key", False),
    "another name": ("self.store", "self.base_url", False),
}
MODULE = """
    import requests
    class Peer:
        def __init__(self, http, session, store):
            self._http, self.session, self.store = http, session, store
        def ask(self, session, request, key, path):
            return {}.get({})
"""


@pytest.mark.parametrize(("object_", "arguments", "expected"), CASES.values(), ids=CASES)
def test_a_session_is_known_by_its_name_and_by_what_it_is_asked(
    object_: str, arguments: str, expected: bool
) -> None:
    text = dedent(MODULE).replace("{}.get({})", f"{object_}.get({arguments})")

    assert called(text) == (["requests.Session.get"] if expected else [])


def test_a_module_with_sessions_of_another_library_tells_nothing() -> None:
    text = "import aiohttp, requests\ndef ask(session, url):\n    return session.get(url)\n"

    assert called(text) == []


def test_a_module_without_the_library_tells_nothing() -> None:
    assert called("def ask(session, url):\n    return session.get(url)\n") == []


def test_what_looks_like_a_session_may_bound_what_is_handed_on() -> None:
    text = "import requests\ndef ask(http, url, **options):\n    return http.get(url, **options)\n"
    facts = python.read("shop/peer.py", text, WANTED).facts

    assert [fact.hands for fact in facts if isinstance(fact, Call)] == [()]


UPLOADS = {
    "its file name is asked for": ("photo.save(folder + photo.filename)", True),
    "it is no path that it saves": ("photo.save(); photo.filename", False),
    "nobody asks for its file name": ("photo.save(folder)", False),
}


@pytest.mark.parametrize(("body", "expected"), UPLOADS.values(), ids=UPLOADS)
def test_an_upload_is_known_by_its_file_name(body: str, expected: bool) -> None:
    text = f"def keep(photo, folder):\n    {body}\n"
    facts = python.read("shop/photos.py", text, interests([UPLOAD])).facts

    assert [fact.callee for fact in facts if isinstance(fact, Call)] == [UPLOAD] * expected


def called(text: str) -> list[str]:
    facts = python.read("shop/peer.py", text, WANTED).facts
    return [fact.callee for fact in facts if isinstance(fact, Call)]


KUBERNETES = interests(
    ["kubernetes.client.CoreV1Api.list_namespaced_pod"],
    bounded=["kubernetes.client.CoreV1Api.list_namespaced_pod"],
)
DISTINCT = {
    "the library is imported": ("from kubernetes import client", "api.list_namespaced_pod", True),
    "it is not": ("import json", "api.list_namespaced_pod", False),
    "a method of the class itself": ("import kubernetes", "self.list_namespaced_pod", False),
}


@pytest.mark.parametrize(("line", "asked", "expected"), DISTINCT.values(), ids=DISTINCT)
def test_a_method_that_nothing_else_has_is_known_by_its_name(
    line: str, asked: str, expected: bool
) -> None:
    text = f"{line}\nclass Pods:\n    def names(self, api):\n        return {asked}()\n"
    facts = python.read("shop/pods.py", text, KUBERNETES).facts
    found = [fact.callee for fact in facts if isinstance(fact, Call)]

    assert found == (["kubernetes.client.CoreV1Api.list_namespaced_pod"] if expected else [])
