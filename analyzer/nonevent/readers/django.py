"""The Django reader: a view of the operations that the Python reader found in a migration."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from nonevent.facts import Call, Class, FileFacts, Kind, Operation, SchemaStep, Setting, Value
from nonevent.location import Span
from nonevent.note import Note
from nonevent.readers.django_derived import classes_of, derived, plain
from nonevent.readers.django_models import Models
from nonevent.readers.django_move import PARAMETERS, Move, is_djangos, name_of
from nonevent.readers.django_operations import read
from nonevent.readers.embedded import Reading
from nonevent.readers.excerpt import Source, inside, source
from nonevent.readers.standing import in_order

__all__ = ["concerns", "view"]

NOTHING = Value(Kind.UNKNOWN, (0, 0, 0, 0))


def concerns(facts: FileFacts) -> bool:
    """Tell whether a file holds a Django migration with operations, its own or of a plug-in."""
    if not _is_migration(facts):
        return False
    return any(isinstance(fact, Call) and is_djangos(fact.callee) for fact in facts.facts) or any(
        True for _ in _listed(facts)
    )


def _is_migration(facts: FileFacts) -> bool:
    """Tell migrations from tests and tools that call the same operations."""
    return "/migrations/" in f"/{facts.path}" or any(
        isinstance(fact, Class) and "django.db.migrations.Migration" in fact.bases
        for fact in facts.facts
    )


def view(facts: FileFacts, text: str, dialect: str = "") -> Reading:
    """Return the schema steps of a migration in the order of the source, and what is unknown.

    What stands in `state_operations` keeps its data: Django tells itself, not the database. So
    does a squashed migration: whoever runs the app has applied what it replaces.
    """
    if not concerns(facts):
        return (), ()
    page, models = source(facts.path, text), Models(facts.path)
    told = inside(_states(facts))
    own = _settings(facts)
    is_squashed = "replaces" in own and bool(own["replaces"].items)
    # What once replaced others is initial as well, when its list of them is taken out.
    named = page.path.rpartition("/")[2]
    is_first = own.get("initial", NOTHING).constant is True and (
        "initial" in named or "squashed" in named
    )
    classes = classes_of(facts)
    steps: list[SchemaStep] = []
    notes: list[Note] = []
    for name, call in _operations(facts, page):
        made = None if is_djangos(call.callee) else derived(call, classes, page)
        step = SchemaStep(
            operation=Operation.OTHER,
            location=call.location,
            framework="django",
            dialect=dialect,
            in_transaction=own.get("atomic", NOTHING).constant is not False,
            table_is_new=is_first,
            text=page.one_line(call.extent[1:]),
            extent=call.extent,
        )
        move = Move(name if made is None else made.name, call, step, page, models)
        model = move.model()
        in_state = told(call.extent[1:]) or (made is not None and made.in_state)
        left = is_squashed or in_state or models.is_left(model)
        found = read(move._replace(step=step._replace(table=models.table(model), keeps_data=left)))
        if in_state and any(one.operation is Operation.UNKNOWN for one in found[0]):
            continue
        steps.extend(found[0])
        notes.extend(found[1])
    return in_order(steps, [""] * len(steps)), tuple(notes)


# -- which operations there are ----------------------------------------------------------------


def _operations(facts: FileFacts, page: Source) -> Iterator[tuple[str, Call]]:
    """Yield every operation once, by name, in the order of the source.

    Those of Django are calls that the Python reader knows. Others stand only in the migration's
    list, and in lists inside it.
    """
    calls = [fact for fact in facts.facts if isinstance(fact, Call) and is_djangos(fact.callee)]
    found = [(name_of(call.callee), call) for call in calls if _is_operation(name_of(call.callee))]
    starts = sorted(call.extent[1:3] for call in calls)
    for value in _listed(facts):
        # `[migrations.RunSQL(text) for text in TEXTS]` holds an operation that is known.
        first = bisect_left(starts, value.span[:2])
        if first == len(starts) or starts[first] >= value.span[2:]:
            found.append(_call(value, page))
    yield from sorted(found, key=lambda pair: pair[1].extent[1:3])


def _is_operation(name: str) -> bool:
    """Tell `AddField` from `swappable_dependency` and from the migration itself."""
    is_class = name[:1].isupper() and "." not in name
    return is_class and name not in {"Migration", "SeparateDatabaseAndState"}


def _listed(facts: FileFacts) -> Iterator[Value]:
    """Yield what the lists of operations hold that is none of Django's."""
    for fact in facts.facts:
        if isinstance(fact, Setting) and fact.name == "operations" and fact.scope:
            yield from _foreign(fact.value)


def _foreign(value: Value) -> Iterator[Value]:
    """Yield what stands in a list of operations and is none of Django's."""
    if value.kind is Kind.CALL and is_djangos(value.name):
        inner = dict(value.keywords).get("database_operations")
        if inner is None and value.name.endswith(".SeparateDatabaseAndState") and value.items:
            inner = value.items[0]
        if inner is not None:
            yield from _foreign(inner)
    elif value.kind in {Kind.SEQUENCE, Kind.EITHER} or (value.kind is Kind.UNKNOWN and value.items):
        for item in value.items:
            yield from _foreign(item)
    elif value.kind is not Kind.CONSTANT:
        yield value


def _call(value: Value, page: Source) -> tuple[str, Call]:
    """Return a call like those of the Python reader for an operation it does not know."""
    written = page.cut(value.span)
    callee = re.match(r"[\w.]+", written)
    line, column, _, _ = value.span
    location = page.locate(value.span)
    if callee is not None:
        location = page.locate((line, column, line, column + callee.end()))
    name = value.name or (callee[0] if callee else page.one_line(value.span))
    call = Call(
        callee=name,
        location=location,
        extent=page.locate(value.span),
        arguments=value.items,
        keywords=value.keywords,
        open=value.open,
        scope="",
    )
    return plain(name), call


# -- in which context they stand ---------------------------------------------------------------


def _states(facts: FileFacts) -> Iterator[Span]:
    """Yield the spans of lists whose operations Django applies to its own state alone."""
    for call in facts.facts:
        if isinstance(call, Call) and is_djangos(call.callee):
            name = name_of(call.callee)
            places = PARAMETERS.get(name, ())
            if "state_operations" in places:
                value = call.argument("state_operations", places.index("state_operations"))
                if value is not None:
                    yield value.span


def _settings(facts: FileFacts) -> dict[str, Value]:
    """Return what the migration says of itself: `atomic`, `initial`, `replaces`."""
    return {
        fact.name: fact.value for fact in facts.facts if isinstance(fact, Setting) and fact.scope
    }
