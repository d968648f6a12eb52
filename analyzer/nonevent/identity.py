"""What keeps a finding itself when lines move: its fingerprint."""

from collections.abc import Sequence

from nonevent.digest import blake2b

__all__ = ["fingerprints"]

DIGEST_BYTES = 8  # 16 hexadecimal digits: one file holds thousands of findings, not billions


def fingerprints(places: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return one fingerprint for each (rule, path, text of the source line), in the same order.

    Places of one file come in the order of the file: equal ones are told apart by their
    occurrence. White space is folded, so a re-indented line keeps its fingerprint; the line
    number is no part of it. Sixteen hexadecimal digits, the same on every machine.
    """
    seen: dict[tuple[str, str, str], int] = {}
    result = []
    for rule, path, line in places:
        key = (rule, path, " ".join(line.split()))
        seen[key] = occurrence = seen.get(key, 0) + 1
        # Neither a rule nor a path holds a NUL, so no two keys can give one text.
        result.append(_hash(f"{rule}\0{path}\0{occurrence}\0{key[2]}"))
    return tuple(result)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
