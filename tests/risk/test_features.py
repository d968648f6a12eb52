"""The features: what each says of a change that is known in full."""

from collections.abc import Mapping
from math import isfinite, log1p

import pytest

from nonevent.risk.features import FEATURES, OF_CHANGE, OF_PAST, Group, names, vector
from nonevent.risk.places import folder_of, kinds_of
from nonevent.risk.record import (
    AuthorPast,
    FilePast,
    FolderPast,
    LinesPast,
    Past,
    Record,
    RepoPast,
    Touched,
    Usual,
)
from nonevent.risk.signs import LIMIT, SIGNS, count_signs


def touched(
    path: str,
    added: int = 1,
    deleted: int = 0,
    hunks: int = 1,
    *,
    status: str = "M",
    signs: Mapping[str, int] | None = None,
) -> Touched:
    return Touched(path, "", status, added, deleted, hunks, signs or {}, {})


def change(*files: Touched, title: str = "Add prices") -> Record:
    return Record("1" * 40, 1_000_000.0, "a", title, "", files)


def past(*files: FilePast) -> Past:
    return Past(files, (), AuthorPast(), RepoPast(), LinesPast(), {})


def said(record: Record, before: Past | None = None) -> dict[str, float]:
    found = vector(record, before)
    return dict(zip(names(OF_CHANGE if before is None else FEATURES), found, strict=True))


EMPTY = change()
NOWHERE = past()


def test_each_feature_has_one_name_and_one_sentence() -> None:
    told = [feature.sentence for feature in FEATURES]

    assert len(set(names())) == len(set(told)) == len(FEATURES)
    assert all(sentence.endswith(".") for sentence in told)


def test_each_group_has_features() -> None:
    assert {feature.group for feature in FEATURES} == set(Group)


def test_features_of_the_change_come_first() -> None:
    assert (*OF_CHANGE, *OF_PAST) == FEATURES
    assert [feature.needs_past for feature in FEATURES] == [False] * len(OF_CHANGE) + [True] * len(
        OF_PAST
    )


def test_without_a_past_the_vector_is_its_beginning() -> None:
    record = change(touched("shop/prices.py", 10, 2), touched("tests/test_prices.py", 5))
    before = past(FilePast(3), FilePast(1))

    assert vector(record, None) == vector(record, before)[: len(OF_CHANGE)]


@pytest.mark.parametrize("record", [EMPTY, change(touched("a.py", 0, 0, 0))], ids=["none", "one"])
def test_a_change_of_nothing_has_finite_features(record: Record) -> None:
    before = past(*(FilePast() for _ in record.files))

    assert all(isfinite(value) for value in vector(record, before))


def test_size_and_spread_are_counted() -> None:
    record = change(
        touched("shop/prices/sum.py", 30, 10, 4),
        touched("shop/prices/tax.py", 10, 0, 1, status="A"),
        touched("tests/test_sum.py", 50, 0, 1),
    )
    found = said(record)

    wanted = {
        "lines_added": 90,
        "lines_deleted": 10,
        "source_added": 40,
        "source_deleted": 10,
        "python_added": 90,
        "largest_file": 50,
        "files": 3,
        "source_files": 2,
        "folders": 2,
        "top_folders": 2,
        "hunks": 6,
        "files_added": 1,
        "in_test": 1,
        "without_tests": 0,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_entropy_is_two_bits_for_four_equal_files() -> None:
    record = change(*(touched(f"{name}.py") for name in "abcd"))

    assert said(record)["entropy"] == pytest.approx(2)


def test_signs_of_source_count_and_of_tests_do_not() -> None:
    record = change(
        touched("shop/tasks.py", signs={"queue": 2}), touched("tests/test_t.py", signs={"queue": 5})
    )

    assert said(record)["adds_queue"] == 2


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Fix the sum", "says_fix"),
        ("WIP: try the new prices", "says_unfinished"),
        ("Add prices, take 2", "says_again"),
        ('Revert "Revert "Add prices""', "reland"),
        ("Enable the new checkout", "says_rollout"),
    ],
)
def test_the_title_is_heard(title: str, name: str) -> None:
    assert said(change(touched("a.py"), title=title))[name] == 1


def test_a_revert_is_no_reland() -> None:
    assert said(change(touched("a.py"), title='Revert "Add prices"'))["reland"] == 0


def test_files_of_source_are_looked_at_and_tests_are_not() -> None:
    record = change(touched("shop/sum.py"), touched("tests/test_sum.py"))
    before = past(FilePast(changes=4, own=1, reverts=1), FilePast(changes=40, reverts=9))
    found = said(record, before)

    assert (found["file_changes"], found["file_reverts"], found["own_share"]) == (4, 1, 0.25)


def test_a_rate_without_evidence_is_the_usual_one() -> None:
    found = said(change(touched("shop/sum.py")), past(FilePast()))

    assert found["file_revert_rate"] == 0.01


def test_a_rate_of_few_changes_is_drawn_to_the_usual_one() -> None:
    record = change(touched("shop/sum.py"))
    few = said(record, past(FilePast(changes=1, reverts=1)))["file_revert_rate"]
    many = said(record, past(FilePast(changes=100, reverts=100)))["file_revert_rate"]

    assert 0.01 < few < 0.2 < many < 1


def test_familiar_code_is_told_from_unfamiliar() -> None:
    record = change(touched("shop/sum.py"), touched("shop/tax.py"))
    before = past(FilePast(changes=4, own=2), FilePast(changes=4))
    before = before._replace(folders=(FolderPast(8, 2),))
    found = said(record, before)

    assert (found["familiar_files"], found["own_share"], found["own_folders"]) == (0.5, 0.25, 0.25)


def test_young_lines_are_a_share_of_those_whose_age_is_known() -> None:
    before = past(FilePast(3))._replace(lines=LinesPast(known=10, days=3, young=5, own=2))
    found = said(change(touched("shop/sum.py", 10, 20)), before)

    assert (found["rewritten_young_share"], found["rewritten_own_share"]) == (0.5, 0.2)


def test_what_is_unusual_is_told_in_standard_deviations() -> None:
    record = change(touched("a.py", 9))
    usual = {"lines_added": Usual(100, log1p(9) - 1, 0.5)}

    assert said(record, past(FilePast())._replace(usual=usual))[
        "unusual_lines_added"
    ] == pytest.approx(2)


def test_nothing_is_unusual_before_anything_is_usual() -> None:
    usual = {"lines_added": Usual(5, 0.0, 0.5)}
    before = past(FilePast())._replace(usual=usual)

    assert said(change(touched("a.py", 9)), before)["unusual_lines_added"] == 0


KINDS = [
    ("shop/settings/production.py", "settings"),
    ("requirements.txt", "dependencies"),
    ("requirements/base.in", "dependencies"),
    ("poetry.lock", "lock"),
    (".github/workflows/ci.yml", "ci"),
    ("Dockerfile", "infrastructure"),
    ("shop/migrations/0002_prices.py", "migration"),
    ("shop/views/cart.py", "view"),
    ("shop/tasks.py", "worker"),
    ("shop/locale/de/LC_MESSAGES/django.po", "translation"),
    ("tests/test_sum.py", "test"),
    ("shop/tests.py", "test"),
    ("README.md", "doc"),
    ("static/app.min.js", "generated"),
]


@pytest.mark.parametrize(("path", "kind"), KINDS, ids=[path for path, _ in KINDS])
def test_a_path_tells_what_a_file_is_for(path: str, kind: str) -> None:
    assert kind in kinds_of(path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements.txt", "doc"),
        ("shop/contest.py", "test"),
        ("shop/latest.py", "test"),
        ("shop/reviews.py", "view"),
        ("shop/specials.py", "test"),
    ],
)
def test_a_path_that_only_looks_like_it_is_not(path: str, kind: str) -> None:
    assert kind not in kinds_of(path)


def test_folders_are_cut_to_two_levels() -> None:
    assert [folder_of(p) for p in ("a.py", "a/b.py", "a/b/c/d.py")] == ["", "a", "a/b"]


# sign → a line that has it
LINES = {
    "condition": b"    elif price > 3:",
    "loop": b"for price in prices:",
    "function": b"async def total():",
    "class": b"class Order:",
    "import": b"from shop import prices",
    "decorator": b"@cached",
    "exception": b"except KeyError:",
    "broad_except": b"except Exception as error:",
    "concurrency": b"await total()",
    "transaction": b"with transaction.atomic():",
    "http": b"requests.get(address)",
    "database": b"Order.objects.all()",
    "queue": b"send.delay(order)",
    "cache": b"cache.get(key)",
    "cloud": b"bucket.copy(key)",
    "file": b"with open(path) as stream:",
    "process": b"subprocess.run(command)",
    "environment": b"os.environ['SHOP']",
    "flag": b"if waffle.switch('new'):",
    "timeout": b"timeout=10",
    "log": b"logger.info('sold')",
    "todo": b"# TODO tax",
    "url": b"path('cart/', cart)",
    "deletion": b"order.delete()",
    "schema": b"migrations.AddField('order', 'sum')",
    "time": b"datetime.now()",
    "serialisation": b"json.dumps(order)",
    "nothing": b"return None",
    "permission": b"@login_required",
}


def test_each_sign_has_a_line_that_has_it() -> None:
    assert LINES.keys() == set(SIGNS)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_found_in_its_line(sign: str) -> None:
    assert count_signs([b"x = 1", LINES[sign]])[sign] > 0


def test_a_plain_line_has_no_sign() -> None:
    assert count_signs([b"total = total + price"]) == {}


def test_lines_without_end_are_cut() -> None:
    assert count_signs([b"x" * LIMIT, b"return None"]) == {}
