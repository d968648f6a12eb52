"""The words under which `locks.yaml` knows a schema step: "add column check", "reindex table"."""

import re
from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent_rules.schema.live import has_default, plain

__all__ = ["Choices", "forms"]

# Forms of one effect, the most exact first: the first that has a row counts.
Choices = tuple[str, ...]

TOKEN = re.compile(r"\"[^\"]*\"|`[^`]*`|\[\w+\]|'[^']*'|[\w.$]+|\(|=")
LONGEST = 7  # words of a form made from a statement
ALTERED = re.compile(
    r"(?:table|index|view|type|domain|sequence|schema|column|constraint|extension|function|"
    r"procedure|publication|role|user|database|server|policy|trigger)$"
)
LOCK_MODE = re.compile(r"(?i)\bin\s+([a-z\s]+?)\s+mode\b")
ONLINE = re.compile(r"(?i)\bonline\b(?!\s*=\s*off)")  # SQL Server's and Oracle's word
SERIAL = re.compile(r"(?i)^(?:big|small)?serial\d?$")
KIND = re.compile(r"(?i)\b(fulltext|spatial)\b")
PLACE = re.compile(r"(?i)\b(?:first|after\s+\S+)\s*$")
STORED = re.compile(r"(?i)\b(?:stored|persistent|persisted)\b")


# What fills a column, as far as its reader knows it by more than its text.
FILLED = {
    "serial": "serial",
    "identity": "identity",
    "stored": "generated stored",
    "virtual": "generated virtual",
    "auto_increment": "auto increment",
}


def forms(step: SchemaStep, given: frozenset[str] = frozenset()) -> Iterator[Choices]:
    """Yield, for each thing that a step does, the forms under which a row may speak of it."""
    operation = step.operation
    if operation is Operation.ADD_COLUMN:
        yield from _add_column(step, given)
    elif operation is Operation.ADD_CONSTRAINT:
        yield _add_constraint(step, given)
    elif operation is Operation.CREATE_INDEX:
        yield _create_index(step, given)
    elif operation in (Operation.OTHER, Operation.DATA, Operation.LOCK_TABLE):
        yield tuple(_written(step.text, given))
    elif operation is not Operation.UNKNOWN:
        yield from _rest(step, given)


def _add_column(step: SchemaStep, given: frozenset[str]) -> Iterator[Choices]:
    default = has_default(step)
    base = ("add column default", "add column") if default else ("add column",)
    text = step.text.lower()
    if step.dialect in ("mysql", "mariadb"):
        if PLACE.search(step.text):
            base = ("add column in the middle", *base)
            if "generated table" in given:
                base = ("add column in the middle of generated", *base)
        base = (*(("add column to fulltext",) if "fulltext" in given else ()), *base)
    yield base
    if "volatile default" in given:
        yield ("add column volatile default",)
    if "constrained domain" in given:
        yield ("add column constrained domain",)
    if step.generated or " as (" in text:
        yield (f"add column {_generated(step, text)}",)
    if step.nullable is False and not default and not step.generated:
        yield ("add column not null",)
    kind = "unique" if step.unique and not step.constraint else step.constraint
    if kind:
        exact = (f"add column {kind} default",) if default else ()
        yield (*exact, f"add column {kind}")
    if step.references and kind != "foreign key":
        exact = ("add column foreign key default",) if default else ()
        yield (*exact, "add column foreign key")


def _generated(step: SchemaStep, text: str) -> str:
    if step.fills in FILLED:
        return FILLED[step.fills]
    if SERIAL.match(plain(step.type)):
        return "serial"
    if STORED.search(text):
        return "generated stored"
    if "auto_increment" in text or "autoincrement" in text:
        return "auto increment"
    return "generated virtual" if " as (" in text else "identity"


def _add_constraint(step: SchemaStep, given: frozenset[str]) -> Choices:
    form = f"add {step.constraint}"
    if step.using_index:
        nullable = (f"{form} using index nullable",) if "nullable" in given else ()
        return (*nullable, f"{form} using index")
    if not step.valid or (step.dialect == "mssql" and "nocheck" in step.text.lower()):
        return (f"{form} not valid",)
    return (f"{form} unchecked", form) if "unchecked" in given else (form,)


def _create_index(step: SchemaStep, given: frozenset[str]) -> Choices:
    if step.concurrently:
        return ("create index concurrently",)
    if step.only:
        return ("create index only",)
    if step.dialect in ("mssql", "oracle") and ONLINE.search(step.text):
        return ("create index online",)
    kind = KIND.search(step.text) if step.dialect in ("mysql", "mariadb") else None
    if kind:
        more = (f"create {kind[1].lower()} index again",) if "fulltext" in given else ()
        return (*more, f"create {kind[1].lower()} index")
    partitioned = ("create index partitioned",) if "partitioned" in given else ()
    return (*partitioned, "create index")


def _rest(step: SchemaStep, given: frozenset[str]) -> Iterator[Choices]:
    form = str(step.operation)
    text = f" {step.text.lower()} "
    more: list[str] = [
        word for word in ("free", "reindexed", "rechecked", "not null", "indexed") if word in given
    ]
    if step.operation is Operation.DROP_CONSTRAINT:
        kind = step.constraint or next(
            (k for k in ("foreign key", "primary key") if k in given), ""
        )
        yield (f"drop {kind}", form) if kind else (form,)
        return
    if step.operation is Operation.VALIDATE_CONSTRAINT and "foreign key" in given:
        more.append("foreign key")
    more += [word for word in ("proved", "partition") if word in given]
    if step.concurrently:
        more.append("concurrently")
    if " cascade " in text.replace(";", " "):
        more.append("cascade")
    if step.operation is Operation.CREATE_TABLE:
        more += _created(step, text)
    if step.dialect in ("mssql", "oracle") and ONLINE.search(step.text):
        more.append("online")
    if step.operation is Operation.RENAME_TABLE and " set schema " in text:
        yield ("alter table set schema", form)
        return
    yield (*(f"{form} {word}" for word in more), form, *_written(step.text, given))


def _created(step: SchemaStep, text: str) -> list[str]:
    words = ("partition of", "references", "inherits", "as select")
    told = (step.parent, any(part.references for part in step.parts), "", step.from_query)
    found = zip(words, told, strict=True)
    return [word for word, is_so in found if is_so or re.search(rf"\b{word}\b", text)]


def _written(text: str, given: frozenset[str]) -> Iterator[str]:
    """Yield the opening words of a statement, names left out, the longest row of words first."""
    words = _words(text)
    if not words:
        return
    mode = LOCK_MODE.search(text)
    if words[0] == "lock":
        words = ["lock", "table", *(f"in {mode[1].lower()} mode".split() if mode else ())]
    low = f" {text.lower()} "
    tails = ["proved"] if "proved" in given else []
    tails += [tail for tail in ("concurrently", "not valid", "cascade") if f" {tail} " in low]
    for length in range(min(LONGEST, len(words)), 0, -1):
        form = " ".join(words[:length])
        for tail in tails:
            yield f"{form} {tail}"
        yield form


def _words(text: str) -> list[str]:
    """Return the keywords that a statement opens with; of ALTER and its like without the names."""
    tokens = [token.lower() for token in TOKEN.findall(text)[:16]]
    if tokens[:1] == ["vacuum"]:
        return ["vacuum", "full"] if "full" in tokens[:4] else ["vacuum"]
    if tokens[:1] == ["select"] and " for update" in text.lower():
        return ["select", "for", "update"]
    if tokens[:1] != ["alter"]:
        return tokens
    kept: list[str] = []
    at, named = 0, False
    while at < len(tokens):
        token = tokens[at]
        at += 1
        kept.append(token)
        if ALTERED.match(token) and (not named or token in ("column", "constraint")):
            while tokens[at : at + 1] and tokens[at] in ("if", "not", "exists", "only"):
                at += 1
            at, named = at + 1, True
    return kept
