"""Compares the CPU time of programs side by side: `python tests/benchmarks/compare.py FOLDER`.

Each round starts every program once, one after the other, on the same files; of all rounds the
median CPU time (user and system, children included) is printed, and the median ratio to the first
program of the same round, which a machine that is busy for a while does not change much. Programs
that are not installed are left out. For reading, not for a verdict: nothing fails here.
"""

# ruff: noqa: T201 - a script that prints

import argparse
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median

LINES = 100  # of a small file
RUFF = ("ruff", "check", "--isolated", "--no-cache", "--quiet", "--exit-zero")
# as a user has it: with this set, Python compiles every module anew at each start
ENVIRONMENT = {key: os.environ[key] for key in os.environ if key != "PYTHONDONTWRITEBYTECODE"}
PROGRAMS = {
    "ruff S113": (*RUFF, "--select", "S113"),
    "nonevent": ("nonevent", "check", "--output", "concise"),
    "ruff ALL": (*RUFF, "--select", "ALL"),
    "bandit": ("bandit", "--quiet", "--exit-zero", "--recursive"),
}


def main() -> None:
    """Measure both sets of files and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*.py") if path.is_file())
    if len(files) < 3:
        sys.exit(f"{options.folder} holds fewer than three Python files")
    small = [str(file) for file in sorted(files, key=_distance)[:3]]
    print(f"three files of {sum(_lines(Path(file)) for file in small)} lines together")
    _table(_measure(small, options.rounds))
    total = sum(_lines(file) for file in files)
    print(f"\n{len(files)} files of {total} lines together")
    _table(_measure([str(options.folder)], options.rounds))


def _measure(targets: list[str], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every round, by program; one round before warms the file cache."""
    commands = {name: _command(command) for name, command in PROGRAMS.items()}
    found = {name: [*command, *targets] for name, command in commands.items() if command}
    times: dict[str, list[float]] = {name: [] for name in found}
    for number in range(rounds + 1):
        for name, command in found.items():
            seconds = _seconds(command)
            if number:
                times[name].append(seconds)
    return times


def _command(command: tuple[str, ...]) -> list[str]:
    """Return the command with the program's path, this interpreter's own first; [] if missing."""
    places = os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"]))
    program = shutil.which(command[0], path=places)
    return [program, *command[1:]] if program else []


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
