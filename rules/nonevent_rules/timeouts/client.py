"""A call that waits for a peer: what bounds it, and how much it matters where it stands."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from nonevent.facts import Call, Kind, Reach, Role, Value
from nonevent.finding import Confidence, Persona
from nonevent.location import Location

__all__ = [
    "Client",
    "Weight",
    "bounds",
    "consequence",
    "default",
    "ends_soon",
    "is_before",
    "is_unbounded",
    "place",
    "said",
    "weigh",
]


class Client(NamedTuple):
    """A row of `clients.yaml`: how long one callable waits, and what bounds it."""

    call: str  # dotted name of the callee
    timeout: tuple[str, ...] = ()  # parameters that bound the wait, any one of them
    position: int | None = None  # 0-based, of the first of them
    default: float | None = None  # seconds; None: without limit
    forever: tuple[int | None, ...] = (None,)  # values that mean "without limit"
    inherits: tuple[str, ...] = ()  # parameters of the receiver's constructor that bound it too
    connects: str = ""  # first parameter, without which the constructor opens nothing
    dsn: str = ""  # first parameter, a text in which the bounding parameter may stand
    parts: tuple[str, ...] = ()  # parameters that override the first one for one phase
    limit: bool = False  # no wait itself: it sets the limit of others
    request_only: bool = False  # ordinary outside request handlers and worker tasks
    certainty: Confidence = Confidence.HIGH
    waits_for: str = "a peer that stops answering"
    example: str = ""  # the argument to add; "": the first parameter with ten seconds
    instead: str = ""  # the way out where no argument helps
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own
    streams: tuple[str, ...] = ()  # with one of them it waits for no peer that may go
    listens: bool = False  # in a `while` loop it is a listener, whose work it is to wait
    url: str = ""  # as `dsn`, but hardly anyone says it there: one that is not read says nothing
    address: str = ""  # first parameter: it waits only where that is an address on the network
    settable: bool = False  # the object or the library can be told a limit where it is not called
    since: str = ""  # version of the library that brought the default; before, it has none
    sockets: bool = False  # the default timeout of all sockets bounds it
    home: str = ""  # first parameter, without which the peer is on this host
    rare: bool = False  # hardly anyone limits its object: one whose making is not read says nothing


class Weight(NamedTuple):
    """How sure a finding is and who wants to hear it."""

    confidence: Confidence
    persona: Persona | None = None  # None: as the page says


# Commands that only change or read files of the local disk, or say something of the machine.
PROMPT = frozenset(
    {"cat", "chgrp", "chmod", "chown", "chrpath", "cp", "date", "df", "dmidecode", "du", "echo"}
    | {"file", "free", "getconf", "gpg", "gpg2", "hostname", "id", "kill", "killall", "lsblk"}
    | {"lscpu", "ln", "ls", "lsb_release", "md5sum", "mkdir", "mkfifo", "mv", "nproc"}
    | {"nvidia-smi"}
    | {"bunzip2", "bzip2", "gunzip", "gzip", "tar", "unxz", "unzip", "xz", "zcat", "zip"}
    | {"patchelf", "pgrep", "pkill", "pmap", "ps", "rd", "readlink", "realpath", "reboot", "rm"}
    | {"rmdir", "sha256sum", "shutdown"}
    | {"ssh-keygen", "stat", "sw_vers", "sysctl", "system_profiler", "touch", "uname", "uptime"}
    | {"wc", "which", "whoami"}
)
# What Git does without a server.
AT_HOME = frozenset(
    {"add", "blame", "branch", "cat-file", "checkout", "commit", "config", "describe", "diff"}
    | {"init", "log", "ls-files", "merge", "reset", "rev-list", "rev-parse", "show", "status"}
    | {"tag"}
)
# Arguments with which a command asks a server all the same.
AWAY = frozenset(
    {"--fetch-keys", "--keyserver", "--locate-keys", "--recv-keys", "--refresh-keys"}
    | {"--search-keys", "--send-keys"}
)
# Arguments to which a command answers with a text of its own.
ASKING = frozenset({"--help", "--version", "-V", "-version", "version"})
BRIEF = "-v"  # and so does one that is given this alone
LIMITED = "timeout"  # https://www.gnu.org/software/coreutils/timeout
FOUND = "shutil.which"  # the place of a program, by its name
AUDIT = Weight(Confidence.LOW, Persona.AUDITOR)
SERVING = (Role.HANDLER, Role.TASK)
LIVE = (Role.HANDLER, Role.STARTUP, Role.TASK)  # what a deploy waits for, worst first
HELD = {
    Role.HANDLER: "holds request handler `{}` for ever, and its instance does not drain",
    Role.STARTUP: "holds the start-up in `{}`, and the new instance never becomes ready",
    Role.TASK: "holds worker task `{}` for ever, and its worker does not stop for the deploy",
}
ANYWHERE = "holds the caller for ever, and a deploy waits for it or kills it"


def bounds(call: Call, row: Client) -> tuple[Value, ...]:
    """Return the arguments of the call that bound the wait; () where none is given."""
    positions = (row.position, *(None for _ in row.timeout[1:]))
    named = zip(row.timeout, positions, strict=False)
    found = (call.argument(name, position) for name, position in named)
    return tuple(value for value in found if value is not None)


def default(call: Call, row: Client) -> float | None:
    """Return how many seconds the library waits on its own; None without limit.

    Where the project does not say which version it runs, the newest one counts.
    """
    if row.since and call.version and is_before(call.version, row.since):
        return None
    return row.default


def is_before(version: str, since: str) -> bool:
    """Tell whether "7.4.1", or any version that is "<8", is older than `since`."""
    limit = _numbers(since)
    if version.startswith("<"):
        return _numbers(version[1:]) <= limit
    return _numbers(version) < limit


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with, without zeros at the end."""
    found: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        found.append(int(digits[:9] or 0))
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def is_unbounded(value: Value, forever: Sequence[int | None] = (None,)) -> bool:
    """Tell whether a limit is none at all: `None`, or a pair whose time to read is None.

    A connection that is only opened without a limit ends with the kernel's own, some minutes.
    """
    if value.kind is Kind.CONSTANT:
        return not isinstance(value.constant, bool) and value.constant in forever
    if value.kind is Kind.EITHER:
        return bool(value.items) and all(is_unbounded(item, forever) for item in value.items)
    if value.kind is Kind.SEQUENCE and not value.open:
        return any(is_unbounded(item) for item in value.items[1:3])
    return False


def weigh(call: Call, row: Client) -> Weight | None:
    """Return what a finding on this call weighs; None where nobody wants to hear it."""
    roles = {reach.role for reach in call.reach}
    if roles == {Role.TEST}:
        return None
    aside = bool(roles) and not roles.intersection(LIVE)
    aside = aside or "test" in re.findall("[a-z]+", call.location.path.rpartition("/")[2])
    # A method that nobody is seen to call is a plug-in's: handlers and tasks know its base class.
    by_service = not roles and call.beside_service and not call.mentions
    plugged = by_service and call.scope.lstrip("_")[:1].isupper()
    serves = plugged or not roles.isdisjoint(SERVING)
    out_of_place = row.request_only and (not serves or ends_soon(call))
    listens = row.listens and call.repeats
    told = (row.settable and call.settles) or (row.sockets and call.limited)
    if aside or out_of_place or listens or told or row.certainty is Confidence.LOW:
        return AUDIT
    if not roles:
        return Weight(Confidence.MEDIUM)
    return Weight(row.certainty)


def ends_soon(call: Call) -> bool:
    """Tell whether a command is one that waits for nobody, or is left to run behind."""
    made = call.receiver if call.receiver is not None and call.receiver.items else None
    items = made.items if made is not None else call.arguments
    command = items[0] if items else None
    if command is not None and command.kind is Kind.EITHER:
        line = call.location.line  # what a name is bound to further down is another command
        bound = [item for item in command.items if item.span[0] <= line or call.repeats]
        return bool(bound) and all(map(_is_prompt, bound))
    return command is not None and _is_prompt(command)


def _is_prompt(command: Value) -> bool:
    """Tell whether a command, a list of words or a line of text, waits for nobody."""
    parts = command.items if command.kind is Kind.SEQUENCE else ()
    first = parts[0] if parts else command
    if first.kind is Kind.CALL and first.name == FOUND and first.items:
        first = first.items[0]  # `shutil.which("gpg")`
    text = first.constant
    words = text.removeprefix("sudo ").split() if isinstance(text, str) else []
    words += [
        part.constant for part in parts[1:] if part.constant and isinstance(part.constant, str)
    ]
    verbs = [word for word in words[1:] if word[0] != "-"]
    program = words[0].rpartition("/")[2] if words else ""
    if program == LIMITED or (program == "git" and not AT_HOME.isdisjoint(verbs[:1])):
        return True
    if not AWAY.isdisjoint(words):
        return False
    if words[1:] == [BRIEF]:
        return True
    return bool(words) and (program in PROMPT or words[-1] in {"&", *ASKING})


def said(call: Call) -> str:
    """Return what is called, for a message, and who calls it for whom."""
    if call.through:
        return f"`{call.callee}`, which `{call.through}` calls here,"
    if call.unpassed and call.hands[0][1][-2:] != "()":
        return f"`{call.callee}`, to which no caller of `{call.scope}` passes a limit,"
    return f"`{call.callee}`"


def consequence(call: Call) -> str:
    """Return what the wait does where the call stands."""
    for role in LIVE:
        reach = _first(call.reach, role)
        if reach is not None:
            return HELD[role].format(reach.entry or call.location.path)
    return ANYWHERE


def place(call: Call, value: Value) -> Location:
    """Return where an argument stands if that is in the callee's line, else the callee.

    A call over several lines is known by where it begins.
    """
    start, end = value.span[:2], value.span[2:]
    extent = call.extent
    inside = (extent.line, extent.column) <= start and end <= (extent.end_line, extent.end_column)
    beside = inside and start[0] == call.location.end_line
    return Location(extent.path, *value.span) if beside else call.location


def _first(reach: Sequence[Reach], role: Role) -> Reach | None:
    return next((one for one in reach if one.role is role), None)
