"""Deletions and additions that are one file moved."""

from nonevent.sources.renames import Step, pair_renames

LONG = b"".join(b"line %d\n" % number for number in range(20))


def test_the_same_name_is_taken_before_the_first() -> None:
    steps = [Step("a/x.py", "1"), Step("a/y.py", "1"), Step("b/y.py", "", "1")]

    assert pair_renames(steps, {}) == [Step("a/x.py", "1"), Step("b/y.py", "1", "1", "a/y.py")]


def test_one_deletion_serves_one_addition() -> None:
    steps = [Step("a.py", "1"), Step("b.py", "", "1"), Step("c.py", "", "1")]

    assert pair_renames(steps, {}) == [Step("b.py", "1", "1", "a.py"), Step("c.py", "", "1")]


def test_the_most_alike_is_taken() -> None:
    contents = {"1": LONG, "2": LONG + b"more\n" * 5, "3": LONG + b"more\n" * 6, "4": b"other\n"}
    steps = [Step("a.py", "1"), Step("b.py", "2"), Step("c.py", "", "3"), Step("d.py", "", "4")]

    assert pair_renames(steps, contents) == [
        Step("a.py", "1"),
        Step("c.py", "2", "3", "b.py"),
        Step("d.py", "", "4"),
    ]


def test_a_changed_file_takes_no_part() -> None:
    steps = [Step("a.py", "1", "2"), Step("b.py", "", "1")]

    assert pair_renames(steps, {}) == steps


def test_thousands_of_moved_files_are_paired_by_name() -> None:
    contents = {str(number): LONG + b"%d\n" % number for number in range(400)}
    steps = [Step(f"old/{number}.py", str(number)) for number in range(0, 400, 2)]
    steps += [Step(f"new/{number}.py", "", str(number + 1)) for number in range(0, 400, 2)]

    assert pair_renames(steps, contents) == sorted(
        Step(f"new/{number}.py", str(number), str(number + 1), f"old/{number}.py")
        for number in range(0, 400, 2)
    )
