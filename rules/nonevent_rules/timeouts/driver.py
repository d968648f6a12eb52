"""Which driver an engine speaks through, and whether it ends a wait on its own."""

import re
from collections.abc import Iterable, Iterator, Sequence

from nonevent.facts import Kind, Value
from nonevent_rules.told import Told, told

__all__ = ["holds", "is_here", "waits_for_ever"]

FILE = "sqlite"  # what development falls back to: it tells nothing of the service

# This host, alone or in an address.
HERE = re.compile(r"(?:\w[\w+]*://(?:[^/@]*@)?)?(?:localhost|127\.0\.0\.1|\[?::1\]?)(?![\w.-])")


def is_here(text: str) -> bool:
    """Tell whether a host or an address is on this host."""
    return HERE.match(text) is not None


def waits_for_ever(
    libraries: Iterable[str],
    urls: Iterable[Value | None],
    drivers: Sequence[str],
    schemes: Sequence[str],
) -> bool | None:
    """Tell whether a database is reached through one of `drivers`, which set no limit.

    An address tells it by its scheme; where it is not read the libraries that the project asks
    for do. None where neither is known.
    """
    urls = tuple(urls)
    texts = [text for url in urls if url is not None for text in _addresses(url)]
    if any(text.sure and is_here(text.said) for text in texts):
        return False  # a developer's own, or one that ends with the instance
    if any(text.said.startswith(tuple(schemes)) for text in texts):
        return True
    if any(not text.said.startswith(FILE) for text in texts):
        return False
    if texts and all(
        url is not None and any(text.sure for text in _addresses(url)) for url in urls
    ):
        return False  # files, one and all
    return None if frozenset(drivers).isdisjoint(libraries) else True


def _addresses(url: Value) -> Iterator[Told]:
    return (text for text in told(url) if "://" in text.said)


def holds(value: Value, limits: Sequence[str]) -> bool | None:
    """Tell whether a mapping of options, or one in it, has one of `limits`; None if unread."""
    if value.kind is Kind.EITHER:
        found = [holds(item, limits) for item in value.items]
        return True if True in found else None if None in found else False
    if value.kind is not Kind.MAPPING and (value.kind, value.name) != (Kind.CALL, "dict"):
        return None
    unread = value.open
    for name, item in value.keywords:
        if name in limits:
            return True
        if item.kind is Kind.MAPPING:
            inner = holds(item, limits)
            if inner:
                return True
            unread = unread or inner is None
        elif isinstance(item.constant, str) and any(limit in item.constant for limit in limits):
            return True
    return None if unread else False
