"""What Flyway and sqlx do around a script: they open a transaction, unless told not to."""

from collections.abc import Iterable, Sequence

from nonevent.facts import Operation, SchemaStep, Setting
from nonevent.pattern import late

__all__ = ["MIXED", "SQLX", "WRAPPED", "wrapped"]

# Settings, as `readers.hints` says them.
WRAPPED = "executeInTransaction"
MIXED = "mixed"
SQLX = "sqlx"
# Scripts of sqlx, which opens a transaction for each on PostgreSQL unless its first line says
# `-- no-transaction`; then its steps are known to have none. github.com/launchbadge/sqlx,
# sqlx-postgres/src/migrate.rs and sqlx-core/src/migrate/source.rs
NUMBERED = late(r"^(?P<root>(?:.*/)?)[^/]*migrations?/(?:[^/]+/)?\d+_[^/]*\.sql$")
SCRIPT = late(r"(?:^|/)(?:[VUB]\d[\w.]*|R)__[^/]*\.sql$")
# Databases whose DDL Flyway runs in a transaction. github.com/flyway/flyway, Database.java,
# supportsDdlTransactions
TRANSACTIONAL = frozenset(("postgresql", "mssql"))
# What it runs without one. github.com/flyway/flyway, PostgreSQLParser.java
ALONE = late(
    r"(?i)^(?:(?:create|drop)\s+(?:unique\s+)?index\s+concurrently\b|alter\s+system\b|vacuum\b"
    r"|(?:create|drop)\s+(?:database|tablespace|subscription)\b|discard\s+all\b"
    r"|reindex\s+(?:verbose\s+)?(?:schema|database|system)\b)"
)


def wrapped(
    path: str, steps: Sequence[SchemaStep], settings: Iterable[Setting]
) -> tuple[SchemaStep, ...]:
    """Return the steps of a file, those of a script of Flyway knowing of its transaction.

    A script of which a part can have none runs without; of one that holds both kinds Flyway runs
    nothing at all, unless `mixed` is set: there the statements that it stops at stand in one.
    """
    if any(step.dialect == "postgresql" for step in steps) and _by_sqlx(path, settings):
        return tuple(
            step._replace(in_transaction=True) if step.in_transaction is None else step
            for step in steps
        )
    if not SCRIPT.search(path) or not any(step.dialect in TRANSACTIONAL for step in steps):
        return tuple(steps)
    told = {setting.name: setting for setting in sorted(settings, key=_depth) if _of(path, setting)}
    inside = WRAPPED not in told or told[WRAPPED].value.constant is True
    meant = [step for step in steps if step.operation not in (Operation.BEGIN, Operation.END)]
    alone = [bool(ALONE.match(step.text)) for step in meant]
    if inside and any(alone):
        mixes = MIXED in told and told[MIXED].value.constant is True
        inside = not all(alone) and not mixes
    found: list[SchemaStep] = []
    ended = False
    for step in steps:
        ours = step.in_transaction is None and not ended
        found.append(step._replace(in_transaction=inside) if ours else step)
        ended |= step.operation is Operation.END
    return tuple(found)


def _by_sqlx(path: str, settings: Iterable[Setting]) -> bool:
    """Tell whether a script has a name of sqlx's, in or above a crate that is built with it."""
    script = NUMBERED.match(path)
    if script is None:
        return False
    crates = (one.location.path.rpartition("/")[0] for one in settings if one.name == SQLX)
    root = script["root"]
    return any(
        root.startswith(f"{crate}/" if crate else "") or f"{crate}/".startswith(root)
        for crate in crates
    )


def _depth(setting: Setting) -> tuple[bool, int]:
    """Return a key by which what is nearest to a script comes last, its own file the very last."""
    path = setting.location.path
    return path.endswith(".sql.conf"), path.count("/")


def _of(path: str, setting: Setting) -> bool:
    place = setting.location.path
    if place.endswith(".sql.conf"):
        return place == f"{path}.conf"
    folder = place.rpartition("/")[0]
    above = folder.removesuffix("conf").rstrip("/")  # where Flyway's own distribution has it
    return setting.name in (WRAPPED, MIXED) and (not above or path.startswith(f"{above}/"))
