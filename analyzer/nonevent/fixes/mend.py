"""A file with its edits made: those that are certain, each proved, and why others are left."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from nonevent.edit import Edit, Fix, Replacement
from nonevent.fixes import literal, script, statement
from nonevent.fixes.argument import added, read_call, replaced
from nonevent.fixes.names import bring
from nonevent.fixes.proof import keywords, proves
from nonevent.fixes.script import Statements
from nonevent.fixes.source import (
    Older,
    Refused,
    Source,
    Splice,
    cut,
    offset,
    open_source,
    parse,
    place,
    spliced,
)
from nonevent.fixes.wish import Wish, granted

__all__ = ["Mended", "fix", "fixes", "mend"]

SPREAD = "what is unpacked in the call may bring it already: see --unsafe-fixes"
SHORT = 60  # characters that a message quotes
Tree = ast.Module | Statements
# What an edit of a statement does, by where it stands.
SAID = {
    "before": "Put `{}` before it",
    "after": "Put `{}` after it",
    "member": "Say `{}` in its class",
    "around": "Run it inside `with {}`",
    "behind": "Say `{}`",
    "end": "Say `{}`",
    "within": "Say `{}`",
    "without": "Leave out `{}`",
    "runner": "Tell the migration tool to open no transaction",
}
UNCERTAIN = "no edit was found that changes nothing else"


class Mended(NamedTuple):
    """What became of a file."""

    data: bytes
    done: frozenset[Edit]
    left: Mapping[Edit, str]  # edit → why it was not made; "" where it waits or is not asked for


class Planned(NamedTuple):
    """One edit and the characters that it changes."""

    asked: Edit  # as the rule said it
    edit: Edit  # as the project wants it, and as far as it is missing
    splices: tuple[Splice, ...]


Unit = tuple[Planned, ...]


def mend(
    path: str,
    data: bytes,
    edits: Iterable[Edit],
    wish: Wish | None,
    older: Older | None = None,
    *,
    together: Iterable[Sequence[Edit]] = (),
    statements: Statements | None = None,
    unsafe: bool,
) -> Mended:
    """Return the file with these edits made, as far as they do not overlap and are proved.

    `unsafe` false leaves out edits that may change more than what the finding is about. Edits that
    belong `together` are made all or none. `statements` reads SQL.
    """
    source = open_source(path, data, older)
    tree = _tree(source, statements, older)
    left: dict[Edit, str] = {}
    plans: list[Planned] = []
    for edit in sorted(dict.fromkeys(edits)):
        plan = _plan(source, tree, edit, wish) if source and tree else UNCERTAIN
        if isinstance(plan, str):
            left[edit] = plan
        elif not plan.edit.safe and not unsafe:
            left[edit] = SPREAD if edit.safe else ""
        else:
            plans.append(plan)
    if source is None:
        return Mended(data, frozenset(), left)
    units, waiting = _apart(_units(plans, together))
    made = _made(source, _all(units), statements)
    if made is None:  # one of them is not what it seems: keep those that are
        units = [unit for unit in units if _made(source, unit, statements) is not None]
        made = _made(source, _all(units), statements)
        units = units if made is not None else []
    done = frozenset(plan.asked for plan in _all(units))
    left.update((plan.asked, "") for plan in _all(waiting))
    left.update((plan.asked, UNCERTAIN) for plan in plans if plan.asked not in done | left.keys())
    return Mended(data if made is None else made, done, left)


def fix(
    path: str,
    data: bytes,
    edits: Sequence[Edit],
    wish: Wish | None,
    older: Older | None = None,
    *,
    statements: Statements | None = None,
) -> Fix | None:
    """Return what clears one finding, in characters; None where it cannot be proved."""
    return fixes(path, data, [edits], wish, older, statements=statements)[0]


def fixes(
    path: str,
    data: bytes,
    asked: Sequence[Sequence[Edit]],
    wish: Wish | None,
    older: Older | None = None,
    *,
    statements: Statements | None = None,
) -> list[Fix | None]:
    """Return what clears each finding of a file, in characters; None where it cannot be proved.

    `asked` are the edits of each. A proof reads the file, so all of them are proved at once; one
    by one only where this does not hold, and those that overlap.
    """
    source = open_source(path, data, older)
    tree = _tree(source, statements, older)
    if source is None or tree is None:
        return [None] * len(asked)
    units = [_unit(source, tree, edits, wish) for edits in asked]
    several, _ = _apart([*dict.fromkeys(unit for unit in units if unit is not None)])
    proved: set[Unit] = set()
    if len(several) > 1 and _made(source, _all(several), statements) is not None:
        proved.update(several)
    sure = cache(lambda unit: unit in proved or _made(source, unit, statements) is not None)
    return [_fix(source, unit) if unit is not None and sure(unit) else None for unit in units]


def _unit(source: Source, tree: Tree, edits: Sequence[Edit], wish: Wish | None) -> Unit | None:
    """Return what the edits of one finding change; None where one of them cannot be made."""
    plans = [_plan(source, tree, edit, wish) for edit in edits]
    sure = _inside([plan for plan in plans if isinstance(plan, Planned)])
    if len(sure) < len(plans) or _apart([(plan,) for plan in sure])[1]:
        return None
    return sure


def _fix(source: Source, unit: Unit) -> Fix:
    return Fix(
        "; ".join(dict.fromkeys(_told(source, plan.edit) for plan in unit)),
        all(plan.edit.safe for plan in unit),
        tuple(
            Replacement(place(source, splice.start, splice.end), splice.text)
            for splice in _in_order(unit)
        ),
    )


def _tree(source: Source | None, statements: Statements | None, older: Older | None) -> Tree | None:
    """Return what the file holds: a tree of Python, or how its SQL is read."""
    if source is None or not source.path.lower().endswith(".sql"):
        return parse(source.text, older) if source is not None else None
    return statements


def _told(source: Source, edit: Edit) -> str:
    if edit.stands:
        return SAID[edit.stands].format(edit.text)
    if edit.instead_of:
        return f"Pass `{edit.text}` instead of `{edit.instead_of}`"
    if edit.adds:
        return f"Pass `{edit.text}`"
    start, end = cut(source, edit.place)
    old = " ".join(source.text[start:end].split())
    return f"Replace `{old}` by `{edit.text}`" if len(old) <= SHORT else f"Write `{edit.text}`"


def _plan(source: Source, tree: Tree, edit: Edit, wish: Wish | None) -> Planned | str:
    """Return the characters that an edit changes, or why there are none."""
    if not isinstance(tree, ast.Module):
        found_there = script.splices(source, tree, edit)
        return Planned(edit, edit, found_there) if found_there else UNCERTAIN
    if edit.stands == "within":
        words = literal.splices(source, tree, edit)
        return Planned(edit, edit, words) if words else UNCERTAIN
    if edit.stands == "inside":
        return _inside_of(source, tree, edit, wish)
    if edit.stands:
        beside = statement.splices(source, tree, edit)
        return Planned(edit, edit, beside) if beside else UNCERTAIN
    wanted = granted(edit, wish)
    try:
        start, end = cut(source, edit.place)
        found = _in_call(source, start, end, wanted) if edit.adds else None
    except (IndexError, *Refused):
        return UNCERTAIN
    if edit.adds:
        if found is None:
            return UNCERTAIN
        wanted, inner = found
    elif "#" in source.text[start:end] and wanted.imports:
        return "a comment inside it would be lost"
    else:
        inner = (Splice(0, end - start, wanted.text),)
    splices = [each._replace(start=start + each.start, end=start + each.end) for each in inner]
    for name in wanted.imports:
        brought = bring(source, tree, name, edit.place.line)
        if isinstance(brought, str):
            return brought
        if brought is not None:
            splices.append(brought)
    return Planned(edit, wanted, tuple(splices))


def _inside_of(source: Source, tree: ast.Module, edit: Edit, wish: Wish | None) -> Planned | str:
    """Plan an edit of the only call inside its place that has the keyword argument in question."""
    try:
        start, end = cut(source, edit.place)
        found = [
            each
            for each in _spans_of_calls(source, tree, edit.instead_of)
            if start <= each[0] and each[1] <= end
        ]
    except (IndexError, *Refused):
        return UNCERTAIN
    if len(found) != 1:
        return UNCERTAIN
    inner = edit._replace(place=place(source, *found[0]), adds=True, stands="")
    plan = _plan(source, tree, inner, wish)
    return plan if isinstance(plan, str) else plan._replace(asked=edit)


def _spans_of_calls(source: Source, tree: ast.Module, name: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each call that has a keyword argument of this name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(each.arg == name for each in node.keywords):
            yield (
                offset(source, node.lineno, node.col_offset),
                offset(source, node.end_lineno or 0, node.end_col_offset or 0),
            )


def _in_call(
    source: Source, start: int, end: int, edit: Edit
) -> tuple[Edit, tuple[Splice, ...]] | None:
    """Return what changes inside a call, and the edit without what the call has already."""
    call = read_call(source.text[start:end], source.older)
    if call is None:
        return None
    given = {each.name for each in call.arguments} - {edit.instead_of}
    texts = [ast.unparse(each) for each in keywords(edit.text) if each.arg not in given]
    texts = _as_written(edit.text, texts)
    if not texts:
        return None
    # What `**options` holds is known from where it was made; it may have grown since.
    edit = edit._replace(safe=edit.safe and not call.spreads)
    if edit.instead_of:
        return edit, replaced(call, edit.instead_of, ", ".join(texts))
    return edit, added(call, texts)


def _as_written(text: str, missing: list[str]) -> list[str]:
    """Return the arguments that are missing; all of them in the words of the rule."""
    return [text] if len(missing) == len(keywords(text)) == 1 else missing


def _units(plans: Sequence[Planned], together: Iterable[Sequence[Edit]]) -> list[Unit]:
    """Return the plans in groups that are made all or none; a group that lacks one is left out."""
    by_edit = {plan.asked: plan for plan in plans}
    units: list[Unit] = []
    grouped: set[Edit] = set()
    for edits in dict.fromkeys(map(tuple, together)):
        if grouped.isdisjoint(edits) and by_edit.keys() >= set(edits):
            units.append(_inside([by_edit[edit] for edit in dict.fromkeys(edits)]))
        grouped.update(edits)
    return [*units, *((plan,) for plan in plans if plan.asked not in grouped)]


def _inside(plans: Sequence[Planned]) -> Unit:
    """Return the plans, lines that they add as far in as the block around them asks for."""
    if not any(plan.edit.stands == "around" for plan in plans):
        return tuple(plans)
    return tuple(
        plan
        if plan.edit.stands
        else plan._replace(
            splices=tuple(
                splice._replace(text=splice.text.replace("\n", "\n    ")) for splice in plan.splices
            )
        )
        for plan in plans
    )


def _all(units: Iterable[Unit]) -> list[Planned]:
    return [plan for unit in units for plan in unit]


def _apart(units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the units that go together, first come first, and those that wait for a next run."""
    chosen: list[Unit] = []
    later: list[Unit] = []
    taken: list[Splice] = []
    for unit in units:
        splices = [splice for plan in unit for splice in plan.splices]
        within = any(
            _overlap(one, two) for at, one in enumerate(splices) for two in splices[at + 1 :]
        )
        if within or any(_overlap(one, two) for one in splices for two in taken):
            later.append(unit)
        else:
            chosen.append(unit)
            taken += splices
    return chosen, later


def _overlap(one: Splice, two: Splice) -> bool:
    if one.brings and two.brings:
        return False  # imports stand one below the other
    if one.start == two.start:
        return True
    first, second = sorted((one, two))
    return second.start < first.end


def _in_order(plans: Iterable[Planned]) -> list[Splice]:
    return sorted({splice for plan in plans for splice in plan.splices})


def _made(
    source: Source, plans: Sequence[Planned], statements: Statements | None = None
) -> bytes | None:
    """Return the file with the plans carried out; None where that is not proved."""
    splices = _in_order(plans)
    data = spliced(source, splices)
    after = open_source(source.path, data, source.older) if data is not None else None
    if statements is not None and source.path.lower().endswith(".sql"):
        pairs = [(plan.edit, plan.splices) for plan in plans]
        proved = after is not None and script.proves(source, after, pairs, statements)
        return data if proved else None
    brought = [splice.brings for splice in splices if splice.brings]
    if after is None or not proves(source, [plan.edit for plan in plans], brought, after):
        return None
    return data
