"""Readiness: findings and probability as one number for people, from which nothing is decided.

    readiness = 100 · (1 - p) · Π (1 - s)

`p` is the probability that the change goes wrong; `s` is what the worst finding of a family
counts, by its severity and by how sure it is. It is a noisy-or: each can only make it worse, and
none makes up for another. https://en.wikipedia.org/wiki/Noisy-OR
"""

from collections.abc import Iterable
from types import MappingProxyType

from nonevent.finding import Confidence, Finding, Severity

__all__ = ["CERTAINTY", "WEIGHT", "readiness"]

# How likely a deploy fails by what is found, if it is true. Set, not measured: public records of
# deploys that name the rule which a change broke do not exist.
WEIGHT = MappingProxyType({Severity.ERROR: 0.5, Severity.WARNING: 0.2, Severity.NOTE: 0.02})
CERTAINTY = MappingProxyType({Confidence.HIGH: 1.0, Confidence.MEDIUM: 0.6, Confidence.LOW: 0.2})


def readiness(bad: float, findings: Iterable[Finding]) -> float:
    """Return the readiness of a change, from 0 to 100."""
    worst: dict[str, float] = {}
    for found in findings:
        counts = WEIGHT[found.severity] * CERTAINTY[found.confidence]
        worst[found.family] = max(worst.get(found.family, 0.0), counts)
    ready = 1 - bad
    for counts in worst.values():
        ready *= 1 - counts
    return 100 * ready
