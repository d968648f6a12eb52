"""The timeout rules, each asked about calls made by hand."""

import pytest
from tests.rules.byhand import AUDITOR, LIKELY, SPAN, SURE, Family, Word, constant, name

from nonevent.facts import Call, Constant, Kind, Reach, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.location import Location
from nonevent_rules.timeouts.client import Client

HERE = Location("shop/orders.py", 3, 12, 3, 24)
EXTENT = Location("shop/orders.py", 3, 12, 5, 60)
MISSING, UNBOUNDED = "call_without_timeout", "unbounded_timeout"


NEARBY = Word(Confidence.HIGH, Persona.PEDANTIC)
TIMEOUTS = Family("timeouts")
ask, hear = TIMEOUTS.ask, TIMEOUTS.hear


def made(callee: str, *, open_: bool = False, **keywords: Value) -> Value:
    return Value(Kind.CALL, SPAN, name=callee, keywords=tuple(keywords.items()), open=open_)


def several(kind: Kind, *items: Constant) -> Value:
    return Value(kind, SPAN, items=tuple(constant(item) for item in items))


def reach(role: Role) -> Reach:
    return Reach(role, "order", (HERE,))


HANDLER = (reach(Role.HANDLER),)


def call(
    callee: str,
    *arguments: Value,
    roles: tuple[Reach, ...] = HANDLER,
    receiver: Value | None = None,
    open_: bool = False,
    **keywords: Value,
) -> Call:
    return Call(
        callee,
        HERE,
        EXTENT,
        arguments,
        tuple(keywords.items()),
        open=open_,
        scope="order",
        receiver=receiver,
        reach=roles,
    )


def plain(row: Client, **keywords: Value) -> Call:
    """Return the call of a row as people write it, from a request handler."""
    given = "https://shop.example" if row.address else row.connects
    arguments = (constant(given),) if given else ()
    receiver = made(row.call.rpartition(".")[0]) if row.inherits else None
    if row.home:
        keywords.setdefault(row.home, name("host"))
    asked = call(row.call, *arguments, receiver=receiver)
    return asked._replace(keywords=tuple(keywords.items()))


CLIENTS: dict[str, Client] = TIMEOUTS.load(MISSING)[1]
ROWS = sorted(CLIENTS.values())
ENDLESS = [row for row in ROWS if row.default is None and not row.limit]
DEFAULTED = [row for row in ROWS if row.default is not None]
LIMITS = [row for row in ROWS if row.limit]
BOUND = [row for row in ROWS if row.timeout]


def rows(chosen: list[Client]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", chosen, ids=[row.call for row in chosen])


HOMELY = [row for row in ENDLESS if row.home]


@rows(HOMELY)
def test_a_client_that_is_told_no_host_is_for_the_pedantic(row: Client) -> None:
    (heard,) = hear(MISSING, call(row.call))

    assert heard.persona is Persona.PEDANTIC


@rows(ENDLESS)
def test_a_call_without_a_default_is_flagged_when_nothing_bounds_it(row: Client) -> None:
    expected = AUDITOR if row.certainty is Confidence.LOW else Word(row.certainty, None)

    assert hear(MISSING, plain(row)) == [expected]


@rows(DEFAULTED + LIMITS)
def test_a_call_with_a_default_and_a_limit_itself_are_not_missing_a_timeout(row: Client) -> None:
    assert hear(MISSING, plain(row)) == []


@rows(BOUND)
def test_a_number_of_seconds_silences_both_rules(row: Client) -> None:
    bounded = [plain(row, **{parameter: constant(10)}) for parameter in row.timeout]

    found = [hear(stem, one) for stem in (MISSING, UNBOUNDED) for one in bounded]
    assert found == [[]] * len(found)


@rows([row for row in BOUND if row.position is not None])
def test_a_number_of_seconds_by_position_silences_both_rules(row: Client) -> None:
    assert row.position is not None
    bounded = plain(row)._replace(
        arguments=(*(constant("x") for _ in range(row.position)), constant(10))
    )

    assert (hear(MISSING, bounded), hear(UNBOUNDED, bounded)) == ([], [])


@rows([row for row in BOUND if row.certainty is not Confidence.LOW])
def test_no_limit_is_flagged_by_the_other_rule_alone(row: Client) -> None:
    asked = [plain(row, **{row.timeout[0]: constant(value)}) for value in row.forever]

    assert [hear(UNBOUNDED, one) for one in asked] == [[Word(row.certainty, None)]] * len(asked)
    assert [hear(MISSING, one) for one in asked] == [[]] * len(asked)


@rows([row for row in ROWS if not row.timeout])
def test_a_call_that_cannot_be_bounded_says_what_to_do_instead(row: Client) -> None:
    assert [problem.remedy for problem in ask(MISSING, plain(row))] == [row.instead]
    assert row.instead


@rows(ROWS)
def test_the_two_rules_never_speak_of_the_same_call(row: Client) -> None:
    given = [{}, *({parameter: constant(None)} for parameter in row.timeout)]
    both = [
        one
        for keywords in given
        for open_ in (False, True)
        for one in [plain(row, **keywords)._replace(open=open_)]
        if ask(MISSING, one) and ask(UNBOUNDED, one)
    ]

    assert both == []


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        pytest.param((Role.HANDLER,), [SURE], id="in a request handler it is sure"),
        pytest.param((Role.TASK,), [SURE], id="in a worker task it is sure"),
        pytest.param((Role.STARTUP,), [SURE], id="at start-up it is sure"),
        pytest.param((), [LIKELY], id="where no caller is known it is likely"),
        pytest.param((Role.CLI,), [AUDITOR], id="in a command it is for the auditor"),
        pytest.param((Role.SCRIPT,), [AUDITOR], id="in a script it is for the auditor"),
        pytest.param((Role.MIGRATION,), [AUDITOR], id="in a migration it is for the auditor"),
        pytest.param((Role.TEST,), [], id="in a test nobody hears of it"),
        pytest.param((Role.CLI, Role.HANDLER), [SURE], id="a handler outweighs a command"),
    ],
)
def test_where_a_call_stands_decides_who_hears_of_it(
    roles: tuple[Role, ...], expected: list[Word]
) -> None:
    reached = tuple(reach(role) for role in roles)

    assert hear(MISSING, call("requests.get", roles=reached)) == expected
    assert hear(UNBOUNDED, call("requests.get", roles=reached, timeout=constant(None))) == expected


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        pytest.param((Role.HANDLER,), [LIKELY], id="a program in a request handler is flagged"),
        pytest.param((Role.TASK,), [LIKELY], id="a program in a worker task is flagged"),
        pytest.param((Role.CLI,), [AUDITOR], id="a program in a command is for the auditor"),
        pytest.param((), [AUDITOR], id="a program somewhere is for the auditor"),
    ],
)
def test_other_programs_matter_where_a_deploy_waits(
    roles: tuple[Role, ...], expected: list[Word]
) -> None:
    asked = call("subprocess.run", roles=tuple(reach(role) for role in roles))

    assert hear(MISSING, asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            call("requests.get", constant("http://localhost:8080/prices")), [NEARBY], id="a name"
        ),
        pytest.param(
            call("requests.get", constant("https://user:word@127.0.0.1/")), [NEARBY], id="a number"
        ),
        pytest.param(call("requests.get", constant("http://[::1]:80/")), [NEARBY], id="six"),
        pytest.param(
            call("psycopg2.connect", host=constant("localhost")), [NEARBY], id="by keyword"
        ),
        pytest.param(
            call("requests.get", constant("http://localhost.example/")), [SURE], id="begins alike"
        ),
        pytest.param(
            call("requests.get", constant("http://127.0.0.12/")), [SURE], id="another number"
        ),
        pytest.param(
            call("requests.get", constant("https://shop.example/localhost")), [SURE], id="a path"
        ),
        pytest.param(
            call("psycopg2.connect", host=constant("db.example")), [SURE], id="another host"
        ),
    ],
)
def test_an_address_on_this_host_is_for_the_pedantic(asked: Call, expected: list[Word]) -> None:
    assert hear(MISSING, asked) == expected


def test_an_object_that_can_be_told_a_limit_is_for_the_auditor_where_its_file_speaks_of_one() -> (
    None
):
    asked = call("ldap.initialize")

    assert hear(MISSING, asked) == [LIKELY]
    assert hear(MISSING, asked._replace(settles=True)) == [AUDITOR]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(constant("https://prices.example/all.csv"), [LIKELY], id="an address"),
        pytest.param(constant("prices.csv"), [], id="a file"),
        pytest.param(name("csv_url"), [LIKELY], id="a name that says so"),
        pytest.param(name("upload"), [], id="another name"),
        pytest.param(None, [], id="nothing that can be read"),
    ],
)
def test_what_reads_files_and_addresses_waits_for_addresses_alone(
    given: Value | None, expected: list[Word]
) -> None:
    asked = call("pandas.read_csv", *([given] if given else []))

    assert hear(MISSING, asked) == expected


VERSIONS = {
    "any version": ("", []),
    "the version that brought it": ("8.0.0", []),
    "a later one": ("8.1.0", []),
    "one of two digits": ("10.0", []),
    "an earlier one": ("7.4.1", [LIKELY]),
    "an old one": ("4.4.4", [LIKELY]),
    "a bound below it": ("<7.1", [LIKELY]),
    "a bound at it": ("<8.0", [LIKELY]),
    "a bound above it": ("<9", []),
}


@pytest.mark.parametrize(("version", "expected"), VERSIONS.values(), ids=VERSIONS)
def test_a_default_that_a_version_brought_holds_from_then_on(
    version: str, expected: list[Word]
) -> None:
    asked = call("redis.from_url", name("REDIS_URL"))._replace(version=version)

    assert hear(MISSING, asked) == expected


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        pytest.param("websocket.create_connection", [AUDITOR], id="what opens a stream listens"),
        pytest.param("requests.get", [SURE], id="what asks waits for an answer"),
    ],
)
def test_in_a_loop(callee: str, expected: list[Word]) -> None:
    assert hear(MISSING, call(callee)._replace(repeats=True)) == expected


def test_a_limit_in_the_url_holds_in_every_version() -> None:
    url = constant("redis://cache?socket_timeout=5")

    assert hear(MISSING, call("redis.from_url", url)._replace(version="4.4.4")) == []


COMMANDS = {
    "a command that may take long": (constant("pg_dump shop"), [LIKELY]),
    "a command that changes rights": (constant("chown -R web /srv"), [AUDITOR]),
    "a command by its whole path": (constant("/bin/mkdir /srv/x"), [AUDITOR]),
    "a command that tells its version": (several(Kind.SEQUENCE, "pandoc", "--version"), [AUDITOR]),
    "a command left to run behind": (constant("make reports &"), [AUDITOR]),
    "a command as a list": (several(Kind.SEQUENCE, "rm", "x"), [AUDITOR]),
    "a command from elsewhere": (name("command"), [LIKELY]),
}


@pytest.mark.parametrize(("command", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_ends_soon_is_for_the_auditor(command: Value, expected: list[Word]) -> None:
    asked = call("subprocess.run", command, roles=(reach(Role.HANDLER),))

    assert hear(MISSING, asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(call("requests.get", open_=True), [AUDITOR], id="options that are not read"),
        pytest.param(
            call("requests.get", timeout=name("settings.TIMEOUT")), [], id="a timeout by name"
        ),
        pytest.param(
            call(
                "urllib3.PoolManager.request",
                receiver=made("urllib3.PoolManager", timeout=constant(3)),
            ),
            [],
            id="a pool that was made with a timeout",
        ),
        pytest.param(
            call("urllib3.PoolManager.request", receiver=made("urllib3.PoolManager", open_=True)),
            [AUDITOR],
            id="a pool whose options are not read",
        ),
        pytest.param(
            call("urllib3.PoolManager.request"), [AUDITOR], id="a pool that was made elsewhere"
        ),
        pytest.param(
            call("urllib3.PoolManager.request", receiver=name("urllib3.PoolManager")),
            [AUDITOR],
            id="a pool that is a parameter",
        ),
        pytest.param(
            call("psycopg2.connect", constant("host=db connect_timeout=3")),
            [],
            id="a timeout in the text of the DSN",
        ),
        pytest.param(call("psycopg2.connect", constant("host=db")), [SURE], id="a DSN without one"),
        pytest.param(call("psycopg2.connect", name("DSN")), [LIKELY], id="a DSN by name"),
        pytest.param(call("psycopg2.connect", host=constant("db")), [SURE], id="no DSN at all"),
        pytest.param(call("ftplib.FTP"), [], id="an object that opens no connection yet"),
        pytest.param(call("shop.get"), [], id="a callee of another catalogue"),
    ],
)
def test_a_missing_timeout_is_looked_for_where_it_may_stand(
    asked: Call, expected: list[Word]
) -> None:
    assert hear(MISSING, asked) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            call("requests.get", timeout=several(Kind.SEQUENCE, 3.05, None)),
            [SURE],
            id="a pair without a limit to read",
        ),
        pytest.param(
            call("requests.get", timeout=several(Kind.SEQUENCE, None, 10)),
            [],
            id="a pair without a limit to connect",
        ),
        pytest.param(
            call("requests.get", timeout=several(Kind.EITHER, 5, None)),
            [],
            id="None as one of two ways",
        ),
        pytest.param(
            call("requests.get", timeout=several(Kind.EITHER, None, None)),
            [SURE],
            id="None both ways",
        ),
        pytest.param(
            call("requests.get", timeout=name("timeout")), [], id="a value that is not known"
        ),
        pytest.param(
            call("requests.get", timeout=constant(None), open_=True),
            [SURE],
            id="None beside options that are not read",
        ),
        pytest.param(call("requests.get"), [], id="no timeout at all"),
        pytest.param(
            call("httpx.get", timeout=made("httpx.Timeout", timeout=constant(None))),
            [],
            id="an object that is flagged where it is made",
        ),
        pytest.param(call("httpx.Timeout", constant(None)), [SURE], id="httpx: no limit at all"),
        pytest.param(
            call("httpx.Timeout", constant(5), read=constant(None)), [SURE], id="httpx: no read"
        ),
        pytest.param(
            call("httpx.Timeout", constant(5), pool=constant(None)), [], id="httpx: no pool"
        ),
        pytest.param(
            call("httpx.Timeout", constant(None), connect=constant(5)),
            [SURE],
            id="httpx: only the connection is limited",
        ),
        pytest.param(
            call(
                "httpx.Timeout",
                constant(None),
                connect=constant(3),
                read=constant(5),
                write=constant(5),
            ),
            [],
            id="httpx: every phase has its own",
        ),
        pytest.param(call("aiohttp.ClientTimeout"), [SURE], id="aiohttp: made of nothing"),
        pytest.param(
            call("aiohttp.ClientTimeout", total=constant(0)), [SURE], id="aiohttp: zero is none"
        ),
        pytest.param(
            call("aiohttp.ClientTimeout", total=constant(None), sock_read=constant(60)),
            [],
            id="aiohttp: the silence between two bytes is limited",
        ),
        pytest.param(call("aiohttp.ClientTimeout", open_=True), [], id="aiohttp: options not read"),
        pytest.param(
            call("psycopg2.connect", connect_timeout=constant(0)), [SURE], id="libpq: zero is none"
        ),
        pytest.param(
            call("requests.get", timeout=constant(0)), [], id="requests: zero is no wait at all"
        ),
        pytest.param(
            call("psycopg2.connect", connect_timeout=constant(False)), [], id="False is no number"
        ),
        pytest.param(
            call("MySQLdb.connect", connect_timeout=constant(3), read_timeout=constant(None)),
            [],
            id="one of two limits is left",
        ),
    ],
)
def test_a_limit_is_none_where_it_says_so(asked: Call, expected: list[Word]) -> None:
    assert hear(UNBOUNDED, asked) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        pytest.param(
            (3, 30, 3, 34),
            Location("shop/orders.py", 3, 30, 3, 34),
            id="inside the call: the value",
        ),
        pytest.param((1, 12, 1, 16), None, id="bound before the call: the callee"),
        pytest.param((4, 12, 4, 16), None, id="in another line of the call: the callee"),
    ],
)
def test_no_limit_is_shown_where_it_stands(
    span: tuple[int, int, int, int], expected: Location | None
) -> None:
    value = Value(Kind.CONSTANT, span, constant=None)

    found = [problem.location for problem in ask(UNBOUNDED, call("requests.get", timeout=value))]
    assert found == [expected or HERE]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            call("requests.get"),
            "`requests.get` has no timeout: a peer that stops answering holds request handler "
            "`order` for ever, and its instance does not drain",
            id="a request handler",
        ),
        pytest.param(
            call("smtplib.SMTP", roles=(reach(Role.STARTUP),)),
            "`smtplib.SMTP` has no timeout: a mail server that stops answering holds the start-up "
            "in `order`, and the new instance never becomes ready",
            id="start-up",
        ),
        pytest.param(
            call("requests.get", roles=(reach(Role.TASK),)),
            "`requests.get` has no timeout: a peer that stops answering holds worker task "
            "`order` for ever, and its worker does not stop for the deploy",
            id="a worker task",
        ),
        pytest.param(
            call("requests.get", roles=()),
            "`requests.get` has no timeout: a peer that stops answering holds the caller for "
            "ever, and a deploy waits for it or kills it",
            id="no known caller",
        ),
    ],
)
def test_the_message_says_what_the_wait_does(asked: Call, expected: str) -> None:
    assert [problem.message for problem in ask(MISSING, asked)] == [expected]


def test_the_remedy_is_the_argument_to_add() -> None:
    assert [problem.remedy for problem in ask(MISSING, call("requests.get"))] == [
        "Pass `timeout=(3.05, 27)`"
    ]
