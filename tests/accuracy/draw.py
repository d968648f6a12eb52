"""Draw findings at random, to be judged by hand.

    python -m tests.accuracy.draw CLONE… [--count 100] [--most 25] [--seed 1] [--family timeouts]
        > judged.csv

Each CLONE is a git checkout, at whatever commit. All findings of the families state, files and
timeouts in the regular persona, or of the one that is named, are shuffled with the seed, and the
first ones taken, of one application no more than `--most`. The last two columns are for whoever
judges: "true", "false" or "debatable", and why.
"""

import argparse
import csv
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.accuracy.measure import FAMILIES, commit_of, reported

COLUMNS = ("repository", "commit", "path", "line", "rule", "verdict", "why")


def main() -> None:
    """Print the drawn findings as CSV."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--most", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=FAMILIES)
    options = parser.parse_args()
    families = (options.family,) if options.family else FAMILIES
    found = [
        (clone, each["path"], each["line"], each["rule"])
        for clone in sorted(options.clones)
        for each in reported(clone, "regular")
        if each["family"] in families
    ]
    random.Random(options.seed).shuffle(found)  # noqa: S311 - a sample, no secret
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    taken: Counter[Path] = Counter()
    for clone, path, line, rule in found:
        if taken.total() < options.count and taken[clone] < options.most:
            taken[clone] += 1
            writer.writerow((name_of(clone), commit_of(clone), path, line, rule, "", ""))


def name_of(clone: Path) -> str:
    """Return the repository as its remote has it, "owner/name"; else the folder's name."""
    command = ["git", "-C", str(clone), "config", "--get", "remote.origin.url"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = done.stdout.strip().removesuffix(".git").replace(":", "/").split("/")
    return "/".join(words[-2:]) if len(words) > 1 else clone.resolve().name


if __name__ == "__main__":
    main()
