"""Which files are read: never one too few."""

import errno
from textwrap import dedent

import pytest

from nonevent import prefilter, touches
from nonevent.change import Change, ChangedFile, Content
from nonevent.facts import Call, Mutation, SchemaStep, Setting
from nonevent.gather import gather
from nonevent.options import Options
from nonevent.pipeline import Task, examine, prepare
from nonevent.sight import FEW

TASK = prepare(Options())

SHOP = {
    "src/shop/__init__.py": "",
    "src/shop/state.py": "CARTS = {}\nSIZES = {'s': 1}\nLOCKS: dict[str, object] = dict()\n",
    "src/shop/carts.py": """
        from . import state
        def add(user, item):
            state.CARTS.setdefault(user, []).append(item)
        def size(name):
            return state.SIZES[name]
    """,
    "src/shop/web.py": """
        from flask import Blueprint
        from shop.carts import add
        from shop.documents import keep
        bp = Blueprint("cart", __name__)
        @bp.route("/cart", methods=["POST"])
        def cart():
            add("me", "it")
            return keep("x")
    """,
    "src/shop/documents/__init__.py": "from .disk import store as keep\n",
    "src/shop/documents/disk.py": """
        def store(name):
            with open(f"/srv/shop/{name}", "w") as file:
                file.write(name)
    """,
    "src/shop/exports.py": """
        from .base import Export
        class Orders(Export):
            def get(self):
                open("/srv/shop/orders.csv", "w")
    """,
    "src/shop/base.py": """
        from flask.views import MethodView
        class Export(MethodView):
            pass
    """,
    "src/shop/pages.py": """
        def report(r):
            open("/srv/shop/report.txt", "w")
    """,
    "src/shop/urls.py": """
        from django.urls import path
        from . import pages
        urlpatterns = [path("report/", pages.report)]
    """,
    "src/shop/client.py": """
        import requests as http
        def fetch(url):
            return http.get(url)
    """,
    "src/shop/uploads.py": """
        from starlette.datastructures import UploadFile
        from shop.web import bp
        @bp.post("/upload")
        async def upload(file: UploadFile):
            with open("/srv/shop/upload", "wb") as target:
                target.write(await file.read())
    """,
    "src/shop/http/__init__.py": "from .made import session as web\n",
    "src/shop/http/made.py": "from .kinds import ApiSession\nsession = ApiSession()\n",
    "src/shop/http/kinds.py": """
        import requests
        class ApiSession(requests.Session):
            pass
    """,
    "src/shop/prices.py": """
        from .http import web
        def price(sku):
            return web.get(f"https://prices.example/{sku}")
    """,
    "src/shop/rooms.py": """
        class Rooms:
            names = []
            def __init__(self):
                self.sockets = []
            def join(self, socket):
                self.sockets.append(socket)
                self.names.append(socket.name)
        class Status:
            open = True
    """,
    "src/shop/made.py": """
        from . import rooms
        lobby = rooms.Rooms()
        status = rooms.Status()
    """,
    "src/shop/chat.py": """
        from shop.web import bp
        from .made import lobby, status
        @bp.route("/room")
        def room():
            status.open = False
            lobby.join(1)
    """,
    "src/shop/invoices.py": """
        class Invoices:
            def create(self):
                open("/srv/shop/invoice.pdf", "wb")
        def factory():
            return Invoices()
    """,
    "src/shop/stores.py": """
        from .invoices import Invoices
        class Stores:
            @property
            def invoices(self) -> Invoices:
                return Invoices()
    """,
    "src/shop/billing.py": """
        from flask import Blueprint
        from .stores import Stores
        bp = Blueprint("bills", __name__)
        class Billing:
            def __init__(self):
                self.stores = Stores()
            def bill(self):
                self.stores.invoices.create()
        @bp.get("/bill")
        def bill():
            Billing().bill()
    """,
    "src/shop/reports.py": """
        # beside the invoices
        def factory(name):
            return name
    """,
    "src/shop/counts.py": """
        from shop.web import bp
        hits = 0
        @bp.get("/hits")
        def hit():
            global hits
            hits += 1
    """,
    "src/shop/hanging.py": """
        from shop.web import bp
        def setup(app):
            app.state.rooms = {}
        @bp.get("/rooms")
        def rooms(request):
            request.app.state.rooms["x"] = 1
    """,
    "src/shop/factory.py": """
        def make(app):
            carts = {}
            @app.route("/carts")
            def cart():
                carts["x"] = 1
    """,
    "src/shop/orders.py": """
        class Orders:
            def __init__(self):
                self.open = {}
            def keep(self, number):
                self.open[number] = 1
    """,
    "src/shop/containers.py": """
        from dependency_injector import containers, providers
        from shop.orders import Orders
        class Container(containers.DeclarativeContainer):
            orders = providers.Singleton(Orders)
    """,
    "src/shop/places.py": """
        class Places:
            _instance = None
            def __init__(self):
                self.taken = {}
    """,
    "src/shop/standing.py": """
        from shop.containers import Container
        from shop.places import Places
        def stand(name):
            places = Places()
            places.taken[name] = 1
            Container.orders().keep(name)
    """,
    "src/shop/commands.py": """
        from shop.standing import stand
        COMMANDS = {"stand": stand}
    """,
    "src/shop/shell.py": """
        from shop.commands import COMMANDS
        from shop.web import bp
        @bp.get("/run/<name>")
        def run(name):
            COMMANDS[name](name)
    """,
    "src/shop/locks.py": """
        from shop.state import LOCKS
        from shop.web import bp
        @bp.get("/lock")
        def lock():
            LOCKS["x"] = 1
    """,
}
FILLER = {f"src/shop/filler_{number}.py": "def nothing():\n    return 1\n" for number in range(FEW)}


def side(files: dict[str, str]) -> dict[str, Content]:
    return {path: dedent(text).encode for path, text in sorted({**files, **FILLER}.items())}


def found(task: Task) -> list[tuple[str, str, int]]:
    change = Change(tuple(ChangedFile(path, content) for path, content in side(SHOP).items()))
    return [
        (finding.rule, finding.location.path, finding.location.line)
        for finding in examine(change, task).findings
    ]


def test_the_filter_changes_no_finding() -> None:
    assert found(TASK) == found(TASK._replace(filtered=False))


# As long as nobody is known to call it, its name says that it is a test.
LINKS = {
    "shop/links.py": """
        import requests
        class Link:
            def test_link(self):
                requests.get("https://shop.example")
    """,
    "shop/above.py": """
        from flask.views import MethodView
        class Page(MethodView):
            pass
    """,
    "shop/links_page.py": """
        from shop.above import Page
        class Links(Page):
            def get(self, source):
                source.link.test_link()
    """,
}


@pytest.mark.parametrize("filtered", [True, False])
def test_what_is_called_like_a_test_is_reached_as_anything_else(filtered: bool) -> None:
    change = Change(tuple(ChangedFile(path, content) for path, content in side(LINKS).items()))
    (finding,) = examine(change, TASK._replace(filtered=filtered)).findings

    assert "request handler `Links.get`" in finding.message


def test_findings_need_several_files() -> None:
    assert found(TASK) == [
        ("module-state-in-handler", "src/shop/carts.py", 4),
        ("module-state-in-handler", "src/shop/chat.py", 6),
        ("call-without-timeout", "src/shop/client.py", 4),
        ("module-state-in-handler", "src/shop/counts.py", 7),
        ("local-file-write", "src/shop/documents/disk.py", 3),
        ("local-file-write", "src/shop/exports.py", 5),
        ("module-state-in-handler", "src/shop/factory.py", 6),
        ("module-state-in-handler", "src/shop/hanging.py", 7),
        ("local-file-write", "src/shop/invoices.py", 4),
        ("module-state-in-handler", "src/shop/locks.py", 6),
        ("module-state-in-handler", "src/shop/orders.py", 6),
        ("local-file-write", "src/shop/pages.py", 3),
        ("call-without-timeout", "src/shop/prices.py", 4),
        ("module-state-in-handler", "src/shop/rooms.py", 7),
        ("module-state-in-handler", "src/shop/rooms.py", 8),
        ("module-state-in-handler", "src/shop/standing.py", 6),
        ("upload-kept-on-disk", "src/shop/uploads.py", 6),
    ]


def test_a_file_that_says_nothing_is_not_parsed() -> None:
    broken = side({**SHOP, "src/shop/broken.py": "def f(:\n"})
    gathered = gather(broken, TASK.asked, TASK.markers, TASK.judge.hangs)

    assert {facts.path for facts in gathered.files} <= SHOP.keys()
    assert gathered.notes == ()


def test_a_name_that_a_file_defines_itself_is_no_reason_to_read_it() -> None:
    gathered = gather(side(SHOP), TASK.asked, TASK.markers, TASK.judge.hangs)
    read = {facts.path for facts in gathered.files}

    assert {"src/shop/stores.py", "src/shop/billing.py"} <= read
    assert "src/shop/reports.py" not in read


TESTED = {
    "src/shop/store.py": "def keep(name):\n    open(f'/srv/shop/{name}', 'w')\n",
    "tests/test_app.py": """
        import requests
        from flask import Flask
        from shop.store import keep
        app = Flask(__name__)
        @app.post("/keep")
        def handler():
            keep("x")
        def test_get():
            requests.get("http://localhost/keep")
    """,
    "tests/test_quiet.py": "requests = 1  # nonevent: ignore[call-without-timeout] no need\n",
    "tests/migrations/0001_initial.py": """
        from django.db import migrations
        class Migration(migrations.Migration):
            operations = []
    """,
}


@pytest.mark.parametrize("filtered", [True, False])
def test_a_test_serves_nobody(filtered: bool) -> None:
    change = Change(tuple(ChangedFile(path, content) for path, content in side(TESTED).items()))
    outcome = examine(change, TASK._replace(filtered=filtered))

    assert [each.rule for each in outcome.findings] == ["unused-suppression"]


def test_of_tests_only_migrations_and_suppressions_are_read() -> None:
    gathered = gather(side(TESTED), TASK.asked, TASK.markers, TASK.judge.hangs)

    read = {facts.path for facts in gathered.files}
    assert read == TESTED.keys() - {"tests/test_app.py"}


CHANGED = [
    ("src/shop/carts.py", [("module-state-in-handler", 4)]),
    ("src/shop/documents/disk.py", [("local-file-write", 3)]),
    ("src/shop/exports.py", [("local-file-write", 5)]),
    ("src/shop/pages.py", [("local-file-write", 3)]),
    ("src/shop/locks.py", [("module-state-in-handler", 6)]),
    ("src/shop/prices.py", [("call-without-timeout", 4)]),
    ("src/shop/web.py", []),
]


@pytest.mark.parametrize(("path", "expected"), CHANGED, ids=[path for path, _ in CHANGED])
def test_a_change_is_seen_in_its_project(path: str, expected: list[tuple[str, int]]) -> None:
    rest = side(SHOP)
    change = Change((ChangedFile(path, rest.pop(path)),), compares=True)
    outcome = examine(change, TASK, lambda: rest)

    assert [(each.rule, each.location.line) for each in outcome.findings] == expected
    assert outcome.notes == ()


CACHE = {"src/shop/cache.py": "import redis\ncache = redis.from_url(url)\n"}
PINNED = {
    "an old version": ({"requirements.txt": "redis==4.4.4\n"}, [2]),
    "a new version": ({"requirements.txt": "redis==8.0.1\n"}, []),
    "nothing": ({}, []),
    "an old version in a test's files": ({"tests/data/requirements.txt": "redis==4.4.4\n"}, []),
    "the lock of an open range": (
        {
            "pyproject.toml": "[project]\ndependencies = ['redis>=4']\n",
            "uv.lock": '[[package]]\nname = "redis"\nversion = "7.0.1"\n',
        },
        [2],
    ),
}


@pytest.mark.parametrize(("pins", "expected"), PINNED.values(), ids=PINNED)
@pytest.mark.parametrize("changed", [False, True], ids=["a project", "a change"])
def test_the_version_counts_that_is_asked_for_in(
    pins: dict[str, str], expected: list[int], *, changed: bool
) -> None:
    rest = side({**CACHE, **pins})
    mine = ["src/shop/cache.py"] if changed else list(rest)
    change = Change(tuple(ChangedFile(path, rest.pop(path)) for path in mine), compares=changed)
    outcome = examine(change, TASK, (lambda: rest) if changed else None)

    assert [each.location.line for each in outcome.findings] == expected


def test_requirements_are_not_read_where_no_version_decides() -> None:
    def broken() -> bytes:
        raise AssertionError

    files = side({"src/shop/client.py": SHOP["src/shop/client.py"]}) | {"poetry.lock": broken}
    gathered = gather(files, TASK.asked, TASK.markers, TASK.judge.hangs)

    assert gathered.notes == ()


def test_a_change_that_asks_for_nothing_does_not_look_around() -> None:
    def around() -> dict[str, Content]:
        raise AssertionError

    text = "import requests\nprices = requests.get('https://prices.example')\n"
    changed = ChangedFile(
        "src/shop/client.py", side({"src/shop/client.py": text})["src/shop/client.py"]
    )
    outcome = examine(Change((changed,), compares=True), TASK, around)

    assert [each.rule for each in outcome.findings] == ["call-without-timeout"]


def test_who_calls_what_a_change_does_not_hold_is_not_asked() -> None:
    def unread() -> bytes:
        raise AssertionError

    files = side(
        {
            "src/shop/prices.py": """
                from .http import fetch
                def price(sku):
                    return fetch(f"https://prices.example/{sku}")
            """,
            "src/shop/http.py": """
                import requests
                session = requests.Session()
                def fetch(url):
                    return session.get(url, timeout=3)
                def keep(name):
                    open(f"/srv/shop/{name}", "w")
            """,
        }
    )
    own = {"src/shop/prices.py": files.pop("src/shop/prices.py")}
    files["src/shop/web.py"] = unread  # it may call `keep`: who knows?
    change = Change(tuple(ChangedFile(path, text) for path, text in own.items()), compares=True)

    assert examine(change, TASK, lambda: files).findings == ()


def test_who_fills_what_a_change_takes_from_is_asked() -> None:
    files = side(
        {
            "src/shop/carts.py": """
                CARTS = {}
                def put(user, item):
                    CARTS[user] = item
            """,
            "src/shop/web.py": """
                from flask import Blueprint
                from .carts import put
                bp = Blueprint("cart", __name__)
                @bp.post("/cart")
                def cart():
                    put("me", "it")
            """,
            "src/shop/out.py": """
                from .carts import CARTS
                from .app import app
                @app.post("/out")
                def out():
                    CARTS.pop("me", None)
            """,
            "src/shop/app.py": "from flask import Flask\napp = Flask(__name__)\n",
        }
    )
    own = {"src/shop/out.py": files.pop("src/shop/out.py")}
    gathered = gather(own, TASK.asked, TASK.markers, TASK.judge.hangs, around=lambda: files)

    (change,) = [
        fact for facts in gathered.files for fact in facts.facts if isinstance(fact, Mutation)
    ]
    assert change.filled


HELD = {
    "a from-import over two lines": "from \\\n    requests import get\nget(u)",
    "an import behind a semicolon": "import os; import requests\nrequests.get(u)",
    "an import after a name in a comment": "# see x\nimport requests\nrequests.get(u)",
    "an import behind others": "import os, requests\nrequests.get(u)",
    "an import over two lines": "import os, \\\n    requests\nrequests.get(u)",
    "an import behind a colon": "if x: import requests\nrequests.get(u)",
    "an import behind a byte order mark": "\ufeffimport requests\nrequests.get(u)",
    "an import behind another line's end": "import os\rimport requests\rrequests.get(u)",
    "an import over two lines of Windows": "from \\\r\n    requests import get\r\nget(u)",
    "an import in a function": "def f():\n\timport requests\n\trequests.get(u)",
    "an import behind a tab and a semicolon": "x = 1;\timport requests\nrequests.get(u)",
    "a call by its module": "import requests\nrequests.get(u)",
    "a call of an imported name": "from requests import get",
    "a name that only the import spells": "from requests import get as g\ng(u)",
    "a client that others call": "import requests\nsession = requests.Session()",
    "an object of another spelling": "import requests\ns = requests.session()\ns.get(u)",
    "a class under another module's name": (
        "from requests.sessions import Session\ndef f(s: Session):\n    s.get(u)"
    ),
    "an upload of an unannotated request": "def f(request):\n    request.files['f'].save('x')",
    "a builtin": "open('f', 'w')",
    "a setting": "SESSION_TYPE = 'filesystem'",
    "the attribute that stands for a setting": "app.secret_key = 'x'",
    "an Alembic migration": "from alembic import op",
    "an Alembic migration that is handed its operations": "def upgrade(op, tables): pass",
    "a Django migration": "from django.db import migrations",
    "an operation for PostgreSQL": (
        "from django.contrib.postgres.operations import AddIndexConcurrently"
    ),
    "a suppression": "x = 1  # nonevent: ignore[a] b",
    "state that it changes": "X = {}\ndef f():\n    X['a'] = 1",
    "annotated state that it changes": "X: dict[str, int] = {}\ndef f():\n    X['a'] += 1",
    "state over several lines": "X = {\n}\ndef f():\n    X[\n        'a'\n    ] = 1",
    "state that a method changes": "from collections import deque\nX = deque()\nX.append(1)",
    "state in what get returns": "X = {}\ndef f():\n    X.get('a').append(1)",
    "state that is deleted from": "X = {}\ndef f():\n    del X['a']",
    "state that is bound anew": "X = {}\ndef f():\n    global X\n    X = {}",
}
NOT_HELD = {
    "a name of another module": "from shop.clients import requests\nrequests.get(u)",
    "nothing": "",
    "a library that is only spoken of": "# requests that get lost\nget = 1",
    "a file that is only read": "open('f')\nopen('g', 'rb')",
    "a key that belongs to no application": "secret_key = make()",
    "a word that only contains another": "redistribute = get = Redis = 1",
    "a table that is only read": "X = {'a': 1}\ndef f():\n    return X['a']",
    "a comparison of an item": "X = {'a': 1}\ndef f():\n    return X['a'] == 1",
    "a client with a limit of its own": "import httpx\nhttpx.get(u)",
    "another library": "import flask\nflask.render_template('x')",
    "local state": "def f():\n    x = {}\n    x['a'] = 1",
}


def deserves(source: str) -> bool:
    data = source.encode()
    return FILTER.speaks(data) or touches.changes_own(data, FILTER.containers(data))


FILTER = prefilter.build(TASK.asked.words, TASK.asked.interests.settings)


@pytest.mark.parametrize("source", HELD.values(), ids=HELD)
def test_a_file_deserves_a_parse_for(source: str) -> None:
    assert deserves(source)


@pytest.mark.parametrize("source", NOT_HELD.values(), ids=NOT_HELD)
def test_a_file_deserves_no_parse_for(source: str) -> None:
    assert not deserves(source)


ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, text
def run():
    with create_engine("postgresql://db/shop").connect() as connection:
        connection.execute(text("SET lock_timeout = 4000"))
        context.run_migrations()
"""
STEP = """
from alembic import op
revision = "2"
down_revision = "1"
def upgrade():
    op.drop_index("ix_orders_note", table_name="orders")
"""


@pytest.mark.parametrize("around", [True, False])
def test_the_environment_of_migrations_tells_their_limits(around: bool) -> None:
    texts = {"migrations/env.py": ENVIRONMENT, "migrations/versions/2_drop.py": STEP}
    contents = {path: text.encode() for path, text in texts.items()}
    side = {path: (lambda data=data: data) for path, data in contents.items()}
    own = {"migrations/versions/2_drop.py": side["migrations/versions/2_drop.py"]}

    found = gather(
        own if around else side,
        TASK.asked,
        TASK.markers,
        lambda _: False,
        around=(lambda: side) if around else None,
    )

    assert found.limits == (("lock_timeout", "4000"),)


LARGE = {
    "data in a folder of migrations": ("db/fixtures.json", 0),
    "a changelog": ("db/changelog.xml", 1),
}


@pytest.mark.parametrize(("path", "notes"), LARGE.values(), ids=LARGE)
def test_a_note_on_what_is_too_large_is_given_for(path: str, notes: int) -> None:
    def huge() -> bytes:
        raise OSError(errno.EFBIG, "larger than 6 MB", path)

    gathered = gather({path: huge}, TASK.asked, TASK.markers, TASK.judge.hangs)

    assert len(gathered.notes) == notes


def test_what_only_looks_like_a_changelog_is_not_even_decoded() -> None:
    gathered = gather(
        {"db/b.yaml": lambda: b"\xff\xfe\xfa"}, TASK.asked, TASK.markers, TASK.judge.hangs
    )

    assert gathered.notes == ()


MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001")]
    operations = [migrations.RemoveField("cart", "total")]
"""


def test_operations_of_a_migration_are_its_steps_alone() -> None:
    files = side({"shop/migrations/0002_cart.py": MIGRATION})
    gathered = gather(files, TASK.asked, TASK.markers, TASK.judge.hangs)
    facts = gathered.files[0].facts

    assert not any(isinstance(fact, Call) for fact in facts)
    assert [fact.operation for fact in facts if isinstance(fact, SchemaStep)] == ["drop column"]
    assert [fact.name for fact in facts if isinstance(fact, Setting)] == ["dependencies"]


def test_what_a_neighbour_names_alike_is_no_reason_to_read_it() -> None:
    gathered = gather(
        side({**SHOP, "src/shop/documents/other.py": "def store(name):\n    return name\n"}),
        TASK.asked,
        TASK.markers,
        TASK.judge.hangs,
    )
    read = {facts.path for facts in gathered.files}

    assert "src/shop/documents/disk.py" in read
    assert "src/shop/documents/other.py" not in read
