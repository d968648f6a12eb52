"""Reading with more than one processor: forked workers, each with a share of the files.

A forked worker starts in a millisecond with all that is loaded; threads would wait for each
other, and a fresh interpreter takes longer than most projects. Where forking fails, or one of
the workers, the files are read by this process: the answers are the same.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from nonevent.cache import MISFIT, decode, encode
from nonevent.facts import FileFacts

__all__ = ["read_all"]

One = Callable[[str], FileFacts]
Read = dict[str, tuple[FileFacts, bytes | None]]  # path → facts, and their text where it is made
ENOUGH = 400_000  # bytes of source for each worker: below it a fork costs more than it saves
MOST = 8  # workers
LENGTH = 8  # bytes that hold the length of what follows


def read_all(
    sizes: Mapping[str, int],
    one: One,
    workers: int | None = None,
    tell: Callable[[str, int, int], None] | None = None,
) -> Read:
    """Return what `one` says of each path; `sizes` are the bytes of each file.

    `workers` is how many processes share the work; None: as many as pay. `tell` is told how far
    this one is, as if the others were as far.
    """
    paths = sorted(sizes, key=lambda path: (-sizes[path], path))
    count = _count(sum(sizes.values())) if workers is None else workers
    shares = [paths[start::count] for start in range(count)]
    found: Read = {}
    started: list[tuple[int, int]] = []  # process, its pipe
    try:
        for share in shares[1:]:
            child = _start(share, one)
            if child is None:
                break
            started.append(child)
        for number, path in enumerate(shares[0], 1):
            found[path] = one(path), None
            if tell is not None:
                tell("files read", min(number * count, len(sizes)), len(sizes))
        while started:
            process, pipe = started[-1]
            found.update(_unpacked(_drained(pipe)))
            _end(process, pipe)
            started.pop()
    finally:
        for process, pipe in started:
            _kill(process)
            _end(process, pipe)
    return {path: found[path] if path in found else (one(path), None) for path in sizes}


def _count(size: int) -> int:
    """Return how many processes pay for so many bytes."""
    if size < 2 * ENOUGH or not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity"):
        return 1  # macOS: its frameworks do not survive a fork
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        return 1  # a lock that another thread holds stays locked in the child
    return max(1, min(MOST, size // ENOUGH, len(os.sched_getaffinity(0))))


def _start(share: Sequence[str], one: One) -> tuple[int, int] | None:
    """Start a worker; return its process and the pipe to read from. None where none can be."""
    try:
        reading, writing = os.pipe()
    except OSError:
        return None
    try:
        process = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if process:
        os.close(writing)
        return process, reading
    try:
        os.close(reading)
        _work(share, one, writing)
    finally:  # whatever it was: nothing of the parent's goes on in the child
        os._exit(0)


def _work(share: Sequence[str], one: One, pipe: int) -> None:
    """Write the facts of a share's files, all at the end: until then the parent works as well."""
    parts: list[bytes] = []
    for path in share:
        facts = one(path)
        try:
            text = encode(facts)
        except MISFIT:  # the parent reads it itself
            continue
        parts += [len(text).to_bytes(LENGTH, "big"), text]
    rest = memoryview(b"".join(parts))
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _drained(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _unpacked(data: bytes) -> Read:
    """Return the facts in what a worker wrote, as far as it came."""
    found: Read = {}
    start = 0
    while start < len(data):
        end = start + LENGTH + int.from_bytes(data[start : start + LENGTH], "big")
        text = data[start + LENGTH : end]
        facts = decode(text) if end <= len(data) else None
        if facts is not None:
            found[facts.path] = facts, text
        start = end
    return found


def _kill(process: int) -> None:
    try:
        os.kill(process, 9)
    except OSError:
        return


def _end(process: int, pipe: int) -> None:
    os.close(pipe)
    try:
        os.waitpid(process, 0)
    except ChildProcessError:
        return
