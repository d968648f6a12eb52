"""Schema steps beside one another: what shares a transaction, and what limits are in force."""

from collections.abc import Iterable, Iterator, Sequence

from nonevent.facts import Operation, SchemaStep, Value
from nonevent.link.tables import key as table_key
from nonevent.pattern import late
from nonevent.steps import excluding

__all__ = ["Limits", "beside", "limits_of", "limits_said", "standing"]

LOG = 80  # steps of one file
MOST = 24  # neighbours that a step knows in each direction
# What tells of all steps, however far away it stands.
MARKS = (Operation.BEGIN, Operation.END)
# Nothing that another step needs to know.
QUIET = frozenset((Operation.OTHER, Operation.UNKNOWN, Operation.SET))
# Limits that matter to a migration: PostgreSQL's, MySQL's, SQL Server's.
LIMITS = frozenset(
    ("lock_timeout", "statement_timeout", "lock_wait_timeout", "innodb_lock_wait_timeout")
)
# An ALTER ROLE or ALTER DATABASE, also where nobody understands what it alters.
SETS_FOR_ALL = (Operation.OTHER, Operation.ALTER_OBJECT)
# `ALTER ROLE app SET lock_timeout = '2s'`, `-c lock_timeout=2000`, `?options=…lock_timeout%3D5s`
SAID = late(
    r"(?i)\b(lock_timeout|statement_timeout|lock_wait_timeout)(?:'?\s*[,=:]\s*|%3D|\s+TO\s+|\s+)'?(\w+)"
)
FOR_ALL = late(r"(?i)^alter\s+(?:role|user|database|system)\b.*\bset\b")
NONE = frozenset(("", "0", "off", "none"))

Limits = tuple[tuple[str, str], ...]
Key = tuple[Operation, str, str, int]
Met = dict[Key, SchemaStep]


def limits_said(text: str) -> Iterator[tuple[str, str]]:
    """Yield each limit that a text sets, with its value."""
    for name, value in SAID.findall(text):
        yield name.lower(), value


def limits_of(values: Iterable[Value], steps: Iterable[SchemaStep]) -> Limits:
    """Return the limits that all connections have, by settings or by the role they log in with."""
    found: dict[str, str] = {}
    for value in values:
        for text in _texts(value):
            found.update(limits_said(text))
    for step in steps:
        if step.operation in SETS_FOR_ALL and FOR_ALL.match(step.text):
            found.update(limits_said(step.text))
    return standing(found.items())


def standing(said: Iterable[tuple[str, str]]) -> Limits:
    """Return the limits that hold in the end: the last word on each, if it is one."""
    return tuple(sorted(item for item in dict(said).items() if item[1].lower() not in NONE))


def _texts(value: Value) -> Iterator[str]:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one.constant, str):
            yield one.constant
        stack += one.items
        for name, inner in one.keywords:
            if name in LIMITS and inner.constant is not None:
                yield f"{name}={inner.constant!r}"
            stack.append(inner)


def beside(steps: Sequence[SchemaStep], general: Limits = ()) -> tuple[SchemaStep, ...]:
    """Return the steps of one file, each knowing what the others do.

    `general` are the limits that hold for every connection of the project.
    """
    numbered = list(_numbered(steps, general))
    after = reversed(_met(numbered[::-1]))
    return tuple(
        step._replace(earlier=earlier, later=later)
        for step, earlier, later in zip(numbered, _met(numbered), after, strict=True)
    )


def _met(steps: Sequence[SchemaStep]) -> list[tuple[SchemaStep, ...]]:
    """Return for each step what stands before it in this order, in its direction.

    That is what stands nearest, and behind it what is farther away and of the same table.
    """
    found: list[tuple[SchemaStep, ...]] = []
    near: dict[str, Met] = {}
    own: dict[tuple[str, str], Met] = {}
    for step in steps:
        met = near.setdefault(step.direction, {})
        alike = own.setdefault((step.direction, table_key(step.table)), {}) if step.table else {}
        around = {**{key: one for key, one in alike.items() if key not in met}, **met}
        found.append(tuple(one for one in around.values() if not excluding(one, step)))
        if step.operation not in QUIET and not step.keeps_data:
            key = (step.operation, step.table, step.name or step.constraint, step.transaction)
            if step.operation in MARKS:
                key = (step.operation, "", "", 0)
            _keep(step, key, met)
            _keep(step, key, alike)
    return found


def _keep(step: SchemaStep, key: Key, met: Met) -> None:
    if key not in met:
        met[key] = step
        if len(met) > MOST:  # the nearest matter most
            del met[next(each for each in met if each[0] not in MARKS)]


class _Way:
    """One direction of a file on its way from step to step."""

    def __init__(self, general: Limits) -> None:
        self.number = 0  # 0: the next step begins a transaction
        self.inside: bool | None = None  # whether the step before had one
        self.limits = dict(general)


def _numbered(steps: Sequence[SchemaStep], general: Limits) -> Iterator[SchemaStep]:
    """Yield the steps with the number of their transaction and the limits that are in force."""
    last = 0
    # Nobody sends so much in one transaction without a word: a log of migrations, or a dump.
    is_log = len(steps) > LOG
    ways: dict[str, _Way] = {}
    for step in steps:
        way = ways.setdefault(step.direction, _Way(general))
        alone = step.in_transaction is False or (step.in_transaction is None and is_log)
        if not way.number or alone or step.in_transaction != way.inside:
            last += 1
            way.number = last
        way.inside = step.in_transaction
        yield step._replace(transaction=way.number, limits=tuple(sorted(way.limits.items())))
        if step.operation is Operation.SET and step.name in LIMITS:
            way.limits[step.name] = step.default or ""
            if (step.default or "").lower() in NONE:
                del way.limits[step.name]
        elif step.operation in {Operation.BEGIN, Operation.END}:
            way.number = 0
