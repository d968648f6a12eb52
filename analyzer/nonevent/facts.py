"""What one file says: immutable facts, complete in themselves, that rules are asked about.

Readers make them; `link` fills the fields that only the whole project can tell (`reach`,
`table_is_new` across files). They are named tuples, not dataclasses: a frozen, slotted
dataclass costs 0.9 ms to define and these stand on the path of every commit hook.
"""

from enum import StrEnum

from nonevent.altered import Alteration, Altered, Turn
from nonevent.location import Location, Span
from nonevent.mapped import Column, ColumnUse, Difference, Manner, Model, ModelChange
from nonevent.note import Note
from nonevent.noun import NamedTuple
from nonevent.steps import Disorder, Operation, Part, Placing, Rows, SchemaStep

__all__ = [
    "ANY",
    "APPLIED",
    "ENTRY",
    "GONE",
    "HANDED",
    "KEPT",
    "MAIN",
    "OF_OBJECT",
    "QUEUED",
    "WRAPPER",
    "WRAPPERS",
    "Alteration",
    "Altered",
    "Call",
    "Class",
    "Column",
    "ColumnUse",
    "Comment",
    "Constant",
    "Dependency",
    "Difference",
    "Disorder",
    "Fact",
    "FileFacts",
    "Function",
    "Given",
    "Held",
    "Keeping",
    "Kind",
    "Manner",
    "Model",
    "ModelChange",
    "Mutation",
    "Operation",
    "Outcome",
    "Parameter",
    "Part",
    "Placing",
    "Reach",
    "Role",
    "Rows",
    "SchemaStep",
    "Setting",
    "StateCell",
    "Turn",
    "Value",
    "Visitor",
]

# Before a method of an object that nobody can name: "*.prune".
ANY = "*."
# The scope of what stands under `if __name__ == "__main__":`.
MAIN = "__main__"
# Behind a decorator: the function inside it, which runs when the decorated one is called; twice
# behind one that is itself made by a call.
WRAPPER = "<wrapper>"
WRAPPERS = 2 * WRAPPER
# The callee of a decorator that is called: `app.route("/cart")(cart)`; its arguments are both.
APPLIED = "@"
# Behind the name of a table of functions: any of its entries.
ENTRY = "[]"
# Behind a function that is put into a queue of tasks.
QUEUED = "<queued>"
# Behind what makes an object that is called itself.
OF_OBJECT = ".__call__"
# What is handed on as a path: it is removed or temporary, or it outlives who hands it on.
GONE, KEPT = "-", "+"
# Callee of what a function was handed itself.
HANDED = "()"
# Arguments, by keyword or 0-based position, "" the receiver, each with what it begins with: `GONE`,
# `KEPT`, or the parameter of a function of the same module: "save.folder", "Cart.__init__.root".
Given = tuple[tuple[str, str], ...]
Constant = str | bytes | int | float | complex | bool | None


class Kind(StrEnum):
    """What is known of a value without running anything."""

    CONSTANT = "constant"  # `constant` holds it
    TEXT = "text"  # an f-string, `%`, `.format` or `+`: `constant` holds its leading constant part
    NAME = "name"  # `name` is what it stands for, dotted
    CALL = "call"  # `name` is the callee; `items` and `keywords` its arguments
    SEQUENCE = "sequence"  # tuple, list or set display: `items`
    MAPPING = "mapping"  # dict display: `keywords` for constant string keys
    EITHER = "either"  # `a or b`, `a if c else b`: `items` are the alternatives in order
    UNKNOWN = "unknown"


class Value(NamedTuple):
    """An expression as far as it can be known; nested for calls and displays."""

    kind: Kind
    span: Span
    constant: Constant = None
    name: str = ""
    items: "tuple[Value, ...]" = ()
    keywords: "tuple[tuple[str, Value], ...]" = ()
    # `*args`, `**kwargs` or a computed key: there may be more than is listed; of a name: it is a
    # parameter, whose value callers choose.
    open: bool = False
    alias: str = ""  # the name it was read from, as written: "CACHE_DIR", "self.path"


class Role(StrEnum):
    """What a function is for, hence when its state or its slowness hurts a deploy."""

    HANDLER = "request handler"
    TASK = "worker task"
    STARTUP = "start-up"
    CLI = "command"
    MIGRATION = "migration"
    SCRIPT = "script"
    TEST = "test"


class Outcome(StrEnum):
    """What a function does with work that it starts."""

    UNKNOWN = "unknown"  # no function's, or another place decides
    WAITED = "waited"  # it waits, or hands the work to whoever may
    ENDED = "ended"  # it cancels the work later
    OWNED = "owned"  # put into an attribute, or a name of the module
    KEPT = "kept"  # put into a set or a list
    LEFT = "left"  # nobody asks for it again


class Keeping(StrEnum):
    """What keeps the outcome of a call."""

    NONE = "none"
    NAME = "name"  # a name of a module or a class
    FILE = "file"  # a file that the same function writes


class Visitor(StrEnum):
    """Whom or what a container knows several of, told by the words of a key."""

    NONE = ""
    TALK = "talk"  # a session, a connection, a job: known again from one request to the next
    PERSON = "person"  # a user, a sender
    RECORD = "record"  # of a class that says itself that it is a store in memory


class Reach(NamedTuple):
    """From where code is reached: its own role first, or that of the nearest caller with one."""

    role: Role
    # Qualified name of the function that has the role: "upload" or "Cart.post"; of a module whose
    # body has it, the file: "page.py".
    entry: str
    chain: tuple[Location, ...]  # from the entry to the function that holds the fact
    names: tuple[str, ...] = ()  # qualified name of each function of the chain
    lent: bool = False  # on every way there somebody hands on what is removed, or temporary


class Call(NamedTuple):
    """A call whose callee some rule knows."""

    callee: str  # resolved: "requests.get", "requests.Session.get", "open"
    location: Location  # of the callee expression, `requests.get`
    extent: Location  # of the whole call
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    open: bool  # `*args` or `**kwargs` that could not be read
    scope: str  # qualified name of the enclosing function; "" at module level
    receiver: Value | None = None  # the constructor call of the object, where it was seen
    block: Span | None = None  # body of the `with` statement that this call opens
    reach: tuple[Reach, ...] = ()  # filled by link
    decorates: str = ""  # qualified name of the function that it wraps: it is reached as that is
    in_async: bool = False  # stands directly in an `async def`: the event loop runs it
    repeats: bool = False  # stands in a `while` loop, or decorates what runs until it is stopped
    version: str = ""  # filled by link: newest of its library that the project allows; "" unknown
    # Limits that callers of the function around it set: keyword → parameter; see `limits.hands`.
    hands: tuple[tuple[str, str], ...] = ()
    through: str = ""  # the function that makes the call for this one, as far as `link` tells
    unpassed: bool = False  # filled by link: no caller passes a limit through what is not read
    mentions: bool = False  # its file speaks of a timeout, in letters of any case
    libraries: tuple[str, ...] = ()  # filled by link: those that decide and the project asks for
    outcome: Outcome = Outcome.UNKNOWN  # of work that it starts
    begins: Location | None = None  # of the object that it starts, made in the same function
    starts: tuple[str, ...] = ()  # dotted names of the functions that may be that work
    bound: str = ""  # of what is made at random: the name it is kept under, "self.secret"
    keeping: Keeping = Keeping.NONE
    lasts: bool = False  # filled by link: one of them goes round in a loop, or sleeps
    # Arguments, by keyword or 0-based position, "" the receiver: paths that its function removes
    gone: tuple[str, ...] = ()  # further down; of a signal: whose receiver it connects again
    moved: tuple[tuple[str, Value], ...] = ()  # or moves, and where to
    changes: bool = False  # its file holds SQL that changes tables
    unnamed: bool = False  # opened by a `with` that gives it no name: nothing is written to it
    in_service: bool = False  # filled by link: the project handles requests
    beside_service: bool = False  # filled by link: and so does code in the same folder at the top
    unused: bool = False  # filled by link: nobody calls or mentions the function around it
    spare: bool = False  # nobody asks the disk for what it writes: it is sent on, or had again
    tries: bool = False  # it stands under `if DEBUG:` or the like
    ended: bool = False  # its function has killed what it waits for, or waited for it before
    limited: bool = False  # its file sets a default timeout for all sockets
    # Filled by link where `reach` is empty: from where the object of its method is made.
    made: tuple[Reach, ...] = ()
    handed: str = ""  # of a temporary file: the last part of what is given its path, "delay"
    served: "Setting | None" = None  # filled by link: how long the web server lets a request take
    given: Given = ()  # paths that begin with what callers hand in
    lent: tuple[str, ...] = ()  # filled by link: those of them that all callers know gone soon
    kept: tuple[str, ...] = ()  # filled by link: those that some caller wants to last
    # Its file sets a limit on an object, by an option or in a mapping, and not only as an argument.
    settles: bool = False
    # Filled by link: its limit is None in its class, and there are classes below that may set one.
    derived: bool = False
    asked: bool = False  # of a lock: its maker asks at once whether somebody holds it, no more

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """Return the argument by keyword, or by 0-based position; None where it is not given."""
        for keyword, value in self.keywords:
            if keyword == name:
                return value
        if position is not None and position < len(self.arguments):
            return self.arguments[position]
        return None


class Parameter(NamedTuple):
    """A parameter of a function."""

    name: str
    annotation: str = ""  # resolved dotted name: "fastapi.UploadFile"; "" if none or not a name
    default: str = ""  # callee or name of the default: "fastapi.Depends"


class Function(NamedTuple):
    """A function or method and what marks its role."""

    name: str  # qualified within the module: "Cart.post", "create_app.index"
    location: Location  # of its name
    parameters: tuple[Parameter, ...] = ()
    decorators: tuple[Value, ...] = ()  # kinds NAME and CALL; names resolved with receiver types
    owner: str = ""  # qualified name of the class it is a method of
    calls: tuple[str, ...] = ()  # dotted names it calls or passes on: edges of the call graph
    unlimited: bool = False  # all it returns is mappings written in it, and says no timeout
    lasts: bool = False  # it holds a `while` loop, or sleeps
    alone: bool = False  # a module's own, with calls that rules know: its file names it here alone
    lends: tuple[str, ...] = ()  # those of its calls that are given only what is gone soon
    gives: tuple[tuple[str, Given], ...] = ()  # callee and paths of its calls that are given some


class Class(NamedTuple):
    """A class and its bases."""

    name: str  # qualified within the module
    location: Location
    bases: tuple[str, ...] = ()  # resolved dotted names
    lives: bool = False  # a singleton: its object lives as long as the process
    relays: bool = False  # it passes messages on through a broker: other processes hear them
    limits: bool = False  # it speaks of a timeout: what it inherits from a client is bounded


class Held(NamedTuple):
    """What a name of a module, an attribute or the result of a function is made by."""

    # Qualified within the module: "session", "Shop.client", "make_client()"; "@mailer" is an
    # attribute, or an entry, of the application; "COMMANDS[]" is any entry of a table of functions;
    # "!Cart" is what a container of dependencies makes once.
    name: str
    type: str  # resolved: "requests.Session", "shop.clients.ApiSession"
    made: Value | None = None  # the constructor call of a client, where one place says it
    called: bool = False  # the type is called: the name holds an object of it
    others: tuple[str, ...] = ()  # where several are called, which ones: the type is ""


class StateCell(NamedTuple):
    """A name that holds something mutable for as long as the process lives."""

    name: str  # qualified: "CARTS", "Rooms.open"
    holds: str  # "dict", "list", "set", or the resolved constructor: "cachetools.TTLCache"
    location: Location
    empty: bool  # starts empty: filled while the process runs
    of_each: bool = False  # every object of the class has one: it lives where an object does
    enclosed: bool = False  # a name of a function, which those inside it share


class Mutation(NamedTuple):
    """A change of module-level state, from inside a function or at import."""

    cell: str  # "SESSIONS", or dotted "shop.state.SESSIONS" where it stands in another module
    how: str  # "item assignment", "append", "del", "augmented assignment", "global assignment" …
    location: Location
    scope: str  # qualified name of the enclosing function; "" at import
    value: Value | None = None  # what is stored, where it can be told
    target: StateCell | None = None  # filled by link: the cell
    reach: tuple[Reach, ...] = ()  # filled by link
    of_self: bool = False  # through the `self` of a method
    looked_up: bool = False  # its function looks first whether it is there: it fills a cache
    thrown_out: bool = False  # filled by link: requests take something out of the cell elsewhere
    rows: bool = False  # what is stored comes from a query of a database
    filled: bool = False  # filled by link: requests put something into the cell elsewhere
    given: bool = False  # what is stored comes with a parameter of its function, or the request
    toggles: bool = False  # functions of its file bind the name to more than one constant
    switched: bool = False  # filled by link: one handler binds the name to None, another does not
    # Filled by link: nobody is known to reach it, and requests take out of its cell what it puts in
    beside: bool = False
    visitor: Visitor = Visitor.NONE  # under whose name, or whom: as the words of the key say
    fetched: bool = False  # what is stored was asked for by the same key, of whoever has it
    # Filled by link: the project handles requests, and no role is known to reach the change.
    loose: bool = False
    brief: bool = False  # the same function takes it out again, further down
    unsure: bool = False  # filled by link: nobody is seen to keep the object whose cell it is
    here: bool = False  # its key is a task or a thread of this process
    made: bool = False  # of an object that its function asks a class for: one, of a singleton


class Setting(NamedTuple):
    """A named configuration value: `SESSION_ENGINE = …` or `app.config["SECRET_KEY"] = …`."""

    name: str  # "SESSION_ENGINE", "SECRET_KEY"
    value: Value
    location: Location
    scope: str = ""
    owner: str = ""  # "" a module-level name; else the type of the object: "flask.Flask"
    condition: str = ""  # words of the `if` around it: "DEBUG"; "not DEBUG" where they must fail
    elsewhere: tuple[str, ...] = ()  # filled by link: modules beside its own that set it, too
    others: "tuple[Setting, ...]" = ()  # filled by link: what else sets it, or decides with it
    libraries: tuple[str, ...] = ()  # filled by link, as of a call
    versions: tuple[tuple[str, str], ...] = ()  # filled by link: library → newest that may run
    settings: "tuple[Setting, ...]" = ()  # filled by link: all that the project makes
    idle: bool = False  # of a place for media: no code of the project puts a file there


class Comment(NamedTuple):
    """A comment addressed to nonevent: `nonevent: …`, without its marker."""

    text: str  # from "nonevent:" on, stripped
    location: Location
    alone: bool  # the line holds nothing else: it speaks of the next line of code
    # Filled by suppression, as what follows: "ignore", "ignore-file", or what stands for them
    word: str = ""
    rules: tuple[str, ...] = ()  # ids between the brackets
    reason: str = ""  # what is said after the brackets
    unknown: tuple[tuple[str, str], ...] = ()  # ids that no rule has, each with the nearest or ""
    unused: tuple[str, ...] = ()  # ids whose rule ran and found nothing here
    until: str = ""  # the last day on which it counts: "2027-01-31"; or what was said for one
    expired: bool = False  # that day is past
    dateless: bool = False  # what was said for one is none


class Dependency(NamedTuple):
    """A library that a project asks for, as one of its requirements or lock files says."""

    name: str  # as package indexes compare it: "redis", "flask-caching"
    specifier: str  # "==4.4.4", ">=4,<8", "^4.5"; "" for any version
    location: Location


Fact = (
    Call
    | Class
    | Comment
    | Function
    | Mutation
    | SchemaStep
    | Setting
    | StateCell
    | Dependency
    | Model
    | ColumnUse
    | ModelChange
    | Disorder
    | Alteration
)


class FileFacts(NamedTuple):
    """All that one file says."""

    path: str
    facts: tuple[Fact, ...] = ()
    comments: tuple[Comment, ...] = ()
    notes: tuple[Note, ...] = ()
    module: str = ""  # dotted name by path: "shop.views"; "" where the file is no Python module
    exports: tuple[tuple[str, str], ...] = ()  # name in this module → dotted name it stands for
    held: tuple[Held, ...] = ()  # what may be the object of a call in another module
    pending: tuple[Call, ...] = ()  # calls that `link` resolves or drops: "shop.clients.api.get"
    limited: tuple[str, ...] = ()  # last parts of names that are called with a limit
    is_program: bool = False  # it has code under `if __name__ == "__main__":`
    copied: bool = False  # filled by link: it is another project's, copied into this one
