"""Calls that wait for a peer and give the wait no end."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Kind, Value
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.timeouts.client import AUDIT, Client, bounds, consequence, default, said, weigh
from nonevent_rules.timeouts.driver import holds, is_here
from nonevent_rules.timeouts.mend import passed

ADDRESS = ("http://", "https://", "ftp://")
# How an address on this host begins, and the parameter of redis-py that holds one.
LOCAL, SOCKET = ("unix:", "redis+socket:"), "unix_socket_path"
# Other parameters that tell a client where its peer is.
TOLD = frozenset({"connection_pool", "option_files", "read_default_file"})
TEXTS = (Kind.CONSTANT, Kind.TEXT)
NAMED = frozenset({"url", "uri", "href", "link"})  # words in the names of addresses


def find(call: Call, rows: Mapping[str, Client]) -> Iterator[Problem]:
    """Yield a problem where the library's default is to wait for ever and nothing bounds it."""
    row = rows.get(call.callee)
    if row is None or row.limit or default(call, row) is not None:
        return
    if call.ended or bounds(call, row) or _opens_nothing(call, row) or _is_local(call, row):
        return
    if _is_on_host(call):
        return
    if any(_is_true(call.argument(name)) for name in row.streams):
        return
    weight = weigh(call, row)
    inherited = _inherited(call, row)
    if weight is None or inherited is True or _in_text(call, row) is True:
        return
    if weight.persona is None and (_is_beside(call) or _is_at_home(call, row)):
        weight = weight._replace(persona=Persona.PEDANTIC)
    unread = call.open and not call.unpassed
    if unread or inherited is None:
        weight = AUDIT
    elif _in_text(call, row) is None and weight.persona is None:
        weight = weight._replace(confidence=Confidence.MEDIUM)
    yield Problem(
        f"{said(call)} has no timeout{_version(call, row)}: {row.waits_for} {consequence(call)}",
        remedy=_remedy(row),
        confidence=weight.confidence,
        persona=weight.persona,
        edits=passed(call, row, weight),
    )


def _opens_nothing(call: Call, row: Client) -> bool:
    return bool(row.connects) and call.argument(row.connects, 0) is None and not call.open


def _is_on_host(call: Call) -> bool:
    """Tell whether the peer listens on a socket of this host: it does not vanish unnoticed."""
    given = (*call.arguments, *(value for _, value in call.keywords))
    texts = [value.constant for value in given if isinstance(value.constant, str)]
    return call.argument(SOCKET) is not None or any(text.startswith(LOCAL) for text in texts)


def _is_beside(call: Call) -> bool:
    """Tell whether the call itself names this host: the peer ends with the instance."""
    given = (*call.arguments, *(value for _, value in call.keywords))
    texts = (value.constant for value in given if value.kind in TEXTS)
    return any(isinstance(text, str) and is_here(text) for text in texts)


def _is_at_home(call: Call, row: Client) -> bool:
    """Tell whether a client is told no host and asks the one of this host."""
    told = bool(call.arguments) or call.open or bool(TOLD.intersection(dict(call.keywords)))
    return bool(row.home) and not told and call.argument(row.home) is None


def _is_true(value: Value | None) -> bool:
    return value is not None and value.kind is Kind.CONSTANT and bool(value.constant)


def _is_local(call: Call, row: Client) -> bool:
    """Tell whether a function that reads files and addresses is given no address."""
    given = call.argument(row.address, 0) if row.address else None
    if not row.address or given is None:
        return bool(row.address)
    if isinstance(given.constant, str):
        return not given.constant.startswith(ADDRESS)
    words = re.findall("[a-z]+", f"{given.alias or given.name}".rpartition(".")[2].lower())
    return NAMED.isdisjoint(words)


def _inherited(call: Call, row: Client) -> bool | None:
    """Tell whether the receiver was made with a timeout; None where that cannot be seen."""
    if not row.inherits:
        return False
    made = call.receiver
    unread = False if row.rare else None
    if made is None or made.kind is not Kind.CALL:
        return unread
    if any(name in row.inherits or holds(value, row.inherits) for name, value in made.keywords):
        return True
    return unread if made.open else False


def _in_text(call: Call, row: Client) -> bool | None:
    """Tell whether the text of a DSN or URL sets the timeout; None where it cannot be read."""
    text = call.argument(row.dsn or row.url, 0) if row.dsn or row.url else None
    if text is None:
        return False
    if text.kind is not Kind.CONSTANT or not isinstance(text.constant, str):
        return None if row.dsn else False
    return any(name in text.constant for name in row.timeout)


def _version(call: Call, row: Client) -> str:
    """Return of which version this is said, where others have a timeout."""
    if not row.since:
        return ""
    version = call.version
    library = call.callee.partition(".")[0]
    before = version.startswith("<")
    return f" in {library} before {version[1:]}" if before else f" in {library} {version}"


def _remedy(row: Client) -> str:
    if row.instead:
        return row.instead
    return f"Pass `{row.example or f'{row.timeout[0]}=10'}`"


RULE = rule(__file__, on=Call, find=find, table=Table("clients", Client))
