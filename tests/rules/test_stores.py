"""Rules on settings, constructors and calls that keep state in one process, on facts by hand."""

from typing import Any

import pytest
from tests.rules.byhand import (
    LIKELY,
    SPAN,
    SURE,
    Family,
    Word,
    begun,
    constant,
    either,
    made,
    mapping,
    name,
)

from nonevent.facts import Call, Kind, Reach, Role, Setting, Value
from nonevent.finding import Confidence, Persona, Severity
from nonevent.location import Location
from nonevent_rules.told import Told, entries, told

ENTRY = Location("shop/views.py", 8, 5, 8, 16)
SETTINGS = "shop/settings.py"


RARELY = Word(Confidence.MEDIUM, Persona.PEDANTIC)
EVERY = Family("")
load, ask, hear = EVERY.load, EVERY.ask, EVERY.hear


def setting(
    name: str, value: Value, path: str = SETTINGS, scope: str = "", condition: str = ""
) -> Setting:
    return Setting(name, value, Location(path, 3, 1, 3, 11), scope, condition=condition)


def call(callee: str, *arguments: Value, **fields: Any) -> Call:
    path = fields.pop("path", "shop/app.py")
    place = Location(path, 9, 5, 9, 30)
    keywords = tuple(fields.pop("keywords", {}).items())
    plain: dict[str, Any] = {"open": False, "scope": "place"} | fields
    return Call(callee, place, place, arguments, keywords, **plain)


def reach(role: Role, entry: str = "place") -> tuple[Reach, ...]:
    return (Reach(role, entry, (Location("shop/app.py", 7, 5, 7, 10),)),)


# -- what a value says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(constant("redis"), [("redis", True)], id="a text"),
        pytest.param(constant(""), [], id="an empty text"),
        pytest.param(constant(5), [], id="a number"),
        pytest.param(begun("sqlite:///"), [("sqlite:///", True)], id="an f-string"),
        pytest.param(name("shop.URL"), [("shop.URL", True)], id="a name"),
        pytest.param(
            made("os.getenv", constant("A"), constant("b")),
            [("os.getenv", True), ("A", False), ("b", False)],
            id="a call: itself, then what it may come to",
        ),
        pytest.param(
            either(name("a.b"), constant("c")), [("a.b", False), ("c", False)], id="two ways"
        ),
        pytest.param(
            Value(Kind.UNKNOWN, SPAN, items=(constant("a"), constant("b"))),
            [("a", True), ("b", False)],
            id="a sum begins with its first part",
        ),
        pytest.param(Value(Kind.SEQUENCE, SPAN, items=(constant("a"),)), [], id="a list"),
    ],
)
def test_a_value_says_what_it_is_and_what_it_falls_back_to(
    value: Value, expected: list[tuple[str, bool]]
) -> None:
    assert [(one.said, one.sure) for one in told(value)] == expected


def test_what_is_nested_deeper_than_people_write_is_left_alone() -> None:
    value = constant("memory://")
    for _ in range(2_000):
        value = either(value)

    assert list(told(value)) == []


def test_the_entries_of_each_mapping_that_a_value_may_be_are_told() -> None:
    one, other = constant("a"), constant("b")
    value = either(mapping(x=one), made("dict", y=other), name("z"))

    assert list(entries(value)) == [("x", one, False), ("y", other, False)]
    assert list(entries(mapping(x=one))) == [("x", one, True)]
    assert list(told(one)) == [Told("a", one, sure=True)]


# -- settings ----------------------------------------------------------------------------------

IN_SETTINGS = (
    "state.cache_in_process",
    "state.channel_layer_in_process",
    "state.backend_in_process",
    "state.limiter_storage_in_settings",
    "files.sqlite_in_settings",
    "state.task_broker_in_settings",
    "files.media_on_local_disk",
)
PLACES = [(stem, row) for stem in IN_SETTINGS for row in load(stem)[1].values()]


def written(row: Any, said: str) -> Value:
    return mapping(default=mapping(**{row.entry: constant(said)})) if row.entry else constant(said)


@pytest.mark.parametrize(("stem", "row"), PLACES, ids=lambda one: getattr(one, "setting", one))
def test_each_value_of_the_catalogues_is_flagged_where_it_is_deployed(stem: str, row: Any) -> None:
    values = [written(row, said or "/srv/media") for said in row.memory + row.disk]

    assert values
    for value in values:
        assert len(ask(stem, setting(row.setting, value))) == 1
        assert ask(stem, setting(row.setting, value, "shop/settings/test.py")) == []
        assert ask(stem, setting(row.setting, value, SETTINGS, "DevConfig")) == []
        assert ask(stem, setting("OTHER", value)) == []


LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
SQLITE = "django.db.backends.sqlite3"
MEMORY = "channels.layers.InMemoryChannelLayer"
FILES = "django.core.files.storage.FileSystemStorage"


def database(engine: Value, name: str = "shop.db", alias: str = "default") -> Value:
    return mapping(**{alias: mapping(ENGINE=engine, NAME=constant(name))})


@pytest.mark.parametrize(
    ("stem", "fact", "expected"),
    [
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE))),
            [LIKELY],
            id="SQLite in Django",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE), ":memory:")),
            [],
            id="SQLite in memory",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant("django.db.backends.postgresql"))),
            [],
            id="PostgreSQL",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", made("dict", default=made("dict", ENGINE=constant(SQLITE)))),
            [LIKELY],
            id="a mapping made by a call",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", mapping(default=made("environ.Env.db", constant("URL")))),
            [],
            id="an entry from the environment",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(either(name("DB_ENGINE"), constant(SQLITE)))),
            [LIKELY],
            id="SQLite as the last resort",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), condition="DB postgres"),
            [LIKELY],
            id="SQLite under an if",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), condition="DB sqlite"),
            [RARELY],
            id="SQLite where it is asked for",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), "shop/settings.sample.py"),
            [RARELY],
            id="SQLite in an example",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", mapping(default=made("env.db", constant("sqlite:///a.db")))),
            [LIKELY],
            id="an entry that falls back to SQLite",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), condition="DEBUG"),
            [],
            id="SQLite under if DEBUG",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), "shop/settings/base.py"),
            [LIKELY],
            id="SQLite in a module to build on",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("DATABASES", database(constant(SQLITE)), "base/settings.py"),
            [LIKELY],
            id="a folder of that name",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("SQLALCHEMY_DATABASE_URI", begun("sqlite:///"), scope="Config"),
            [LIKELY],
            id="an f-string",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("SQLALCHEMY_DATABASE_URI", constant("sqlite:///:memory:")),
            [],
            id="a URL of a database in memory",
        ),
        pytest.param(
            "files.sqlite_in_settings",
            setting("SQLALCHEMY_DATABASE_URI", constant("sqlite:///x.db"), scope="AppSettings"),
            [LIKELY],
            id="a field of a pydantic model",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM)))),
            [Word(Confidence.HIGH, Persona.REGULAR)],
            id="the default cache",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(pages=mapping(BACKEND=constant(LOCMEM)))),
            [Word(Confidence.HIGH, Persona.PEDANTIC)],
            id="a cache beside the default",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM))))._replace(
                condition="not REDIS_URL"
            ),
            [Word(Confidence.MEDIUM, Persona.REGULAR)],
            id="the cache where no other is configured",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM))))._replace(
                condition="IN_MEMORY"
            ),
            [Word(Confidence.MEDIUM, Persona.PEDANTIC)],
            id="a cache that an operator asks for",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM))))._replace(
                condition="not PRODUCTION"
            ),
            [],
            id="a cache outside production",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM))))._replace(
                elsewhere=("shop/live.py",)
            ),
            [Word(Confidence.HIGH, Persona.PEDANTIC)],
            id="a cache that another module sets anew",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(default=mapping(BACKEND=constant(LOCMEM))))._replace(
                elsewhere=("shop/test.py",)
            ),
            [Word(Confidence.HIGH, Persona.REGULAR)],
            id="a cache that tests set anew",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(login_sessions=mapping(BACKEND=constant(LOCMEM)))),
            [Word(Confidence.HIGH, Persona.REGULAR, Severity.WARNING)],
            id="a cache that holds sessions",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHES", mapping(axes=mapping(BACKEND=either(name("B"), constant(LOCMEM))))),
            [Word(Confidence.MEDIUM, Persona.PEDANTIC, Severity.WARNING)],
            id="a cache that may hold counts",
        ),
        pytest.param(
            "state.cache_in_process",
            setting("CACHE_TYPE", constant("NullCache")),
            [],
            id="a cache that keeps nothing",
        ),
        pytest.param(
            "state.channel_layer_in_process",
            setting("CHANNEL_LAYERS", mapping(default=mapping(BACKEND=constant(MEMORY)))),
            [SURE],
            id="a layer in memory",
        ),
        pytest.param(
            "state.limiter_storage_in_settings",
            setting("RATELIMIT_STORAGE_URI", either(name("URL"), constant("memory://"))),
            [RARELY],
            id="a limiter that falls back where a setting of another kind is missing",
        ),
        pytest.param(
            "state.limiter_storage_in_settings",
            setting("RATELIMIT_STORAGE_URI", made("os.getenv", name("X"), constant("memory://"))),
            [LIKELY],
            id="a limiter that falls back where the environment says nothing",
        ),
        pytest.param(
            "state.task_broker_in_settings",
            setting("HUEY", mapping(huey_class=constant("huey.SqliteHuey"))),
            [SURE],
            id="a mapping of one queue",
        ),
        pytest.param(
            "state.task_broker_in_settings",
            setting("CELERY_RESULT_BACKEND", constant("rpc://")),
            [],
            id="results over the broker",
        ),
        pytest.param(
            "files.media_on_local_disk",
            setting("STORAGES", mapping(default=mapping(BACKEND=constant(FILES)))),
            [LIKELY],
            id="the default storage",
        ),
        pytest.param(
            "files.media_on_local_disk",
            setting("STORAGES", mapping(staticfiles=mapping(BACKEND=constant(FILES)))),
            [],
            id="files of the release",
        ),
        pytest.param(
            "files.media_on_local_disk",
            setting("MEDIA_ROOT", made("os.path.join", name("BASE"), constant("media"))),
            [LIKELY],
            id="a folder for media",
        ),
        pytest.param(
            "files.media_on_local_disk", setting("MEDIA_ROOT", constant("")), [], id="no folder"
        ),
    ],
)
def test_a_setting_counts_by_how_surely_it_is_in_force(
    stem: str, fact: Setting, expected: list[Word]
) -> None:
    assert hear(stem, fact) == expected


def test_the_message_names_the_entry_and_stands_where_it_says_so() -> None:
    layers = mapping(chat=mapping(BACKEND=constant(MEMORY)), other=mapping(BACKEND=name("X")))

    (problem,) = ask("state.channel_layer_in_process", setting("CHANNEL_LAYERS", layers))

    assert problem.message == (
        '`CHANNEL_LAYERS["chat"]` passes messages on in the memory of one process: consumers on '
        "another replica, old or new, do not receive them"
    )
    assert problem.location == Location(SETTINGS, *SPAN)


SQLITE_URL = constant("sqlite:///shop.db")
URL = made("os.getenv", constant("DATABASE_URL"))
REPLACED = {
    "a later line": (SETTINGS, "", (URL, SETTINGS, ""), True),
    "the class of production": (SETTINGS, "Config", (URL, SETTINGS, "ProdConfig"), True),
    "a module that builds on it": ("shop/base.py", "", (URL, "shop/main.py", ""), True),
    "a class of tests": (SETTINGS, "Config", (URL, SETTINGS, "TestConfig"), False),
    "an example": (SETTINGS, "", (URL, "shop/prod_example.py", ""), False),
    "another file": (SETTINGS, "", (SQLITE_URL, "shop/production.py", ""), False),
    "a module of another service": ("a/main.py", "", (URL, "b/main.py", ""), False),
}


@pytest.mark.parametrize(("path", "scope", "other", "expected"), REPLACED.values(), ids=REPLACED)
def test_a_default_is_replaced_by(
    path: str, scope: str, other: tuple[Value, str, str], expected: bool
) -> None:
    name = "SQLALCHEMY_DATABASE_URI"
    rival = setting(name, other[0], *other[1:])
    rival = rival._replace(location=rival.location._replace(line=7))
    fact = setting(name, SQLITE_URL, path, scope)._replace(others=(rival,))

    assert hear("files.sqlite_in_settings", fact) == [RARELY if expected else LIKELY]


# -- constructors ------------------------------------------------------------------------------

MAKERS = (
    "state.channel_backend_in_process",
    "state.conversation_memory_in_process",
    "state.embedded_vector_store",
    "state.key_value_store_in_process",
    "state.limiter_in_process",
    "state.session_backend_in_process",
    "state.socket_without_message_queue",
    "files.sqlite_engine",
    "state.task_broker_in_process",
)
MADE = [(stem, row) for stem in MAKERS for row in load(stem)[1].values()]
APP = name("shop.app:app")


def own(row: Any, **fields: Any) -> Call:
    """Return a call that a row speaks of."""
    keywords = {word: constant("/srv/vectors") for word in row.alone}
    if row.optional and row.local:
        keywords[row.shared[0]] = constant(row.local[0] or "shop.db")
    fields.setdefault("changes", row.changing)
    return call(row.call, *((APP,) if row.app else ()), keywords=keywords, **fields)


@pytest.mark.parametrize(("stem", "row"), MADE, ids=lambda one: getattr(one, "call", one))
def test_each_constructor_of_the_catalogues_is_flagged_where_it_serves(stem: str, row: Any) -> None:
    assert len(ask(stem, own(row, reach=reach(Role.HANDLER)))) == 1
    assert ask(stem, own(row, path="tests/conftest.py")) == []
    for role in (Role.CLI, Role.TASK, Role.SCRIPT, Role.TEST, Role.MIGRATION):
        assert ask(stem, own(row, reach=reach(role))) == []


@pytest.mark.parametrize(("stem", "row"), MADE, ids=lambda one: getattr(one, "call", one))
def test_a_place_that_all_replicas_reach_is_silent(stem: str, row: Any) -> None:
    shared = [constant("redis://store"), name("shop.config.STORE"), made("os.environ[]")]

    for word in row.shared:
        for value in shared:
            assert ask(stem, call(row.call, APP, keywords={word: value})) == []


LIMITER, SOCKETS = "state.limiter_in_process", "state.socket_without_message_queue"
SAVER = "langgraph.checkpoint.memory.MemorySaver"
QDRANT = "qdrant_client.QdrantClient"
ENGINE = "sqlalchemy.create_engine"
QUEUE = constant("redis://queue")


@pytest.mark.parametrize(
    ("stem", "fact", "expected"),
    [
        pytest.param(LIMITER, call("flask_limiter.Limiter"), [RARELY], id="a setting may say"),
        pytest.param(LIMITER, call("slowapi.Limiter"), [LIKELY], id="nothing says where"),
        pytest.param(
            LIMITER, call("slowapi.Limiter", open=True), [], id="arguments that are passed on"
        ),
        pytest.param(
            LIMITER,
            call("slowapi.Limiter", keywords={"storage_uri": constant(None)}),
            [LIKELY],
            id="none is no place",
        ),
        pytest.param(
            LIMITER,
            call("flask_limiter.Limiter", keywords={"storage_uri": constant("memory://")}),
            [SURE],
            id="memory, as written",
        ),
        pytest.param(
            LIMITER,
            call(
                "flask_limiter.Limiter",
                keywords={"storage_uri": made("os.getenv", constant("U"), constant("memory://"))},
            ),
            [RARELY],
            id="memory as a default",
        ),
        pytest.param(SOCKETS, call("flask_socketio.SocketIO"), [], id="init_app decides"),
        pytest.param(SOCKETS, call("flask_socketio.SocketIO", constant(None)), [], id="no app yet"),
        pytest.param(SOCKETS, call("flask_socketio.SocketIO", APP), [SURE], id="an app at once"),
        pytest.param(
            SOCKETS,
            call("flask_socketio.SocketIO", keywords={"app": APP}),
            [SURE],
            id="an app by keyword",
        ),
        pytest.param(
            SOCKETS,
            call(
                "flask_socketio.SocketIO.init_app",
                APP,
                receiver=made("flask_socketio.SocketIO", message_queue=QUEUE),
            ),
            [],
            id="the constructor named the queue",
        ),
        pytest.param(
            SOCKETS,
            call("flask_socketio.SocketIO.init_app", APP, receiver=made("flask_socketio.SocketIO")),
            [SURE],
            id="neither named one",
        ),
        pytest.param(
            SOCKETS,
            call("socketio.AsyncServer", made("socketio.AsyncRedisManager", QUEUE)),
            [],
            id="a manager by position",
        ),
        pytest.param(
            SOCKETS,
            call("socketio.Server", keywords={"client_manager": made("socketio.Manager")}),
            [SURE],
            id="the manager of one process",
        ),
        pytest.param(
            "state.conversation_memory_in_process", call(SAVER), [RARELY], id="nobody known calls"
        ),
        pytest.param(
            "state.conversation_memory_in_process",
            call(SAVER, reach=reach(Role.STARTUP)),
            [SURE],
            id="made when a service starts",
        ),
        pytest.param(
            "state.embedded_vector_store",
            call(QDRANT, keywords={"url": constant("http://vectors")}, reach=reach(Role.HANDLER)),
            [],
            id="a server for vectors",
        ),
        pytest.param(
            "state.embedded_vector_store",
            call(QDRANT, keywords={"path": constant("v")}, reach=reach(Role.HANDLER)),
            [LIKELY],
            id="a folder for vectors",
        ),
        pytest.param(
            "files.sqlite_engine",
            call("sqlite3.connect", name("db_path"), reach=reach(Role.STARTUP), changes=True),
            [LIKELY],
            id="a file whose tables change",
        ),
        pytest.param(
            "files.sqlite_engine",
            call("sqlite3.connect", name("db_path"), reach=reach(Role.STARTUP)),
            [],
            id="a file that is read",
        ),
        pytest.param(
            "files.sqlite_engine",
            call("sqlite3.connect", name("tmp_path"), reach=reach(Role.HANDLER), changes=True),
            [],
            id="a temporary file",
        ),
        pytest.param(
            "files.sqlite_engine",
            call(ENGINE, either(URL, begun("sqlite:///")), reach=reach(Role.STARTUP)),
            [LIKELY],
            id="a file that is fallen back to",
        ),
        pytest.param(
            "files.sqlite_engine",
            call(ENGINE, begun("sqlite:///"), in_service=True),
            [SURE],
            id="a file of a service",
        ),
        pytest.param(
            "files.sqlite_engine", call(ENGINE, constant("sqlite://")), [], id="in memory"
        ),
        pytest.param(
            "files.sqlite_engine", call(ENGINE, constant("sqlite:///:memory:")), [], id="likewise"
        ),
        pytest.param(
            "files.sqlite_engine", call(ENGINE, begun("sqlite:///")), [RARELY], id="a tool's file"
        ),
        pytest.param(
            "files.sqlite_engine",
            call(ENGINE, begun("sqlite:///"), reach=reach(Role.HANDLER)),
            [SURE],
            id="a handler's file",
        ),
        pytest.param(
            "state.task_broker_in_process",
            call("dramatiq.brokers.stub.StubBroker"),
            [RARELY],
            id="a broker for tests",
        ),
        pytest.param(
            "state.task_broker_in_process", call("celery.Celery", constant("shop")), [], id="amqp"
        ),
    ],
)
def test_a_constructor_counts_by_what_it_is_told(
    stem: str, fact: Call, expected: list[Word]
) -> None:
    assert hear(stem, fact) == expected


def test_the_message_says_what_was_given_or_what_is_missing() -> None:
    queue = call("celery.Celery", keywords={"broker": constant("memory://")})
    asked = [
        *ask(SOCKETS, call("socketio.AsyncServer")),
        *ask("state.task_broker_in_process", queue),
        *ask("state.session_backend_in_process", call("starsessions.InMemoryStore")),
    ]

    assert [problem.message.partition(" k")[0] for problem in asked] == [
        "`socketio.AsyncServer` without `client_manager`",
        "`celery.Celery` on `memory://`",
        "`starsessions.InMemoryStore`",
    ]


# -- schedulers, threads, settings of the process ------------------------------------------------

SCHEDULER = "state.scheduler_in_web_process"
STARTS = "apscheduler.schedulers.background.BackgroundScheduler.start"
STORED = made("apscheduler.schedulers.background.BackgroundScheduler", jobstores=name("STORES"))


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(call(STARTS), [LIKELY], id="by nobody known"),
        pytest.param(call(STARTS, reach=reach(Role.STARTUP)), [SURE], id="at start-up"),
        pytest.param(
            call(STARTS, receiver=STORED),
            [Word(Confidence.MEDIUM, None, Severity.WARNING)],
            id="with a store of jobs",
        ),
        pytest.param(call(STARTS, reach=reach(Role.SCRIPT)), [], id="in a script"),
        pytest.param(call(STARTS, reach=reach(Role.CLI)), [], id="in a command"),
        pytest.param(call(STARTS, path="workers/worker.py"), [], id="in a worker"),
        pytest.param(
            call(STARTS, path="shop/clock.py", reach=reach(Role.HANDLER)),
            [SURE],
            id="in a handler, whatever the file is called",
        ),
        pytest.param(call("fastapi_utils.tasks.repeat_every"), [LIKELY], id="by a decorator"),
        pytest.param(
            call("apscheduler.schedulers.blocking.BlockingScheduler.start"), [], id="all it does"
        ),
    ],
)
def test_a_scheduler_counts_beside_requests(fact: Call, expected: list[Word]) -> None:
    assert hear(SCHEDULER, fact) == expected


WORK = "state.background_work_in_handler"
THREAD = "threading.Thread.start"
CHAINED = Value(Kind.CALL, SPAN, name="threading.Thread")
NAMED = Value(Kind.CALL, (5, 5, 5, 20), name="threading.Thread", alias="worker")
KEPT = NAMED._replace(alias="self.thread")
DAEMON = NAMED._replace(keywords=(("daemon", constant(True)),))


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(call(THREAD, receiver=CHAINED), [SURE], id="a thread without a name"),
        pytest.param(call(THREAD, receiver=NAMED), [LIKELY], id="one that may be joined"),
        pytest.param(call(THREAD, receiver=DAEMON), [SURE], id="a daemon"),
        pytest.param(call(THREAD, receiver=KEPT), [RARELY], id="one that an object keeps"),
        pytest.param(
            call(THREAD, receiver=NAMED, scope="Sender.__init__"), [RARELY], id="one made once"
        ),
        pytest.param(
            call(THREAD, receiver=CHAINED._replace(keywords=(("target", name("refresh_cache")),))),
            [Word(Confidence.HIGH, Persona.PEDANTIC)],
            id="the process's own business",
        ),
        pytest.param(call("threading.Timer.start"), [SURE], id="a timer"),
        pytest.param(
            call("fastapi.BackgroundTasks.add_task"),
            [Word(Confidence.HIGH, Persona.PEDANTIC)],
            id="a task that the server waits for",
        ),
    ],
)
def test_work_counts_in_a_handler_that_does_not_wait(fact: Call, expected: list[Word]) -> None:
    assert hear(WORK, fact._replace(reach=reach(Role.HANDLER))) == expected
    for role in (Role.STARTUP, Role.CLI, Role.TASK, Role.TEST, Role.SCRIPT):
        assert hear(WORK, fact._replace(reach=reach(role))) == []
    assert hear(WORK, fact) == []


def test_work_behind_a_handler_of_another_module_is_less_sure() -> None:
    far = (Reach(Role.HANDLER, "place", (ENTRY,)),)

    assert hear(WORK, call(THREAD, receiver=CHAINED, reach=far)) == [LIKELY]


PROCESS = "state.process_setting_in_handler"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(call("os.chdir", name("folder")), [SURE], id="another folder"),
        pytest.param(
            call("locale.setlocale", name("locale.LC_ALL"), constant("de_DE")),
            [SURE],
            id="another locale",
        ),
        pytest.param(call("locale.setlocale", name("locale.LC_ALL")), [], id="only asked"),
        pytest.param(
            call("locale.setlocale", name("locale.LC_ALL"), constant(None)), [], id="likewise"
        ),
    ],
)
def test_a_setting_of_the_process_counts_in_a_handler(fact: Call, expected: list[Word]) -> None:
    assert hear(PROCESS, fact._replace(reach=reach(Role.HANDLER))) == expected
    assert hear(PROCESS, fact._replace(reach=reach(Role.STARTUP))) == []
    assert hear(PROCESS, fact) == []


# -- secrets -----------------------------------------------------------------------------------

RANDOM = "state.random_secret_in_call"
TAKERS = load(RANDOM)[1]
TOKEN = made("secrets.token_hex")
SESSIONS = name("starlette.middleware.sessions.SessionMiddleware")


@pytest.mark.parametrize("callee", TAKERS)
def test_each_call_that_takes_a_secret_is_flagged_where_it_serves(callee: str) -> None:
    first = constant("cookie_secret") if TAKERS[callee].takes == "secret" else SESSIONS
    handed = call(callee, first, keywords={TAKERS[callee].secret: TOKEN})
    read = call(callee, first, keywords={TAKERS[callee].secret: name("os.environ[]")})

    assert hear(RANDOM, handed) == [SURE]
    assert hear(RANDOM, handed._replace(reach=reach(Role.CLI))) == []
    assert hear(RANDOM, read) == []


def test_a_secret_that_falls_back_is_a_warning_and_other_middleware_is_silent() -> None:
    add = "fastapi.FastAPI.add_middleware"
    fallback = either(made("os.getenv", constant("KEY")), TOKEN)
    asked = [
        call(add, SESSIONS, keywords={"secret_key": fallback}),
        call(add, name("shop.Trace"), keywords={"secret_key": TOKEN}),
        call(add, keywords={"secret_key": TOKEN}),
    ]

    assert [hear(RANDOM, one) for one in asked] == [
        [Word(Confidence.MEDIUM, None, Severity.WARNING)],
        [],
        [],
    ]
