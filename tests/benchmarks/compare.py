"""Compares the CPU time of programs side by side: `python tests/benchmarks/compare.py FOLDER`.

Each round starts every program once, one after the other, on the same files; of all rounds the
median CPU time (user and system, children included) is printed, and the median ratio to the first
program of the same round, which a machine that is busy for a while does not change much. Programs
that are not installed are left out. For reading, not for a verdict: nothing fails here.

All run in FOLDER, as their users do. A start of Python alone, and with click imported, stands
beside the few files: it is most of what any Python program costs there, and differs by machine.
"""

# ruff: noqa: T201 - a script that prints

import argparse
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

LINES = 100  # of a small file
RUFF = ("ruff", "check", "--isolated", "--no-cache", "--quiet", "--exit-zero")
# as a user has it: with this set, Python compiles every module anew at each start
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
CHECK = ("nonevent", "check", "--output", "concise")
PROGRAMS = {
    "ruff S113": (*RUFF, "--select", "S113"),
    "nonevent": (*CHECK, "--no-cache"),
    "ruff ALL": (*RUFF, "--select", "ALL"),
    "bandit": ("bandit", "--quiet", "--exit-zero", "--recursive"),
}
# Beside the few files alone: of many files it takes minutes.
PYLINT = ("pylint", "--rcfile", os.devnull, "--disable", "all", "--enable", "missing-timeout")
STARTS = {
    "python": (sys.executable, "-c", "pass"),
    "click": (sys.executable, "-c", "import click"),
}


def main() -> None:
    """Measure both sets of files and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.chdir(options.folder)
    files = sorted(path for path in Path().rglob("*.py") if path.is_file())
    if len(files) < 3:
        sys.exit(f"{options.folder} holds fewer than three Python files")
    small = [str(file) for file in sorted(files, key=_distance)[:3]]
    print(f"three files of {sum(_lines(Path(file)) for file in small)} lines together")
    programs = commands_of(PROGRAMS | {"pylint": (*PYLINT, "--exit-zero")})
    commands = {name: [*command, *small] for name, command in programs}
    _table(_measure(commands | dict(commands_of(STARTS)), options.rounds))
    total = sum(_lines(file) for file in files)
    print(f"\n{len(files)} files of {total} lines together")
    commands = {name: [*command, "."] for name, command in commands_of(PROGRAMS)}
    with tempfile.TemporaryDirectory() as cache:
        known = {"cached": (*CHECK, "--cache-dir", cache, ".")}
        _table(_measure(commands | dict(commands_of(known)), options.rounds))


def _measure(commands: Mapping[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round, by program; one round before warms the caches."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds = _seconds(command)
            if number:
                times[name].append(seconds)
    return times


def commands_of(programs: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the programs that are there, each with its path, this interpreter's own first."""
    places = os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"]))
    for name, (program, *rest) in programs.items():
        path = shutil.which(program, path=places)
        if path:
            yield name, [path, *rest]


def _seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(command[:3])} … ended with {done.returncode}: {done.stderr.decode()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _table(times: dict[str, list[float]]) -> None:
    first = next(iter(times.values()))
    for name, seconds in times.items():
        ratios = sorted(mine / yours for mine, yours in zip(seconds, first, strict=True))
        spread = f"{ratios[0]:.1f} to {ratios[-1]:.1f}"
        print(f"{name:>12} {1000 * median(seconds):9.0f} ms {median(ratios):6.1f} x  ({spread})")


def _distance(file: Path) -> int:
    return abs(_lines(file) - LINES)


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


if __name__ == "__main__":
    main()
