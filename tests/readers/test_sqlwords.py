"""The words of an SQL file: those of each statement, and no more work than that takes."""

import pytest

from nonevent.readers import sqlwords
from nonevent.readers.sqlsplit import Split, split
from nonevent.readers.sqlwords import statements


def test_gives_the_words_of_each_statement_with_their_places() -> None:
    assert statements("DROP TABLE t; -- gone\nSELECT 1") == (
        (("DROP", 0, 4), ("TABLE", 5, 10), ("t", 11, 12)),
        (("SELECT", 22, 28), ("1", 29, 30)),
    )


def test_a_file_is_cut_once_for_all_of_its_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each edit of a file is proved by what stood there before and by what stands there after."""
    cut: list[str] = []

    def counted(text: str, dialect: str) -> Split:
        cut.append(text)
        return split(text, dialect)

    monkeypatch.setattr(sqlwords, "split", counted)
    statements.cache_clear()
    before = "ALTER TABLE t ADD a int;\n" * 3
    for edit in range(20):
        statements(before)
        statements(f"SELECT {edit}")
        statements(f"{before}SELECT {edit}")

    assert cut.count(before) == 1
    assert len(cut) == 41
