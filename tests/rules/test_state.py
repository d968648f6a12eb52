"""The state rules, each asked about facts made by hand."""

from typing import Any

import pytest
from tests.rules.byhand import (
    AUDITOR,
    LIKELY,
    SPAN,
    SURE,
    Family,
    Word,
    constant,
    either,
    made,
    name,
)

from nonevent.facts import Kind, Mutation, Reach, Role, Setting, StateCell, Value
from nonevent.finding import Confidence, Persona, Related, Severity
from nonevent.location import Location
from nonevent_rules.stage import is_deployed

CELL = Location("shop/views.py", 5, 1, 5, 6)
HERE = Location("shop/views.py", 9, 5, 9, 16)
ENTRY = Location("shop/views.py", 8, 5, 8, 16)
OTHER = Location("shop/api.py", 3, 5, 3, 9)
SETTINGS = "shop/settings.py"


CACHE = Word(Confidence.HIGH, Persona.PEDANTIC, Severity.NOTE)
FALLBACK = Word(Confidence.MEDIUM, None, Severity.WARNING)
STATE = Family("state")
load, ask, hear = STATE.load, STATE.ask, STATE.hear


def cell(name: str = "CARTS", holds: str = "dict") -> StateCell:
    return StateCell(name, holds, CELL, empty=True)


def handler(*chain: Location) -> Reach:
    return Reach(Role.HANDLER, "add_to_cart", chain or (ENTRY,))


def change(**fields: Any) -> Mutation:
    plain = {"cell": "CARTS", "how": "item assignment", "location": HERE, "scope": "add_to_cart"}
    return Mutation(**(plain | {"target": cell(), "reach": (handler(),)} | fields))


def setting(name: str, value: Value, path: str = SETTINGS, scope: str = "") -> Setting:
    return Setting(name, value, Location(path, 3, 1, 3, 11), scope)


MODULE_STATE = "module_state_in_handler"
CONTAINERS = load(MODULE_STATE)[1]


@pytest.mark.parametrize("holds", CONTAINERS)
def test_a_container_that_a_handler_changes_is_flagged(holds: str) -> None:
    expected = CACHE if CONTAINERS[holds].cache else SURE

    assert hear(MODULE_STATE, change(target=cell(holds=holds))) == [expected]


@pytest.mark.parametrize(
    ("mutation", "expected"),
    [
        pytest.param(change(how="append"), [SURE], id="a method that changes it"),
        pytest.param(change(how="del"), [SURE], id="taking something out"),
        pytest.param(
            change(reach=(handler(ENTRY, HERE),)), [SURE], id="a function of the same module"
        ),
        pytest.param(
            change(reach=(handler(OTHER, HERE),)), [LIKELY], id="a handler in another module"
        ),
        pytest.param(
            change(reach=(handler(OTHER, HERE), handler(ENTRY))),
            [SURE],
            id="the shorter way counts",
        ),
        pytest.param(
            change(reach=(Reach(Role.TASK, "tick", (ENTRY,)), handler())),
            [SURE],
            id="a task and a handler",
        ),
        pytest.param(change(scope=""), [], id="filled at import"),
        pytest.param(change(reach=()), [], id="reached from nowhere known"),
        pytest.param(
            change(reach=(Reach(Role.STARTUP, "create_app", (ENTRY,)),)), [], id="at start-up"
        ),
        pytest.param(change(reach=(Reach(Role.TASK, "tick", (ENTRY,)),)), [], id="in a task"),
        pytest.param(change(reach=(Reach(Role.TEST, "", ()),)), [], id="in a test"),
        pytest.param(change(reach=(Reach(Role.CLI, "load", (ENTRY,)),)), [], id="in a command"),
        pytest.param(change(target=None), [], id="a name that is no state of this project"),
        pytest.param(
            change(target=cell(holds="weakref.WeakValueDictionary")), [], id="weak references"
        ),
        pytest.param(change(how="sort"), [], id="the same things in another order"),
        pytest.param(change(how="global assignment"), [AUDITOR], id="a whole new object"),
        pytest.param(change(target=cell("_price_cache")), [CACHE], id="a cache by its name"),
        pytest.param(change(target=cell("memo")), [CACHE], id="a memo by its name"),
        pytest.param(
            change(target=cell("price_cache"), thrown_out=True),
            [Word(Confidence.HIGH, None, Severity.NOTE)],
            id="a cache that requests throw something out of",
        ),
        pytest.param(
            change(target=cell("price_cache"), thrown_out=True, how="pop"),
            [CACHE],
            id="what throws it out",
        ),
        pytest.param(
            change(target=cell("token_cache", "cachetools.TTLCache")),
            [CACHE],
            id="a cache that forgets by itself",
        ),
        pytest.param(change(target=cell("FakeMailer.sent")), [], id="a stand-in"),
        pytest.param(change(target=cell("MEMORIES")), [SURE], id="a name that only sounds so"),
        pytest.param(
            change(target=cell("_cache"), how="global assignment"),
            [AUDITOR._replace(severity=Severity.NOTE)],
            id="a cache made anew",
        ),
        pytest.param(change(target=cell("_warned", "set"), how="add"), [], id="said once"),
        pytest.param(
            change(target=cell("background_tasks", "set"), how="add"), [], id="running tasks"
        ),
        pytest.param(change(target=cell("TASKS", "list"), how="append"), [SURE], id="a to-do list"),
        pytest.param(
            change(how="append", value=made("asyncio.create_task")), [], id="work that runs here"
        ),
    ],
)
def test_state_counts_where_a_request_changes_it(mutation: Mutation, expected: list[Word]) -> None:
    assert hear(MODULE_STATE, mutation) == expected


@pytest.mark.parametrize(
    ("mutation", "expected"),
    [
        pytest.param(
            change(),
            "`CARTS` is changed by request handler `add_to_cart` and lives only in this process: "
            "another replica does not see it and a deploy loses it",
            id="by the handler itself",
        ),
        pytest.param(
            change(scope="remember", reach=(handler(ENTRY, HERE),)),
            "`CARTS` is changed in `remember`, reached from request handler `add_to_cart`, and "
            "lives only in this process: another replica does not see it and a deploy loses it",
            id="by a function it calls",
        ),
        pytest.param(
            change(cell="shop.state.CACHE", target=cell("CACHE")),
            "`CACHE` is changed by request handler `add_to_cart` and lives only in this process: "
            "each replica answers from its own copy until a deploy empties it",
            id="a cache of another module",
        ),
    ],
)
def test_the_message_names_the_state_and_who_changes_it(mutation: Mutation, expected: str) -> None:
    assert [problem.message for problem in ask(MODULE_STATE, mutation)] == [expected]


def test_the_cell_and_the_handler_are_shown_beside_the_change() -> None:
    mutation = change(scope="remember", reach=(handler(OTHER, HERE),))

    assert [problem.related for problem in ask(MODULE_STATE, mutation)] == [
        (
            Related(CELL, "`CARTS` is made here, once in each process"),
            Related(OTHER, "request handler `add_to_cart` starts here"),
        )
    ]


SESSIONS = "session_store_in_process"
STORES = load(SESSIONS)[1]


@pytest.mark.parametrize("name_", STORES)
def test_each_store_of_the_catalogue_is_flagged(name_: str) -> None:
    row = STORES[name_]
    bad = [hear(SESSIONS, setting(name_, constant(value))) for value in row.disk + row.memory]
    unclear = [hear(SESSIONS, setting(name_, constant(value))) for value in row.perhaps]

    assert bad == [[SURE]] * len(bad)
    assert bad
    assert unclear == [[AUDITOR]] * len(unclear)


FILES = constant("django.contrib.sessions.backends.file")


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(
            setting("SESSION_ENGINE", constant("django.contrib.sessions.backends.db")),
            [],
            id="the database",
        ),
        pytest.param(setting("SESSION_TYPE", constant("redis")), [], id="redis"),
        pytest.param(setting("SESSION_ENGINE", name("ENGINE")), [], id="a name"),
        pytest.param(setting("SESSION_ENGINE", constant(None)), [], id="nothing"),
        pytest.param(setting("CACHE_TYPE", constant("filesystem")), [], id="another setting"),
        pytest.param(
            setting("SESSION_CACHELIB", made("cachelib.SimpleCache")), [SURE], id="a cache object"
        ),
        pytest.param(
            setting("SESSION_CACHELIB", made("cachelib.RedisCache")), [], id="a shared cache object"
        ),
        pytest.param(
            setting("SESSION_ENGINE", made("os.environ.get", constant("ENGINE"), FILES)),
            [LIKELY],
            id="only the default",
        ),
        pytest.param(
            setting("SESSION_ENGINE", made("env", constant("A"), default=made("env", FILES))),
            [LIKELY],
            id="the default of a default",
        ),
        pytest.param(
            setting("SESSION_TYPE", made("os.getenv", constant("TYPE"), constant("cachelib"))),
            [AUDITOR],
            id="a default that leaves it to another setting",
        ),
        pytest.param(
            setting("SESSION_ENGINE", made("env", constant("ENGINE"), default=FILES)),
            [LIKELY],
            id="only the default, by keyword",
        ),
        pytest.param(
            setting("SESSION_ENGINE", either(name("ENGINE"), FILES)), [LIKELY], id="one of two ways"
        ),
        pytest.param(
            setting("SESSION_ENGINE", FILES, "shop/settings/dev.py"), [], id="a developer's machine"
        ),
        pytest.param(setting("SESSION_ENGINE", FILES, "tests/settings.py"), [], id="tests"),
        pytest.param(
            setting("SESSION_TYPE", constant("filesystem"), "shop/config.py", "TestingConfig"),
            [],
            id="a class for tests",
        ),
        pytest.param(
            setting("SESSION_TYPE", constant("filesystem"), "shop/config.py", "Config"),
            [SURE],
            id="a class for all",
        ),
    ],
)
def test_a_session_store_counts_where_it_is_deployed(fact: Setting, expected: list[Word]) -> None:
    assert hear(SESSIONS, fact) == expected


@pytest.mark.parametrize(
    ("condition", "persona"),
    [
        pytest.param("", Persona.PEDANTIC, id="whatever the other module sets counts"),
        pytest.param("REDIS_URL", Persona.REGULAR, id="where its condition fails, this one counts"),
    ],
)
def test_a_cache_that_another_module_sets(condition: str, persona: Persona) -> None:
    cache = Value(Kind.CONSTANT, SPAN, constant="django.core.cache.backends.locmem.LocMemCache")
    entry = Value(Kind.MAPPING, SPAN, keywords=(("BACKEND", cache),))
    caches = Value(Kind.MAPPING, SPAN, keywords=(("default", entry),))
    other = setting("CACHES", Value(Kind.UNKNOWN, SPAN), "shop/conf.py")._replace(
        condition=condition
    )
    fact = setting("CACHES", caches, "shop/base_settings.py")._replace(
        elsewhere=("shop/conf.py",), others=(other,)
    )
    found = [each.persona for each in ask("cache_in_process", fact)]

    assert found == [persona]


def test_the_message_says_where_sessions_lie() -> None:
    fact = setting("SESSION_CACHELIB", made("cachelib.SimpleCache"))

    message = (
        "`SESSION_CACHELIB` keeps sessions in the memory of one process: another replica does not "
        "know its users and a deploy logs them out"
    )
    remedy = "Use `cachelib.RedisCache`, or the session type `redis`"
    found = [(problem.message, problem.remedy) for problem in ask(SESSIONS, fact)]
    assert found == [(message, remedy)]


SECRETS = "per_process_secret_key"


@pytest.mark.parametrize("name_", load(SECRETS)[1])
def test_each_key_of_the_catalogue_is_flagged(name_: str) -> None:
    assert hear(SECRETS, setting(name_, made("os.urandom", constant(24)))) == [SURE]
    assert hear(SECRETS, setting(name_, name("os.environ[]"))) == []


TOKEN = made("secrets.token_hex")
READ = made("os.environ.get", constant("SECRET_KEY"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(TOKEN, [SURE], id="a token"),
        pytest.param(made("secrets.token_urlsafe", constant(32)), [SURE], id="another token"),
        pytest.param(made("os.urandom.hex"), [SURE], id="bytes, written in hexadecimal"),
        pytest.param(name("uuid.uuid4.hex"), [SURE], id="an attribute of a UUID"),
        pytest.param(made("str", made("uuid.uuid4")), [SURE], id="a UUID as text"),
        pytest.param(
            made("base64.b64encode", made("os.urandom", constant(24))), [SURE], id="encoded bytes"
        ),
        pytest.param(
            made("hashlib.sha256", made("os.urandom", constant(24))), [SURE], id="hashed bytes"
        ),
        pytest.param(
            made("cryptography.fernet.Fernet.generate_key.decode"), [SURE], id="a key of Fernet"
        ),
        pytest.param(
            made("django.core.management.utils.get_random_secret_key"), [SURE], id="Django's own"
        ),
        pytest.param(either(TOKEN, made("uuid.uuid4")), [SURE], id="random both ways"),
        pytest.param(either(READ, TOKEN), [FALLBACK], id="a fallback after or"),
        pytest.param(
            made("os.environ.get", constant("SECRET_KEY"), TOKEN), [FALLBACK], id="a default"
        ),
        pytest.param(
            made("environ.Env", constant("SECRET_KEY"), default=TOKEN),
            [FALLBACK],
            id="a default by keyword",
        ),
        pytest.param(
            made("os.environ.get", constant("KEY"), made("str", made("uuid.uuid4"))),
            [FALLBACK],
            id="a default in a wrapper",
        ),
        pytest.param(READ, [], id="the environment"),
        pytest.param(name("os.environ[]"), [], id="the environment, or an error"),
        pytest.param(either(READ, constant("only-once")), [], id="the same for all"),
        pytest.param(constant("static"), [], id="a constant"),
        pytest.param(made("shop.secrets.read", constant("key")), [], id="a module of that name"),
        pytest.param(made("shop.randomness.key"), [], id="a name that begins alike"),
        pytest.param(made("open.read"), [], id="a file"),
        pytest.param(either(), [], id="nothing known of the ways"),
        pytest.param(Value(Kind.UNKNOWN, SPAN), [], id="nothing known"),
    ],
)
def test_a_key_is_made_by_the_process_where_it_is_random(
    value: Value, expected: list[Word]
) -> None:
    assert hear(SECRETS, setting("SECRET_KEY", value)) == expected


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param(setting("INSTANCE_ID", TOKEN), id="a setting that signs nothing"),
        pytest.param(setting("SECRET_KEY", TOKEN, "tests/conftest.py"), id="a test"),
        pytest.param(setting("SECRET_KEY", TOKEN, "shop/settings_local.py"), id="local settings"),
        pytest.param(setting("SECRET_KEY", TOKEN, "shop/config.py", "DevConfig"), id="a class"),
        pytest.param(
            setting("SECRET_KEY", TOKEN, "shop/app.py", "create_test_app"), id="a function"
        ),
    ],
)
def test_a_random_key_that_serves_no_user_is_silent(fact: Setting) -> None:
    assert hear(SECRETS, fact) == []


def test_the_message_says_what_the_next_process_refuses() -> None:
    asked = [setting("JWT_SECRET_KEY", value) for value in (TOKEN, either(READ, TOKEN))]

    breaks = "access tokens of one replica are refused by the next and die with every deploy"
    assert [problem.message for one in asked for problem in ask(SECRETS, one)] == [
        f"`JWT_SECRET_KEY` is made at random in every process: {breaks}",
        f"`JWT_SECRET_KEY` falls back to a random value in every process: {breaks}",
    ]


@pytest.mark.parametrize(
    ("path", "scope", "expected"),
    [
        ("shop/settings.py", "", True),
        ("shop/settings/production.py", "", True),
        ("shop/latest/contest.py", "", True),
        ("shop/locale/settings.py", "DeviceConfig", True),
        ("example.py", "", True),
        ("shop/settings/test.py", "", False),
        ("shop/settings-dev.py", "", False),
        ("tests/shop/settings.py", "", False),
        ("docs/conf.py", "", False),
        ("shop/config.py", "LocalConfig", False),
        ("shop/config.py", "CIConfig", False),
        ("shop/config.py", "Config.Testing", False),
    ],
)
def test_settings_are_deployed_unless_their_names_say_otherwise(
    path: str, scope: str, *, expected: bool
) -> None:
    assert is_deployed(path, scope) is expected
