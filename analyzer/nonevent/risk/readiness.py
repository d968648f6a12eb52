"""Readiness: findings and probability as one number for people, from which nothing is decided.

    readiness = 100 · (1 - p) · Π (1 - s)

`p` is the probability that the change goes wrong; `s` is what the worst finding of a family
counts, by its severity and by how sure it is, as in the readiness of a code base. It is a
noisy-or: each can only make it worse, and none makes up for another. https://en.wikipedia.org/wiki/Noisy-OR
"""

from collections.abc import Iterable

from nonevent.finding import Finding
from nonevent.readiness import CERTAINTY, CHANCE

__all__ = ["readiness"]


def readiness(bad: float, findings: Iterable[Finding]) -> float:
    """Return the readiness of a change, from 0 to 100."""
    worst: dict[str, float] = {}
    for found in findings:
        counts = CHANCE[found.severity] * CERTAINTY[found.confidence]
        worst[found.family] = max(worst.get(found.family, 0.0), counts)
    ready = 1 - bad
    for counts in worst.values():
        ready *= 1 - counts
    return 100 * ready
