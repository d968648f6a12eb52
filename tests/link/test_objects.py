"""What the object of a call is, where another module or another class made it."""

from textwrap import dedent

import pytest

from nonevent import packs
from nonevent.facts import Call
from nonevent.link.objects import Methods
from nonevent.link.project import link
from nonevent.link.roles import markers
from nonevent.marker import Marker
from nonevent.readers import python
from nonevent.readers.interests import interests

MARKERS = markers(packs.load().shared("roles", Marker))
CALLS = ("requests.Session.get", "requests.get", "httpx.AsyncClient.get", "httpx.Client.get")
INTERESTS = interests(CALLS, (), MARKERS.registrations)
METHODS = Methods(INTERESTS.calls, INTERESTS.clients)


def called(files: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """Return path, callee and the keywords of the receiver's constructor, for every client call."""
    facts = [python.read(path, dedent(text), INTERESTS) for path, text in sorted(files.items())]
    return [
        (
            fact.location.path,
            fact.callee,
            [name for name, _ in fact.receiver.keywords] if fact.receiver else [],
        )
        for each in link(facts, MARKERS, METHODS).files
        for fact in each.facts
        if isinstance(fact, Call) and fact.callee in CALLS
    ]


SESSION = "import requests\nsession = requests.Session()\n"
HANDED = {
    "a variable of another module": {
        "shop/clients.py": SESSION,
        "shop/use.py": """
        from .clients import session
        def f(u):
            session.get(u)
    """,
    },
    "a variable reached through its module": {
        "shop/clients.py": SESSION,
        "shop/use.py": """
        from shop import clients
        def f(u):
            clients.session.get(u)
    """,
    },
    "a variable that a package passes on": {
        "shop/clients/__init__.py": "from .http import session as web\n",
        "shop/clients/http.py": SESSION,
        "shop/use.py": """
            from shop.clients import web
            def f(u):
                web.get(u)
        """,
    },
    "all that a module has": {
        "shop/clients.py": SESSION,
        "shop/use.py": """
        from shop.clients import *
        def f(u):
            session.get(u)
    """,
    },
    "a result by its annotation": {
        "shop/clients.py": """
            import requests
            def make() -> requests.Session:
                return CACHE["session"]
        """,
        "shop/use.py": """
            from .clients import make
            def f(u):
                make().get(u)
        """,
    },
    "a result by what is returned": {
        "shop/clients.py": """
            import requests
            def make():
                session = requests.Session()
                session.headers["x"] = "y"
                return session
        """,
        "shop/use.py": """
            from .clients import make
            def f(u):
                session = make()
                session.get(u)
        """,
    },
    "a result of a function of the same module": {
        "shop/use.py": """
        import requests
        def make():
            return requests.Session()
        def f(u):
            make().get(u)
    """
    },
    "what a context manager yields": {
        "shop/use.py": """
        from collections.abc import Iterator
        from contextlib import contextmanager
        import requests
        @contextmanager
        def opened() -> Iterator[requests.Session]:
            yield requests.Session()
        def f(u):
            with opened() as session:
                session.get(u)
    """
    },
    "a client made when it is first needed": {
        "shop/use.py": """
        import requests
        _session = None
        def get_session():
            global _session
            if _session is None:
                _session = requests.Session()
            return _session
        def f(u):
            get_session().get(u)
    """
    },
    "an attribute of a base class in another module": {
        "shop/base.py": """
            import requests
            class Base:
                def __init__(self):
                    self.session = requests.Session()
        """,
        "shop/use.py": """
            from shop.base import Base
            class Prices(Base):
                def f(self, u):
                    self.session.get(u)
        """,
    },
    "an annotated attribute of a class": {
        "shop/use.py": """
        import requests
        class Prices:
            session: requests.Session
            def f(self, u):
                self.session.get(u)
    """
    },
    "an annotated attribute that is None at first": {
        "shop/use.py": """
        import requests
        class Prices:
            def __init__(self):
                self.session: requests.Session | None = None
            def f(self, u):
                self.session.get(u)
    """
    },
    "a property": {
        "shop/use.py": """
        import requests
        class Prices:
            @property
            def session(self):
                return requests.Session()
            def f(self, u):
                self.session.get(u)
    """
    },
    "an attribute of an annotated parameter": {
        "shop/base.py": """
            import requests
            class Api:
                def __init__(self):
                    self.session = requests.Session()
        """,
        "shop/use.py": """
            from shop.base import Api
            def f(api: Api, u):
                api.session.get(u)
        """,
    },
    "an attribute of an object that another module made": {
        "shop/base.py": """
            import requests
            class Api:
                def __init__(self):
                    self.session = requests.Session()
        """,
        "shop/made.py": """
            from shop.base import Api
            api = Api()
        """,
        "shop/use.py": """
            from shop.made import api
            def f(u):
                api.session.get(u)
        """,
    },
    "a subclass": {
        "shop/base.py": """
            import requests
            class ApiSession(requests.Session):
                def absolute(self, path):
                    return "https://shop.example" + path
        """,
        "shop/use.py": """
            from shop.base import ApiSession
            session = ApiSession()
            def f(u):
                session.get(u)
        """,
    },
    "itself, in a subclass": {
        "shop/use.py": """
        import requests
        class ApiSession(requests.Session):
            def f(self, path):
                return self.get("https://shop.example" + path)
    """
    },
}


@pytest.mark.parametrize("files", HANDED.values(), ids=HANDED)
def test_a_session_is_known_that_is(files: dict[str, str]) -> None:
    assert called(files) == [("shop/use.py", "requests.Session.get", [])]


SILENT = {
    "a subclass that sets a timeout": {
        "shop/use.py": """
        import requests
        class ApiSession(requests.Session):
            def request(self, *args, **kwargs):
                kwargs.setdefault("timeout", 5)
                return super().request(*args, **kwargs)
        session = ApiSession()
        def f(u):
            session.get(u)
    """
    },
    "a subclass of one that sets a timeout": {
        "shop/base.py": """
            import requests
            class ApiSession(requests.Session):
                timeout = 5
        """,
        "shop/use.py": """
            from shop.base import ApiSession
            class Prices(ApiSession):
                pass
            def f(u):
                Prices().get(u)
        """,
    },
    "a subclass with a method of that name": {
        "shop/use.py": """
        import requests
        class ApiSession(requests.Session):
            def get(self, path):
                return path
        def f(u):
            ApiSession().get(u)
    """
    },
    "a session with an adapter": {
        "shop/clients.py": """
            import requests
            from .adapters import Patient
            def make():
                session = requests.Session()
                session.mount("https://", Patient(5))
                return session
        """,
        "shop/use.py": """
            from .clients import make
            def f(u):
                make().get(u)
        """,
    },
    "one of several things": {
        "shop/use.py": """
        import requests
        def make(fake):
            if fake:
                return Fake()
            return requests.Session()
        def f(u):
            make(True).get(u)
    """
    },
    "a dict of another module": {
        "shop/clients.py": "sessions = dict()\n",
        "shop/use.py": """
            from .clients import sessions
            def f(u):
                sessions.get(u)
        """,
    },
    "a name that leads to itself": {
        "shop/clients.py": "from .use import session\n",
        "shop/use.py": """
            from .clients import session
            session.get(1)
        """,
    },
    "a function that calls itself": {
        "shop/use.py": """
        def make():
            return make()
        make().get(1)
    """
    },
    "a class that is its own base": {
        "shop/use.py": """
        class A(A):
            def f(self):
                self.session.get(1)
    """
    },
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT)
def test_no_unbounded_client_is_seen_in(files: dict[str, str]) -> None:
    assert called(files) == []


MADE = {
    "its variable": {
        "shop/clients.py": "import httpx\nclient = httpx.Client(timeout=3)\n",
        "shop/use.py": """
        from .clients import client
        def f(u):
            client.get(u)
    """,
    },
    "the function that returns it": {
        "shop/clients.py": """
            import httpx
            def make():
                return httpx.Client(timeout=None)
        """,
        "shop/use.py": """
            from .clients import make
            def f(u):
                make().get(u)
        """,
    },
    "the class above": {
        "shop/clients.py": """
            import httpx
            class Base:
                def __init__(self):
                    self.client = httpx.Client(timeout=None)
        """,
        "shop/use.py": """
            from .clients import Base
            class Prices(Base):
                def f(self, u):
                    self.client.get(u)
        """,
    },
}


@pytest.mark.parametrize("files", MADE.values(), ids=MADE)
def test_how_a_client_was_made_is_known_from(files: dict[str, str]) -> None:
    assert called(files) == [("shop/use.py", "httpx.Client.get", ["timeout"])]
