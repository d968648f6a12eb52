"""Prints what an installation brings and fails above the limits: `size.py MEGABYTES PACKAGES`.

Counted is this interpreter's site-packages as pip left it, compiled bytecode included, without
pip and setuptools, which a virtual environment has before: the distributions, nonevent among
them, and the bytes of their files, in millions. What a file system takes for them depends on its
blocks: with 4 kB and two thousand small files it is a tenth more.
"""

# ruff: noqa: INP001, T201 - a script, started by its path, that prints

import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

BEFORE = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
MEGABYTE = 1_000_000


def main() -> None:
    """Print both numbers and exit with 1 where one is above its limit."""
    megabytes, packages = float(sys.argv[1]), int(sys.argv[2])
    folder = Path(sysconfig.get_path("purelib"))
    names = sorted({each.name for each in distributions(path=[str(folder)])} - set(BEFORE))
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(BEFORE)]
    size = sum(_size(entry) for entry in entries) / MEGABYTE
    print(
        f"{size:.1f} MB of {megabytes:g}, {len(names)} packages of {packages}: {', '.join(names)}"
    )
    for entry in sorted(entries, key=_size, reverse=True)[:5]:
        print(f"{_size(entry) / MEGABYTE:8.1f} MB  {entry.name}")
    sys.exit(size > megabytes or len(names) > packages)


def _size(entry: Path) -> int:
    return sum(each.stat().st_size for each in [entry, *entry.rglob("*")] if each.is_file())


if __name__ == "__main__":
    main()
