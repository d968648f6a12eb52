"""Keys that sign what users carry, made at random when the process starts."""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from nonevent.facts import Kind, Setting, Value
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.stage import is_deployed


class Secret(NamedTuple):
    """A row of `secret_settings.yaml`: a setting whose value all processes have to share."""

    setting: str
    breaks: str  # what another process does with what this one made


class Chance(IntEnum):
    """How much of a value is made at random."""

    NONE = 0
    FALLBACK = 1  # where nothing better is configured
    ALWAYS = 2


# Callees by how their names begin: `.hex`, `.hex()` and `.decode()` may follow.
RANDOM = (
    "os.urandom",
    "secrets.token_",
    "secrets.choice",
    "secrets.randbits",
    "uuid.uuid1",
    "uuid.uuid4",
    "random.",
)
# And by the method they end in: Fernet's, Django's, PyCryptodome's.
GENERATORS = ("generate_key", "get_random_secret_key", "get_random_string", "get_random_bytes")
# Callees that pass on what they get.
SHAPES = ("str", "bytes", "repr", "base64.", "binascii.", "hashlib.")


def find(setting: Setting, rows: Mapping[str, Secret]) -> Iterator[Problem]:
    """Yield a problem where each process makes a key of its own."""
    row = rows.get(setting.name)
    chance = _chance(setting.value)
    if (
        row is None
        or chance is Chance.NONE
        or not is_deployed(setting.location.path, setting.scope, setting.condition)
    ):
        return
    always = chance is Chance.ALWAYS and not setting.condition
    how = "is made at random" if always else "falls back to a random value"
    yield Problem(
        f"`{setting.name}` {how} in every process: {row.breaks}",
        remedy="Read one key from the environment or a secret store, and fail where it is missing",
        severity=None if always else Severity.WARNING,
        confidence=Confidence.HIGH if always else Confidence.MEDIUM,
    )


def _chance(value: Value) -> Chance:
    if value.kind is Kind.EITHER and value.items:
        chances = [_chance(item) for item in value.items]
        return min(chances) if Chance.NONE not in chances else min(max(chances), Chance.FALLBACK)
    if value.kind not in {Kind.CALL, Kind.NAME}:
        return Chance.NONE
    if _is_random(value.name):
        return Chance.ALWAYS
    inside = [*value.items, *(item for _, item in value.keywords)]
    chance = max((_chance(item) for item in inside), default=Chance.NONE)
    return chance if _passes_on(value.name) else min(chance, Chance.FALLBACK)


def _is_random(name: str) -> bool:
    stem = name.removesuffix(".decode").removesuffix(".hex")
    return stem.startswith(RANDOM) or stem.rpartition(".")[2] in GENERATORS


def _passes_on(name: str) -> bool:
    return name in SHAPES or name.startswith(tuple(one for one in SHAPES if one.endswith(".")))


RULE = rule(__file__, on=Setting, find=find, table=Table("secret_settings", Secret))
