"""The names of the weaknesses that rules find, as MITRE's enumeration has them."""

from types import MappingProxyType

__all__ = ["NAMES", "VERSION", "address"]

VERSION = "4.18"
# https://cwe.mitre.org/data/definitions/NUMBER.html
NAMES = MappingProxyType(
    {
        "313": "Cleartext Storage in a File or on Disk",
        "799": "Improper Control of Interaction Frequency",
        "833": "Deadlock",
        "834": "Excessive Iteration",
        "1088": "Synchronous Access of Remote Resource without Timeout",
        "1322": "Use of Blocking Code in Single-threaded, Non-blocking Context",
    }
)


def address(number: str) -> str:
    """Return where a weakness is described."""
    return f"https://cwe.mitre.org/data/definitions/{number}.html"
