"""The Alembic reader: a view of the `op.…` calls that the Python reader found in one file."""

import re
from itertools import islice

from nonevent.facts import Call, FileFacts, Function, Operation, SchemaStep
from nonevent.note import Note
from nonevent.readers.alembic_operations import OPERATIONS, read
from nonevent.readers.branches import branches
from nonevent.readers.embedded import Reading
from nonevent.readers.enumtypes import CreatedType, created_types
from nonevent.readers.excerpt import Source, inside, source
from nonevent.readers.sqlguess import folder_dialect
from nonevent.readers.standing import in_order

__all__ = ["concerns", "view"]

# What a `downgrade` that is left empty begins with; it is the last function of its file.
NOWHERE = re.compile(r"def downgrade\(.*\).*:\s*(?:#.*)?$")
UNCHANGING = frozenset(
    (
        Operation.DATA,
        Operation.OTHER,
        Operation.UNKNOWN,
        Operation.SET,
        Operation.BEGIN,
        Operation.END,
        Operation.REINDEX,
        Operation.VALIDATE_CONSTRAINT,
    )
)
ENDS = frozenset(("COMMIT", "END", "ROLLBACK"))
BEGINS = frozenset(("BEGIN", "START"))


def concerns(facts: FileFacts) -> bool:
    """Tell whether a file holds Alembic operations."""
    return any(
        isinstance(fact, Call) and fact.callee.startswith(OPERATIONS) for fact in facts.facts
    )


def view(facts: FileFacts, text: str, dialect: str = "") -> Reading:
    """Return the schema steps of a migration in the order of the source, and what is unknown."""
    page = source(facts.path, text)
    dialect = dialect or folder_dialect(facts.path)  # `versions/sqlite/…`, beside another one's
    calls = [
        fact
        for fact in facts.facts
        if isinstance(fact, Call) and fact.callee.startswith(OPERATIONS)
    ]
    down = _down(facts)
    alone = inside(call.block for call in calls if call.block and _is_autocommit(call))
    stands = branches(text)
    types = list(created_types(text))
    steps: list[SchemaStep] = []
    scopes: list[str] = []
    notes: list[Note] = []
    ended: set[str] = set()  # functions that ended Alembic's transaction by a COMMIT of their own
    for call in calls:
        while types and types[0].span[0] < call.location.line:
            steps.append(_type(types[0], dialect, down, page))
            scopes.append(types.pop(0).function)
        standing = stands(call.location.line)
        step = SchemaStep(
            operation=Operation.OTHER,
            location=call.location,
            framework="alembic",
            dialect=standing.dialect or dialect,
            in_transaction=call.scope not in ended and not alone(call.extent[1:]),
            direction="down" if call.scope in down else "up",
            text=page.one_line(call.extent[1:]),
            extent=call.extent,
            branch=standing.branch,
        )
        found = read(call, step, page)
        steps.extend(found[0])
        notes.extend(found[1])
        scopes.extend([call.scope] * len(found[0]))
        for item in found[0]:
            word = item.text.partition(" ")[0].upper().rstrip(";")
            if word in ENDS:
                ended.add(call.scope)
            elif word in BEGINS:
                ended.discard(call.scope)
    for made in types:
        steps.append(_type(made, dialect, down, page))
        scopes.append(made.function)
    found_steps = in_order(steps, scopes)
    return _one_way(found_steps) if _goes_nowhere(page) else found_steps, tuple(notes)


def _type(made: CreatedType, dialect: str, down: frozenset[str], page: Source) -> SchemaStep:
    location = page.locate(made.span)
    return SchemaStep(
        operation=Operation.CREATE_OBJECT,
        location=location,
        framework="alembic",
        dialect=dialect,
        name=made.name,
        object="type",
        values=made.values,
        in_transaction=True,
        direction="down" if made.function in down else "up",
        text=page.one_line(made.span),
        extent=location,
    )


def _one_way(steps: tuple[SchemaStep, ...]) -> tuple[SchemaStep, ...]:
    """Mark the first step that changes the schema: nothing leads back from it."""
    for at, step in enumerate(steps):
        if step.operation not in UNCHANGING and step.direction == "up":
            return (*steps[:at], step._replace(reversible=False), *steps[at + 1 :])
    return steps


def _goes_nowhere(page: Source) -> bool:
    """Tell whether `downgrade` is there and does nothing, not even raise an exception."""
    lines = iter(page.lines)
    if not any(line.startswith("def downgrade(") and NOWHERE.match(line) for line in lines):
        return False
    body = (line.strip() for line in lines)
    said = (line for line in body if line and not line.startswith("#"))
    return [*islice(said, 2)] in (["pass"], ["..."], ["return"])


def _is_autocommit(call: Call) -> bool:
    return call.callee.endswith(".autocommit_block")


def _down(facts: FileFacts) -> frozenset[str]:
    """Return the functions that only the way back runs."""
    functions = {fact.name: fact for fact in facts.facts if isinstance(fact, Function)}
    called: set[str] = set()
    for function in functions.values():
        called.update(_local(function))
    back = [name for name in functions if name.rpartition(".")[2].startswith("downgrade")]
    # A function that nothing here calls may be called from anywhere: it counts as a way forward.
    forward = [
        name
        for name in functions
        if name.startswith("upgrade") or (name not in called and name not in back)
    ]
    return _reached(back, functions) - _reached(forward, functions)


def _reached(roots: list[str], functions: dict[str, Function]) -> frozenset[str]:
    found: set[str] = set()
    stack = list(roots)
    while stack:
        name = stack.pop()
        if name in functions and name not in found:
            found.add(name)
            stack.extend(_local(functions[name]))
    return frozenset(found)


def _local(function: Function) -> list[str]:
    return [call.rpartition(":")[2] for call in function.calls if ":" in call]
