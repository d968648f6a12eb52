"""Which files of SQL no deploy runs: those of tests and developers, and queries for other hands."""

from nonevent.pattern import late

__all__ = ["is_aside"]

# Tests of Maven, Gradle, Go, JavaScript and pgTAP have databases that are made for them.
FOLDERS = late(
    r"(?i)(?:^|/)(?:src/\w*test\w*|\w*test_?data|__tests__|tests?|e2e|cypress|pgtap\w*|mocks?|stubs?|dev"
    r"|(?:\w+-)*queries)/"
)


def is_aside(path: str) -> bool:
    """Tell whether a file of SQL stands in a folder that no deploy looks into."""
    return FOLDERS.search(path) is not None
