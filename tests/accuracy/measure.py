"""Measure recall and false alarms on places labelled by hand in real applications.

    python tests/accuracy/measure.py FOLDER [--set labels] [--persona regular] [--verbose]

FOLDER holds clones of the repositories that `labels/*.csv` name, or with `--set heldout` those of
`heldout/*.csv` (or `third` to `sixth`), each in a folder of the repository's own name;
nothing is fetched, and a clone at another commit, or one that is not there, is said and left out. A
bad place is found if a finding of its family stands within two lines of it; a harmless one is a
false alarm if one does.
"""

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

SETS = Path(__file__).parent
NAMES = ("labels", "heldout", "third", "fourth", "fifth", "sixth")
FAMILIES = ("state", "files", "timeouts")
NEAR = 2  # lines: a call over several lines begins above what people point at


class Label(NamedTuple):
    """One place and what an experienced reader says of it."""

    repository: str
    commit: str
    path: str
    line: int
    family: str
    verdict: str  # "bad" or "harmless"
    why: str


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def labels(name: str = "labels") -> Iterator[Label]:
    """Yield all labels of a set, by file."""
    for file in sorted((SETS / name).glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                yield Label(**{**row, "line": int(row["line"])})  # type: ignore[arg-type]


def commit_of(clone: Path) -> str:
    """Return the full id of the commit that a clone stands at; "" where there is no clone."""
    command = ["git", "-C", str(clone), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def reported(clone: Path, persona: str) -> list[dict[str, Any]]:
    """Return what nonevent reports for a clone, as its JSON has it."""
    command = [sys.executable, "-m", "nonevent", "check", ".", "--no-cache", "--output", "json"]
    command += ["--persona", persona, "--fail-on", "never"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def findings(clone: Path, persona: str) -> list[tuple[str, str, int]]:
    """Return path, family and line of what nonevent reports for a clone."""
    return [(each["path"], each["family"], each["line"]) for each in reported(clone, persona)]


def main() -> None:
    """Print counts by family, and with --verbose each miss and each false alarm."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", default="labels", choices=NAMES)
    parser.add_argument("--persona", default="regular")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    by_repository: dict[str, list[Label]] = {}
    for label in labels(options.set):
        by_repository.setdefault(label.repository, []).append(label)
    counts: Counter[tuple[str, str, bool]] = Counter()
    for repository, places in by_repository.items():
        clone = options.folder / repository.rpartition("/")[2]
        if commit_of(clone) != places[0].commit:
            say(f"left out: {repository} is not at {places[0].commit} in {clone}")
            continue
        places_met = findings(clone, options.persona)
        for label in places:
            is_met = any(
                (path, family) == (label.path, label.family) and abs(line - label.line) <= NEAR
                for path, family, line in places_met
            )
            counts[label.family, label.verdict, is_met] += 1
            if options.verbose and is_met == (label.verdict == "harmless"):
                word = "alarm" if is_met else "miss"
                say(f"{word}: {repository} {label.path}:{label.line} {label.family}: {label.why}")
    say(f"{'family':10} {'bad found':>12} {'recall':>7} {'harmless met':>13} {'alarms':>7}")
    for family in FAMILIES:
        found, bad = counts[family, "bad", True], counts[family, "bad", False]
        met, silent = counts[family, "harmless", True], counts[family, "harmless", False]
        recall, alarms = found / max(found + bad, 1), met / max(met + silent, 1)
        say(
            f"{family:10} {f'{found} of {found + bad}':>12} {recall:7.2f} "
            f"{f'{met} of {met + silent}':>13} {alarms:7.2f}"
        )


if __name__ == "__main__":
    main()
