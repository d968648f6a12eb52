"""Words in the bytes of a file: which of many it holds, and where one stands by itself."""

import re
from collections.abc import Callable, Iterable

__all__ = ["WORD", "finder", "goes_before", "stands"]

WORD = re.compile(rb"\w+")
# Whatever is in no word becomes a space.
SPACED = bytes(each if WORD.match(bytes((each,))) else 32 for each in range(256))
QUOTES = (b'"', b"'")
# As many are found one by one as soon as all words of a file are told apart.
FEW = 8


def finder(words: Iterable[bytes]) -> Callable[[bytes], set[bytes]]:
    """Return a function from a file's bytes to those of the words, or phrases, that it holds.

    Words that a longer one holds may be among them where few are looked for, and in phrases.
    """
    words = frozenset(words)
    if len(words) <= FEW:
        return lambda data: {word for word in words if word in data}
    plain = frozenset(word for word in words if WORD.fullmatch(word))
    endings = [word for word in words if word.endswith(QUOTES)]
    phrases: dict[bytes, list[bytes]] = {}
    for phrase in words - plain - {*endings}:
        phrases.setdefault(max(WORD.findall(phrase), key=len), []).append(phrase)
    looked_for = plain | phrases.keys()

    def find(data: bytes) -> set[bytes]:
        met = looked_for.intersection(data.translate(SPACED).split())
        found = {ending for ending in endings if ending in data}
        found.update(each for word in met for each in phrases.get(word, ()) if each in data)
        return found | (met & plain)

    return find


def stands(word: bytes, data: bytes, after: tuple[bytes, ...] = ()) -> bool:
    """Tell whether a word, or one with a dot before it, stands by itself, not `after` a word."""
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if not (
            (word[:1] != b"." and goes_before(data, start))
            or goes_before(data, end + 1)
            or any(
                data.endswith(one, 0, start) and not goes_before(data, start - len(one))
                for one in after
            )
        ):
            return True
        start = data.find(word, end)
    return False


def goes_before(data: bytes, start: int) -> bool:
    """Tell whether a letter of a word stands just before `start`."""
    before = data[start - 1 : start]
    return before.isalnum() or before == b"_"
