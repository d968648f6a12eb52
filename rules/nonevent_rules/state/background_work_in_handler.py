"""Work that a request handler leaves to its own process and does not wait for."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Constant, Outcome, Reach, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest, standing
from nonevent_rules.stage import is_deployed

# Words in the names of work that is the process's own, or that the answer itself is made of.
OWN = frozenset(
    {"cache", "caches", "cleaner", "heartbeat", "keepalive", "listener", "loop", "monitor"}
    | {"prefetch", "preload", "refresh", "stream", "streaming", "warm", "warmup", "watcher"}
    | {"aclose", "pubsub", "reader", "receiver"}
    # Of one connection, with which it ends; or of the process, which ends with it.
    | {"socket", "websocket", "ws", "exit", "quit", "reboot", "reload", "restart", "shutdown"}
)
# Words of functions that start it.
BY = frozenset({"heartbeat", "keepalive", "monitor", "reboot", "reload", "restart", "shutdown"})
# Words of objects that tell how the program itself runs.
TELLING = frozenset({"metrics", "spans", "statsd", "telemetry", "tracer", "tracing"})
NEAR = 4  # functions from the handler to the one that starts it: of more, nobody knows the way
# Functions that make a thing once, whichever request needs it first.
SETUP = frozenset({"__init__", "init_app", "create_app"})


class Start(NamedTuple):
    """A row of `background_work.yaml`: a call that starts work beside the request."""

    call: str  # dotted name of the callee
    waits: bool = False  # the object that was made can be waited for: `join`
    result: bool = False  # what it returns is the work: it goes on only where nobody asks for it
    persona: Persona = Persona.REGULAR


def find(call: Call, rows: Mapping[str, Start]) -> Iterator[Problem]:
    """Yield a problem where work goes on after the request that it is for."""
    row = rows.get(call.callee)
    reach = nearest(call, Role.HANDLER)
    if row is None or reach is None or not goes_on(call, row):
        return
    if call.lasts and nearest(call, Role.STARTUP) is not None:  # background-work-at-start
        return
    persona = max(row.persona, _persona(call, reach), key=tuple(Persona).index)
    alone = not row.waits or _is_unnamed(call) or _given(call.receiver, "daemon") is True
    at_home = all(place.path == call.location.path for place in reach.chain)
    yield Problem(
        f"`{call.callee}` leaves work to this process {standing(call, reach)}: a deploy that stops "
        "the process cuts the work off, and nobody does it again",
        remedy="Hand the work to a task queue, or finish it before the answer",
        location=call.begins,
        confidence=Confidence.HIGH if alone and at_home else Confidence.MEDIUM,
        persona=None if persona is Persona.REGULAR else persona,
    )


def goes_on(call: Call, row: Start) -> bool:
    """Tell whether deployed code starts work and does not wait for it."""
    if not is_deployed(call.location.path, call.scope) or call.outcome is Outcome.WAITED:
        return False
    return not row.result or call.outcome in {Outcome.LEFT, Outcome.KEPT}


def _persona(call: Call, reach: Reach) -> Persona:
    """Return who wants to hear of work that serves more than this one request."""
    kept = call.receiver is not None and "." in call.receiver.alias
    made = call.scope.rpartition(".")[2] in SETUP
    own = not OWN.isdisjoint(words(call)) or not TELLING.isdisjoint(_spoken(call))
    by = not BY.isdisjoint(call.scope.rpartition(".")[2].lower().split("_"))
    far = len(reach.chain) > NEAR
    return Persona.PEDANTIC if kept or made or own or by or far else Persona.REGULAR


def words(call: Call) -> list[str]:
    """Return the words of the names that started work has: a thread's, its function's, a task's."""
    named = call.receiver.keywords if call.receiver is not None else ()
    given = [value for key, value in (*named, *call.keywords) if key in {"target", "name"}]
    said = [
        one.constant if isinstance(one.constant, str) else one.name
        for one in (*given, *call.arguments)
    ]
    text = " ".join(_last(name) for name in said).lower().replace("keep_alive", "keepalive")
    return re.findall("[a-z]+", text)


def _spoken(call: Call) -> list[str]:
    """Return all words in the names of the work's function and of what it belongs to."""
    return re.findall("[a-z]+", " ".join(one.name for one in call.arguments).lower())


def _last(name: str) -> str:
    return name.replace(":", ".").rpartition(".")[2]


def _is_unnamed(call: Call) -> bool:
    """Tell whether the object is made where it starts, `Thread(…).start()`: nobody can wait."""
    made, place = call.receiver, call.location
    if made is None:
        return False
    start, end = made.span[:2], made.span[2:]
    return (place.line, place.column) <= start and end <= (place.end_line, place.end_column)


def _given(made: Value | None, name: str) -> Constant:
    return dict(made.keywords)[name].constant if made and name in dict(made.keywords) else None


RULE = rule(__file__, on=Call, find=find, table=Table("background_work", Start))
