"""Log handlers that write to a file on the local disk."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.edit import Edit
from nonevent.facts import Call, Role, Value
from nonevent.location import Location
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.log_file import REMEDY, file_handlers, message, weigh
from nonevent_rules.served import is_served


class LogCall(NamedTuple):
    """A row of `log_calls.yaml`: a callable that may open a log file."""

    call: str  # dotted name of the callee
    path: str  # parameter that names the file, or holds a configuration
    position: int | None = None  # 0-based, of it
    optional: bool = False  # without it no file is written
    stream: bool = False  # takes an open stream or a function as well
    config: bool = False  # takes a mapping as `logging.config.dictConfig` does
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


# Classes that `logging.StreamHandler` can stand in for.
HANDLERS = ("logging.", "concurrent_log_handler.")
LIVE = (Role.HANDLER, Role.STARTUP, Role.TASK)


def find(call: Call, rows: Mapping[str, LogCall]) -> Iterator[Problem]:
    """Yield a problem for each log file that a served process opens."""
    row = rows.get(call.callee)
    if row is None or not is_served(call, LIVE):
        return
    path = call.argument(row.path, row.position)
    if row.config and path is not None:
        yield from _configured(call, path)
    elif not row.config and (path is not None or not row.optional):
        for problem in _problems(f"`{call.callee}`", path, plain=not row.stream):
            yield problem._replace(edits=_edits(call, row))


def _configured(call: Call, config: Value) -> Iterator[Problem]:
    if config.alias.isupper():  # a constant of a module: `log-file-in-settings`
        return
    for name, kind, path in file_handlers(config):
        for problem in _problems(f"handler `{name}`", path, plain=True):
            yield problem._replace(location=Location(call.location.path, *kind.span))


def _problems(what: str, path: Value | None, *, plain: bool) -> Iterator[Problem]:
    weight = weigh(path)
    if weight is None or (weight[1] is not None and not plain):
        return
    confidence, persona = weight
    yield Problem(message(what, path), REMEDY, confidence=confidence, persona=persona)


def _edits(call: Call, row: LogCall) -> tuple[Edit, ...]:
    """Return the edit that sends the log to standard output; nobody knows who reads the file."""
    if row.call == "logging.basicConfig":
        text = "stream=sys.stdout"
        sent = Edit(call.extent, text, adds=True, instead_of=row.path, imports=("sys",), safe=False)
        return () if call.open else (sent,)
    if not row.call.startswith(HANDLERS):
        return ()
    text = "logging.StreamHandler(sys.stdout)"
    return (Edit(call.extent, text, imports=("logging", "sys"), safe=False),)


RULE = rule(__file__, on=Call, find=find, table=Table("log_calls", LogCall))
