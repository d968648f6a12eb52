"""GitHub's `primaryLocationLineHash`: what ties a code scanning alert to a line that moves.

The algorithm is that of the upload action (github/codeql-action, src/fingerprints.ts), which
fills the value in where a file lacks it. It counts in UTF-16 code units, skips spaces and tabs,
takes every line break for one line feed, and hashes for each line the hundred units that start
there and run on into the lines below.
"""

import sys

__all__ = ["line_hashes"]

WINDOW = 100  # units
BASE = 37
MASK = (1 << 64) - 1
LEAVING = pow(BASE, WINDOW, 1 << 64)  # weight of the unit that leaves the window
END_OF_FILE = 65535
LINE_FEED = 10
BLANKS = {ord(" "): None, ord("\t"): None}
UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def line_hashes(text: str) -> tuple[str, ...]:
    """Return the hash of each line, "hexadecimal:occurrence", in O(length of the text).

    A text that ends in a line break has one more line, an empty one.
    """
    seen: dict[int, int] = {}
    result = []
    for value in _window_hashes(_units(text)):
        seen[value] = occurrence = seen.get(value, 0) + 1
        result.append(f"{value:x}:{occurrence}")
    return tuple(result)


def _units(text: str) -> memoryview:
    """Return the kept units, the end of the file and a window of zeros."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").translate(BLANKS)
    padded = f"{kept}{chr(END_OF_FILE)}" + "\0" * WINDOW
    return memoryview(padded.encode(UTF16, "surrogatepass")).cast("H")


def _window_hashes(units: memoryview) -> list[int]:
    """Return the hash of the window that starts at each line's first kept unit."""
    starts = _line_starts(units)
    wanted = {start + WINDOW - 1 for start in starts}
    result = []
    rolling = 0
    for position, unit in enumerate(units):
        leaving = units[position - WINDOW] if position >= WINDOW else 0
        rolling = (rolling * BASE + unit - LEAVING * leaving) & MASK
        if position in wanted:
            result.append(rolling)
    return result


def _line_starts(units: memoryview) -> list[int]:
    ends = [position for position, unit in enumerate(units) if unit == LINE_FEED]
    return [0, *(end + 1 for end in ends)]
