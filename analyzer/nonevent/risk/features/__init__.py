"""The features of a change, in the order of their vector: named numbers, each with a sentence.

Some the change alone tells; the others need what happened before it landed.
"""

from collections.abc import Sequence

from nonevent.risk.features import change, past
from nonevent.risk.features.feature import Case, Feature, Group, summed
from nonevent.risk.record import Past, Record

__all__ = ["FEATURES", "OF_CHANGE", "OF_PAST", "Feature", "Group", "names", "vector"]

OF_CHANGE: tuple[Feature, ...] = change.FEATURES
OF_PAST: tuple[Feature, ...] = past.FEATURES
FEATURES: tuple[Feature, ...] = (*OF_CHANGE, *OF_PAST)


def names(features: Sequence[Feature] = FEATURES) -> tuple[str, ...]:
    """Return the names, in the order of the vector."""
    return tuple(feature.name for feature in features)


def vector(record: Record, past: Past | None) -> tuple[float, ...]:
    """Return the features of a change; without its past only those that the change alone tells.

    They come in the order of `FEATURES`, or of `OF_CHANGE`, which is its beginning.
    """
    case = Case(record, summed(record), past)
    features = OF_CHANGE if past is None else FEATURES
    return tuple(feature.compute(case) for feature in features)
