"""What lies ahead: the steps since a release, with locks; the risk, and what it is worth."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nonevent import entry, hazards
from nonevent.ahead import Calibration, Step, Tenth
from nonevent.audit import audit
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.hazards import calibration, with_risk
from nonevent.options import Options
from nonevent.outlook import outlook
from nonevent.reports.inventory_html import render

FRESH = Options(no_cache=True)
FIRST = "CREATE TABLE users (id bigint PRIMARY KEY, plan text);\n"
INDEX = "CREATE INDEX ix_plan ON users (plan);\n"
COLUMN = "ALTER TABLE users ADD COLUMN age int;\nCREATE TABLE carts (id bigint);\n"
DROP = "ALTER TABLE users DROP COLUMN plan;\nCREATE INDEX ix_cart ON carts (id);\n"


@pytest.fixture
def store(shop: Any) -> Any:
    """Return the shop with two more releases and something new in the work tree."""
    shop.commit({"db/migrations/V1__users.sql": FIRST}, "v3.0")
    shop.commit({"db/migrations/V2__index.sql": INDEX}, "v3.1")
    shop.commit({"db/migrations/V10__column.sql": COLUMN, "db/migrations/V9__none.sql": ""}, "v3.2")
    shop.commit({"db/migrations/V11__drop.sql": DROP})
    return shop


def steps(folder: Path, since: str) -> list[tuple[str, str, list[Step]]]:
    told = outlook(FRESH, Config(), str(folder), since)
    return [
        (each.release, each.path.rpartition("/")[2], list(each.steps)) for each in told.migrations
    ]


def test_steps_come_in_their_order_under_their_release(store: Any) -> None:
    found = [
        (release, name, [step.what for step in told])
        for release, name, told in steps(store.root, "v3.0")
    ]

    assert found == [
        ("v3.1", "V2__index.sql", ["create index ix_plan on users"]),
        ("v3.2", "V10__column.sql", ["add column users.age", "create table carts"]),
        ("", "V11__drop.sql", ["drop column users.plan", "create index ix_cart on carts"]),
    ]


def test_each_step_has_its_lock_work_and_findings(store: Any) -> None:
    (_, _, [index]), (_, _, [column, table]), (_, _, [drop, _]) = steps(store.root, "v3.0")

    assert (index.lock, index.blocks, index.work) == ("SHARE", "writes", ("builds an index",))
    assert [found.rule for found in index.findings] == ["blocking-index-build"]
    assert (column.lock, column.stage, column.work) == ("ACCESS EXCLUSIVE", "expand", ())
    assert (table.lock, table.blocks, table.findings) == ("", "nothing", ())
    assert (drop.stage, drop.blocks) == ("contract", "reads and writes")
    assert "dropped-column" in [found.rule for found in drop.findings]


def test_auto_is_the_newest_release_before_head(store: Any) -> None:
    told = outlook(FRESH, Config(), str(store.root), "auto")

    assert (told.since, told.landed) == ("v3.2", 1)
    assert [each.path for each in told.migrations] == ["db/migrations/V11__drop.sql"]


def test_of_a_changed_file_only_what_is_added_is_to_come(store: Any) -> None:
    path = store.root / "db/migrations/V11__drop.sql"
    path.write_text(DROP + "ALTER TABLE carts ADD COLUMN note text;\n")

    assert [[step.what for step in told] for *_, told in steps(store.root, "HEAD")] == [
        ["add column carts.note"]
    ]


def test_what_does_not_migrate_says_nothing(shop: Any) -> None:
    assert steps(shop.root, "v1.0") == []
    with pytest.raises(UserError, match="unknown revision"):
        steps(shop.root, "v9")


def test_without_a_release_auto_is_refused(shop: Any) -> None:
    for tag in ("v1.0", "v1.1", "v2.0"):
        shop.git("tag", "--delete", tag)

    with pytest.raises(UserError, match="builds on no release tag"):
        steps(shop.root, "auto")


def test_changes_are_scored_one_by_one_newest_first(store: Any) -> None:
    told = with_risk(outlook(FRESH, Config(), str(store.root), "v3.0"), str(store.root))

    assert [change.title for change in told.changes] == [
        "Release nothing",
        "Release v3.2",
        "Release v3.1",
    ]
    assert all(0 < change.bad < 1 and change.reasons for change in told.changes)
    assert told.risk is not None
    assert told.missing == ""


def test_of_more_than_the_model_has_seen_no_risk_is_told_as_one(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazards, "NEWEST", 2)
    told = with_risk(outlook(FRESH, Config(), str(store.root), "v3.0"), str(store.root))

    assert told.risk is None
    assert len(told.changes) == 2


def test_the_calibration_is_that_of_the_shipped_model(tmp_path: Path) -> None:
    import nonevent_models

    folder = Path(next(iter(nonevent_models.__path__)))
    metrics = json.loads((folder / "metrics.json").read_text())["forms"]["change"]
    told = calibration(str(tmp_path), "change")

    assert told is not None
    assert metrics["digest"].startswith(told.model)
    assert [band.rate for band in told.bands] == [band["rate"] for band in metrics["bands"]]
    assert [band.end for band in told.bands] == [band["below"] for band in metrics["bands"]]
    assert told.error[0] == metrics["measured"]["bad"]["model"]["calibration_error"]
    assert (told.own, told.missing) == ((), "")


def test_figures_of_another_model_are_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nonevent_models

    folder = Path(next(iter(nonevent_models.__path__)))
    text = (folder / "metrics.json").read_text()
    (tmp_path / "metrics.json").write_text(text.replace('"digest": "', '"digest": "0'))
    monkeypatch.setattr(hazards, "shipped", lambda: str(tmp_path))

    assert calibration(str(tmp_path), "change") is None


def test_an_own_history_that_says_too_little_is_told(store: Any) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    assert entry.main(["history", "mine", "--quiet"]) == 0

    told = calibration(str(store.root), "past")

    assert told is not None
    assert told.own == ()
    assert told.missing


def test_scikit_learn_is_not_met_without_a_history(store: Any) -> None:
    code = (
        "import sys; from nonevent import entry; "
        "entry.main(['audit', '--since', 'v3.0', '--no-cache', '--output', 'html:page.html']); "
        "print(sorted({'sklearn', 'numpy', 'pandas', 'joblib', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=store.root, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_the_page_tells_it_and_stays_inert(store: Any) -> None:
    hostile = "<b>&\x1b"
    text = f'ALTER TABLE "{hostile}" ADD COLUMN "<i>" int;\nCREATE INDEX x ON "{hostile}" (id);\n'
    store.commit({"db/migrations/V12__hostile.sql": text})
    store.git("tag", "<script>alert(1)</script>")
    told = with_risk(outlook(FRESH, Config(), str(store.root), "v3.0"), str(store.root))
    own = (Tenth(0.01, 0.0, 0.02, 0.04), Tenth(0.2, 0.1, 0.25, 0.4))
    assert told.calibration is not None
    told = told._replace(calibration=told.calibration._replace(own=own))
    page = render(audit(FRESH, Config(), str(store.root))._replace(ahead=told))

    assert "Schema changes to come since v3.0" in page
    assert "add column &lt;b&gt;&amp;\\x1b.&lt;i&gt;" in page
    assert "<script" not in page
    assert "told 20.0%, came 25.0%" in page
    assert "\x1b" not in page


@pytest.mark.usefixtures("store")
def test_all_formats_tell_it(capfd: pytest.CaptureFixture[str]) -> None:
    def said(*more: str) -> str:
        assert entry.main(["audit", "--since", "v3.1", *more]) == 0
        return capfd.readouterr().out

    ahead = json.loads(said("--output", "json"))["ahead"]
    text, markdown = said("--color", "never"), said("--output", "markdown")

    assert [each["release"] for each in ahead["migrations"]] == ["v3.2", None]
    assert ahead["migrations"][1]["steps"][0]["lock"] == "ACCESS EXCLUSIVE"
    assert len(ahead["changes"]) == ahead["landed"] == 2
    assert "since v3.1: 4 schema changes, 1 with findings; 2 changes landed\n" in text
    assert "| `drop column users.plan` | ACCESS EXCLUSIVE | reads and writes |" in markdown


def test_where_there_is_no_model_that_is_said(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> Calibration:
        raise UserError("no model is installed")

    monkeypatch.setattr(hazards, "assess", none)
    told = with_risk(outlook(FRESH, Config(), str(store.root), "v3.1"), str(store.root))
    page = render(audit(FRESH, Config(), str(store.root))._replace(ahead=told))

    assert told.missing == "no model is installed"
    assert "Not told: no model is installed." in page
