"""Days, as people write them who accept something for a while: "2027-01-31".

`datetime` is imported when the first one is met: most runs meet none.
"""

__all__ = ["day_of", "is_day", "today"]


def today() -> str:
    """Return the day where the people are who read a report."""
    from datetime import date

    return date.today().isoformat()  # noqa: DTZ011 - meant: not that of Greenwich


def is_day(text: str) -> bool:
    """Tell whether a text is a day that there is, in its one form."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day_of(seconds: float) -> str:
    """Return the day, in Greenwich, of a moment that is told in seconds since 1970."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
