"""What migration runners say inside SQL files: which way a part goes, and transactions."""

import re

from nonevent.noun import NamedTuple

__all__ = ["Directive", "Mask", "base_of", "directive", "mask", "way_of"]


class Directive(NamedTuple):
    """One comment's effect on the statements after it; None leaves a thing as it was."""

    direction: str | None = None  # "up", "down"
    wrapped: bool | None = None  # what the runner does from here on: in a transaction or not
    says_wrapped: bool = False  # `wrapped` is meant, also where it is None
    delimiter: str | None = None


class Mask(NamedTuple):
    """A text of the same length in which SQL that hides in comments lies open."""

    text: str
    ways_back: tuple[tuple[int, int], ...]  # regions that Liquibase runs on rollback


# Directive → way and transaction. Sources: github.com/pressly/goose, github.com/amacneil/dbmate,
# github.com/rubenv/sql-migrate, github.com/jackc/tern, github.com/elwinar/rambler,
# docs.liquibase.com (formatted SQL), sqitch.org/docs, salsita.github.io/node-pg-migrate,
# mybatis.org/migrations, playframework.com (evolutions).
WAYS = (
    (
        re.compile(r"--\s*\+(?:goose|migrate|micrate)\s+up\b(?!.*notransaction)", re.IGNORECASE),
        "up",
        True,
    ),
    (re.compile(r"--\s*\+migrate\s+up\b.*notransaction", re.IGNORECASE), "up", False),
    (re.compile(r"--\s*\+migrate\s+down\b.*notransaction", re.IGNORECASE), "down", False),
    (re.compile(r"--\s*\+(?:goose|migrate|micrate)\s+down\b", re.IGNORECASE), "down", True),
    (re.compile(r"--\s*migrate:up\b.*transaction:\s*false", re.IGNORECASE), "up", False),
    (re.compile(r"--\s*migrate:up\b", re.IGNORECASE), "up", True),
    (re.compile(r"--\s*migrate:down\b.*transaction:\s*false", re.IGNORECASE), "down", False),
    (re.compile(r"--\s*migrate:down\b", re.IGNORECASE), "down", True),
    (re.compile(r"--\s*rambler\s+up\b", re.IGNORECASE), "up", None),
    (re.compile(r"--\s*rambler\s+down\b", re.IGNORECASE), "down", None),
    (re.compile(r"--\s*up\s+migration\b", re.IGNORECASE), "up", None),
    (re.compile(r"--\s*down\s+migration\b", re.IGNORECASE), "down", None),
    (re.compile(r"----\s*create above\s*/\s*drop below\s*----", re.IGNORECASE), "down", None),
    (re.compile(r"--\s*(?://\s*)?@undo\b", re.IGNORECASE), "down", None),
    (re.compile(r"#?[\s-]*!ups\b", re.IGNORECASE), "up", None),
    (re.compile(r"#?[\s-]*!downs\b", re.IGNORECASE), "down", None),
    (re.compile(r"--\s*revert\s+\S+\s+(?:from|on)\s+\w+\s*$", re.IGNORECASE), "down", False),
)
CHANGESET = re.compile(r"--\s*changeset\s+\S+:\S+(.*)", re.IGNORECASE | re.DOTALL)
IN_TRANSACTION = re.compile(r"runInTransaction\s*:\s*\"?(true|false)", re.IGNORECASE)
DELIMITER = re.compile(r"endDelimiter\s*:\s*\"?([^\s\w\";][^\s\w\"]*)", re.IGNORECASE)
STATEMENT_EDGE = re.compile(
    r"--\s*\+(?:goose|migrate|micrate)\s+Statement(?:Begin|End)\b", re.IGNORECASE
)


def directive(comment: str) -> Directive | None:
    """Return what a comment, with its marker, tells a runner; None for prose."""
    changeset = CHANGESET.match(comment)
    if changeset:
        said = IN_TRANSACTION.search(changeset[1])
        ends = DELIMITER.search(changeset[1])
        wrapped = said is None or said[1].lower() == "true"
        return Directive("up", wrapped, says_wrapped=True, delimiter=ends[1] if ends else ";")
    for pattern, direction, inside in WAYS:
        if pattern.match(comment):
            return Directive(direction, inside, says_wrapped=inside is not None)
    return Directive() if STATEMENT_EDGE.match(comment) else None


# A runner that is told once a file not to open a transaction. Sources: as above; the pages of
# Atlas on txmode, of sqlx, graphile-migrate and yoyo, and of Flyway on executeInTransaction.
WITHOUT = re.compile(
    r"^[ \t]*(?:--[ \t]*\+goose[ \t]+no[ \t]+transaction|--[ \t]*atlas:txmode[ \t]+none"
    r"|-{2,}[ \t]*tern:[ \t]*disable-tx|--!?[ \t]*no-transaction|--[ \t]*transactional:[ \t]*false"
    r"|--[ \t]*flyway:[ \t]*executeInTransaction[ \t]*=[ \t]*false"
    r"|--[ \t]*disable_ddl_transaction!?)",
    re.IGNORECASE | re.MULTILINE,
)
# Sqitch hands its scripts to the database's own client, which opens no transaction.
SQITCH = re.compile(
    r"\A\s*--\s*(?:deploy|revert|verify)\s+\S+\s+(?:to|from|on)\s+\w+", re.IGNORECASE
)


def base_of(text: str) -> bool | None:
    """Return whether a runner wraps the whole file in a transaction; None where nothing tells."""
    return False if WITHOUT.search(text) or SQITCH.match(text) else None


# Of sql-migrate one section that says so speaks for all of its direction, in whichever order.
# github.com/rubenv/sql-migrate, sqlparse/sqlparse.go, DisableTransactionUp
ALONE = re.compile(r"(?im)^[ \t]*--[ \t]*\+migrate[ \t]+(up|down)\b.*\bnotransaction\b")


def alone_of(text: str) -> frozenset[str]:
    """Return the directions that a runner takes without a transaction, whatever a section says."""
    return frozenset(found.lower() for found in ALONE.findall(text))


DOWN_NAME = re.compile(
    r"(?:^|[._-])(?:down|undo|rollback|revert)\.(?:p|pg)?sql$|^U\d[\w.]*__[^/]*\.sql$",
    re.IGNORECASE,
)


# A folder of scripts that lead back, and what people call those in it: `rollback_dbs/1.2.sql`.
BACK = re.compile(
    r"(?i)(?:^|/)(?:rollbacks?|reverts?|downgrades?)(?:[_-](?:dbs?|migrations?|schemas?|scripts?|sql))?/"
)


def way_of(path: str) -> str:
    """Return "down" where a file's name says that it is the way back, else "up"."""
    folder, _, name = path.rpartition("/")
    if DOWN_NAME.search(name) or folder.rsplit("/", 1)[-1] == "down" or BACK.search(f"{folder}/"):
        return "down"
    return "up"


ROLLBACK = re.compile(
    r"^[ \t]*--[ \t]*rollback\b[ \t]*(?!\s*(?:empty|not required|changesetid\b))(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
ROLLBACK_BLOCK = re.compile(r"/\*\s*liquibase\s+rollback\b", re.IGNORECASE)
FORMATTED = re.compile(r"^\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
EXECUTABLE = re.compile(r"/\*!(?:M?\d{5,6})?(?!\*/)")


def mask(text: str, dialect: str) -> Mask:
    """Lay open Liquibase's `--rollback …` and the `/*! … */` that MySQL runs."""
    ways_back: list[tuple[int, int]] = []
    if FORMATTED.match(text.lstrip("\ufeff")):
        text = _open_rollbacks(text, ways_back)
    if dialect == "mysql" and "/*!" in text:
        text = _open_blocks(text, EXECUTABLE, [])
    return Mask(text, tuple(ways_back))


def _open_rollbacks(text: str, regions: list[tuple[int, int]]) -> str:
    for found in ROLLBACK.finditer(text):
        stop = text.find("\n", found.end())
        stop = len(text) if stop < 0 else stop
        if regions and not text[regions[-1][1] : found.start()].strip():
            regions[-1] = (regions[-1][0], stop)
        else:
            regions.append((found.start(), stop))
    text = ROLLBACK.sub(lambda found: " " * len(found[0]), text)
    text = _open_blocks(text, ROLLBACK_BLOCK, regions)
    regions.sort()
    return text


def _open_blocks(text: str, opening: re.Pattern[str], regions: list[tuple[int, int]]) -> str:
    out: list[str] = []
    done = 0
    for found in opening.finditer(text):
        close = text.find("*/", found.end())
        if close < 0:
            break
        if found.start() < done:
            continue
        regions.append((found.start(), close + 2))
        out += (text[done : found.start()], " " * len(found[0]), text[found.end() : close], "  ")
        done = close + 2
    return "".join([*out, text[done:]])
