"""What keeps a finding itself when code moves, is renamed or written anew: traits, fingerprints."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from nonevent.digest import blake2b
from nonevent.finding import Finding
from nonevent.location import line_at
from nonevent.noun import NamedTuple

__all__ = ["Trait", "fingerprints", "matched", "squeezed", "traits"]

MOST = 200  # characters of a line: a minified one has no end
DIGEST_BYTES = 8  # 16 hexadecimal digits: one file holds thousands of findings, not billions


class Trait(NamedTuple):
    """What tells one finding from another, without its place in the file."""

    rule: str
    path: str  # posix
    scope: str  # qualified name of the function around it; "" at module level
    name: str  # of what it speaks of: "requests.get", "CARTS"; "" where only its line tells
    text: str  # of its line, without white space


# In which traits two findings have to agree to be one, from the surest to the last resort. White
# space never counts.
AGREEMENTS = (
    ("rule", "path", "scope", "name", "text"),  # it stands where it stood, or was moved
    ("rule", "path", "scope", "name"),  # its line was written anew: wrapped, an argument changed
    ("rule", "path", "name", "text"),  # its function was renamed, or it went to another one
    ("rule", "scope", "name", "text"),  # its file was renamed, or it went to another one
)


def squeezed(text: str) -> str:
    """Return the text without its white space, which a formatter changes, up to a length."""
    return "".join(text.split())[:MOST]


def traits(findings: Sequence[Finding], lines: Mapping[str, Sequence[str]]) -> list[Trait]:
    """Return what tells each finding from others; `lines` holds the text of their files."""
    return [
        Trait(
            found.rule,
            found.location.path,
            found.subject.scope if found.subject else "",
            found.subject.name if found.subject else "",
            squeezed(line_at(lines, found.location)),
        )
        for found in findings
    ]


def matched(after: Sequence[Trait], before: Sequence[Trait]) -> list[int]:
    """Return for each of `after` the index in `before` of what it was; -1 where it is new.

    Each one before answers for one after: a copy of an old fault is new, and it is the copy that
    agrees least. What agrees in more goes first.
    """
    found = [-1] * len(after)
    left = set(range(len(before)))
    for agreement in AGREEMENTS:
        if not left:
            break
        known: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for index in sorted(left, reverse=True):  # the first one is popped first
            known[_part(before[index], agreement)].append(index)
        for place, trait in enumerate(after):
            same = known.get(_part(trait, agreement)) if found[place] < 0 else None
            # Without a name the line alone tells what it is.
            if same and (trait.name or "text" in agreement):
                found[place] = same.pop()
                left.discard(found[place])
    return found


def _part(trait: Trait, agreement: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(getattr(trait, name) for name in agreement)


def fingerprints(traits: Sequence[Trait]) -> tuple[str, ...]:
    """Return one fingerprint for each trait, in the same order.

    Traits of one file come in the order of the file: equal ones are told apart by their
    occurrence. The text of the line is part of it only where the finding has no name, so it
    stays the same while lines move and statements are wrapped. Sixteen hexadecimal digits, the
    same on every machine.
    """
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for trait in traits:
        key = (trait.rule, trait.path, trait.scope, trait.name, "" if trait.name else trait.text)
        seen[key] = occurrence = seen.get(key, 0) + 1
        # None of these holds a NUL, so no two keys can give one text.
        result.append(_hash("\0".join((*key, str(occurrence)))))
    return tuple(result)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
