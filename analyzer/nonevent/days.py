"""Days, as people write them who accept something for a while: "2027-01-31".

`datetime` is imported when the first one is met: most runs meet none.
"""

__all__ = ["is_day", "today"]


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
