"""The nearest right word to a wrong one."""

from collections.abc import Iterable

__all__ = ["hint", "nearest"]

NEAR = 0.6  # share of equal letters, from which a word is worth naming
LISTED = 16
LONGEST = 100  # letters: comparing takes time with the square of the length


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the word of `known` that is most like `word`; "" where none is near."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(word[:LONGEST].casefold(), by_folded, n=1, cutoff=NEAR)
    return by_folded[near[0]] if near else ""


def hint(word: str, known: Iterable[str]) -> str:
    """Return "; nearest: 'select'" to append to a message; without one near, all that are known.

    More words than a line holds are not listed.
    """
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"; nearest: '{near}'"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= LISTED else ""
