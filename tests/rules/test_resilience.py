"""Waits, retries and blocking calls, each rule asked about calls made by hand."""

from typing import Any

import pytest
from tests.rules.byhand import AUDITOR, LIKELY, SPAN, Family, Word, constant, name

from nonevent.facts import Call, Constant, Kind, Reach, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.location import Location

HERE = Location("shop/orders.py", 3, 12, 3, 24)
EXTENT = Location("shop/orders.py", 3, 12, 3, 60)
WAIT, RETRY, BLOCKING, LOCK = (
    "wait_without_limit_in_handler",
    "retry_without_stop",
    "blocking_call_in_async_handler",
    "lock_without_expiry",
)

AS_THE_PAGE_SAYS, PEDANTIC = Word(None), Word(None, Persona.PEDANTIC)
TIMEOUTS = Family("timeouts")
hear = TIMEOUTS.hear


def call(
    callee: str, *arguments: Value, role: Role | None = Role.HANDLER, **keywords: Value
) -> Call:
    reach = () if role is None else (Reach(role, "order", (HERE,)),)
    return Call(
        callee,
        HERE,
        EXTENT,
        arguments,
        tuple(keywords.items()),
        open=False,
        scope="order",
        reach=reach,
        block=SPAN,
        in_async=True,
    )


def given(callee: str, value: Constant, *names: str) -> Call:
    """Return the call with the same constant for each of these arguments."""
    return call(callee)._replace(keywords=tuple((name, constant(value)) for name in names))


def each(stem: str) -> pytest.MarkDecorator:
    _, rows = TIMEOUTS.load(stem)
    return pytest.mark.parametrize("row", rows.values(), ids=list(rows))


@each(WAIT)
def test_a_wait_in_a_request_is_flagged_until_something_ends_it(row: Any) -> None:
    heard = PEDANTIC if row.short or row.own else AS_THE_PAGE_SAYS
    bounded = [hear(WAIT, given(row.call, 10, limit)) for limit in row.timeout]

    assert hear(WAIT, call(row.call)) == [heard]
    assert bounded == [[]] * len(row.timeout)
    assert row.timeout or row.instead


@each(WAIT)
def test_a_wait_that_is_told_to_have_no_limit_is_flagged(row: Any) -> None:
    heard = PEDANTIC if row.short or row.own else AS_THE_PAGE_SAYS
    asked = [given(row.call, value, limit) for limit in row.timeout for value in row.forever]

    assert [hear(WAIT, one) for one in asked] == [[heard]] * len(asked)


GET = "queue.Queue.get"
WAITS = {
    "in a task": (call(GET, role=Role.TASK), [AS_THE_PAGE_SAYS]),
    "in a command": (call(GET, role=Role.CLI), []),
    "where no caller is known": (call(GET, role=None), []),
    "in a loop": (call(GET)._replace(repeats=True), []),
    "that does not block": (call(GET, constant(value=False)), []),
    "that blocks by its argument": (call(GET, constant(value=True)), [AS_THE_PAGE_SAYS]),
    "that blocks as it turns out": (call(GET, name("patient")), []),
    "with a limit by position": (call(GET, constant(value=True), constant(5)), []),
    "with options that are not read": (
        call(GET)._replace(open=True),
        [Word(Confidence.LOW)],
    ),
    "for a lock that is made, and not entered": (
        call("filelock.FileLock", constant("x"))._replace(block=None),
        [],
    ),
    "for a lock with a limit of its own": (
        call("redis.Redis.lock.acquire")._replace(
            receiver=Value(
                Kind.CALL,
                SPAN,
                name="redis.Redis.lock",
                keywords=(("blocking_timeout", constant(3)),),
            )
        ),
        [],
    ),
    "for a lock that is a parameter": (
        call("redis.Redis.lock.acquire")._replace(receiver=name("redis.Redis.lock")),
        [],
    ),
}


@pytest.mark.parametrize(("asked", "expected"), WAITS.values(), ids=WAITS)
def test_a_wait(asked: Call, expected: list[Word]) -> None:
    assert hear(WAIT, asked) == expected


@each(RETRY)
def test_a_retry_is_flagged_where_nothing_ends_it(row: Any) -> None:
    taken = given(row.call, row.forever[0], *row.defaults)
    stopped = [hear(RETRY, given(row.call, 5, limit)) for limit in row.stops]

    assert hear(RETRY, taken) == [AS_THE_PAGE_SAYS]
    assert stopped == [[]] * len(row.stops)
    assert not row.defaults or hear(RETRY, call(row.call)) == []


TENACITY = "tenacity.retry"
RETRIES = {
    "in a task": (call(TENACITY, role=Role.TASK), [AS_THE_PAGE_SAYS]),
    "where no caller is known": (call(TENACITY, role=None), [LIKELY]),
    "in a script": (call(TENACITY, role=Role.SCRIPT), [AUDITOR]),
    "in a test": (call(TENACITY, role=Role.TEST), []),
    "with options that are not read": (call(TENACITY)._replace(open=True), [AUDITOR]),
    "with a stop by name": (call(TENACITY, stop=name("shop.settings.STOP")), []),
    "with the stop that never comes": (
        call(TENACITY, stop=name("tenacity.stop_never")),
        [AS_THE_PAGE_SAYS],
    ),
    "with one of two limits": (
        call("backoff.on_exception", max_tries=constant(None), max_time=constant(9)),
        [],
    ),
    "with one of two defaults taken away": (call("stamina.retry", attempts=constant(None)), []),
    "by position": (call("retry.retry", name("Exception"), constant(3)), []),
    "by position for ever": (
        call("retry.retry", name("Exception"), constant(-1)),
        [AS_THE_PAGE_SAYS],
    ),
    "with a limit of another kind": (
        call("urllib3.Retry", constant(None), connect=constant(3)),
        [],
    ),
}


@pytest.mark.parametrize(("asked", "expected"), RETRIES.values(), ids=RETRIES)
def test_a_retry(asked: Call, expected: list[Word]) -> None:
    assert hear(RETRY, asked) == expected


@each(LOCK)
def test_a_shared_lock_is_flagged_where_it_never_expires(row: Any) -> None:
    before = tuple(constant("x") for _ in range(row.position))

    assert hear(LOCK, call(row.call)) == [AS_THE_PAGE_SAYS]
    assert hear(LOCK, given(row.call, None, row.expiry)) == [AS_THE_PAGE_SAYS]
    assert hear(LOCK, given(row.call, 60, row.expiry)) == []
    assert hear(LOCK, call(row.call, *before, constant(60))) == []


LOCKS = {
    "in a task": (call("redis.Redis.lock", role=Role.TASK), [AS_THE_PAGE_SAYS]),
    "where no caller is known": (call("redis.Redis.lock", role=None), [AS_THE_PAGE_SAYS]),
    "in a command": (call("redis.Redis.lock", role=Role.CLI), [AUDITOR]),
    "in a test": (call("redis.Redis.lock", role=Role.TEST), []),
    "with options that are not read": (
        call("redis.Redis.lock")._replace(open=True),
        [AUDITOR],
    ),
    "that is made, and not entered": (call("redis.lock.Lock")._replace(block=None), []),
}


@pytest.mark.parametrize(("asked", "expected"), LOCKS.values(), ids=LOCKS)
def test_a_shared_lock(asked: Call, expected: list[Word]) -> None:
    assert hear(LOCK, asked) == expected


@each(BLOCKING)
def test_a_call_that_holds_its_thread_is_flagged_in_a_coroutine_alone(row: Any) -> None:
    plain = call(row.call)._replace(in_async=False)

    assert hear(BLOCKING, call(row.call)) == [AS_THE_PAGE_SAYS]
    assert hear(BLOCKING, plain) == []
    assert row.instead


HELD = {
    "in a task": (call("requests.get", role=Role.TASK), []),
    "where no caller is known": (call("requests.get", role=None), []),
    "that only gives its turn away": (call("time.sleep", constant(0)), []),
    "for a while": (call("time.sleep", constant(0.5)), [AS_THE_PAGE_SAYS]),
    "for as long as it takes": (call("time.sleep", name("pause")), [AS_THE_PAGE_SAYS]),
    "of another library": (call("asyncio.sleep", constant(1)), []),
}


@pytest.mark.parametrize(("asked", "expected"), HELD.values(), ids=HELD)
def test_the_event_loop_is_held_by_a_call(asked: Call, expected: list[Word]) -> None:
    assert hear(BLOCKING, asked) == expected
