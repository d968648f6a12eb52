"""Work that goes on beside the requests from the start of a process."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Outcome, Reach, Role
from nonevent.finding import Confidence
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest
from nonevent_rules.stage import is_deployed
from nonevent_rules.state.background_work_in_handler import Start, words

# Words in the names of work that each process has to do for itself.
OWN = frozenset(
    {"cache", "caches", "health", "heartbeat", "keepalive", "listen", "listener", "log", "logging"}
    | {"logs", "metric", "metrics", "monitor", "ping", "pubsub", "reload", "reloader", "socket"}
    | {"stats", "statistics", "stream", "subscriber", "telemetry", "watch", "watchdog", "watcher"}
    | {"websocket", "forever", "observe", "observer", "writer"}
)
# Words in the names of functions that serve one connection.
PEER = frozenset({"client", "connection", "peer", "websocket", "ws"})
NEAR = 3  # functions from the start to the one that starts the work
# Words in the names of files and folders that hold a process of its own.
APART = frozenset({"worker", "workers", "clock", "cron", "daemon", "beat", "celery", "bot"})


def find(call: Call, rows: Mapping[str, Start]) -> Iterator[Problem]:
    """Yield a problem where a service starts work that goes on as long as the process."""
    row = rows.get(call.callee)
    reach = nearest(call, Role.STARTUP)
    if row is None or not call.lasts or not _is_left(call) or not OWN.isdisjoint(words(call)):
        return
    if not _serves(call, reach) or _is_of_requests(call, reach):
        return
    where = f"in `{call.scope}`, " if call.scope else ""
    yield Problem(
        f"`{call.callee}` starts work {where}at the start of every process: each replica does it, "
        "old and new during a deploy, and one that is stopped leaves it undone",
        remedy="Run it in one process of its own, or from the platform's own scheduler",
        location=call.begins,
        confidence=Confidence.MEDIUM,
    )


def _is_left(call: Call) -> bool:
    """Tell whether the start goes on without the work."""
    return call.outcome is not Outcome.WAITED and is_deployed(call.location.path, call.scope)


def _serves(call: Call, reach: Reach | None) -> bool:
    """Tell whether the process is one that serves requests."""
    apart = not APART.isdisjoint(re.findall("[a-z]+", call.location.path.lower()))
    return reach is not None and not apart


def _is_of_requests(call: Call, reach: Reach | None) -> bool:
    """Tell whether it serves one connection, or requests lead to it and the start only from far."""
    if not PEER.isdisjoint(call.scope.rpartition(".")[2].lower().split("_")):
        return True
    asked = nearest(call, Role.HANDLER) is not None
    return asked and reach is not None and len(reach.chain) > NEAR


RULE = rule(__file__, on=Call, find=find, table=Table("background_work", Start))
