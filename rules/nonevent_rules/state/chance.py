"""How much of a value is made at random, hence differs from process to process."""

import re
from enum import IntEnum

from nonevent.facts import Kind, Value

__all__ = ["Chance", "chance"]


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
# And functions of a project's own that are given nothing: `make_secret_key()`.
MAKERS = re.compile(r"_?(?:create|gen|generate|make|new|random)_(?:\w+_)?(?:key|salt|secret)")
# Callees that pass on what they get.
SHAPES = ("str", "str.join", "bytes", "repr", "base64.", "binascii.", "hashlib.")


def chance(value: Value) -> Chance:
    """Return how much of a value is made at random."""
    if value.kind is Kind.EITHER and value.items:
        chances = [chance(item) for item in value.items]
        return min(chances) if Chance.NONE not in chances else min(max(chances), Chance.FALLBACK)
    if value.kind is Kind.SEQUENCE:  # `"".join(choice(letters) for _ in range(50))`
        return max((chance(item) for item in value.items), default=Chance.NONE)
    if value.kind not in {Kind.CALL, Kind.NAME}:
        return Chance.NONE
    if _is_random(value.name) or _is_maker(value):
        return Chance.ALWAYS
    inside = [*value.items, *(item for _, item in value.keywords)]
    most = max((chance(item) for item in inside), default=Chance.NONE)
    return most if _passes_on(value.name) else min(most, Chance.FALLBACK)


def _is_random(name: str) -> bool:
    stem = name.removesuffix(".decode").removesuffix(".hex")
    return stem.startswith(RANDOM) or stem.rpartition(".")[2] in GENERATORS


def _is_maker(value: Value) -> bool:
    if value.kind is not Kind.CALL or value.items or value.keywords or value.open:
        return False
    return MAKERS.fullmatch(re.split(r"[.:]", value.name)[-1]) is not None


def _passes_on(name: str) -> bool:
    return name in SHAPES or name.startswith(tuple(one for one in SHAPES if one.endswith(".")))
