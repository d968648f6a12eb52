"""Secrets that a service makes itself and keeps in a file of its instance."""

import re
from collections.abc import Iterator, Mapping

from nonevent.facts import Call, Role
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.sink import Sink, is_secret, write
from nonevent_rules.served import is_served, nearest

PREPARES = re.compile(r"generate_(?:config|configuration|files?|keys)")


def find(call: Call, rows: Mapping[str, Sink]) -> Iterator[Problem]:
    """Yield a problem where a service that starts writes a file with the name of a secret."""
    row = rows.get(call.callee)
    is_file = row is not None and (bool(row.mode) or call.callee.startswith("pathlib."))
    if row is None or not is_file or not is_served(call) or nearest(call, Role.HANDLER):
        return
    if is_secret(call, row) and write(call, row) is not None:
        yield Problem(
            f"`{call.callee}` keeps a secret in a file on the local disk: another replica makes "
            "one of its own, and refuses what this one has signed",
            remedy="Read the secret from the environment or a store of secrets",
            confidence=Confidence.MEDIUM,
            persona=Persona.PEDANTIC if _is_prepared(call) else None,
        )


def _is_prepared(call: Call) -> bool:
    """Tell whether a method writes the files that a service is given before it starts."""
    name = call.scope.rpartition(".")[2].lstrip("_")
    return not call.reach and PREPARES.fullmatch(name) is not None


RULE = rule(__file__, on=Call, find=find, table=Table("sinks", Sink))
