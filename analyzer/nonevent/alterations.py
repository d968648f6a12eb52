"""Two versions of settings, rows and baseline → what the later one alters in them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from nonevent.altered import Alteration, Altered, Turn, altered
from nonevent.baseline import Baseline, Entry
from nonevent.config import Config
from nonevent.location import Location
from nonevent.options import Value
from nonevent.policy import Override, Policy

__all__ = ["Table", "Text", "broken", "entries", "line_of", "moved", "rows", "settings", "toml"]

Table = Mapping[tuple[str, Any], tuple[Any, ...]]  # catalogue and key → row, as plain values


class Text(NamedTuple):
    """A file of the version after, in which things are looked for; empty where it is gone."""

    path: str  # as reports name it
    lines: Sequence[str] = ()

    def at(self, number: int = 0, word: str = "") -> Location:
        """Return the place of a 1-based line, the first one if there is none."""
        line = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
        start = max(line.find(word), 0)
        return Location(self.path, max(number, 1), start + 1, max(number, 1), len(line) + 1)


# -- which file ----------------------------------------------------------------------------------


def moved(
    before: str, after: str, text: Text, changed: Sequence[Alteration] = ()
) -> Iterator[Alteration]:
    """Yield it where the settings come from another file, "" for none; `changed` is in them."""
    if before != after:
        turns = [turn for alteration in changed for turn in alteration.turns]
        fewer = tuple(f"{turn.key} = {turn.before}" for turn in turns if turn.before)
        more = tuple(f"{turn.key} = {turn.after}" for turn in turns if turn.after)
        turn = Turn("settings", before, after, fewer, more)
        yield altered(Altered.FILE, text.at(1), [turn])


def broken(text: Text, wrong: str) -> Iterator[Alteration]:
    """Yield that a file is not in order."""
    yield altered(Altered.FILE, text.at(1), [Turn("broken", text.path, wrong)])


# -- settings ------------------------------------------------------------------------------------


def settings(before: Config, after: Config, text: Text) -> Iterator[Alteration]:
    """Yield what the settings say otherwise, line by line."""
    turns = [*_plain(before.settings, after.settings)]
    turns += _policy(before.policy or Policy(), after.policy or Policy())
    at: defaultdict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        at[line_of(turn.key, text.lines)].append(turn)
    for line in sorted(at):
        yield altered(Altered.SETTING, text.at(line), at[line])


def _plain(before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Turn]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            fewer, more = _apart(old, new)
            yield Turn(name.replace("_", "-"), toml(old), toml(new), fewer, more)


def _apart(old: Value | None, new: Value | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a list has no more, and what it has now."""
    first, second = (each if isinstance(each, tuple) else () for each in (old, new))
    fewer = tuple(each for each in first if each not in second)
    return fewer, tuple(each for each in second if each not in first)


def _policy(before: Policy, after: Policy) -> Iterator[Turn]:
    for rule in sorted({*before.severity, *after.severity}):
        old, new = before.severity.get(rule), after.severity.get(rule)
        if old != new:
            yield Turn(f"severity.{rule}", toml(old), toml(new))
    if before.overrides != after.overrides:
        old_said, new_said = (tuple(map(_override, each.overrides)) for each in (before, after))
        fewer, more = _apart(old_said, new_said)
        yield Turn("overrides", f"[{', '.join(old_said)}]", f"[{', '.join(new_said)}]", fewer, more)


def _override(said: Override) -> str:
    parts = [f"paths = {toml(said.paths)}"]
    parts += [f"ignore = {toml(said.ignore)}"] if said.ignore else []
    listed = ", ".join(f"{rule} = {toml(severity)}" for rule, severity in said.severity.items())
    parts += [f"severity = {{{listed}}}"] if said.severity else []
    return f"{{{', '.join(parts)}}}"


def toml(value: object) -> str:
    """Return a value as TOML writes it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)


def line_of(key: str, lines: Sequence[str]) -> int:
    """Return the 1-based line that says a key, or else opens the table; 0 where none does."""
    name, _, inner = key.partition(".")
    start = _first(r"\s*\[\s*tool\s*\.\s*nonevent\s*[.\]]", lines)
    asked = [rf"\s*[\"']?{re.escape(inner)}[\"']?\s*=", rf"\s*\[.*\b{name}\s*\]"] if inner else []
    asked += [rf"\s*(?:tool\.nonevent\.)?[\"']?{name}[\"']?\s*[=.]", rf"\s*\[\[?.*\b{name}\b"]
    found = (_first(each, lines, start) for each in asked)
    return next(filter(None, found), start)


def _first(pattern: str, lines: Sequence[str], after: int = 0) -> int:
    meets = re.compile(pattern).match
    numbers = range(max(after, 1), len(lines) + 1)
    return next((number for number in numbers if meets(lines[number - 1])), 0)


# -- rows ----------------------------------------------------------------------------------------


def rows(
    before: Table, after: Table, names: Mapping[str, Sequence[str]], texts: Sequence[Text]
) -> Iterator[Alteration]:
    """Yield which rows of catalogues are new, gone or say otherwise.

    `names` are the fields of each catalogue; `texts` are the files that hold the rows.
    """
    at: defaultdict[Location, list[Turn]] = defaultdict(list)
    for which in sorted({*before, *after}, key=str):
        old, new = before.get(which), after.get(which)
        if old == new:
            continue
        catalogue, key = which
        turn = Turn(f"{catalogue} {key}", "row" if old else "", "row" if new else "")
        if old is not None and new is not None:
            pairs = zip(names[catalogue], old, new, strict=True)
            said = [(name, *map(toml, values)) for name, *values in pairs if values[0] != values[1]]
            fewer = tuple(f"{name}: {first}" for name, first, _ in said)
            turn = turn._replace(fewer=fewer, more=tuple(f"{name}: {new}" for name, _, new in said))
        at[_place_of(str(key), texts)].append(turn)
    for location in sorted(at):
        yield altered(Altered.ROW, location, at[location])


def _place_of(key: str, texts: Sequence[Text]) -> Location:
    pattern = rf"\s*(?:-\s+)?\{{?\s*[\w-]+\s*:\s*[\"']?{re.escape(key)}[\"']?\s*(?:[,}}#]|$)"
    for text in texts:
        line = _first(pattern, text.lines)
        if line:
            return text.at(line)
    return texts[0].at(1)


# -- baseline ------------------------------------------------------------------------------------


def entries(before: Baseline, after: Baseline, text: Text) -> Iterator[Alteration]:
    """Yield what a baseline accepts more, or for longer."""
    days = _days(before.entries)
    turns = []
    for entry in sorted(after.entries, key=_last_day):
        known = days.get(entry[:5])
        if known:
            until = known.pop(0)
            if until and (entry.until > until or not entry.until):
                turns.append((entry, until, entry.until or "for good"))
        else:
            turns.append((entry, "", entry.until or "for good"))
    if turns:
        line = _entry_line(turns[0][0], text.lines)
        said = tuple(Turn(e.rule, old, new, path=e.path) for e, old, new in turns)
        yield altered(Altered.ENTRY, text.at(line, "{"), said)


def _days(entries: Iterable[Entry]) -> Mapping[tuple[str, ...], list[str]]:
    days: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in sorted(entries, key=_last_day):
        days[entry[:5]].append(entry.until)
    return days


def _last_day(entry: Entry) -> str:
    return entry.until or "9"


def _entry_line(entry: Entry, lines: Sequence[str]) -> int:
    words = [json.dumps(part)[1:-1] for part in (entry.rule, entry.path, entry.name) if part]
    found = (at for at, line in enumerate(lines, 1) if all(word in line for word in words))
    return next(found, 1)
