"""How far a long run is: one line on a terminal, and nothing in a pipe.

The line is on standard error, has no colour and no code but the carriage return, appears after a
second and is gone before the report is printed.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

__all__ = ["Line", "Tell", "counting", "progress", "repeating"]

# tell(noun, done, whole): "files", 12, 3000; of a whole that nobody knows 0
Tell = Callable[[str, int, int], None]
DELAY = 1.0  # seconds that need no word
BETWEEN = 0.1  # seconds between two lines
WIDTH = 79  # columns of a terminal that does not say
SOON = 3.0  # seconds of one kind of work after which its end is foretold


@contextmanager
def progress(*, quiet: bool = False) -> Iterator["Line | None"]:
    """Yield what tells a person how far the work is; None where nobody would see it."""
    stream = sys.stderr
    dumb = os.environ.get("TERM") == "dumb"
    if quiet or dumb or stream is None or not stream.isatty():
        yield None
        return
    line = Line(stream)
    try:
        yield line
    finally:
        line.clear()
        line.over = True


def counting(tell: Tell | None, noun: str) -> Callable[[int, int], None] | None:
    """Return what tells of one kind of thing alone."""
    if tell is None:
        return None
    return lambda done, whole: tell(noun, done, whole)


@contextmanager
def repeating(tell: Tell | None) -> Iterator[Tell | None]:
    """Yield what says a word again and again, for work that waits for others and has no time to."""
    if tell is None:
        yield None
        return
    from threading import Event, Thread

    words: list[tuple[str, int, int]] = []
    over = Event()

    def say() -> None:
        while not over.wait(BETWEEN):
            if words:
                tell(*words[-1])

    thread = Thread(target=say, name="progress", daemon=True)
    thread.start()
    try:
        yield lambda *word: words.append(word)
    finally:
        over.set()
        thread.join()


class Line:
    """The last line of a terminal."""

    def __init__(self, stream: TextIO) -> None:
        """Take the terminal."""
        self.over = False  # nothing is said any more
        self._stream = stream
        self._process = os.getpid()
        self._next = monotonic() + DELAY
        self._noun, self._since = "", 0.0
        self._long = 0  # characters that stand there

    def __call__(self, noun: str, done: int, whole: int) -> None:
        """Say how far the work is, unless that was said just now."""
        now = monotonic()
        if noun != self._noun:
            self._noun, self._since = noun, now
        # a worker says nothing
        if self.over or now < self._next or os.getpid() != self._process:
            return
        self._next = now + BETWEEN
        self._write(_said(noun, done, whole, now - self._since))

    def clear(self) -> None:
        """Take the line away, if there is one."""
        if self._long:
            self._write("")
            self._stream.write("\r")
            self._stream.flush()
            self._long = 0

    def _write(self, text: str) -> None:
        text = text[: _width(self._stream) - 1]
        rest = " " * max(self._long - len(text), 0)
        self._stream.write(f"\r{text}{rest}")
        self._stream.flush()
        self._long = len(text)


def _said(noun: str, done: int, whole: int, seconds: float) -> str:
    if not whole:
        return f"{noun} …"
    told = f"{done:,} of {whole:,} {noun}"
    if seconds < SOON or not 0 < done < whole:
        return told
    left = round(seconds / done * (whole - done))
    return f"{told}, {left // 60}:{left % 60:02} left"


def _width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDTH
    except (OSError, ValueError):
        return WIDTH
