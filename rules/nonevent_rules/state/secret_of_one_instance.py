"""Keys that are made at random, for one process or for one disk."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Call, Keeping
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import is_served

# Words of the names of keys that more than one process has to know.
SECRET = frozenset({"secret", "secrets"})
KEY = frozenset({"key", "keys", "salt"})
WHOSE = frozenset(
    {"app", "auth", "cookie", "crypto", "csrf", "encrypt", "encryption", "fernet", "flask", "hmac"}
    | {"jwt", "master", "session", "sessions", "sign", "signing"}
)
# Settings that `per-process-secret-key` knows.
SETTINGS = frozenset(
    {"COOKIE_SECRET", "ENCRYPTION_KEY", "FERNET_KEY", "JWT_SECRET", "JWT_SECRET_KEY", "SECRET_KEY"}
    | {"SECURITY_PASSWORD_SALT", "SESSION_SECRET", "SESSION_SECRET_KEY", "SIGNING_KEY"}
    | {"WTF_CSRF_SECRET_KEY"}
)


class Random(NamedTuple):
    """A row of `random_calls.yaml`: a call that makes something at random."""

    call: str  # dotted name of the callee
    needs: tuple[str, ...] = ()  # words in every file with a finding, beside the callee's own


def find(call: Call, rows: Mapping[str, Random]) -> Iterator[Problem]:
    """Yield a problem where a key is made at random and no other instance has it."""
    name = call.bound.rpartition(".")[2]
    if call.callee not in rows or name in SETTINGS or not is_served(call):
        return
    if call.keeping is Keeping.NAME and _is_secret(name):
        yield Problem(
            f"`{name}` is made at random in every process: what one replica signs or encrypts the "
            "next one refuses, and so does the new release",
            remedy="Read one key from the environment or a secret store, and fail if it is missing",
            confidence=Confidence.MEDIUM,
        )
    elif call.keeping is Keeping.FILE and (_is_secret(name) or _is_secret(call.scope)):
        yield Problem(
            f"`{name}` is made at random where its file is missing, and kept on the disk of one "
            "instance: replicas refuse what others have signed, and a new disk has a new key",
            remedy="Read one key from the environment or a secret store, and fail if it is missing",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
        )


def _is_secret(name: str) -> bool:
    words = set(re.findall("[a-z]+", name.lower()))
    return not SECRET.isdisjoint(words) or not (KEY.isdisjoint(words) or WHOSE.isdisjoint(words))


RULE = rule(__file__, on=Call, find=find, table=Table("random_calls", Random))
