"""The Python reader: what names stand for, what is called, changed and set."""

import gc
from collections.abc import Iterable
from textwrap import dedent

import pytest

from nonevent.facts import Call, FileFacts, Function, Kind, Mutation, Setting, StateCell
from nonevent.note import NoteKind
from nonevent.readers import python
from nonevent.readers.interests import interests

CALLS = (
    "requests.get",
    "requests.post",
    "requests.Session.get",
    "httpx.Client.get",
    "httpx.AsyncClient.get",
    "open",
    "pathlib.Path.write_text",
    "flask.request.files[].save",
    "request.FILES[].read",
    "fastapi.UploadFile.read",
    "grpc.Stub",
    "logging.FileHandler",
)
SETTINGS = ("SECRET_KEY", "SESSION_TYPE", "LOGGING", "CACHES")


def read(source: str, path: str = "shop/views.py") -> FileFacts:
    return python.read(path, dedent(source), interests(CALLS, SETTINGS))


def calls(source: str) -> list[tuple[int, str]]:
    facts = read(source)
    assert facts.notes == ()
    return [(fact.location.line, fact.callee) for fact in facts.facts if isinstance(fact, Call)]


RESOLVED = {
    "an import by its name": ("import requests\nrequests.get(u)", [(2, "requests.get")]),
    "an import under another name": ("import requests as r\nr.get(u)", [(2, "requests.get")]),
    "a method of a stub that protoc writes": (
        "from .protos import cart_pb2_grpc\ns = cart_pb2_grpc.CartStub(c)\ns.Add(x)",
        [(3, "grpc.Stub")],
    ),
    "what a stub's method has": (
        "import cart_pb2_grpc\ncart_pb2_grpc.CartStub(c).Add.future(x)\ncart_pb2_grpc.add(x)",
        [],
    ),
    "a from-import under another name": (
        "from requests import get as g\ng(u)",
        [(2, "requests.get")],
    ),
    "an import inside a function": (
        "def f():\n    import requests\n    requests.get(u)",
        [(3, "requests.get")],
    ),
    "a module that says the same": (
        "import requests.api\nrequests.api.get(u)",
        [(2, "requests.get")],
    ),
    "a function bound to a variable": (
        "import requests\nfetch = requests.get\nfetch(u)",
        [(3, "requests.get")],
    ),
    "an object made in the function": (
        "import requests\ndef f():\n    s = requests.Session()\n    s.get(u)",
        [(4, "requests.Session.get")],
    ),
    "an object made by the lower-case factory": (
        "import requests\ns = requests.session()\ns.get(u)",
        [(3, "requests.Session.get")],
    ),
    "an object made at module level": (
        "import requests\ns = requests.Session()\ndef f():\n    s.get(u)",
        [(4, "requests.Session.get")],
    ),
    "an object that a with statement makes": (
        "import httpx\nwith httpx.Client() as c:\n    c.get(u)",
        [(3, "httpx.Client.get")],
    ),
    "an object that an async with statement makes": (
        (
            "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n"
            "        await c.get(u)"
        ),
        [(4, "httpx.AsyncClient.get")],
    ),
    "an object kept on self": (
        (
            "import requests\nclass A:\n    def __init__(self):\n"
            "        self.s = requests.Session()\n"
            "    def f(self):\n        self.s.get(u)"
        ),
        [(6, "requests.Session.get")],
    ),
    "an object kept on self, given or made": (
        (
            "import requests\nclass A:\n    def __init__(self, s=None):\n"
            "        self.s = s or requests.Session()\n    def f(self):\n        self.s.get(u)"
        ),
        [(6, "requests.Session.get")],
    ),
    "an object kept on the class": (
        (
            "import requests\nclass A:\n    s = requests.Session()\n    def f(self):\n"
            "        self.s.get(u)"
        ),
        [(5, "requests.Session.get")],
    ),
    "a chain of calls": (
        "import requests\nrequests.Session().get(u)",
        [(2, "requests.Session.get")],
    ),
    "a walrus": (
        "import requests\nif (s := requests.Session()):\n    s.get(u)",
        [(3, "requests.Session.get")],
    ),
    "an annotated parameter": (
        "import requests\ndef f(s: requests.Session):\n    s.get(u)",
        [(3, "requests.Session.get")],
    ),
    "a parameter that may be None": (
        "import requests\ndef f(s: requests.Session | None = None):\n    s.get(u)",
        [(3, "requests.Session.get")],
    ),
    "an annotation in quotes": (
        "import requests\ndef f(s: 'requests.Session'):\n    s.get(u)",
        [(3, "requests.Session.get")],
    ),
    "an Annotated parameter": (
        (
            "from typing import Annotated\nfrom fastapi import File, UploadFile\n"
            "async def f(file: Annotated[UploadFile, File()]):\n    await file.read()"
        ),
        [(4, "fastapi.UploadFile.read")],
    ),
    "an upload by subscript": (
        "from flask import request\ndef f():\n    request.files['f'].save(p)",
        [(3, "flask.request.files[].save")],
    ),
    "an upload by get": (
        "from flask import request\ndef f():\n    x = request.files.get('f')\n    x.save(p)",
        [(4, "flask.request.files[].save")],
    ),
    "an upload of an unannotated request": (
        "def f(request):\n    request.FILES['f'].read()",
        [(2, "request.FILES[].read")],
    ),
    "an upload of a view's own request": (
        "class V:\n    def post(self, *args):\n        self.request.FILES['f'].read()",
        [(3, "request.FILES[].read")],
    ),
    "a path joined by slashes": (
        "from pathlib import Path\n(Path('a') / 'b' / 'c').write_text('')",
        [(2, "pathlib.Path.write_text")],
    ),
    "a path joined to something unknown": (
        "def f(persona):\n    (persona.path / 'cookies.txt').write_text('')",
        [(2, "pathlib.Path.write_text")],
    ),
    "a path made from another": (
        "from pathlib import Path\n(Path(__file__).resolve().parent / name).write_text('')",
        [(2, "pathlib.Path.write_text")],
    ),
    "a builtin": ("open('f', 'w')", [(1, "open")]),
    "a decorator's argument": (
        "import requests\n@d(requests.get(u))\ndef f(): ...",
        [(2, "requests.get")],
    ),
    "a default of a parameter": (
        "import requests\ndef f(a=requests.get(u)): ...",
        [(2, "requests.get")],
    ),
    "a lambda": ("import requests\nf = lambda u: requests.get(u)", [(2, "requests.get")]),
    "a comprehension over another name": (
        "import requests\ns = requests.Session()\nt = [s.get(u) for u in us]",
        [(3, "requests.Session.get")],
    ),
}
NOT_RESOLVED = {
    "a local function of that name": "def open(*a): ...\nopen('f', 'w')",
    "a parameter of that name": "def f(open):\n    open('f', 'w')",
    "a method of that name": "def f(x):\n    x.open('f', 'w')",
    "a module of the project with the library's name": ("from .requests import get\nget(u)"),
    "a name bound to two kinds of things": (
        "import requests\ns = requests.Session()\ns = other()\ns.get(u)"
    ),
    "a loop variable": "import requests\nfor s in make():\n    s.get(u)",
    "an attribute of the result": "import requests\nrequests.get.cache_clear()",
    "a class attribute seen from a method without self": (
        "import requests\nclass A:\n    s = requests.Session()\n    def f(self):\n        s.get(u)"
    ),
}


@pytest.mark.parametrize(("source", "expected"), RESOLVED.values(), ids=RESOLVED)
def test_a_callee_is_resolved_through(source: str, expected: list[tuple[int, str]]) -> None:
    assert calls(source) == expected


@pytest.mark.parametrize("source", NOT_RESOLVED.values(), ids=NOT_RESOLVED)
def test_a_callee_is_not_mistaken_for_the_library_s_when_it_is(source: str) -> None:
    assert calls(source) == []


WAYS = {
    "an if and its else": "if a:\n    x = 'a'\nelse:\n    x = 'b'\nopen(x)",
    "an attribute of self": (
        "class A:\n"
        "    def __init__(self, c):\n        self.x = 'a' if c else 'b'\n"
        "    def f(self):\n        open(self.x)"
    ),
    "two methods": (
        "class A:\n    def f(self):\n        self.x = 'a'\n        open(self.x)\n"
        "    def g(self):\n        self.x = 'b'"
    ),
}


@pytest.mark.parametrize("source", WAYS.values(), ids=WAYS)
def test_a_value_of_several_ways_comes_from(source: str) -> None:
    (call,) = [
        fact
        for fact in python.read("a.py", source, interests(("open",))).facts
        if isinstance(fact, Call)
    ]
    value = call.arguments[0]

    assert value.kind is Kind.EITHER
    assert [item.constant for item in value.items] == ["a", "b"]


def test_mappings_joined_are_one() -> None:
    (setting,) = [
        fact
        for fact in read("A = {'x': 1, 'y': 1}\nCACHES = A | {'y': 2, **given} | more").facts
        if isinstance(fact, Setting)
    ]

    assert [(key, item.constant) for key, item in setting.value.keywords] == [("x", 1), ("y", 2)]
    assert setting.value.open


def keyword(source: str, name: str) -> tuple[Kind, object]:
    (call,) = [fact for fact in read(source).facts if isinstance(fact, Call)]
    value = call.argument(name)
    assert value is not None
    return value.kind, value.constant


VALUES = {
    "a number": ("timeout=3", (Kind.CONSTANT, 3)),
    "None": ("timeout=None", (Kind.CONSTANT, None)),
    "a product": ("timeout=60 * 5", (Kind.CONSTANT, 300)),
    "a module constant": ("timeout=LIMIT", (Kind.CONSTANT, 7)),
    "a local name for it": ("timeout=local", (Kind.CONSTANT, 7)),
    "a literal dict, spread": ("**{'timeout': 4}", (Kind.CONSTANT, 4)),
    "a named dict, spread": ("**OPTIONS", (Kind.CONSTANT, 5)),
    "a name bound twice": ("timeout=twice", (Kind.NAME, None)),
    "an f-string": ("timeout=f'a{x}b'", (Kind.TEXT, "a")),
    "a format call": ("timeout='a{}b'.format(x)", (Kind.TEXT, "a")),
    "a sum of texts": ("timeout='a' + 'b'", (Kind.CONSTANT, "ab")),
    "a text with a tail": ("timeout='a' + x", (Kind.TEXT, "a")),
    "one of two": ("timeout=x or 3", (Kind.EITHER, None)),
}


@pytest.mark.parametrize(("written", "expected"), VALUES.values(), ids=VALUES)
def test_an_argument_is_known_from(written: str, expected: tuple[Kind, object]) -> None:
    source = f"""
        import requests
        LIMIT = 7
        OPTIONS = {{"timeout": 5}}
        def f(x, twice=1):
            local = LIMIT
            twice = 2
            requests.get("u", {written})
    """

    assert keyword(source, "timeout") == expected


def test_a_value_remembers_the_names_it_was_read_from() -> None:
    source = (
        "from pathlib import Path\ncache_dir = Path('/srv')\ndef f():\n    place = cache_dir\n"
        "    open(place, 'w')"
    )
    (call,) = [fact for fact in read(source).facts if isinstance(fact, Call)]

    assert (call.arguments[0].name, call.arguments[0].alias) == ("pathlib.Path", "place cache_dir")


def test_a_name_that_two_with_statements_bind_is_that_of_the_one_around_its_use() -> None:
    source = """
        import httpx
        with httpx.Client(timeout=1) as c:
            c.get(u)
        with httpx.Client(timeout=2) as c:
            c.get(u)
    """
    calls = [fact for fact in read(source).facts if isinstance(fact, Call)]
    bounds = [call.receiver.keywords[0][1].constant for call in calls if call.receiver]

    assert bounds == [1, 2]


def test_a_dict_spread_into_another_is_read() -> None:
    source = "OPTIONS = {'ENGINE': 'x'}\nLOGGING = {'a': 1, **OPTIONS, **other}"
    (setting,) = [fact for fact in read(source).facts if isinstance(fact, Setting)]

    assert [name for name, _ in setting.value.keywords] == ["a", "ENGINE"]
    assert setting.value.open


def test_arguments_that_cannot_be_read_leave_the_call_open() -> None:
    source = "import requests\ndef f(**kw):\n    requests.get(u, **kw)\n    requests.post(u)"

    assert [fact.open for fact in read(source).facts if isinstance(fact, Call)] == [True, False]


def test_a_method_call_knows_how_its_object_was_made() -> None:
    source = "import httpx\nc = httpx.Client(timeout=None)\nc.get(u)"
    (call,) = [fact for fact in read(source).facts if isinstance(fact, Call)]

    assert call.receiver is not None
    assert (call.receiver.name, [name for name, _ in call.receiver.keywords]) == (
        "httpx.Client",
        ["timeout"],
    )


CHANGES = {
    "an item is assigned": ("STATE['a'] = 1", [("STATE", "item assignment")]),
    "an item of an item is assigned": ("STATE['a']['b'] = 1", [("STATE", "item assignment")]),
    "an item is added to": ("STATE['a'] += 1", [("STATE", "augmented assignment")]),
    "an item is deleted": ("del STATE['a']", [("STATE", "del")]),
    "a method changes it": ("STATE.update(a=1)", [("STATE", "update")]),
    "a method changes what an item holds": ("STATE['a'].append(1)", [("STATE", "append")]),
    "a method changes what get returns": ("STATE.get('a').add(1)", [("STATE", "add")]),
    "the name is bound anew": ("global STATE\n    STATE = {}", [("STATE", "global assignment")]),
    "another module's is changed": (
        "store.CARTS['a'] = 1",
        [("shop.store.CARTS", "item assignment")],
    ),
    "an imported one is changed": ("SEEN.add('a')", [("shop.store.SEEN", "add")]),
    "a local name stands for it": (
        "mine = STATE\n    mine['a'] = 1",
        [("STATE", "item assignment")],
    ),
    "the name is counted up": (
        "global STATE\n    STATE += given",
        [("STATE", "augmented assignment")],
    ),
    "an entry of the application is changed": (
        "given.app['rooms'].add(1)",
        [("@app.rooms", "add")],
    ),
    "its configuration is": (
        "given.app.config['A'] = 1",
        [("@app.config", "attribute assignment")],
    ),
    "its state is": ("given.app.state.rooms[1] = 2", [("@app.state.rooms", "item assignment")]),
    "a function inside changes what is around it": (
        "mine = {}\n    def inner():\n        mine[1] = 2",
        [("shop.views:f.mine", "item assignment")],
    ),
    "what a function gave is changed": (
        "mine = make()\n    mine.rooms[1] = 2",
        [("make.rooms", "item assignment")],
    ),
    "it is filled where it is bound anew": (
        "global STATE\n    STATE = {}\n    STATE['a'] = 1",
        [("STATE", "global assignment")],
    ),
    "what a class is asked for is changed: its only object, or a new one": (
        "mine = Made()\n    mine.rooms[1] = 2",
        [("Made.rooms", "item assignment")],
    ),
    "it is read": ("return STATE['a']", []),
    "a method reads it": ("return STATE.get('a')", []),
    "a local name hides it": ("STATE = {}\n    STATE['a'] = 1", []),
    "a parameter's is changed": ("given['a'] = 1", []),
    "a local one is changed": ("mine = {}\n    mine['a'] = 1", []),
}


@pytest.mark.parametrize(("body", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_module_state_is_seen_when(body: str, expected: list[tuple[str, str]]) -> None:
    source = (
        f"from . import store\nfrom .store import SEEN\nSTATE = {{}}\ndef f(given):\n    {body}\n"
    )
    found = [(fact.cell, fact.how) for fact in read(source).facts if isinstance(fact, Mutation)]

    assert found == expected


CELLS = {
    "an empty dict": ("X = {}", [("X", "dict", True)]),
    "a filled dict": ("X = {1: 2}", [("X", "dict", False)]),
    "an annotated list": ("X: list[int] = []", [("X", "list", True)]),
    "a set made by its name": ("X = set()", [("X", "set", True)]),
    "a defaultdict": (
        "from collections import defaultdict\nX = defaultdict(list)",
        [("X", "collections.defaultdict", True)],
    ),
    "a bounded cache": (
        "from cachetools import TTLCache\nX = TTLCache(maxsize=10, ttl=60)",
        [("X", "cachetools.TTLCache", True)],
    ),
    "a tuple": ("X = (1, 2)", []),
    "a call of something else": ("X = make()", []),
    "a local name": ("def f():\n    X = {}", []),
}


@pytest.mark.parametrize(("source", "expected"), CELLS.values(), ids=CELLS)
def test_module_state_is(source: str, expected: list[tuple[str, str, bool]]) -> None:
    cells = [fact for fact in read(source).facts if isinstance(fact, StateCell)]

    assert [(cell.name, cell.holds, cell.empty) for cell in cells] == expected


SET = {
    "a module-level name": ("SECRET_KEY = 'x'", [("SECRET_KEY", "x", "")]),
    "a class-level name": ("class Config:\n    SECRET_KEY = 'x'", [("SECRET_KEY", "x", "")]),
    "an item of the configuration": (
        "from flask import Flask\napp = Flask('x')\napp.config['SECRET_KEY'] = 'x'",
        [("SECRET_KEY", "x", "flask.Flask")],
    ),
    "an update of the configuration": (
        "def f(app):\n    app.config.update(SECRET_KEY='x', OTHER=1)",
        [("SECRET_KEY", "x", "app")],
    ),
    "a mapping for the configuration": (
        "def f(app):\n    app.config.from_mapping({'SESSION_TYPE': 'x'})",
        [("SESSION_TYPE", "x", "app")],
    ),
    "the attribute": ("def f(app):\n    app.secret_key = 'x'", [("SECRET_KEY", "x", "app")]),
    "a name that no rule knows": ("OTHER = 'x'", []),
    "a local name": ("def f():\n    SECRET_KEY = 'x'", []),
    "a local mapping": ("def f():\n    CACHES = {}", [("CACHES", None, "")]),
    "an entry of it": ("CACHES['default']['BACKEND'] = 'x'", [("CACHES", None, "")]),
    "an entry of unknown name": ("CACHES[name] = 'x'", []),
    "an item of some dict": ("def f(d):\n    d['SECRET_KEY'] = 'x'", []),
    "an entry of a mapping of settings": (
        "DEFAULT_SETTINGS = {'SECRET_KEY': 'a', 'OTHER': 1, **more}",
        [("SECRET_KEY", "a", "DEFAULT_SETTINGS")],
    ),
    "an entry of another mapping": ("KINDS = {'SECRET_KEY': 'a'}", []),
    "an entry of a mapping within": ("CONFIG = {'one': {'SECRET_KEY': 'a'}}", []),
    "an entry of a mapping of a function": ("def f():\n    config = {'SECRET_KEY': 'a'}", []),
}


@pytest.mark.parametrize(("source", "expected"), SET.values(), ids=SET)
def test_a_setting_is_set_by(source: str, expected: list[tuple[str, str, str]]) -> None:
    found = [fact for fact in read(source).facts if isinstance(fact, Setting)]

    assert [(fact.name, fact.value.constant, fact.owner) for fact in found] == expected


CONDITIONS = {
    "nothing": ("SECRET_KEY = 1", ""),
    "an if": ("if DEBUG:\n    SECRET_KEY = 1", "DEBUG"),
    "its else": ("if DEBUG:\n    pass\nelse:\n    SECRET_KEY = 1", "not DEBUG"),
    "an if not": ("if not DEBUG:\n    SECRET_KEY = 1", "not DEBUG"),
    "the else of an if not": ("if not DEBUG:\n    pass\nelse:\n    SECRET_KEY = 1", "DEBUG"),
    "the inner of two": ("if A:\n    if not b.C:\n        SECRET_KEY = 1", "not C b"),
    "a comparison": ("if stage == 'test':\n    SECRET_KEY = 1", "stage test"),
    "an if in a class": ("class A:\n    if DEBUG:\n        SECRET_KEY = 1", "DEBUG"),
}


@pytest.mark.parametrize(("source", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_setting_stands_under(source: str, expected: str) -> None:
    (setting,) = [fact for fact in read(source).facts if isinstance(fact, Setting)]

    assert " ".join(sorted(setting.condition.split(), key=lambda word: (word != "not", word))) == (
        expected
    )


def test_columns_count_code_points_from_one() -> None:
    source = 'import requests\ns = "Grüße 🛒"; requests.get(s)\n'
    (call,) = [fact for fact in read(source).facts if isinstance(fact, Call)]

    assert call.location[1:] == (2, 16, 2, 28)
    assert call.extent[1:] == (2, 16, 2, 31)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_python_says(end: str) -> None:
    source = end.join(["import requests", "é = 1", "requests.get(u)", ""])
    (call,) = [fact for fact in read(source).facts if isinstance(fact, Call)]

    assert (call.location.line, call.location.column) == (3, 1)


def test_a_function_knows_what_it_calls_passes_on_and_depends_on() -> None:
    source = """
        from fastapi import Depends
        from .carts import save
        from . import mail
        def session(): ...
        class Shop:
            def order(self, s=Depends(session)):
                save(self)
                self.check()
                mail.send(later=notify)
            def check(self): ...
        def notify(): ...
    """
    functions = {fact.name: fact for fact in read(source).facts if isinstance(fact, Function)}

    assert set(functions["Shop.order"].calls) == {
        "shop.carts.save",
        "shop.views:Shop.check",
        "shop.mail.send",
        "shop.views:notify",
        "shop.views:session",
    }


STANDING = {
    "in a coroutine": ("async def f():\n    requests.get(u)", (True, False)),
    "in a function": ("def f():\n    requests.get(u)", (False, False)),
    "in a function within a coroutine": (
        "async def f():\n    def g():\n        requests.get(u)",
        (False, False),
    ),
    "in a lambda within a coroutine": (
        "async def f():\n    await run(lambda: requests.get(u))",
        (False, False),
    ),
    "in a comprehension within a coroutine": (
        "async def f():\n    return [requests.get(u) for u in us]",
        (True, False),
    ),
    "in an endless loop": (
        "def f():\n    while True:\n        if x:\n            requests.get(u)",
        (False, True),
    ),
    "in a loop with a condition": ("while not x.empty():\n    requests.get(u)", (False, True)),
    "in a loop over something": ("for u in us:\n    requests.get(u)", (False, False)),
    "in a function within an endless loop": (
        "while True:\n    def f():\n        requests.get(u)",
        (False, False),
    ),
}


@pytest.mark.parametrize(("source", "expected"), STANDING.values(), ids=STANDING)
def test_a_call_knows_that_it_stands(source: str, expected: tuple[bool, bool]) -> None:
    facts = read(f"import requests\n{source}").facts
    found = [(fact.in_async, fact.repeats) for fact in facts if isinstance(fact, Call)]

    assert found == [expected]


def test_a_decorator_knows_that_its_function_runs_until_it_is_stopped() -> None:
    loop, pause = "    while True:\n        x()", "    while y:\n        x()"
    source = (
        f"import requests\n@requests.get\ndef f():\n{loop}\n@requests.get(u)\ndef g():\n{pause}"
    )
    found = [fact.repeats for fact in read(source).facts if isinstance(fact, Call)]

    assert found == [True, False]


DECORATING = {
    "with arguments": ("@requests.get(u)\ndef f(): ...", [("requests.get", "f", 1)]),
    "bare": ("@requests.get\ndef f(): ...", [("requests.get", "f", 0)]),
    "on a method": (
        "class A:\n    @requests.get\n    def f(self): ...",
        [("requests.get", "A.f", 0)],
    ),
    "of no interest": ("@requests.head\ndef f(): ...", []),
    "on a class": ("@requests.get(u)\nclass A: ...", [("requests.get", "A", 1)]),
}


@pytest.mark.parametrize(("source", "expected"), DECORATING.values(), ids=DECORATING)
def test_a_decorator_is_a_call_that_knows_its_function(
    source: str, expected: list[tuple[str, str, int]]
) -> None:
    facts = read(f"import requests\n{source}").facts
    found = [
        (fact.callee, fact.decorates, len(fact.arguments))
        for fact in facts
        if isinstance(fact, Call)
    ]

    assert found == expected


def test_code_under_the_main_guard_has_a_scope_of_its_own() -> None:
    source = "import requests\nif __name__ == '__main__':\n    requests.get(u)\nrequests.post(u)"
    found = [fact.scope for fact in read(source).facts if isinstance(fact, Call)]

    assert found == ["__main__", ""]


COMMENTS = {
    "behind code": ("x = 1  # nonevent: ignore[a] why", [("nonevent: ignore[a] why", False)]),
    "on a line of its own": (
        "# nonevent: ignore[a] why\nx = 1",
        [("nonevent: ignore[a] why", True)],
    ),
    "behind another tool's": (
        "x = 1  # noqa: A001  # nonevent: ignore[a] why",
        [("nonevent: ignore[a] why", False)],
    ),
    "in a string": ("x = '# nonevent: ignore[a] why'", []),
    "in the middle of prose": ("x = 1  # see nonevent: the tool", []),
}


@pytest.mark.parametrize(("source", "expected"), COMMENTS.values(), ids=COMMENTS)
def test_a_comment_is_heard(source: str, expected: list[tuple[str, bool]]) -> None:
    found = [(comment.text, comment.alone) for comment in read(source).comments]

    assert found == expected


REFUSED = {
    "a syntax error": ("def f(:\n", "not parsed as Python"),
    "deep nesting": ("(" * 5000, "not parsed as Python"),
    "deep nesting of one operator": ("-" * 100_000 + "1", "not parsed: nested too deeply"),
    "a NUL": ("x = 1\0", "not parsed"),
}


@pytest.mark.parametrize(("source", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_python_becomes_a_note(source: str, expected: str) -> None:
    facts = python.read("x.py", source, interests())
    (note,) = facts.notes

    assert facts.facts == ()
    assert (note.kind, note.message.startswith(expected)) == (NoteKind.SYNTAX, True)


def lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def test_a_file_leaves_no_cycle_behind() -> None:
    source = "import requests\nclass A:\n    def f(self):\n        self.s = lambda: requests.get(u)"
    read(source)
    gc.collect()
    read(source)

    assert gc.collect() == 0


HOSTILE = {
    "a long chain of names": lines(f"a{i} = a{i + 1}" for i in range(3000)),
    "names that stand for many others": lines(
        f"a{i} = [{', '.join(f'a{j}' for j in range(40))}]" for i in range(40)
    )
    + "\nopen(a0, a1)",
    "alternatives of alternatives": lines(
        f"a{i} = {' or '.join(f'a{j}' for j in range(40))}" for i in range(40)
    )
    + "\na0.get()",
    "a name that stands for itself": "a = a.b\na.get()\nb = c\nc = b\nb.get()",
    "a long sum": "x = " + " + ".join(["'a'"] * 900),
    "a long chain of calls": "x" + ".f()" * 900,
    "a class nested in itself by name": "class A(A):\n    def f(self): self.f()",
    "an empty file": "",
    "only comments": "# nothing\n",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_code_is_read_to_the_end(source: str) -> None:
    assert read(source).notes == ()
