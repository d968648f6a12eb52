"""The file rules, each asked about facts made by hand."""

from typing import Any

import pytest
from tests.rules.byhand import (
    AUDITOR,
    LIKELY,
    SPAN,
    SURE,
    Family,
    Word,
    begun,
    constant,
    made,
    mapping,
    name,
)

from nonevent.facts import Call, Kind, Reach, Role, Setting, Value
from nonevent.finding import Confidence, Persona
from nonevent.location import Location
from nonevent_rules.files.sink import Sink

HERE = Location("shop/views.py", 9, 5, 9, 9)
EXTENT = Location("shop/views.py", 9, 5, 9, 40)
ENTRY = Location("shop/views.py", 8, 5, 8, 11)
OTHER = Location("shop/api.py", 3, 5, 3, 11)
WRITE, UPLOAD, LOG = "local_file_write", "upload_kept_on_disk", "log_to_local_file"
SETTING = "log_file_in_settings"


PEDANTIC = Word(Confidence.MEDIUM, Persona.PEDANTIC)
SURE_PEDANTIC = Word(Confidence.HIGH, Persona.PEDANTIC)
FILES = Family("files")
load, ask, hear = FILES.load, FILES.ask, FILES.hear


def join(*items: Value) -> Value:
    return made("os.path.join", *items)


def slash(left: Value, right: str) -> Value:
    return Value(Kind.UNKNOWN, SPAN, items=(left, constant(right)))


HANDLER = Reach(Role.HANDLER, "export", (ENTRY,))
ELSEWHERE = Reach(Role.HANDLER, "export", (OTHER, HERE))
LENT = ELSEWHERE._replace(lent=True)
TASK = Reach(Role.TASK, "render", (ENTRY,))


def call(
    callee: str,
    *arguments: Value,
    reach: tuple[Reach, ...] = (HANDLER,),
    scope: str = "export",
    receiver: Value | None = None,
    **keywords: Value,
) -> Call:
    given = tuple(keywords.items())
    return Call(callee, HERE, EXTENT, arguments, given, False, scope, receiver, None, reach)


def opened(path: Value, mode: str = "w", **fields: Any) -> Call:
    return call("open", path, constant(mode), **fields)


SINKS = sorted(load(WRITE)[1].values())
PATH = constant("orders/today.csv")


def plain(row: Sink, path: Value) -> Call:
    """Return the call of a row that writes to `path`, from a request handler."""
    keywords = {row.path: path} if row.path else {}
    if row.mode:
        keywords[row.mode] = constant(row.writes[0])
    asked = call(row.call, receiver=None if row.path else made("pathlib.Path", path))
    return asked._replace(keywords=tuple(keywords.items()))


@pytest.mark.parametrize("row", SINKS, ids=[row.call for row in SINKS])
def test_a_sink_is_flagged_by_one_rule_where_it_writes_a_file(row: Sink) -> None:
    low = row.certainty is Confidence.LOW or row.drivers
    heard = Persona.PEDANTIC if row.copies else None
    expected = AUDITOR if low else Word(row.certainty, heard)
    flagged, silent = (UPLOAD, WRITE) if row.upload else (WRITE, UPLOAD)

    assert hear(flagged, plain(row, PATH)) == [expected]
    assert hear(silent, plain(row, PATH)) == []


@pytest.mark.parametrize("row", SINKS, ids=[row.call for row in SINKS])
def test_a_sink_is_silent_where_it_writes_to_memory_or_a_temporary_file(row: Sink) -> None:
    passing = [made("io.BytesIO"), name("tempfile.NamedTemporaryFile.name")]
    asked = [plain(row, value) for value in passing]

    found = [hear(stem, one) for stem in (WRITE, UPLOAD) for one in asked]
    assert found == [[]] * len(found)


@pytest.mark.parametrize(
    ("libraries", "expected"),
    [
        pytest.param((), AUDITOR, id="nobody says what is asked for"),
        pytest.param(("django",), LIKELY, id="no library brings another place"),
        pytest.param(("django", "django-storages"), AUDITOR, id="a library may bring one"),
    ],
)
def test_a_storage_is_local_without_libraries(libraries: tuple[str, ...], expected: Word) -> None:
    (row,) = [row for row in SINKS if row.call.endswith("default_storage.open")]

    assert hear(WRITE, plain(row, PATH)._replace(libraries=libraries)) == [expected]


@pytest.mark.parametrize(
    "row", [row for row in SINKS if row.mode], ids=[row.call for row in SINKS if row.mode]
)
def test_a_sink_is_silent_where_it_reads(row: Sink) -> None:
    unread = plain(row, PATH)
    keywords = [(key, value) for key, value in unread.keywords if key != row.mode]
    asked = [
        unread._replace(keywords=(*keywords, *mode))
        for mode in ((), ((row.mode, constant("r")),), ((row.mode, name("mode")),))
    ]

    assert [hear(WRITE, one) for one in asked] == [[], [], []]


@pytest.mark.parametrize(
    "row", [row for row in SINKS if row.upload], ids=[row.call for row in SINKS if row.upload]
)
def test_an_upload_is_flagged_where_no_caller_is_known(row: Sink) -> None:
    expected = AUDITOR if row.certainty is Confidence.LOW or row.drivers else LIKELY
    asked = plain(row, PATH)

    assert hear(UPLOAD, asked._replace(reach=())) == [expected]
    assert hear(UPLOAD, asked._replace(reach=(Reach(Role.TEST, "", ()),))) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(opened(PATH), [SURE], id="a constant path"),
        pytest.param(opened(begun("orders/")), [SURE], id="a formatted path"),
        pytest.param(opened(join(name("ORDERS"), name("name"))), [SURE], id="a joined path"),
        pytest.param(opened(slash(name("BASE_DIR"), "today.csv")), [SURE], id="a path by slash"),
        pytest.param(opened(name("path")), [LIKELY], id="a path from elsewhere"),
        pytest.param(opened(PATH, "r+"), [], id="opened as r+"),
        pytest.param(opened(PATH, "ab"), [SURE], id="appended"),
        pytest.param(opened(PATH, "rb"), [], id="read"),
        pytest.param(call("open", PATH), [], id="read by default"),
        pytest.param(opened(PATH, reach=(ELSEWHERE,)), [LIKELY], id="a handler elsewhere"),
        pytest.param(opened(PATH, reach=(TASK,)), [SURE], id="a worker task"),
        pytest.param(opened(PATH)._replace(unnamed=True), [], id="a file that is touched"),
        pytest.param(opened(PATH)._replace(gone=("0",)), [], id="a file that is removed"),
        pytest.param(
            opened(name("tmp_path"))._replace(moved=(("0", constant("a.json")),)),
            [SURE],
            id="a file that is moved into its place",
        ),
        pytest.param(
            opened(join(name("self.root"), name("name")), scope="FileSystemStorage.save", reach=()),
            [LIKELY],
            id="a storage that nobody is known to call",
        ),
        pytest.param(
            opened(join(name("self.root"), name("name")), scope="LocalFileStorage.save", reach=()),
            [],
            id="a storage for one machine",
        ),
        pytest.param(opened(name("lock_path")), [], id="a lock"),
        pytest.param(opened(PATH, reach=(TASK, HANDLER)), [SURE], id="a task and a handler"),
        pytest.param(opened(PATH, reach=()), [], id="no known caller"),
        pytest.param(opened(PATH, reach=(Reach(Role.CLI, "load", (ENTRY,)),)), [], id="a command"),
        pytest.param(opened(PATH, reach=(Reach(Role.TEST, "", ()),)), [], id="a test"),
        pytest.param(opened(PATH, reach=(Reach(Role.SCRIPT, "", ()),)), [], id="a script"),
        pytest.param(
            opened(PATH, reach=(Reach(Role.STARTUP, "up", (ENTRY,)),)), [PEDANTIC], id="start-up"
        ),
        pytest.param(
            opened(constant(".secret_key"), reach=(Reach(Role.STARTUP, "up", (ENTRY,)),)),
            [],
            id="a secret at start-up",
        ),
        pytest.param(
            opened(
                join(name("folder")._replace(open=True), constant("x")),
                reach=(Reach(Role.HANDLER, "buy", (OTHER, ENTRY)),),
            ),
            [PEDANTIC],
            id="in a folder that callers elsewhere give",
        ),
        pytest.param(
            opened(name("path")._replace(open=True), reach=(ELSEWHERE,)),
            [LIKELY],
            id="under a path that callers elsewhere give",
        ),
        pytest.param(
            opened(name("path")._replace(open=True), reach=(LENT,)),
            [PEDANTIC],
            id="under a path that all callers remove",
        ),
        pytest.param(
            opened(join(name("folder")._replace(open=True), constant("x"))),
            [LIKELY],
            id="in a folder that callers beside it give",
        ),
        pytest.param(opened(PATH)._replace(spare=True), [SURE_PEDANTIC], id="nobody asks for it"),
        pytest.param(
            opened(PATH)._replace(location=Location("shop/debug/dump.py", 9, 5, 9, 40)),
            [PEDANTIC],
            id="for whoever looks for a fault",
        ),
        pytest.param(opened(constant(1)), [], id="a file descriptor"),
        pytest.param(opened(constant("/dev/stdout")), [], id="a device"),
        pytest.param(opened(begun("/proc/")), [], id="the kernel's own files"),
        pytest.param(opened(name("os.devnull")), [], id="the null device"),
        pytest.param(opened(constant("/run/shop.pid")), [], id="a file about this process"),
        pytest.param(opened(constant("s3://orders/today")), [], id="an object store"),
        pytest.param(opened(begun("gs://orders/")), [], id="another object store"),
        pytest.param(opened(join(constant("s3://orders"), name("n"))), [], id="joined to one"),
        pytest.param(opened(constant("file:///srv/today")), [SURE], id="a local address"),
        pytest.param(
            opened(join(made("tempfile.mkdtemp"), constant("x"))), [], id="a temporary folder"
        ),
        pytest.param(opened(name("tmp_path")), [], id="temporary by its name"),
        pytest.param(opened(name("settings.TEMP_DIR")), [], id="temporary by its setting"),
        pytest.param(opened(join(name("DATA"), constant("unzip-temp"))), [], id="a folder's name"),
        pytest.param(opened(name("self.buffer")), [], id="a stream by its name"),
        pytest.param(
            opened(join(name("config.CACHE_DIR"), name("name"))), [SURE_PEDANTIC], id="a cache"
        ),
        pytest.param(opened(constant("/tmp/order.pdf")), [], id="the folder for it"),  # noqa: S108
        pytest.param(opened(name("template")), [LIKELY], id="a name that only sounds so"),
        pytest.param(call("sqlite3.connect", constant(":memory:")), [], id="a database in memory"),
        pytest.param(
            call("sqlite3.connect", constant("file:a.db?mode=ro")), [], id="a database to read"
        ),
        pytest.param(call("pandas.DataFrame.to_csv"), [], id="a table as text"),
        pytest.param(call("pandas.DataFrame.to_csv", name("out")), [], id="a path or a stream"),
        pytest.param(call("PIL.Image.Image.save", name("response")), [], id="a response"),
        pytest.param(
            call("tarfile.open", fileobj=made("io.BytesIO"), mode=constant("w:gz")),
            [],
            id="an archive in memory",
        ),
        pytest.param(
            call("pathlib.Path.write_text", constant("x"), receiver=name("pathlib.Path")),
            [LIKELY],
            id="a path object from elsewhere",
        ),
        pytest.param(
            call(
                "pathlib.Path.write_text",
                constant("x"),
                receiver=made("pathlib.Path", made("tempfile.gettempdir"), constant("x")),
            ),
            [],
            id="a path object in a temporary folder",
        ),
        pytest.param(call("zipfile.ZipFile.extractall"), [LIKELY], id="unpacked where it runs"),
        pytest.param(opened(PATH)._replace(open=True), [AUDITOR], id="arguments that are not read"),
        pytest.param(call("shop.write", PATH), [], id="a callee of another catalogue"),
    ],
)
def test_a_write_counts_where_a_user_waits_for_it(asked: Call, expected: list[Word]) -> None:
    assert hear(WRITE, asked) == expected


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(begun("uploads/"), id="a folder for uploads"),
        pytest.param(join(name("UPLOAD_DIR"), name("name")), id="a setting for uploads"),
        pytest.param(
            join(constant("/srv"), name("fastapi.UploadFile.filename")), id="an upload's file name"
        ),
        pytest.param(
            join(
                constant("/srv"),
                made("werkzeug.utils.secure_filename", name("flask.request.files[].filename")),
            ),
            id="an upload's file name, made safe",
        ),
    ],
)
def test_a_path_that_names_an_upload_is_the_other_rules(path: Value) -> None:
    assert (hear(WRITE, opened(path)), hear(UPLOAD, opened(path))) == ([], [SURE])
    assert hear(UPLOAD, opened(path, reach=())) == []
    assert hear(UPLOAD, opened(path, mode="r")) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            opened(begun("orders/")),
            "`open` writes `orders/…` to the local disk in request handler `export`: another "
            "replica does not find it and a deploy loses it",
            id="the beginning of a path",
        ),
        pytest.param(
            opened(name("path"), scope="save", reach=(ELSEWHERE,)),
            "`open` writes a file to the local disk in `save`, reached from request handler "
            "`export`: another replica does not find it and a deploy loses it",
            id="a path from elsewhere, in a function that a handler calls",
        ),
        pytest.param(
            opened(PATH, scope="render", reach=(TASK,)),
            "`open` writes `orders/today.csv` to the local disk in worker task `render`: another "
            "replica does not find it and a deploy loses it",
            id="a whole path in a task",
        ),
    ],
)
def test_the_message_says_what_is_written_and_for_whom(asked: Call, expected: str) -> None:
    assert [problem.message for problem in ask(WRITE, asked)] == [expected]


def test_the_message_names_the_call_that_keeps_the_upload() -> None:
    asked = [
        call("flask.request.files[].save", PATH),
        call("flask.request.files[].save", PATH, reach=()),
    ]

    where, consequence = " in request handler `export`", "only this instance can serve it"
    assert [problem.message for one in asked for problem in ask(UPLOAD, one)] == [
        f"`flask.request.files[…].save` keeps an upload on the local disk{place}: {consequence} "
        "and a deploy loses it"
        for place in (where, "")
    ]


LOGS = load(LOG)[1]
FILE = mapping(**{"class": constant("logging.FileHandler"), "filename": constant("shop.log")})
CONSOLE = mapping(**{"class": constant("logging.StreamHandler")})
CONFIG = mapping(handlers=mapping(file=FILE, console=CONSOLE))


@pytest.mark.parametrize("callee", LOGS)
def test_each_log_call_of_the_catalogue_is_flagged(callee: str) -> None:
    row = LOGS[callee]
    given = CONFIG if row.config else constant("shop.log")
    asked = call(callee, reach=())._replace(keywords=((row.path, given),))

    assert hear(LOG, asked) == [SURE]


def logged(path: Value, **fields: Any) -> Call:
    return call("logging.FileHandler", path, **({"reach": ()} | fields))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(logged(begun("logs/")), [SURE], id="a formatted name"),
        pytest.param(logged(join(name("LOGS"), constant("a.log"))), [SURE], id="a joined path"),
        pytest.param(logged(slash(name("BASE_DIR"), "shop.log")), [SURE], id="a path by slash"),
        pytest.param(logged(name("settings.LOG_FILE")), [PEDANTIC], id="a name from elsewhere"),
        pytest.param(
            logged(made("os.environ.get", constant("LOG_FILE"))), [PEDANTIC], id="the environment"
        ),
        pytest.param(
            logged(made("os.environ.get", constant("LOG_FILE"), constant("a.log"))),
            [LIKELY],
            id="the environment, else a file",
        ),
        pytest.param(
            logged(made("os.environ.get", constant("LOG_FILE"), constant("/dev/stdout"))),
            [PEDANTIC],
            id="the environment, else a device",
        ),
        pytest.param(
            logged(made("shop.paths:log_path")), [LIKELY], id="what a function of the project says"
        ),
        pytest.param(
            logged(Value(Kind.EITHER, SPAN, items=(name("given"), constant("a.log")))),
            [LIKELY],
            id="a name, else a file",
        ),
        pytest.param(logged(constant("/dev/stdout")), [], id="standard output"),
        pytest.param(logged(constant("/proc/1/fd/1")), [], id="the first process's output"),
        pytest.param(logged(name("os.devnull")), [], id="the null device"),
        pytest.param(call("logging.basicConfig", level=constant(20)), [], id="no file at all"),
        pytest.param(call("loguru.logger.add", name("sys.stderr")), [], id="a stream"),
        pytest.param(call("loguru.logger.add", name("ship")), [], id="a function"),
        pytest.param(logged(constant("a.log"), reach=(HANDLER,)), [SURE], id="in a handler"),
        pytest.param(
            logged(constant("a.log"), reach=(Reach(Role.STARTUP, "up", (ENTRY,)),)),
            [SURE],
            id="at start-up",
        ),
        pytest.param(
            logged(constant("a.log"), reach=(Reach(Role.CLI, "load", (ENTRY,)),)),
            [],
            id="a command",
        ),
        pytest.param(
            logged(constant("a.log"), reach=(Reach(Role.SCRIPT, "__main__", ()),)),
            [],
            id="a script",
        ),
        pytest.param(logged(constant("a.log"), reach=(Reach(Role.TEST, "", ()),)), [], id="a test"),
        pytest.param(logged(constant("a.log"), scope="debug_setup"), [], id="only to debug"),
        pytest.param(call("logging.config.dictConfig", name("CONFIG")), [], id="a mapping by name"),
        pytest.param(
            call("logging.config.dictConfig", mapping(handlers=mapping(out=CONSOLE))),
            [],
            id="a mapping without files",
        ),
        pytest.param(call("shop.log", constant("a.log")), [], id="a callee of another catalogue"),
    ],
)
def test_a_log_file_counts_where_it_is_deployed(asked: Call, expected: list[Word]) -> None:
    assert hear(LOG, asked) == expected


def test_a_log_file_of_a_mapping_is_shown_at_its_class() -> None:
    asked = call("logging.config.dictConfig", CONFIG, reach=())

    message = (
        "handler `file` writes the log to `shop.log` on the local disk: its lines, the last ones "
        "before the stop included, go with the instance that a deploy replaces"
    )
    found = [(problem.location, problem.message) for problem in ask(LOG, asked)]
    assert found == [(Location("shop/views.py", *SPAN), message)]


def configured(
    filename: Value, path: str = "shop/settings.py", kind: str = "logging.FileHandler"
) -> Setting:
    handler = mapping(**{"class": constant(kind), "filename": filename})
    value = mapping(handlers=mapping(file=handler, console=CONSOLE))
    return Setting("LOGGING", value, Location(path, 3, 1, 3, 8))


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        pytest.param("shop/prod.py", [SURE], id="in the module of production"),
        pytest.param("shop/dev.py", [], id="in a developer's module"),
    ],
)
def test_another_module_may_give_a_handler_to_a_logger(module: str, expected: list[Word]) -> None:
    fact = configured(constant("shop.log"))
    idle = fact.value._replace(keywords=(*fact.value.keywords, ("root", logger("console"))))
    other = Setting("LOGGING", mapping(root=logger("file")), Location(module, 3, 1, 3, 8))

    assert hear(SETTING, fact._replace(value=idle)) == []
    assert hear(SETTING, fact._replace(value=idle, settings=(other,))) == expected


def logger(handler: str) -> Value:
    return mapping(handlers=Value(Kind.SEQUENCE, SPAN, items=(constant(handler),)))


@pytest.mark.parametrize("setting", load(SETTING)[1])
def test_each_log_setting_of_the_catalogue_is_flagged(setting: str) -> None:
    fact = configured(constant("shop.log"))._replace(name=setting)

    assert hear(SETTING, fact) == [SURE]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(
            configured(constant("a.log"), kind="logging.handlers.WatchedFileHandler"),
            [SURE],
            id="another class of file handlers",
        ),
        pytest.param(configured(slash(name("BASE_DIR"), "a.log")), [SURE], id="a path by slash"),
        pytest.param(configured(name("LOG_FILE")), [PEDANTIC], id="a name from elsewhere"),
        pytest.param(
            configured(constant("a.log"))._replace(condition="LOG_TO_FILE"),
            [Word(Confidence.HIGH, Persona.PEDANTIC)],
            id="where it is asked for",
        ),
        pytest.param(configured(constant("/dev/stderr")), [], id="standard error"),
        pytest.param(configured(constant("a.log"), "shop/settings/dev.py"), [], id="development"),
        pytest.param(configured(constant("a.log"), "tests/settings.py"), [], id="tests"),
        pytest.param(configured(constant("a.log"))._replace(value=name("CONFIG")), [], id="a name"),
        pytest.param(
            configured(constant("a.log"))._replace(value=mapping(version=constant(1))),
            [],
            id="no handlers",
        ),
        pytest.param(
            configured(constant("a.log"))._replace(name="LOGGERS"), [], id="another setting"
        ),
    ],
)
def test_a_log_file_in_settings_counts_where_it_is_deployed(
    fact: Setting, expected: list[Word]
) -> None:
    assert hear(SETTING, fact) == expected
