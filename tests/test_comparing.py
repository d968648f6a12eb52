"""What a change brings to files that it leaves alone: what the whole project says, less before."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonevent.change import Change, ChangedFile, Side
from nonevent.compare import compared, known_gone
from nonevent.finding import Finding, Persona
from nonevent.incoming import Beyond
from nonevent.judge import audible
from nonevent.note import Note, NoteKind
from nonevent.options import Options
from nonevent.pipeline import Outcome, examine, prepare

TASK = prepare(Options())
EVERYWHERE = Beyond(lambda _: True)
AT_A_GLANCE = Beyond(lambda _: True, bounded=True)
# So many files that they are chosen by their words.
FILLER = {f"shop/part_{number}.py": f"PART = {number}\n" for number in range(45)}
SHOP = {
    "shop/__init__.py": "",
    "shop/disk.py": """
        CARTS = {}
        def store(name, data):
            with open(f"/srv/shop/{name}", "w") as file:
                file.write(data)
        def put(user, item):
            CARTS[user] = item
    """,
    "shop/http.py": """
        import requests
        def fetch(url, timeout=5):
            return requests.get(url, timeout=timeout)
    """,
    "shop/rates.py": """
        from shop.http import fetch
        def rates():
            return fetch("https://rates")
    """,
    "shop/orders.py": """
        from shop.disk import put
        def order(user):
            put(user, "order")
    """,
    "shop/web.py": """
        from flask import Blueprint
        bp = Blueprint("cart", __name__)
    """,
    "shop/pages.py": """
        def report(request):
            open("/srv/shop/report.txt", "w").write("x")
    """,
    "shop/urls.py": "urlpatterns = []\n",
    "shop/kinds.py": """
        import requests
        class Api(requests.Session):
            def request(self, *args, **kwargs):
                kwargs.setdefault("timeout", 5)
                return super().request(*args, **kwargs)
        api = Api()
    """,
    "shop/client.py": """
        from shop.kinds import api
        def ask():
            return api.get("https://rates")
    """,
    "shop/base.py": "class Page:\n    pass\n",
    "shop/exports.py": """
        from shop.base import Page
        class Orders(Page):
            def get(self, request):
                open("/srv/shop/orders.csv", "w").write("x")
    """,
}
HANDLER = """
    from flask import Blueprint
    from shop.orders import order
    bp = Blueprint("cart", __name__)
    @bp.route("/cart", methods=["POST"])
    def cart():
        order("me")
"""


def side(files: Mapping[str, str]) -> Side:
    def content(text: str) -> Callable[[], bytes]:
        return dedent(text).encode

    return {path: content(text) for path, text in files.items()}


def brings(
    before: Mapping[str, str], after: Mapping[str, str], beyond: Beyond | None = EVERYWHERE
) -> Outcome:
    """Return what is told of the change from one project to another."""
    old, new = side(before), side(after)
    paths = sorted(old.keys() | new.keys())
    changed = [path for path in paths if before.get(path) != after.get(path)]
    change = Change(
        tuple(ChangedFile(path, new.get(path), old.get(path)) for path in changed), compares=True
    )
    rest = {path: new[path] for path in paths if path not in changed}
    return examine(change, TASK, lambda: rest, beyond=beyond)


def whole(files: Mapping[str, str]) -> Outcome:
    content = side(files)
    change = Change(tuple(ChangedFile(path, content[path]) for path in sorted(content)))
    return examine(change, TASK)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, str]]:
    return [
        (each.location.path, each.location.line, each.rule)
        for each in audible(findings, Persona.REGULAR)
    ]


BROUGHT = {
    "a handler that calls a helper": (
        {"shop/web.py": HANDLER},
        [("shop/disk.py", 7, "module-state-in-handler")],
    ),
    "a view that is registered": (
        {
            "shop/urls.py": """
                from django.urls import path
                from shop import pages
                urlpatterns = [path("report/", pages.report)]
            """
        },
        [("shop/pages.py", 3, "local-file-write")],
    ),
    "a base class that becomes a view": (
        {"shop/base.py": "from flask.views import MethodView\nclass Page(MethodView):\n    pass\n"},
        [("shop/exports.py", 5, "local-file-write")],
    ),
    "a default limit that goes": (
        {"shop/http.py": SHOP["shop/http.py"].replace("=5", "=None")},
        [("shop/rates.py", 4, "unbounded-timeout")],
    ),
    "a session that loses its limit": (
        {"shop/kinds.py": "import requests\napi = requests.Session()\n"},
        [("shop/client.py", 4, "call-without-timeout")],
    ),
}


@pytest.mark.parametrize(("edits", "found"), BROUGHT.values(), ids=BROUGHT)
@pytest.mark.parametrize("more", [{}, FILLER], ids=["a small project", "a large one"])
@pytest.mark.parametrize("beyond", [EVERYWHERE, AT_A_GLANCE], ids=["everywhere", "at a glance"])
def test_brings_to_a_file_that_it_leaves_alone(
    beyond: Beyond,
    more: dict[str, str],
    edits: dict[str, str],
    found: list[tuple[str, int, str]],
) -> None:
    before = {**SHOP, **more}

    assert places(brings(before, {**before, **edits}, beyond).findings) == found


@pytest.mark.parametrize(("edits", "found"), BROUGHT.values(), ids=BROUGHT)
def test_does_not_bring_when_it_goes_back(
    edits: dict[str, str], found: list[tuple[str, int, str]]
) -> None:
    back = brings({**SHOP, **edits}, SHOP)

    assert places(back.findings) == []
    assert places(back.resolved) == found


def test_a_glance_resolves_what_stands_in_the_changed_files() -> None:
    before = {**SHOP, "shop/rates.py": "import requests\nrequests.get('https://rates')\n"}
    after = {**before, "shop/rates.py": "RATES = 1\n"}

    assert places(brings(before, after, AT_A_GLANCE).resolved) == [
        ("shop/rates.py", 2, "call-without-timeout")
    ]


WAITS = "import requests\nrequests.get('https://rates')\n"
DROPS = """\
from alembic import op
def upgrade():
    op.drop_column("orders", "note")
"""


@pytest.mark.parametrize(
    ("path", "before", "after", "resolved"),
    [
        ("shop/rates.py", WAITS, None, ["call-without-timeout"]),
        ("shop/rates.py", WAITS, WAITS.replace("')", "', timeout=5)"), ["call-without-timeout"]),
        ("shop/rates.py", WAITS, f"# rates\n\n{WAITS}", []),
        ("shop/rates.py", WAITS, WAITS.replace("get(", "get(  # wraps\n"), []),
        (
            "shop/rates.py",
            WAITS,
            WAITS.replace("')", "')  # nonevent: ignore[call-without-timeout] a mock"),
            [],
        ),
        ("shop/rates.py", WAITS, f"{WAITS}def (", []),
        ("shop/rates.py", WAITS, WAITS.replace("https://rates", "/"), []),
        ("db/migrations/1.py", DROPS, f"{DROPS}\n# the note goes\n", []),
        ("db/migrations/1.py", DROPS, DROPS.replace("note", "name"), ["dropped-column"]),
    ],
    ids=[
        "a file that goes",
        "a call that gets a limit",
        "a call that moves",
        "a call that is wrapped",
        "a call that a comment suppresses",
        "a file that nobody can read any more",
        "a call of another address",
        "a migration that gets a comment",
        "a migration that drops another column",
    ],
)
def test_resolves(path: str, before: str, after: str | None, resolved: list[str]) -> None:
    then = {**SHOP, path: before}
    now = {**SHOP, **({} if after is None else {path: after})}

    assert [rule for _, _, rule in places(brings(then, now).resolved)] == resolved


@pytest.mark.parametrize(("edits", "found"), BROUGHT.values(), ids=BROUGHT)
def test_does_not_bring_what_is_there_already(
    edits: dict[str, str], found: list[tuple[str, int, str]]
) -> None:
    del found
    before = {**SHOP, **edits}
    after = {**before, "shop/other.py": "from shop.disk import store\nstore('a', 'b')\n"}

    assert not {path for path, _, _ in places(brings(before, after).findings)} & SHOP.keys()


def test_what_a_file_keeps_that_the_change_leaves_alone_has_not_moved_to_another() -> None:
    store = "HELD = {}\ndef keep():\n    HELD['x'] = 1\n"
    web = """
        from flask import Blueprint
        from shop import one, two
        bp = Blueprint("web", __name__)
        @bp.route("/x")
        def serve():
            NAME.keep()
    """
    before = {
        "shop/one.py": store,
        "shop/two.py": "HELD = {}\n",
        "shop/web.py": web.replace("NAME", "one"),
    }
    after = {**before, "shop/two.py": store, "shop/web.py": web.replace("NAME", "two")}
    told = brings(before, after)

    assert places(told.findings) == [("shop/two.py", 3, "module-state-in-handler")]
    assert places(told.resolved) == [("shop/one.py", 3, "module-state-in-handler")]


def test_nothing_is_known_gone_of_a_file_that_could_not_be_read() -> None:
    before = {**SHOP, "shop/rates.py": WAITS}
    gone = brings(before, {**before, "shop/rates.py": "RATES = 1\n"}).resolved
    file = ChangedFile("shop/prices.py", None, WAITS.encode, "shop/rates.py")
    change = Change((file,), (Note("shop/prices.py", NoteKind.BINARY, "binary"),), compares=True)

    assert places(tuple(known_gone(gone, change._replace(notes=()), Persona.REGULAR))) == [
        ("shop/rates.py", 2, "call-without-timeout")
    ]
    assert list(known_gone(gone, change, Persona.REGULAR)) == []


def test_says_what_of_the_change_leads_there() -> None:
    (found,) = audible(brings(SHOP, {**SHOP, "shop/web.py": HANDLER}).findings, Persona.REGULAR)

    assert ("shop/web.py", 6) in [
        (each.location.path, each.location.line) for each in found.related
    ]


def test_says_which_function_lost_its_limit() -> None:
    edits = {"shop/http.py": SHOP["shop/http.py"].replace("=5", "=None")}
    (found,) = audible(brings(SHOP, {**SHOP, **edits}).findings, Persona.REGULAR)

    assert [(each.location.path, each.location.line) for each in found.related] == [
        ("shop/http.py", 3)
    ]


def test_tells_only_of_the_files_that_are_asked_for() -> None:
    nowhere = Beyond(lambda path: path != "shop/disk.py")

    assert brings(SHOP, {**SHOP, "shop/web.py": HANDLER}, nowhere).findings == ()


STRANGE = "FROB {};\n"
NOTED = {
    "one that it brings": ("", STRANGE.format("a"), 1),
    "none that it leaves": (STRANGE.format("a"), STRANGE.format("a") + "SELECT 1;\n", 0),
    "a second of the same": (STRANGE.format("a"), STRANGE.format("a") * 2, 1),
    "one that it changes": (STRANGE.format("a"), STRANGE.format("b"), 1),
    "a file that cannot be read, before as well": ("\0", "\0\0", 1),
}


@pytest.mark.parametrize(("before", "after", "count"), NOTED.values(), ids=NOTED)
def test_notes_of_statements_not_understood(before: str, after: str, count: int) -> None:
    file = ChangedFile("db/2_b.sql", after.encode, before.encode, old_path="db/1_a.sql")

    assert len(examine(Change((file,), compares=True), TASK).notes) == count


def test_a_glance_follows_calls_over_several_files_and_stops_when_they_are_too_many() -> None:
    def chain(length: int) -> dict[str, str]:
        steps = {
            f"shop/step_{number}.py": f"""
                from shop.step_{number + 1} import step_{number + 1}
                def step_{number}():
                    step_{number + 1}()
            """
            for number in range(1, length)
        }
        last = f"CARTS = {{}}\ndef step_{length}():\n    CARTS['x'] = 1\n"
        return {**SHOP, **steps, f"shop/step_{length}.py": last}

    def told(length: int) -> list[str]:
        files = chain(length)
        handler = HANDLER.replace("orders import order", "step_1 import step_1")
        after = {**files, "shop/web.py": handler.replace('order("me")', "step_1()")}
        return [path for path, _, _ in places(brings(files, after, AT_A_GLANCE).findings)]

    assert told(5) == ["shop/step_5.py"]
    assert told(9) == []


def test_reads_no_other_file_where_others_cannot_feel_the_change() -> None:
    def around() -> Side:
        raise AssertionError

    before = SHOP["shop/base.py"].encode
    after = SHOP["shop/base.py"].replace("pass", "'A page of the shop.'").encode
    change = Change((ChangedFile("shop/base.py", after, before),), compares=True)

    assert examine(change, TASK, around, beyond=EVERYWHERE).findings == ()


# -- whatever the project is ---------------------------------------------------------------------

MODULES = ("a", "b", "c", "d")
CALLS = tuple(f"{module}.{name}()" for module in MODULES for name in "fgh")
BODIES = (
    *CALLS,
    "STATE['x'] = 1",
    "a.STATE.update(x=1)",
    "open('/srv/x', 'w').write('x')",
    "requests.get(URL)",
    "requests.post(URL, timeout=None)",
    "http.fetch(URL)",
    "http.fetch(URL, timeout=3)",
    "http.api.get(URL)",
    "pass",
)
MARKS = ("", "", "", "@bp.route('/x')", "@app.task")
HEAD = (
    "import requests\nfrom celery import Celery\nfrom flask import Blueprint\n"
    "from shop import a, b, c, d, http\n"
    "bp = Blueprint('x', __name__)\napp = Celery()\nURL = 'https://x'\nSTATE = {}\n"
)


@st.composite
def modules(draw: st.DrawFn) -> str:
    lines = [HEAD]
    for name in "fgh":
        mark = draw(st.sampled_from(MARKS))
        body = draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=3))
        lines += [mark, f"def {name}():", *(f"    {line}" for line in body)]
    return "\n".join(lines) + "\n"


@st.composite
def clients(draw: st.DrawFn) -> str:
    default = draw(st.sampled_from(["=5", "=None", ""]))
    made = draw(st.sampled_from(["requests.Session()", "Api()"]))
    return dedent(f"""
        import requests
        class Api(requests.Session):
            def request(self, *args, **kwargs):
                kwargs.setdefault("timeout", 5)
                return super().request(*args, **kwargs)
        api = {made}
        def fetch(url, timeout{default}):
            return requests.get(url, timeout=timeout)
    """)


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    files = {f"shop/{name}.py": draw(modules()) for name in MODULES}
    return {**files, "shop/__init__.py": "", "shop/http.py": draw(clients())}


def shown(findings: Iterable[Finding]) -> Counter[tuple[str, str, int]]:
    return Counter((each.rule, each.location.path, each.location.line) for each in findings)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    projects(),
    projects(),
    st.sets(st.sampled_from([*MODULES, "http"]), min_size=1, max_size=2),
    st.booleans(),
)
def test_brings_what_the_whole_project_says_now_and_did_not_before(
    before: dict[str, str], other: dict[str, str], edited: set[str], large: bool
) -> None:
    before = {**before, **(FILLER if large else {})}
    after = {**before, **{f"shop/{name}.py": other[f"shop/{name}.py"] for name in edited}}
    now, was = whole(after), whole(before)
    changed = {f"shop/{name}.py" for name in edited}
    wanted = compared(
        now.findings,
        was.findings,
        now.lines,
        was.lines,
        {},
        changed=changed,
        persona=TASK.persona,
    )

    told, at_a_glance = brings(before, after), brings(before, after, AT_A_GLANCE)
    assert shown(told.findings) == shown(wanted.new)
    assert shown(told.resolved) == shown(wanted.gone)
    # Few files are read at a glance: what only moved may be taken for new, never what is not so.
    assert shown(at_a_glance.findings) <= shown(now.findings)
    assert shown(at_a_glance.resolved) <= shown(was.findings)


def revision(number: int, body: str) -> str:
    after = f"'{number - 1}'" if number > 1 else "None"
    head = f"from alembic import op\nimport sqlalchemy as sa\nrevision = '{number}'\n"
    return f"{head}down_revision = {after}\ndef upgrade():\n    {body}\n"


WIDENS = "op.alter_column('orders', 'code', type_=sa.String({}))"
MADE = "op.create_table('orders', sa.Column('code', sa.String(20)))"
HISTORIES = {
    "SQL": (
        {"migrations/0001_a.sql": "CREATE TABLE orders (code varchar(20));"},
        {"migrations/0002_b.sql": "ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);"},
    ),
    "Alembic": (
        {"db/migrations/versions/a.py": revision(1, MADE)},
        {"db/migrations/versions/b.py": revision(2, WIDENS.format(40))},
    ),
    "Alembic in a folder of its own name, with one that does nothing": (
        {
            "shop/steps/versions/a.py": revision(1, MADE),
            "shop/steps/versions/b.py": "revision = '2'\ndown_revision = '1'\n",
            "shop/steps/versions/c.py": revision(3, WIDENS.format(30)),
        },
        {"shop/steps/versions/d.py": revision(4, WIDENS.format(40))},
    ),
}


@pytest.mark.parametrize(("past", "step"), HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("code", [{}, {"shop/web.py": HANDLER}], ids=["alone", "with code"])
@pytest.mark.parametrize("more", [{}, FILLER], ids=["a small project", "a large one"])
def test_a_migration_knows_the_ones_before_it(
    more: dict[str, str], code: dict[str, str], past: dict[str, str], step: dict[str, str]
) -> None:
    before = {**SHOP, **more, **past}
    found = places(brings(before, {**before, **code, **step}).findings)

    assert {path for path, _, _ in found}.isdisjoint(step)
