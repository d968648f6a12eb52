"""What a replay found, as text and as JSON."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from nonevent import __version__
from nonevent.prove.observe import MODES, Seen, strongest
from nonevent.prove.replay import Outcome, Replayed
from nonevent.reports.inert import defuse, visible
from nonevent.reports.serial import dumps

__all__ = ["Proven", "as_json", "as_text"]

VERSION = 1  # of the JSON; a change that breaks a reader makes it 2
WIDTH = 110  # characters of a statement that the text shows
ORDER = tuple(MODES)
SLIGHT = "ACCESS SHARE"  # what a SELECT takes


class Proven(NamedTuple):
    """A replay."""

    server: str  # "PostgreSQL 18.4"
    place: str  # "embedded" or "given": whose server it is
    migrations: tuple[Replayed, ...]
    left: int  # migrations that were not run, because one before them failed
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Return whether the server refused a statement."""
        return any(migration.failed for migration in self.migrations)


def as_text(proven: Proven, *, whole: bool = False) -> str:
    """Return the replay for a person; `whole` also shows what concerns new tables and the session.

    A table that the same file makes is used by nobody.
    """
    lines = [f"{proven.server}, {proven.place}", ""]
    for migration in proven.migrations:
        shown = [each for each in migration.outcomes if whole or _matters(each)]
        if shown:
            lines.append(migration.path)
            for outcome in shown:
                lines += [line.rstrip() for line in _outcome(outcome)]
            lines.append("")
    lines += [*(f"note: {note}" for note in proven.notes), _summary(proven)]
    return defuse("".join(f"{visible(line)}\n" for line in lines))


def _matters(outcome: Outcome) -> bool:
    if outcome.error or outcome.note or outcome.differences:
        return True
    if outcome.seen is None or outcome.is_new:
        return False
    return bool(_changes(outcome.seen) or _held(outcome))


def _changes(seen: Seen) -> tuple[str, ...]:
    return (*_locks(seen), *seen.rewritten, *seen.scanned, *seen.built)


def _outcome(outcome: Outcome) -> Iterator[str]:
    text = " ".join(outcome.statement.text.split())
    if len(text) > WIDTH:
        text = text[: WIDTH - 1] + "…"
    yield f"{outcome.statement.line:>5}  {text}"
    for word, said in _said(outcome):
        yield f"{'':7}{word:<11}{said}"


def _said(outcome: Outcome) -> Iterator[tuple[str, str]]:
    seen = outcome.seen
    if outcome.error:
        yield "failed", outcome.error
    if seen is not None:
        yield from (
            (word, "; ".join(names) if word == "locks" else ", ".join(names))
            for word, names in (
                ("locks", (*_locks(seen), *_held(outcome))),
                ("rewrites", seen.rewritten),
                ("reads", seen.scanned),
                ("builds", seen.built),
            )
            if names
        )
        yield "time", f"{seen.seconds * 1000:.1f} ms"
    yield from (("otherwise", each) for each in outcome.differences)
    if outcome.effects and seen is not None:
        forms = ", ".join(effect.form for effect in outcome.effects)
        yield "predicted", forms if outcome.differences else f"the same: {forms}"
    elif outcome.own and seen is not None and _changes(seen):
        yield "predicted", "nothing"
    if outcome.note:
        yield "note", outcome.note


def _locks(seen: Seen) -> tuple[str, ...]:
    """Return the strongest new lock on each relation; of indexes those above their table's."""
    held: dict[str, str] = {}
    tables = {each.relation: each.table for each in seen.locks if each.kind == "index"}
    for each in seen.locks:
        if each.new and ORDER.index(each.mode) >= ORDER.index(held.get(each.relation, SLIGHT)):
            held[each.relation] = each.mode
    return tuple(
        f"{mode} on {name}"
        for name, mode in sorted(held.items())
        if mode != SLIGHT
        if name not in tables or ORDER.index(mode) > ORDER.index(held.get(tables[name], SLIGHT))
    )


def _held(outcome: Outcome) -> tuple[str, ...]:
    """Return the lock on the statement's own table that the transaction has had before."""
    seen = outcome.seen
    mine = [each for each in seen.locks if each.relation == outcome.own] if seen else []
    mode = strongest(each.mode for each in mine)
    if mode in ("", SLIGHT) or any(each.new and each.mode == mode for each in mine):
        return ()
    return (f"{mode} on {outcome.own}, held already",)


def _counts(proven: Proven) -> dict[str, int]:
    every = [outcome for migration in proven.migrations for outcome in migration.outcomes]
    ran = [outcome for outcome in every if outcome.seen is not None]
    return {
        "migrations": len(proven.migrations),
        "statements": len(every),
        "as_predicted": sum(bool(each.effects) and not each.differences for each in ran),
        "otherwise": sum(bool(each.differences) for each in ran),
        "not_predicted": sum(
            not each.effects and bool(_changes(each.seen)) for each in ran if each.seen
        ),
        "failed": sum(bool(outcome.error) for outcome in every),
        "left": proven.left,
    }


def _summary(proven: Proven) -> str:
    count = _counts(proven)
    said = (
        f"{_number(count['statements'], 'statement')} of "
        f"{_number(count['migrations'], 'migration')}: "
        f"{count['as_predicted']} as predicted, {count['otherwise']} otherwise, "
        f"{count['not_predicted']} of which nothing is predicted"
    )
    failed = f"; {count['failed']} failed, {_number(count['left'], 'migration')} not run"
    return said + (failed if proven.failed else "")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_json(proven: Proven) -> str:
    """Return the replay as one JSON object."""
    return dumps(
        {
            "version": VERSION,
            "tool": {"name": "nonevent", "version": __version__},
            "server": proven.server,
            "place": proven.place,
            "migrations": [
                {"path": each.path, "statements": [_statement(one) for one in each.outcomes]}
                for each in proven.migrations
            ],
            "notes": list(proven.notes),
            "summary": _counts(proven),
        }
    )


def _statement(outcome: Outcome) -> dict[str, Any]:
    return {
        "line": outcome.statement.line,
        "text": outcome.statement.text,
        "operations": [str(step.operation) for step in outcome.statement.steps],
        "relation": outcome.own,
        "new": outcome.is_new,
        "in_transaction": outcome.in_transaction,
        "seen": _seen(outcome.seen) if outcome.seen is not None else None,
        "predicted": [
            {
                "form": effect.form,
                "lock": effect.lock,
                "others": list(effect.others),
                "moment": list(effect.moment),
                "rewrites": effect.rewrites,
                "scans": effect.scans,
                "builds_index": effect.builds_index,
            }
            for effect in outcome.effects
        ],
        "differences": list(outcome.differences),
        "error": outcome.error,
        "note": outcome.note,
    }


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "locks": [
            {"relation": each.relation, "kind": each.kind, "mode": each.mode, "new": each.new}
            for each in seen.locks
        ],
        "rewritten": list(seen.rewritten),
        "scanned": list(seen.scanned),
        "built": list(seen.built),
        "seconds": round(seen.seconds, 6),
    }
