"""Show what other tools find at the labelled places, side by side with nonevent.

    python -m tests.accuracy.peers FOLDER [--semgrep-rule FILE] [--verbose]

FOLDER is that of `measure.py`. Tools that are not on PATH are left out; semgrep needs a rule, as
its registry's `use-timeout`. Printed are, by family and tool, the bad places found and the harmless
ones met, and the bad places that some tool finds and nonevent does not. With --verbose also the
places of no label, in code that may serve requests, where a tool speaks of a missing timeout and
nonevent is silent: to be judged by hand.
"""

import argparse
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.accuracy.measure import FAMILIES, NEAR, Label, commit_of, findings, labels, say

from nonevent.link.roles import Markers, place_role
from nonevent.options import Options
from nonevent.pipeline import prepare

Place = tuple[str, str, int]  # path, family, line
# Rules of the tools, by the family that they come nearest to.
RUFF = {
    "timeouts": "S113,ASYNC210,ASYNC212,ASYNC220,ASYNC221,ASYNC222,ASYNC230,ASYNC251",
    "state": "PLW0602,PLW0603,B019",
    "files": "S108",
}
PYLINT = {"timeouts": "missing-timeout", "state": "global-statement,global-variable-not-assigned"}
BANDIT = {"timeouts": "B113", "files": "B108"}


def main() -> None:
    """Run the tools on every clone and print what they find."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--semgrep-rule", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    tools: dict[str, Callable[[Path], Iterable[Place]]] = {
        "nonevent": lambda clone: findings(clone, "regular"),
        "ruff": ruff,
        "bandit": bandit,
        "pylint": pylint,
        "semgrep": lambda clone: semgrep(clone, options.semgrep_rule.resolve()),
    }
    if options.semgrep_rule is None:
        del tools["semgrep"]
    tools = {name: run for name, run in tools.items() if name == "nonevent" or shutil.which(name)}
    by_repository: dict[str, list[Label]] = {}
    for label in labels():
        by_repository.setdefault(label.repository, []).append(label)
    counts: Counter[tuple[str, str, str]] = Counter()  # tool, family, verdict
    totals: Counter[tuple[str, str]] = Counter()
    behind: list[str] = []
    known = prepare(Options()).markers
    for repository, places in by_repository.items():
        clone = options.folder / repository.rpartition("/")[2]
        if commit_of(clone) != places[0].commit:
            say(f"left out: {repository} is not at {places[0].commit} in {clone}")
            continue
        reported = {name: set(run(clone)) for name, run in tools.items()}
        for label in places:
            totals[label.family, label.verdict] += 1
            met = [name for name in tools if _is_met(label, reported[name])]
            counts.update((name, label.family, label.verdict) for name in met)
            if label.verdict == "bad" and met and "nonevent" not in met:
                behind.append(f"{repository} {label.path}:{label.line} {', '.join(met)}")
        if options.verbose:
            for line in _unheard(reported, places, known):
                say(f"nonevent is silent: {repository} {line}")
    say(f"{'family':10} {'tool':10} {'bad found':>12} {'harmless met':>13}")
    for family in FAMILIES:
        for name in tools:
            bad = f"{counts[name, family, 'bad']} of {totals[family, 'bad']}"
            met_of = f"{counts[name, family, 'harmless']} of {totals[family, 'harmless']}"
            say(f"{family:10} {name:10} {bad:>12} {met_of:>13}")
    say(f"bad places that another tool finds and nonevent does not: {len(behind)}")
    for line in behind:
        say(f"  {line}")


def _is_met(label: Label, reported: Iterable[Place]) -> bool:
    return any(
        (path, family) == (label.path, label.family) and abs(line - label.line) <= NEAR
        for path, family, line in reported
    )


def _unheard(reported: dict[str, set[Place]], places: list[Label], known: Markers) -> Iterable[str]:
    """Yield places without a label where a tool misses a timeout and nonevent does not."""
    own = reported["nonevent"]
    found: dict[tuple[str, int], list[str]] = {}
    for name, all_places in reported.items():
        for path, family, line in all_places - own:
            if family == "timeouts" and place_role(path, known) is None:
                found.setdefault((path, line), []).append(name)
    for (path, line), names in sorted(found.items()):
        near = (*own, *((label.path, label.family, label.line) for label in places))
        if not any(
            (path, "timeouts") == other[:2] and abs(line - other[2]) <= NEAR for other in near
        ):
            yield f"{path}:{line} {', '.join(names)}"


def _out(command: list[str], clone: Path) -> str:
    """Return what a tool prints; that it finds something is no failure."""
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    return done.stdout


def ruff(clone: Path) -> Iterable[Place]:
    """Yield what ruff finds, each place with the family that its rule comes nearest to."""
    for family, rules in RUFF.items():
        command = ["ruff", "check", "--isolated", "--no-cache", "--preview", "--select", rules]
        for each in json.loads(_out([*command, "--output-format", "json", "."], clone) or "[]"):
            path = Path(each["filename"]).relative_to(clone.resolve())
            yield path.as_posix(), family, each["location"]["row"]


def bandit(clone: Path) -> Iterable[Place]:
    """Yield what bandit finds."""
    for family, rules in BANDIT.items():
        command = ["bandit", "--quiet", "--recursive", "--format", "json", "--tests", rules, "."]
        for each in json.loads(_out(command, clone))["results"]:
            yield each["filename"].removeprefix("./"), family, each["line_number"]


def pylint(clone: Path) -> Iterable[Place]:
    """Yield what pylint finds."""
    files = [path.relative_to(clone).as_posix() for path in clone.rglob("*.py") if path.is_file()]
    for family, rules in PYLINT.items():
        command = ["pylint", "--rcfile", "/dev/null", "--disable", "all", "--enable", rules]
        out = _out([*command, "--output-format", "json", *files], clone)
        for each in json.loads(out or "[]"):
            if each["symbol"] in rules.split(","):
                yield each["path"], family, each["line"]


def semgrep(clone: Path, rule: Path) -> Iterable[Place]:
    """Yield what one semgrep rule finds."""
    command = [
        "semgrep",
        "scan",
        "--quiet",
        "--metrics",
        "off",
        "--disable-version-check",
        "--json",
        "--config",
        str(rule),
    ]
    for each in json.loads(_out([*command, "."], clone) or '{"results": []}')["results"]:
        yield each["path"], "timeouts", each["start"]["line"]


if __name__ == "__main__":
    main()
