"""Draws mined labels to be judged by hand, with what the two changes say.

`python -m tests.accuracy.risk_draw CLONES STORES --label mended --seed 77` expects for each
repository a clone CLONES/NAME and a history STORES/NAME.sqlite3, and prints two of each.
"""

import argparse
import os
import random
import subprocess
import sys
from collections.abc import Iterator

from nonevent.risk.history import History, Outcome, open_history

DAYS = {"reverted": 30, "mended": 7}
MOST = 800  # letters of a message or a diff


def main() -> None:
    """Print what is drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones")
    parser.add_argument("stores")
    parser.add_argument("--label", choices=sorted(DAYS), default="reverted")
    parser.add_argument("--seed", type=int, default=77)
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - no secret
    for name in sorted(os.listdir(given.clones)):
        with open_history(os.path.join(given.stores, f"{name}.sqlite3"), make=False) as history:
            labels = sorted(_labels(history, given.label))
        for label in chance.sample(labels, min(2, len(labels))):
            _show(name, os.path.join(given.clones, name), label)


def _labels(history: History, kind: str) -> Iterator[Outcome]:
    """Yield the first outcome of this kind of each change that is scored."""
    landed = {change.sha: change.time for change in history.changes() if change.scored}
    seen = set()
    for outcome in history.outcomes():
        if outcome.kind != kind or outcome.evidence == "part" or outcome.sha in seen:
            continue
        if outcome.at - landed.get(outcome.sha, 0.0) <= DAYS[kind] * 86_400:
            seen.add(outcome.sha)
            yield outcome


def _show(name: str, clone: str, label: Outcome) -> None:
    _say(f"{'=' * 80}\n{name}: {label.sha} {label.kind} by {label.by} ({label.evidence})")
    for sha in (label.sha, label.by):
        _say(_git(clone, "log", "-1", "--format=%cI %B", sha)[:MOST])
    if label.kind == "mended":
        _say(_git(clone, "diff", "--unified=0", f"{label.by}^1", label.by)[:MOST])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _git(clone: str, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=clone, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
