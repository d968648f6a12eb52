"""Show how nonevent judges the cases that other tools publish with their tests.

    python -m tests.accuracy.published FOLDER [--verbose]

FOLDER holds clones of squawk, eugene, strong_migrations, django-migration-linter and atlas, under
these names; nothing is fetched and nothing of them is kept. A case is a migration with its author's
verdict, unsafe or safe, of the whole or of one matter. It counts as flagged if nonevent has a
finding of the family schema on it, where the verdict is of one matter: a finding of a rule that
speaks of that matter (`SAME` in published_rules.py).

Printed are, for two personas, by source and database, the unsafe cases found and the safe ones
flagged, first as the authors have it, then without those whose verdict is refuted in
`published.csv`, which has a reason for every disagreement. A disagreement without a reason there is
printed, and so is a reason that is no longer needed. squawk is run on the same cases where it is on
PATH. What is said of timeouts and transactions counts in cases on these alone, for both.
"""

import argparse
import csv
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.measure import say
from tests.accuracy.published_cases import SOURCES, Case
from tests.accuracy.published_rules import HOW, OUT_OF_SCOPE, SAME, STYLE_OF_SQUAWK

from nonevent.change import Change, ChangedFile, held
from nonevent.finding import Finding, Persona
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import Task, examine, prepare

Key = tuple[str, str, str]  # source, database, case
REASONS = Path(__file__).with_name("published.csv")


class Reason(NamedTuple):
    """A line of `published.csv`."""

    # "refuted": the author's is wrong for a deploy; "pedantic": found by that persona alone;
    # "missed" or "false": ours is wrong
    verdict: str
    why: str


def main() -> None:
    """Judge every case and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    reasons = _reasons()
    task = prepare(Options())
    cases = [case for name, read in SOURCES.items() for case in read(options.folder / name)]
    asked = [case for case in cases if case.about not in OUT_OF_SCOPE]
    settled = [case for case in asked if _verdict(reasons, case) != "refuted"]
    say(f"{len(cases)} cases, {len(cases) - len(asked)} of them on matters of style")
    theirs = _squawk(asked) if shutil.which("squawk") else {}
    met: set[Key] = set()
    for persona in (Persona.REGULAR, Persona.PEDANTIC):
        ours = {_key(case): _flags(case, task, persona) for case in asked}
        _table(f"{persona}, as published", asked, ours, theirs)
        _table(f"{persona}, without refuted verdicts", settled, ours, theirs)
        wrong = [case for case in asked if bool(ours[_key(case)]) != case.unsafe]
        met |= {_key(case) for case in wrong}
        for case in wrong:
            if options.verbose or _key(case) not in reasons:
                _show(case, ours[_key(case)], whole=options.verbose)
    for key in reasons.keys() - met:
        say("no longer needed: " + ", ".join(key))


def _show(case: Case, said: tuple[str, ...], *, whole: bool) -> None:
    label = "unsafe" if case.unsafe else "safe"
    say("|".join((*_key(case), label, ", ".join(said) or "silent")))
    if whole:
        say("\n".join(f"    {line}" for line in case.text.strip().splitlines()))


def _key(case: Case) -> Key:
    return case.source, case.database, f"{case.name} {case.about}".strip()


def _reasons() -> dict[Key, Reason]:
    if not REASONS.exists():
        return {}
    with REASONS.open(encoding="utf-8", newline="") as file:
        return {
            (row["source"], row["database"], row["case"]): Reason(row["verdict"], row["reason"])
            for row in csv.DictReader(file)
        }


def _verdict(reasons: dict[Key, Reason], case: Case) -> str:
    reason = reasons.get(_key(case))
    return reason.verdict if reason else ""


def _flags(case: Case, task: Task, persona: Persona) -> tuple[str, ...]:
    """Return the rules of nonevent that speak of a case, and of its matter."""
    path = case.path or f"{case.database}/0009_case.{case.suffix}"
    before = [
        *(
            (f"{case.database}/{number:04}_before.sql", text)
            for number, text in enumerate(case.before, 1)
        ),
        *case.earlier,
    ]
    stay = (
        ChangedFile(p, held(t.encode()), held(t.encode()), added=frozenset()) for p, t in before
    )
    brought = ChangedFile(path, held(case.text.encode()), None)
    found = examine(Change((*stay, brought), compares=True), task).findings
    rules = sorted({one.rule for one in audible(found, persona) if _counts(one, path)})
    if case.about:
        return tuple(rule for rule in rules if rule in SAME[case.about])
    return tuple(rule for rule in rules if rule not in HOW)


def _counts(finding: Finding, path: str) -> bool:
    return finding.family == "schema" and finding.location.path == path


def _squawk(cases: Iterable[Case]) -> dict[Key, tuple[str, ...]]:
    """Return what squawk says of the cases for PostgreSQL in SQL, style left out."""
    found: dict[Key, tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases):
            if case.database != "postgresql" or case.suffix != "sql":
                continue
            file = Path(folder, f"{number}.sql")
            file.write_text(case.text, encoding="utf-8")
            run = subprocess.run(
                ["squawk", "--reporter", "json", str(file)],
                capture_output=True,
                text=True,
                check=False,
            )
            said = {item["rule_name"] for item in json.loads(run.stdout or "[]")}
            same = {rule for rule in said if _speaks(rule, case.about)}
            aside = OUT_OF_SCOPE if case.about else STYLE_OF_SQUAWK
            found[_key(case)] = tuple(sorted(same - aside))
    return found


def _speaks(rule: str, about: str) -> bool:
    """Tell whether a rule of squawk's speaks of the matter of a case."""
    return not about or not set(SAME.get(rule, ())).isdisjoint(SAME[about])


def _table(
    title: str,
    cases: Iterable[Case],
    ours: dict[Key, tuple[str, ...]],
    theirs: dict[Key, tuple[str, ...]],
) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    places: set[tuple[str, str]] = set()
    for case in cases:
        kind = "unsafe" if case.unsafe else "safe"
        for place in ((case.source, case.database), ("all", case.database)):
            places.add(place)
            counts[(*place, kind)] += 1
            counts[(*place, f"{kind} ours")] += bool(ours[_key(case)])
            if _key(case) in theirs:
                counts[(*place, f"{kind} of squawk's")] += 1
                counts[(*place, f"{kind} squawk")] += bool(theirs[_key(case)])
    say(f"\n{title}\n| source | database | unsafe found | safe flagged | squawk: found | flagged |")
    say("|---|---|---|---|---|---|")
    for place in sorted(places):
        cells = [
            f"{counts[(*place, f'{kind} ours')]} of {counts[(*place, kind)]}"
            for kind in ("unsafe", "safe")
        ]
        cells += [
            f"{counts[(*place, f'{kind} squawk')]} of {total}"
            if (total := counts[(*place, f"{kind} of squawk's")])
            else ""
            for kind in ("unsafe", "safe")
        ]
        say(f"| {' | '.join((*place, *cells))} |")


if __name__ == "__main__":
    main()
