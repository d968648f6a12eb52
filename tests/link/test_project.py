"""Facts in context: who reaches them, and which cell a change changes."""

from textwrap import dedent

import pytest

from nonevent import packs
from nonevent.facts import Call, Mutation, Role
from nonevent.link.project import link
from nonevent.link.roles import markers
from nonevent.marker import Marker
from nonevent.readers import python
from nonevent.readers.interests import interests

MARKERS = markers(packs.load().shared("roles", Marker))
INTERESTS = interests(["open", *MARKERS.registrations])


def reached(files: dict[str, str], *told: str) -> list[tuple[str, int, list[tuple[Role, str]]]]:
    """Return path, line, and role and entry of each reach, for every call of `open` and change."""
    facts = [python.read(path, dedent(text), INTERESTS) for path, text in sorted(files.items())]
    return [
        (each.path, fact.location.line, [(reach.role, reach.entry) for reach in fact.reach])
        for each in link(facts, MARKERS, told=told).files
        for fact in each.facts
        if (isinstance(fact, Call) and fact.callee == "open") or isinstance(fact, Mutation)
    ]


def test_the_environment_of_migrations_is_known_by_what_it_imports() -> None:
    environment = """
        from alembic import context
        def run():
            open("f", "w")
    """
    found = reached({"shop/schema/env.py": environment, "shop/env.py": "open('f', 'w')"})

    assert found == [
        ("shop/env.py", 1, []),
        ("shop/schema/env.py", 4, [(Role.MIGRATION, "run")]),
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("ui_tests/pages.py", [(Role.TEST, "")]),
        ("shop/release_scripts/publish.py", [(Role.SCRIPT, "")]),
        ("shop/tests_of_taste.py", [(Role.TEST, "")]),
        ("shop/contests/vote.py", []),
        (".github/report.py", [(Role.SCRIPT, "")]),
        ("shop/.hidden/report.py", [(Role.SCRIPT, "")]),
        ("shop-client/shop/orders.py", [(Role.CLI, "")]),
        ("shop/shop-client/orders.py", [(Role.CLI, "")]),
        ("shop/shop_client/orders.py", []),
        ("client_orders/orders.py", []),
    ],
)
def test_what_a_folder_is_for_is_told_by_the_end_of_its_name(
    path: str, expected: list[tuple[Role, str]]
) -> None:
    found = reached({path: "def f():\n    open('f', 'w')"})

    assert found == [(path, 2, expected)]


def test_a_program_that_cannot_be_imported_is_a_script() -> None:
    program = "if __name__ == '__main__':\n    f()\ndef f():\n    open('f', 'w')"
    found = reached({"shop/send-report.py": program})

    assert found == [("shop/send-report.py", 4, [(Role.SCRIPT, "f")])]


def test_a_task_of_invoke_is_a_command() -> None:
    tasks = "from invoke import task\n@task\ndef deploy(ctx):\n    open('f', 'w')\n"

    assert reached({"tasks.py": tasks}) == [("tasks.py", 4, [(Role.CLI, "deploy")])]


def test_what_a_program_in_a_folder_of_scripts_does_is_a_scripts() -> None:
    program = """
        def main():
            open("f", "w")
        if __name__ == "__main__":
            log()
    """
    found = reached({"shop/scripts/probe.py": program, "shop/probe.py": program})

    assert found == [
        ("shop/probe.py", 3, []),
        ("shop/scripts/probe.py", 3, [(Role.SCRIPT, "main")]),
    ]


def test_a_worker_among_scripts_is_no_script_and_what_stands_beside_it_neither() -> None:
    worker = """
        import time
        import tools
        def run():
            while True:
                tools.work()
                time.sleep(5)
        def other():
            open("f", "w")
        if __name__ == "__main__":
            run()
    """
    work = """
        def work():
            open("f", "w")
    """
    script = """
        def main():
            open("f", "w")
        if __name__ == "__main__":
            main()
    """
    # What sends one message and ends is no worker, whatever its name.
    found = reached(
        {
            "scripts/workers/mail.py": worker.replace("tools", "scripts.workers.mail_tools"),
            "scripts/workers/mail_tools.py": work,
            "scripts/other_worker.py": script,
            "scripts/seed.py": worker.replace("tools", "scripts.workers.mail_tools"),
        }
    )

    assert found == [
        ("scripts/other_worker.py", 3, [(Role.SCRIPT, "")]),
        ("scripts/seed.py", 9, [(Role.SCRIPT, "")]),
        ("scripts/workers/mail.py", 9, []),
        ("scripts/workers/mail_tools.py", 3, []),
    ]


HANDLERS = {
    "a decorator of the project's own that is given the router's": (
        """
        from fastapi import APIRouter
        from shop.login import guarded
        router = APIRouter()
        @guarded(router.put, "/carts")
        def index():
            open('f', 'w')
        """
    ),
    "what is called as a WSGI server calls it": (
        """
        class Shop:
            def __call__(self, environ, start_response):
                open('f', 'w')
        """
    ),
    "a resource of Falcon": """
        import falcon
        class Index:
            def on_get(self, request, response):
                open("f", "w")
        app = falcon.App()
        app.add_route("/", Index())
    """,
    "a servicer of gRPC": """
        from shop_pb2_grpc import ShopServicer
        class Index(ShopServicer):
            def Show(self, request, context):
                open("f", "w")
    """,
    "an event of Gradio": """
        import gradio as gr
        def index(text):
            open("f", "w")
        with gr.Blocks() as demo:
            button = gr.Button("Go")
            button.click(index, [], [])
    """,
    "a receiver of a signal": """
        from django.db.models.signals import post_save
        def index(sender, **rest):
            open("f", "w")
        post_save.connect(index)
    """,
    "a hook that Flask is given": """
        from flask import Flask
        app = Flask(__name__)
        def index():
            open("f", "w")
        app.before_request(index)
    """,
    "a dependency in an annotation": """
        from typing import Annotated
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def cart():
            open("f", "w")
        Cart = Annotated[dict, Depends(cart)]
        @app.get("/")
        def index(cart: Cart):
            pass
    """,
    "a dependency in a decorator": """
        from fastapi import Depends, FastAPI
        app = FastAPI()
        def check():
            open("f", "w")
        @app.get("/", dependencies=[Depends(check)])
        def index():
            pass
    """,
    "a callback of Dash": """
        from dash import callback
        @callback(Output("a", "b"), Input("c", "d"))
        def index(value):
            open("f", "w")
    """,
    "a view that Pyramid is told of": """
        from pyramid.config import Configurator
        def index(request):
            open("f", "w")
        def main(settings):
            config = Configurator(settings=settings)
            config.add_view(index, route_name="index")
    """,
    "a route that Sanic is told of": """
        from sanic import Sanic
        app = Sanic("shop")
        async def index(request):
            open("f", "w")
        app.add_route(index, "/")
    """,
    "a route that aiohttp is told of": """
        from aiohttp import web
        async def index(request):
            open("f", "w")
        app = web.Application()
        app.router.add_post("/", index)
    """,
    "a Flask route": """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/")
        def index():
            open("f", "w")
    """,
    "a route of an application made in a factory": """
        from flask import Flask
        def create_app():
            app = Flask(__name__)
            @app.get("/")
            def index():
                open("f", "w")
            return app
    """,
    "a route of a blueprint of another module": """
        from .app import bp
        @bp.route("/x")
        def index():
            open("f", "w")
    """,
    "a view that a blueprint of the project's own kind is told of": """
        from .blueprints import Kind
        bp = Kind("shop")
        class index(Base):
            def process(self):
                open("f", "w")
        bp.add_url_rule("/", "index", index)
    """,
    "a FastAPI route": """
        from fastapi import APIRouter
        router = APIRouter()
        @router.post("/x")
        async def index():
            open("f", "w")
    """,
    "a FastAPI dependency": """
        from fastapi import APIRouter, Depends
        router = APIRouter()
        def index():
            open("f", "w")
        @router.post("/x")
        async def post(a=Depends(index)): ...
    """,
    "a Flask method view": """
        from flask.views import MethodView
        class index(MethodView):
            def get(self):
                open("f", "w")
    """,
    "a Django class-based view": """
        from django.views import View
        class index(View):
            def post(self, request):
                open("f", "w")
    """,
    "a function registered in a urlconf": """
        from django.urls import path
        def index(r):
            open("f", "w")
        urlpatterns = [path("x/", index)]
    """,
    "a class registered in a urlconf": """
        from django.urls import path
        class index(Base):
            def get(self, r):
                open("f", "w")
        urlpatterns = [path("x/", index.as_view())]
    """,
    "a class of the project's own kind, registered": """
        from flask import Blueprint
        bp = Blueprint("x", __name__)
        class index(Base):
            def _process(self):
                open("f", "w")
        bp.add_url_rule("/x", "x", index)
    """,
    "a function with a decorator that only views bear": """
        from django.contrib.auth.decorators import login_required
        @login_required
        def index(r):
            open("f", "w")
    """,
    "a DRF view set": """
        from rest_framework.viewsets import ModelViewSet
        class index(ModelViewSet):
            def create(self, request):
                open("f", "w")
    """,
    "a helper that a handler calls": """
        from flask import Flask
        app = Flask(__name__)
        def helper():
            open("f", "w")
        @app.route("/")
        def index():
            helper()
    """,
    "a method of an object that a handler makes": """
        from flask import Flask
        app = Flask(__name__)
        class Store:
            def save(self):
                open("f", "w")
        @app.route("/")
        def index():
            store = Store()
            store.save()
    """,
    "a function that a handler passes on": """
        from flask import Flask
        app = Flask(__name__)
        def helper():
            open("f", "w")
        @app.route("/")
        def index():
            run(later=helper)
    """,
}


@pytest.mark.parametrize("source", HANDLERS.values(), ids=HANDLERS)
def test_a_request_reaches(source: str) -> None:
    ((_, _, found),) = reached({"shop/web.py": source})

    assert [role for role, _ in found] == [Role.HANDLER]


OTHERS = {
    "a Celery task": (
        "shop/jobs.py",
        "from celery import shared_task\n@shared_task\ndef f():\n    open('f', 'w')",
        [(Role.TASK, "f")],
    ),
    "a click command": (
        "shop/stock.py",
        "import click\n@click.command()\ndef f():\n    open('f', 'w')",
        [(Role.CLI, "f")],
    ),
    "a management command": (
        "shop/management/commands/f.py",
        "def handle():\n    open('f', 'w')",
        [(Role.CLI, "")],
    ),
    "a test": ("tests/test_f.py", "def test_f():\n    open('f', 'w')", [(Role.TEST, "")]),
    "a migration": ("shop/migrations/0001_f.py", "open('f', 'w')", [(Role.MIGRATION, "")]),
    "a script": ("scripts/f.py", "open('f', 'w')", [(Role.SCRIPT, "")]),
    "the main guard": (
        "shop/f.py",
        "if __name__ == '__main__':\n    open('f', 'w')",
        [(Role.SCRIPT, "__main__")],
    ),
    "nobody that is known": ("shop/f.py", "def f():\n    open('f', 'w')", []),
    "a decorator called get without a route": (
        "shop/f.py",
        "from x import cache\n@cache.get('key')\ndef f():\n    open('f', 'w')",
        [],
    ),
    "a view's namesake outside the views": (
        "shop/helpers.py",
        "def f(request):\n    open('f', 'w')",
        [],
    ),
}


@pytest.mark.parametrize(("path", "source", "expected"), OTHERS.values(), ids=OTHERS)
def test_the_role_is_that_of(path: str, source: str, expected: list[tuple[Role, str]]) -> None:
    ((_, _, found),) = reached({path: source})

    assert found == expected


def test_the_way_goes_through_other_modules_and_re_exports() -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/web.py": """
            from flask import Blueprint
            from shop.stores import save
            bp = Blueprint("x", __name__)
            @bp.route("/x")
            def index():
                save()
        """,
        "src/shop/stores/__init__.py": "from .disk import write as save",
        "src/shop/stores/disk.py": """
            def write():
                open("f", "w")
        """,
    }

    assert reached(files) == [("src/shop/stores/disk.py", 3, [(Role.HANDLER, "index")])]


def test_the_chain_leads_from_the_handler_to_the_fact() -> None:
    source = dedent("""
        from flask import Flask
        app = Flask(__name__)
        def inner():
            open("f", "w")
        def outer():
            inner()
        @app.route("/")
        def index():
            outer()
    """)
    linked = link([python.read("web.py", source, INTERESTS)], MARKERS)
    (call,) = [
        fact for fact in linked.files[0].facts if isinstance(fact, Call) and fact.callee == "open"
    ]

    assert [place.line for place in call.reach[0].chain] == [9, 6, 4]


def test_state_of_another_module_is_the_one_that_is_imported() -> None:
    files = {
        "shop/state.py": "CARTS = {}",
        "other/state.py": "CARTS = {}",
        "shop/web.py": """
            from flask import Flask
            from . import state
            from .state import CARTS
            app = Flask(__name__)
            @app.route("/")
            def index():
                CARTS["a"] = 1
                state.CARTS["a"] = 1
        """,
    }
    facts = [python.read(path, dedent(text), INTERESTS) for path, text in sorted(files.items())]
    targets = [
        fact.target.location.path
        for each in link(facts, MARKERS).files
        for fact in each.facts
        if isinstance(fact, Mutation) and fact.target
    ]

    assert targets == ["shop/state.py", "shop/state.py"]


def test_a_change_of_what_is_no_state_of_the_project_is_dropped() -> None:
    source = """
        from flask import Flask, session
        app = Flask(__name__)
        @app.route("/")
        def index():
            session["a"] = 1
            session.update(b=2)
    """

    assert reached({"web.py": source}) == []


def test_what_a_migration_calls_is_its_own_business() -> None:
    found = reached(
        {
            "shop/migrations/steps.py": """
                from shop.disk import store
                def step():
                    open("f", "w")
                    store()
            """,
            "shop/disk.py": """
                def store():
                    open("g", "w")
            """,
            "shop/views.py": """
                from flask import Flask
                from shop.migrations.steps import step
                app = Flask(__name__)
                @app.get("/")
                def index():
                    return step()
            """,
        }
    )

    assert found == [
        ("shop/disk.py", 3, []),
        ("shop/migrations/steps.py", 4, [(Role.MIGRATION, "")]),
    ]


def test_what_is_put_into_a_queue_is_not_the_requests() -> None:
    found = reached(
        {
            "shop/views.py": """
                from flask import Flask
                from shop.queue import dispatch
                app = Flask(__name__)
                def export():
                    open("f", "w")
                def show(render):
                    return render()
                def page():
                    open("g", "w")
                @app.post("/")
                def index():
                    dispatch(export, name="x")
                    return show(page)
            """,
        }
    )

    assert [(line, reach) for _, line, reach in found] == [
        (6, [(Role.TASK, "export")]),
        (10, [(Role.HANDLER, "index")]),
    ]


def test_a_test_is_one_wherever_it_stands() -> None:
    found = reached(
        {
            "shop/data.py": """
                from flask import Flask
                app = Flask(__name__)
                def test_all():
                    open("f", "w")
                @app.get("/")
                def test_connection():
                    open("g", "w")
            """
        }
    )

    assert [(line, [role for role, _ in reach]) for _, line, reach in found] == [
        (5, [Role.TEST]),
        (8, [Role.HANDLER]),
    ]


def test_of_a_decorator_what_it_puts_around_is_reached() -> None:
    found = reached(
        {
            "shop/around.py": """
                def audited(function):
                    open("register", "a")
                    def wrapper(*args):
                        open("call", "a")
                        return function(*args)
                    return wrapper
                def limited(number):
                    open("limit", "a")
                    def decorator(function):
                        open("limited", "a")
                        def wrapper(*args):
                            open("counted", "a")
                            return function(*args)
                        return wrapper
                    return decorator
            """,
            "shop/views.py": """
                from flask import Flask
                from shop.around import audited, limited
                app = Flask(__name__)
                @app.get("/")
                @audited
                @limited(3)
                def index():
                    return ""
            """,
        }
    )

    handled = [line for _, line, reach in found if (Role.HANDLER, "index") in reach]
    assert handled == [5, 13]


def test_a_decorator_is_reached_as_the_function_below_it() -> None:
    source = """
        from flask import Flask
        app = Flask(__name__)
        @open("f")
        def load(): ...
        @app.get("/")
        def index():
            load()
    """

    assert reached({"shop/views.py": source}) == [
        ("shop/views.py", 4, [(Role.HANDLER, "index")]),
    ]


SHOP = """
    from flask import Flask
    from .stock import keep
    app = Flask(__name__)
    @app.route("/")
    def index(shelf):
        shelf.prune_stock()
"""
STOCK = """
    class Shelf:
        def prune_stock(self):
            pass
    class Cold(Shelf):
        def prune_stock(self):
            open("f", "w")
"""


def test_a_method_of_one_family_is_known_by_its_name() -> None:
    files = {"shop/views.py": SHOP, "shop/stock.py": STOCK}

    assert reached(files, "prune_stock") == [("shop/stock.py", 7, [(Role.HANDLER, "index")])]


def test_a_method_that_may_be_anybodys_is_not_known_by_its_name() -> None:
    other = "class Tree:\n    def prune_stock(self):\n        pass\n"
    files = {"shop/views.py": SHOP, "shop/stock.py": STOCK, "shop/tree.py": other}

    assert reached(files, "prune_stock") == [("shop/stock.py", 7, [])]
    assert reached({"shop/views.py": SHOP, "shop/stock.py": STOCK}) == [("shop/stock.py", 7, [])]


def test_a_test_double_does_not_hide_whose_method_it_is() -> None:
    double = "class Fake:\n    def prune_stock(self):\n        pass\n"
    files = {"shop/views.py": SHOP, "shop/stock.py": STOCK, "tests/fake.py": double}

    assert reached(files, "prune_stock") == [("shop/stock.py", 7, [(Role.HANDLER, "index")])]


def test_what_stands_in_the_place_of_a_method_is_reached_as_it_is() -> None:
    views = """
        from flask import Flask
        from .stock import Shelf
        app = Flask(__name__)
        def shelf() -> Shelf:
            pass
        @app.route("/")
        def index():
            shelf().prune_stock()
    """
    files = {"shop/views.py": views, "shop/stock.py": STOCK}

    assert reached(files) == [("shop/stock.py", 7, [(Role.HANDLER, "index")])]


def test_an_object_that_django_fetches_is_one_of_its_model() -> None:
    views = """
        from django.shortcuts import get_object_or_404
        from .stock import Cold
        def first(request):
            Cold.objects.get(pk=1).prune_stock()
        def second(request):
            cold = get_object_or_404(Cold, pk=1)
            cold.prune_stock()
    """
    files = {"shop/views.py": views, "shop/stock.py": STOCK}

    assert reached(files) == [("shop/stock.py", 7, [(Role.HANDLER, "first")])]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param("def create():\n    Flask(__name__)\n    prepare()", id="a factory"),
        pytest.param("app = Flask(__name__)\nprepare()", id="a module"),
    ],
)
def test_what_makes_the_application_runs_at_its_start(made: str) -> None:
    text = f"from flask import Flask\ndef prepare():\n    open('f', 'w')\n{made}\n"

    ((_, _, [(role, _)]),) = reached({"shop/app.py": text})

    assert role is Role.STARTUP


def test_a_lifespan_runs_at_the_start() -> None:
    text = """
        from contextlib import asynccontextmanager
        from fastapi import FastAPI
        def create():
            return FastAPI(lifespan=lifespan)
        @asynccontextmanager
        async def lifespan(app):
            open("f", "w")
            yield
    """

    assert reached({"shop/app.py": text}) == [("shop/app.py", 8, [(Role.STARTUP, "lifespan")])]


def test_a_wrapper_is_reached_through_what_it_wraps() -> None:
    text = """
        from functools import wraps
        from flask import Flask
        app = Flask(__name__)
        def counted(function):
            @wraps(function)
            def inner():
                open("f", "w")
                return function()
            return inner
        @counted
        def count():
            pass
        @app.route("/")
        def index():
            count()
    """

    assert reached({"shop/app.py": text}) == [("shop/app.py", 8, [(Role.HANDLER, "index")])]


def test_names_that_a_package_takes_with_a_star_lead_to_its_module() -> None:
    views = """
        from flask import Flask
        from .stock import Shelf
        app = Flask(__name__)
        @app.route("/")
        def index():
            Shelf().fill()
    """
    shelf = """
        class Shelf:
            def fill(self):
                open("f", "w")
    """
    files = {
        "shop/views.py": views,
        "shop/stock/__init__.py": "from .shelf import *\n",
        "shop/stock/shelf.py": shelf,
    }

    assert reached(files) == [("shop/stock/shelf.py", 4, [(Role.HANDLER, "index")])]


def test_of_several_stars_the_one_counts_that_has_the_name() -> None:
    views = """
        from flask import Flask
        from shop.sizes import *
        from shop.shelf import *
        app = Flask(__name__)
        @app.route("/")
        def index():
            fill()
    """
    files = {
        "shop/views.py": views,
        "shop/sizes.py": "WIDE = 9\n",
        "shop/shelf.py": "def fill():\n    open('f', 'w')\n",
    }

    assert reached(files) == [("shop/shelf.py", 2, [(Role.HANDLER, "index")])]


def test_an_object_of_another_module_registers_handlers() -> None:
    views = """
        from src.sockets import sockets
        @sockets.on("order")
        def order(data):
            open("f", "w")
    """
    files = {
        "src/sockets.py": "from flask_socketio import SocketIO\nsockets = SocketIO()\n",
        "shop.py": views,
    }

    assert reached(files) == [("shop.py", 5, [(Role.HANDLER, "order")])]


def test_a_module_in_src_is_known_by_both_names() -> None:
    views = """
        from flask import Flask
        from src.shelf import fill
        from shelf import clear
        app = Flask(__name__)
        @app.route("/")
        def index():
            fill()
            clear()
    """
    shelf = "def fill():\n    open('f', 'w')\ndef clear():\n    open('f', 'w')\n"
    files = {"shop.py": views, "src/shelf.py": shelf}

    assert reached(files) == [
        ("src/shelf.py", 2, [(Role.HANDLER, "index")]),
        ("src/shelf.py", 4, [(Role.HANDLER, "index")]),
    ]


def test_an_object_that_a_request_makes_is_no_state() -> None:
    text = """
        from flask import Flask
        app = Flask(__name__)
        class Tools:
            def __init__(self):
                self.known = {}
                self.load()
            def load(self):
                self.known["hammer"] = 1
        tools = Tools()
        @app.route("/")
        def index():
            Tools()
    """

    assert reached({"shop/app.py": text}) == [("shop/app.py", 9, [])]


def test_a_call_into_a_migration_ends_there() -> None:
    views = """
        from flask import Flask
        from .migrations import find
        app = Flask(__name__)
        @app.route("/")
        def index():
            find()
    """
    files = {
        "shop/views.py": views,
        "shop/migrations/__init__.py": "def find():\n    open('f', 'w')\n",
    }

    assert reached(files) == [("shop/migrations/__init__.py", 2, [(Role.MIGRATION, "")])]


def test_what_a_queue_has_given_away_is_no_part_of_it() -> None:
    text = """
        import queue
        from flask import Flask
        app = Flask(__name__)
        waiting = queue.Queue()
        @app.route("/")
        def index():
            order = waiting.get()
            order["state"] = "sent"
    """

    assert reached({"shop/app.py": text}) == []


LENT = {
    "by every caller": ("pack(folder)", True),
    "by an object made with it": ("Pack(folder).pack()", True),
    "by one of two callers": ("pack(folder)\n    pack('/srv')", False),
    "by none": ("pack('/srv')", False),
}


@pytest.mark.parametrize(("body", "expected"), LENT.values(), ids=LENT)
def test_what_is_lent_is_known_on_all_ways(body: str, expected: bool) -> None:
    views = (
        "import tempfile\nfrom flask import Flask\nfrom shop.packs import Pack, pack\n"
        "app = Flask(__name__)\n@app.get('/')\ndef index():\n"
        f"    folder = tempfile.mkdtemp()\n    {body}\n"
    )
    packs = (
        "def pack(folder):\n    open(folder, 'w')\nclass Pack:\n"
        "    def __init__(self, folder):\n        self.folder = folder\n"
        "    def pack(self):\n        open(self.folder, 'w')\n"
    )
    files = [
        python.read("shop/views.py", views, INTERESTS),
        python.read("shop/packs.py", packs, INTERESTS),
    ]
    ways = [
        way.lent
        for facts in link(files, MARKERS).files
        for fact in facts.facts
        if isinstance(fact, Call)
        for way in fact.reach
    ]

    assert ways == [expected]


def test_a_method_that_nobody_calls_is_known_by_who_makes_its_object() -> None:
    views = """
        from flask import Flask
        app = Flask(__name__)
        class Report:
            def __init__(self, name):
                self.name = name
            def run(self):
                open(self.name, 'w')
        class Other:
            def __init__(self, name):
                self.name = name
            def go(self):
                open(self.name, 'w')
        @app.get('/')
        def index():
            start(Report('a'))
    """
    (linked,) = link([python.read("shop/views.py", dedent(views), INTERESTS)], MARKERS).files
    found = [
        (fact.scope, fact.reach, [way.names for way in fact.made])
        for fact in linked.facts
        if isinstance(fact, Call) and fact.callee == "open"
    ]

    assert found == [("Report.run", (), [("index", "Report.__init__")]), ("Other.go", (), [])]


def test_a_call_of_an_object_is_one_of_its_call_method() -> None:
    text = """
        from flask import Flask
        app = Flask(__name__)
        made, said = [], []
        class Translator:
            def __init__(self, name):
                made.append(name)
            def __call__(self, text):
                said.append(text)
        _ = Translator("shop")
        @app.route("/")
        def index():
            return _("Cart")
        """
    assert reached({"shop/views.py": text}) == [
        ("shop/views.py", 7, [(Role.STARTUP, "")]),
        ("shop/views.py", 9, [(Role.HANDLER, "index")]),
    ]
