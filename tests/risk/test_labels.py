"""What docs/accuracy.md says of labels is what was judged."""

import csv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
JUDGED = ROOT / "tests" / "accuracy" / "risk-labels.csv"


def test_the_documentation_counts_what_was_judged() -> None:
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = Counter((row["label"], row["draw"], row["right"]) for row in rows)
    failures = Counter(row["draw"] for row in rows if row["of"] == "failure")
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    _, _, section = page.partition("\n## Risk: labels\n")
    table = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("|")]

    assert len({(row["repository"], row["change"], row["label"]) for row in rows}) == len(rows)
    assert [line.split(" | ")[1:] for line in table if line.startswith("| draw")] == [
        ["20", str(found["reverted", "1", "true"]) + " |"],
        ["20", str(found["mended", "1", "true"]) + " |"],
        ["20", str(found["mended", "2", "true"]) + " |"],
        ["30", str(found["reverted", "2", "true"]) + " |"],
    ]
    assert f"{failures['1']} of the 20 reverts" in section
    assert f"{failures['2']} of the 30" in section
