"""Module-level containers that a request handler changes."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Kind, Mutation, Reach, Role, StateCell, Value, Visitor
from nonevent.finding import Confidence, Persona, Related, Severity
from nonevent.rule import Problem, Table, rule
from nonevent_rules.served import nearest
from nonevent_rules.stage import is_deployed


class Container(NamedTuple):
    """A row of `containers.yaml`: a type whose objects change in place."""

    holds: str  # "dict", "cachetools.TTLCache"
    cache: bool = False  # forgets by itself: what it holds can be had again
    queue: bool = False  # what is put into it waits for work in this process


# Words of names. What only saves work: losing it costs time, and two replicas may differ.
SAVES_WORK = frozenset({"cache", "cached", "caches", "compiled", "memo", "memos", "memoized"})
# What concerns this very process or machine: warnings said once, ports that are taken.
OWN_BUSINESS = frozenset(
    {"warned", "warnings", "logged", "deprecated", "deprecations"}
    | {"cuda", "gpu", "gpus", "vram", "weights"}
    | {
        "instruments",
        "meter",
        "metric",
        "metrics",
        "pid",
        "pids",
        "port",
        "ports",
        "telemetry",
        "tracer",
        "tracers",
    }
)
# In the path of what counts only what this process does.
MEASURING = frozenset({"metrics", "telemetry"})
# Before "connections", what they lead to: each replica opens its own.
STORES = frozenset({"database", "databases", "db", "redis", "sql"})
RUNNING = ("task", "tasks", "future", "futures")
STARTS = ("call_at", "call_later", "create_task", "ensure_future", "submit")
SIGNS = ("Condition", "Event", "Future", "Thread", "Timer", "create_future")
DECORATES = frozenset({"decorate", "decorator"})  # functions that take another one in
ADDS = re.compile(r"_*add_(?:\w+_)?(?:callbacks?|hooks?)")
GAUGES = frozenset({"count", "counter", "total"})  # after what this process has open
REGISTERS = ("register", "unregister")
TAKES = ("clear", "del", "discard", "pop", "popitem", "popleft", "remove")
STARTING = ("configure", "includeme", "init", "load", "register", "setup", "unregister")
PUTS = ("append", "appendleft", "extend", "put", "put_nowait")
REORDERS = ("sort", "reverse")  # the same things in another order
REBINDS = "global assignment"
COUNTS = "augmented assignment"
NAME = "name"  # held by a cell that is a plain name
# Functions that put what they are handed into a name of their module.
SETTERS = re.compile(
    r"_*(?:change|choose|disable|enable|pause|resume|select|set|start|stop|switch|toggle|update)"
    r"(?:_|[A-Z])"
)
# Of a flag: what each process does once.
ONCE = frozenset(
    {"already", "configured", "done", "init", "initialised", "initialized", "inited", "installed"}
    | {"loaded", "once", "patched", "ready", "registered", "setup", "started"}
)
SETS = "attribute assignment"
# What can be made anew from the settings, wherever it is needed.
REMADE = frozenset(
    {"adapter", "adapters", "backend", "backends", "client", "clients", "engine", "engines"}
    | {"collection", "collections", "database", "databases", "db", "dbs", "driver", "drivers"}
    | {"handler", "handlers"}
    | {"instance", "instances", "loader", "loaders", "model", "models", "pool", "pools"}
    | {"provider", "providers", "service", "services", "storages", "template", "templates"}
)
# What stands behind the word for what a container keeps: `client_map`, `engines_by_url`.
HOLDERS = frozenset(
    {"all", "dict", "factory", "lookup", "manager", "map", "mapping", "registry", "store", "table"}
)
LINKS = frozenset({"by", "for", "of", "per"})
# What the program's own code brings, the same in every process that has gone the same way.
CODE = frozenset(
    {
        "actions",
        "builtin",
        "builtins",
        "commands",
        "converters",
        "factories",
        "formatters",
        "hooks",
        "parsers",
        "plugins",
    }
    | {"registries", "registry", "renderers", "resolvers", "serializers", "validators"}
)
# What says who somebody is and what he may do.
RIGHTS = frozenset(
    {"credentials", "keys", "logins", "permissions", "privileges", "sessions", "tokens"}
)
# Stand-ins for what is used where users are served.
DOUBLES = frozenset({"dummy", "fake", "mock", "stub"})
LOCKS = frozenset({"lock", "locks", "mutex", "semaphore", "semaphores"})
PEERS = frozenset(
    {"connected", "connection", "connections", "listeners", "peers", "rooms", "sockets"}
    | {"subscribers", "subscriptions", "websockets"}
)

REMEDY = "Keep it in a store that all replicas share: a database table, Redis, a queue"


class Kept(NamedTuple):
    """What is lost with a process, and what to do instead."""

    consequence: str
    remedy: str = REMEDY


WAITING = Kept(
    "what waits in it is lost in a deploy, and no other replica works on it",
    "Put it into a queue outside the process: a broker, a database table, a stream",
)
PEER = Kept(
    "who is connected to another replica is not reached, and a deploy forgets them all",
    "Pass messages on through a broker that all replicas hear: Redis publish/subscribe, NATS",
)
LOCK = Kept(
    "a request in another replica does not wait for it",
    "Take a lock that all replicas respect: an advisory lock of the database, a lock in Redis",
)
COPY = Kept("each replica answers from its own copy until a deploy empties it")
ROWS = Kept(
    "each replica goes on with the rows that it read first, whatever changes in the database",
    "Keep them for one request alone, or in a cache that all replicas share, with a time limit",
)
LOST = Kept("another replica does not see it and a deploy loses it")


def find(mutation: Mutation, rows: Mapping[str, Container]) -> Iterator[Problem]:
    """Yield a problem where a request changes what only this process has."""
    cell = mutation.target
    reach = nearest(mutation, Role.HANDLER)
    if cell is None:
        return
    container = rows.get(cell.holds)
    if mutation.how == SETS or cell.holds == NAME:
        container = Container(cell.holds)
    if cell.holds == NAME and mutation.how not in {SETS, REBINDS, COUNTS}:
        return
    if container is None or _is_harmless(mutation, cell):
        return
    named = {*_words(cell), *mutation.scope.rpartition(".")[2].lower().split("_")}
    saves_work = container.cache or not SAVES_WORK.isdisjoint(named) or _is_remade(mutation, cell)
    of_rows = mutation.rows and not container.cache and (saves_work or mutation.looked_up)
    passes = mutation.brief and PEERS.isdisjoint(_words(cell))
    asked = reach is None and not passes and _is_asked_for(mutation)
    if reach is None and (mutation.reach or not (of_rows or mutation.beside or asked)):
        return
    saves_work = saves_work or (mutation.fetched and mutation.looked_up)
    waits = asked and mutation.visitor is not Visitor.RECORD
    saves_work = saves_work and not (waits or mutation.switched or _is_kept_for(mutation))
    kept = COPY if saves_work else _kept(cell, container)
    if of_rows:
        kept, saves_work = ROWS, False
    confidence, persona = _weight(mutation, cell, reach)
    words = _words(cell)
    told = mutation.filled or not CODE.isdisjoint(words) or _is_registration(mutation, reach)
    told = told or _leads_to_store(cell)
    told = told or (saves_work and not _matters(mutation, cell, container))
    if persona is None and (told or passes):
        persona = Persona.PEDANTIC
    yield Problem(
        f"`{cell.name}` is changed {_by(mutation, reach)} and lives only in this process: "
        f"{kept.consequence}",
        remedy=kept.remedy,
        severity=_severity(saves_work=saves_work, of_rows=of_rows),
        confidence=confidence,
        persona=persona,
        related=tuple(_related(cell, mutation, reach)),
    )


def _is_asked_for(mutation: Mutation) -> bool:
    """Tell whether somebody comes again for what is stored, whoever is known to reach it.

    What starts a program, and what measures it, keeps nothing for anybody.
    """
    if not mutation.loose or not mutation.visitor or mutation.fetched or mutation.how == SETS:
        return False
    scope = mutation.scope.rpartition(".")[2].lstrip("_")
    words = re.findall("[a-z]+", mutation.location.path)
    return not scope.startswith(STARTING) and OWN_BUSINESS.isdisjoint(words)


def _is_kept_for(mutation: Mutation) -> bool:
    """Tell whether what is called a cache waits in it for somebody to come again."""
    if mutation.visitor is Visitor.PERSON:
        return mutation.how in PUTS
    return mutation.visitor is Visitor.TALK and not (mutation.fetched or mutation.looked_up)


def _is_registration(mutation: Mutation, reach: Reach | None) -> bool:
    """Tell whether the program's own code announces itself, as far as names say.

    `register_macro` does, unless the request is there to register something itself.
    """
    name = mutation.scope.rpartition(".")[2]
    if name in DECORATES and mutation.how not in TAKES:
        return True
    if ADDS.fullmatch(name) and reach is not None and mutation.scope != reach.entry:
        return True
    if reach is None or not name.lstrip("_").startswith(REGISTERS) or mutation.scope == reach.entry:
        return False
    return not any(word in reach.entry.lower() for word in ("regist", "signup", "sign_up", "join"))


def _severity(*, saves_work: bool, of_rows: bool) -> Severity | None:
    if of_rows:
        return Severity.WARNING
    return Severity.NOTE if saves_work else None


def _matters(mutation: Mutation, cell: StateCell, container: Container) -> bool:
    """Tell whether an old copy does harm: who may do what, or what a request has thrown out."""
    if container.cache or _is_remade(mutation, cell):
        return False
    if mutation.thrown_out:  # told once, where something goes in
        return mutation.how not in TAKES
    return not RIGHTS.isdisjoint(_words(cell))


def _is_remade(mutation: Mutation, cell: StateCell) -> bool:
    """Tell whether a container keeps clients and the like, made when they are first asked for.

    What it keeps is the last word of its name: `models_by_name`, but not `model_limits`.
    """
    owner, _, name = cell.name.rpartition(".")
    if REMADE.isdisjoint((_kept_in(name), _kept_in(_parted(owner)))):
        return False
    return mutation.looked_up or mutation.how in {"del", "pop", "clear"}


def _kept(cell: StateCell, container: Container) -> Kept:
    """Return what is lost with the cell, as its name and its type tell."""
    words = _words(cell)
    if container.queue:
        return WAITING
    if not LOCKS.isdisjoint(words):
        return LOCK
    return LOST if PEERS.isdisjoint(words) or _leads_to_store(cell) else PEER


def _leads_to_store(cell: StateCell) -> bool:
    """Tell whether a container keeps connections to a database: `db_connections`."""
    words = _words(cell)
    return words[-1] == "connections" and not STORES.isdisjoint(words)


def _is_harmless(mutation: Mutation, cell: StateCell) -> bool:
    if not mutation.scope or mutation.how in REORDERS:
        return True
    if mutation.how == "set" and not cell.holds.startswith("aiocache."):  # of a part of it
        return True
    if mutation.how == SETS and mutation.scope == f"{cell.name.rpartition('.')[0]}.__init__":
        return True  # each object gets a number: the order in which a class made them
    words = _words(cell)
    if mutation.here:
        return True
    if mutation.how == SETS and words[-1] in GAUGES and not PEERS.isdisjoint(words):
        return True  # how many of them: it takes no more than so many
    if not DOUBLES.isdisjoint(words) or not is_deployed(mutation.location.path):
        return True
    if not OWN_BUSINESS.isdisjoint(words) or (cell.holds == "set" and words[-1] in RUNNING):
        return True
    if not MEASURING.isdisjoint(re.split(r"[/._]", cell.location.path)):
        return True
    if mutation.how == SETS and mutation.looked_up:
        return True  # asked once what each process finds alike: whether it runs in a container
    if cell.holds == NAME and not ONCE.isdisjoint(words):
        return True
    return mutation.value is not None and _is_own(mutation.value)


def _words(cell: StateCell) -> list[str]:
    owner, _, name = cell.name.rpartition(".")
    return [*_parted(owner).lower().strip("_").split("_"), *name.lower().split("_")]


def _parted(name: str) -> str:
    """Return the name of a class with its words apart: "ClientPool" is "_Client_Pool"."""
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in name)


def _kept_in(name: str) -> str:
    """Return the word of a name that says what is kept: "engines" of `_engines_by_url_map`."""
    words = name.lower().strip("_").split("_")
    at = next((at for at, word in enumerate(words) if at and word in LINKS), len(words))
    kept = [word for word in words[:at] if word not in HOLDERS] or words
    return kept[-1]


def _is_own(value: Value) -> bool:
    """Tell whether work under way is kept, or a sign for it, which mean nothing elsewhere."""
    if value.kind is Kind.EITHER:
        return any(map(_is_own, value.items))
    return value.kind is Kind.CALL and value.name.rpartition(".")[2] in {*STARTS, *SIGNS}


def _weight(
    mutation: Mutation, cell: StateCell, reach: Reach | None
) -> tuple[Confidence, Persona | None]:
    if cell.holds == NAME and mutation.how == COUNTS and not _is_own_doing(mutation, reach):
        return Confidence.LOW, Persona.PEDANTIC
    if mutation.how == SETS and mutation.given and not _is_own_doing(mutation, reach):
        return Confidence.LOW, Persona.PEDANTIC
    if mutation.how == REBINDS and not _is_told(mutation, reach):
        # A whole new object: most often a client or settings, made late.
        return Confidence.LOW, Persona.AUDITOR
    if mutation.how in {SETS, REBINDS} or reach is None:
        return Confidence.MEDIUM, None
    at_home = all(place.path == mutation.location.path for place in reach.chain)
    return (Confidence.HIGH if at_home else Confidence.MEDIUM), None


def _is_told(mutation: Mutation, reach: Reach | None) -> bool:
    """Tell whether a name is bound to what a request brings, or is a flag that it sets."""
    if mutation.switched:
        return True
    if reach is None or mutation.value is None or not _is_own_doing(mutation, reach):
        return False
    if mutation.value.kind is Kind.CONSTANT:
        if mutation.value.constant is None:
            return False
        return mutation.toggles or not mutation.looked_up
    return mutation.given and not mutation.looked_up


def _is_own_doing(mutation: Mutation, reach: Reach | None) -> bool:
    """Tell whether the handler itself does it, or a function that is there to do it."""
    if reach is None:
        return False
    if mutation.scope == reach.entry:
        return True
    sets = SETTERS.match(mutation.scope.rpartition(".")[2]) is not None
    return sets and mutation.value is not None and mutation.value.kind is not Kind.CALL


def _by(mutation: Mutation, reach: Reach | None) -> str:
    if reach is None:
        return f"in `{mutation.scope}`"
    if mutation.scope == reach.entry:
        return f"by request handler `{reach.entry}`"
    return f"in `{mutation.scope}`, reached from request handler `{reach.entry}`,"


def _related(cell: StateCell, mutation: Mutation, reach: Reach | None) -> Iterator[Related]:
    yield Related(cell.location, f"`{cell.name}` is made here, once in each process")
    if reach is not None and mutation.scope != reach.entry and reach.chain:
        yield Related(reach.chain[0], f"request handler `{reach.entry}` starts here")


RULE = rule(
    __file__,
    on=Mutation,
    find=find,
    table=Table("containers", Container),
)
