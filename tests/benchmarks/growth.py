"""Shows how the cost grows with the size of a project: `python -m tests.benchmarks.growth FOLDER…`.

Copies Python files of the folders, application by application, into a scratch folder until it
holds 10,000 lines, then 30,000, and so on, and runs the programs on it as `compare.py` does, each
on one processor: CPU time and the ratio to `ruff check --select S113`, peak memory, and what part
of the CPU time nonevent spends on linking. For reading, not for a verdict: nothing fails here.
"""

# ruff: noqa: T201 - a script that prints

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.compare import CHECK, ENVIRONMENT, PROGRAMS, commands_of

SIZES = (10_000, 30_000, 100_000, 300_000, 500_000)  # lines
SLOW = {"bandit", "ruff ALL"}  # for no more than 100,000 lines
# Run by this interpreter: nonevent itself, and the time spent in `link` to standard error.
LINKING = """
import sys, time
from nonevent import entry, gather
link, spent = gather.link, [0.0]
def timed(*given):
    start = time.process_time()
    try:
        return link(*given)
    finally:
        spent[0] += time.process_time() - start
gather.link = timed
entry.main(sys.argv[1:])
print(f"linking {spent[0]}", file=sys.stderr)
"""


def main() -> None:
    """Measure and print a line for each size and program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    files = _files(options.folders)
    with tempfile.TemporaryDirectory() as name:
        lines = 0
        for size in options.sizes:
            lines = _grow(Path(name), files, lines, size)
            print(f"{lines:,} lines")
            _measure(name, options.rounds, set() if lines < 200_000 else SLOW)
            if lines < size:
                sys.exit(f"the folders hold no more than {lines:,} lines")


def _files(folders: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each Python file with the path that its copy gets."""
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            if file.is_file() and not file.is_symlink():
                yield file, Path(folder.name) / file.relative_to(folder)


def _grow(scratch: Path, files: Iterator[tuple[Path, Path]], lines: int, size: int) -> int:
    """Copy files until there are `size` lines; return how many there are."""
    while lines < size:
        file, place = next(files, (None, None))
        if file is None or place is None:
            break
        data = file.read_bytes()
        (scratch / place).parent.mkdir(parents=True, exist_ok=True)
        (scratch / place).write_bytes(data)
        lines += data.count(b"\n")
    return lines


def _measure(folder: str, rounds: int, without: set[str]) -> None:
    programs = {name: PROGRAMS[name] for name in PROGRAMS if name not in without}
    commands = {name: [*command, "."] for name, command in commands_of(programs)}
    checked = [*CHECK[1:], "--no-cache", "--fail-on", "never", "."]
    commands["nonevent"] = [sys.executable, "-c", LINKING, *checked]
    with tempfile.TemporaryDirectory() as cache:
        commands["cached"] = [*commands["nonevent"][:-2], "--cache-dir", cache, "."]
        commands["cached"].remove("--no-cache")
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        memory = dict.fromkeys(commands, 0)
        linking: list[float] = []
        for number in range(rounds + 1):
            for name, command in commands.items():
                spent, peak, said = _run(command, folder)
                memory[name] = max(memory[name], peak)
                if number:  # the round before warms the caches
                    seconds[name].append(spent)
                    linking += [float(said.split()[-1]) / spent] if name == "nonevent" else []
    first = seconds["ruff S113"]
    for name, times in seconds.items():
        ratio = median(mine / yours for mine, yours in zip(times, first, strict=True))
        part = f", linking {median(linking):.0%}" if name == "nonevent" else ""
        print(f"{name:>12} {1000 * median(times):9.0f} ms {ratio:6.1f} x {memory[name]:6} MB{part}")


def _run(command: list[str], folder: str) -> tuple[float, int, str]:
    """Return CPU seconds, megabytes at the peak and what was written to standard error."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, said


if __name__ == "__main__":
    main()
