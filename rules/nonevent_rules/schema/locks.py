"""A row of `locks.yaml`: what one form of schema change does to a database under load."""

from typing import NamedTuple

__all__ = ["Lock", "held", "on_server"]

WORK = {
    "build": "is built on",
    "index": "builds its index on",
    "scan": "is checked against every row of",
    "copy": "copies every row of",
}


class Lock(NamedTuple):
    """What a server locks, for how long and whom that keeps waiting."""

    form: str  # dialect and what is done: "postgresql add check"
    lock: str  # in the server's own words: "ACCESS EXCLUSIVE"
    tables: str  # "own", or "both" where the referenced table is locked as well
    blocks: str  # who waits: "writes" or "reads and writes"
    work: str  # what is done under the lock: "build", "index", "scan" or "copy"
    since: str  # first version of the server for which this row holds; "" for every supported one
    source: str  # URL of the server's manual


def held(lock: Lock, table: str, referenced: str = "") -> str:
    """Return the second half of a sentence whose subject is what is added to `table`."""
    article = "an" if lock.lock[0] in "AEIOU" else "a"
    where = f" on `{table}` and `{referenced or '…'}`" if lock.tables == "both" else ""
    return (
        f"{WORK[lock.work]} `{table}` under {article} {lock.lock} lock{where}: "
        f"{lock.blocks} wait until it is done"
    )


def on_server(dialect: str) -> str:
    """Return what opens a sentence whose server is not known: it speaks of PostgreSQL then."""
    return "" if dialect else "on PostgreSQL, "
