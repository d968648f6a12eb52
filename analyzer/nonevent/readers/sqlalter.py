"""ALTER TABLE taken apart: its table, and its actions with their verbs and extents."""

from collections.abc import Iterator

from nonevent.noun import NamedTuple
from nonevent.readers.sqlcolumns import Tokens, commas, group, name_at, skip
from nonevent.readers.sqllexer import words

__all__ = ["OPTIONS", "QUIET", "Action", "Altered", "actions_of", "altered"]


class Altered(NamedTuple):
    """What stands before the actions of an ALTER TABLE."""

    table: str  # as written, without quotes
    at: int  # index of the first token after it


class Action(NamedTuple):
    """One action: its first word or words, and what they act on."""

    verb: tuple[str, ...]  # "ADD", "DROP COLUMN", …: carried over commas in T-SQL and Oracle
    tokens: Tokens  # without the verb
    start: int
    end: int


def altered(text: str, tokens: Tokens) -> Altered | None:
    """Return the table of `ALTER [ONLINE] TABLE [IF EXISTS] [ONLY] name [*]`; None if none."""
    at = skip(tokens, 0, "ALTER")
    for word in ("ONLINE", "OFFLINE", "IGNORE", "FOREIGN"):
        at = skip(tokens, at, word)
    if not at or skip(tokens, at, "TABLE") == at:
        return None
    at = skip(tokens, at + 1, "IF", "EXISTS")
    at = skip(tokens, at, "ONLY")
    bracketed = skip(tokens, at, "(") if tokens[at - 1].word == "ONLY" else at
    table, after = name_at(text, tokens, bracketed)
    if not table:
        return None
    after = after + (bracketed - at)
    return Altered(table, skip(tokens, after, "*"))


# Words that begin an action. A part between commas that begins otherwise goes on with the verb
# of the part before: `ADD a int, b int` (T-SQL), `DROP COLUMN a, b`.
VERBS = words("ADD DROP ALTER MODIFY CHANGE RENAME VALIDATE")
QUIET = words(
    "SET RESET OWNER ENABLE DISABLE ATTACH DETACH INHERIT NO CLUSTER REPLICA FORCE ENGINE COMMENT"
    " AUTO_INCREMENT ROW_FORMAT CONVERT DEFAULT CHARACTER CHARSET COLLATE ORDER PARTITION"
    " REORGANIZE EXCHANGE TRUNCATE COALESCE ANALYZE CHECK OPTIMIZE REBUILD REPAIR REMOVE DISCARD"
    " IMPORT NOCHECK SWITCH SPLIT MERGE MOVE LOGGING NOLOGGING PARALLEL NOPARALLEL CACHE NOCACHE"
    " READ SHRINK INMEMORY ALLOCATE DEALLOCATE TABLESPACE KEY_BLOCK_SIZE OPTIONS UPGRADE NOT OF"
    " STATS_PERSISTENT STATS_AUTO_RECALC STATS_SAMPLE_PAGES MAX_ROWS MIN_ROWS AVG_ROW_LENGTH"
    " PACK_KEYS CHECKSUM CONNECTION COMPRESSION ENCRYPTION INITRANS PCTFREE MONITORING WITHOUT"
    " SECONDARY_LOAD SECONDARY_UNLOAD"
)
OPTIONS = frozenset(("ALGORITHM", "LOCK"))  # of MySQL: how, not what


def actions_of(tokens: Tokens) -> Iterator[Action]:
    """Yield the actions that stand after the table's name."""
    verb: tuple[str, ...] = ()
    for part in _parts(tokens):
        lead = _verb_of(part, verb)
        own = part[len(lead) :] if part[0].word in {*VERBS, "WITH"} else part
        if not lead:
            yield Action((), part, part[0].start, part[-1].end)
            continue
        verb = lead
        inner = list(commas(own[1:-1])) if _is_list(own) else []
        if len(inner) > 1:
            yield from (Action(lead, piece, piece[0].start, piece[-1].end) for piece in inner)
        else:
            yield Action(lead, inner[0] if inner else own, part[0].start, part[-1].end)


def _parts(tokens: Tokens) -> Iterator[Tokens]:
    """Yield what stands between the commas, and Oracle's `ADD (…) MODIFY (…)` apart."""
    for part in commas(tokens):
        begin, at = 0, 0
        while at < len(part):
            if part[at].word == "(":
                at = group(part, at)
                if at < len(part) and part[at].word in {"ADD", "MODIFY", "DROP", "RENAME"}:
                    yield part[begin:at]
                    begin = at
            else:
                at += 1
        yield part[begin:]


def _is_list(tokens: Tokens) -> bool:
    return len(tokens) > 2 and tokens[0].word == "(" and group(tokens, 0) == len(tokens)  # noqa: PLR2004


def _verb_of(part: Tokens, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of the part that say what is done; those of the part before if none do."""
    words = [token.word for token in part[:4]]
    if words[0] == "WITH" and words[1:3] in (["CHECK", "ADD"], ["NOCHECK", "ADD"]):
        return tuple(words[:3])
    if words[0] not in VERBS:
        carried = before[:1] in (("ADD",), ("DROP",)) or before[2:] == ("ADD",)
        known = words[0] in QUIET or words[0] in OPTIONS or words[0] == "WITH"
        return before if carried and not known else ()
    size = (
        2
        if words[0] in {"ADD", "DROP", "MODIFY", "ALTER", "CHANGE"} and words[1:2] == ["COLUMN"]
        else 1
    )
    return tuple(words[:size])
