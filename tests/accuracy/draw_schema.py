"""Draw findings on migrations at random, rule after rule, to be judged by hand.

    python -m tests.accuracy.draw_schema CLONE… --rules RULE[,RULE] [--count 30] [--seed 1]

Each CLONE is a git checkout, at whatever commit. The findings of the rules in the regular persona
are parted into SQL files, Alembic and Django; of each, those of a rule are shuffled with the seed,
and taken one of each rule in turn until there are `--count`, of one file at most two. The last two
columns are for whoever judges: "true" or "false", and why.
"""

import argparse
import csv
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.draw import name_of
from tests.accuracy.measure import commit_of, reported

COLUMNS = ("repository", "commit", "kind", "path", "line", "rule", "verdict", "why")
MOST = 2  # findings of one file


class Place(NamedTuple):
    """One finding."""

    clone: Path
    path: str
    line: int
    rule: str


def main() -> None:
    """Print the drawn findings as CSV."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wanted = options.rules.split(",")
    kinds: dict[str, dict[str, list[Place]]] = {}
    for clone in sorted(options.clones):
        for each in reported(clone, "regular"):
            if each["rule"] in wanted:
                place = Place(clone, each["path"], each["line"], each["rule"])
                by_rule = kinds.setdefault(kind_of(clone, each["path"]), {})
                by_rule.setdefault(place.rule, []).append(place)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for kind in sorted(kinds):
        for place in drawn(kinds[kind], options.count, options.seed):
            clone, path, line, rule = place
            row = (name_of(clone), commit_of(clone), kind, path, line, rule, "", "")
            writer.writerow(row)


def kind_of(clone: Path, path: str) -> str:
    """Return what a migration is written in."""
    if path.endswith(".sql"):
        return "sql"
    text = (clone / path).read_text(errors="replace")
    return "alembic" if "alembic" in text else "django"


def drawn(by_rule: dict[str, list[Place]], count: int, seed: int) -> Iterator[Place]:
    """Yield findings of each rule in turn, in an order that the seed decides."""
    lots = []
    for rule in sorted(by_rule):
        places = sorted(by_rule[rule])
        random.Random(f"{seed} {rule}").shuffle(places)  # noqa: S311 - a sample, no secret
        lots.append(places)
    taken: Counter[tuple[Path, str]] = Counter()
    number = 0
    while any(lots):
        for places in lots:
            place = next((p for p in places if taken[p[:2]] < MOST), None)
            if place is None:
                places.clear()
                continue
            places.remove(place)
            taken[place[:2]] += 1
            yield place
            number += 1
            if number == count:
                return


if __name__ == "__main__":
    main()
