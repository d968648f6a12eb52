"""Earlier versions: which ones, what they come to, and what looking at them costs."""

import contextlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from nonevent import entry, pipeline
from nonevent.audit import audit
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.inventory import Moment
from nonevent.options import Options
from nonevent.reports.inventory_html import render
from nonevent.trend import trend

CACHED = Options()
FRESH = Options(no_cache=True)


def told(folder: Path, text: str, options: Options = FRESH) -> list[tuple[str, str, int, int]]:
    moments = trend(options, Config(), str(folder), text)
    return [
        (each.name, each.day, each.blockers, sum(count for _, count in each.families))
        for each in moments
    ]


def test_releases_are_told_oldest_first_and_trials_are_not(shop: Any) -> None:
    assert told(shop.root, "9") == [
        ("v1.0", "2026-01-21", 1, 1),
        ("v1.1", "2026-02-10", 1, 2),
        ("v2.0", "2026-03-22", 0, 1),
    ]
    assert [name for name, *_ in told(shop.root, "tags:2")] == ["v1.1", "v2.0"]


def test_months_are_told_by_their_last_commit(shop: Any) -> None:
    assert told(shop.root, "months:9") == [
        ("2026-01", "2026-01-21", 1, 1),
        ("2026-02", "2026-02-10", 1, 2),
        ("2026-03", "2026-03-22", 0, 1),
    ]


def test_without_two_releases_months_are_told(shop: Any) -> None:
    for tag in ("v1.0", "v1.1"):
        shop.git("tag", "--delete", tag)

    assert [name for name, *_ in told(shop.root, "2")] == ["2026-02", "2026-03"]


def test_commits_are_those_of_the_main_line_but_the_last(shop: Any) -> None:
    assert [count for *_, count in told(shop.root, "commits:9")] == [1, 2, 2, 1]


def test_a_version_comes_to_what_an_audit_of_its_files_does(shop: Any, tmp_path: Path) -> None:
    there = tmp_path / "there"
    shop.git("worktree", "add", "--quiet", str(there), "v1.1")
    found = trend(FRESH, Config(), str(shop.root), "tags:2")[0]
    with contextlib.chdir(there):
        inventory = audit(FRESH, Config(), str(there))

    assert (found.files, found.lines) == (inventory.files, sum(a.lines for a in inventory.areas))
    assert dict(found.families) == {"state": 1, "timeouts": 1}
    assert found.sha == inventory.head


def test_a_folder_below_is_told_of_itself(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root / "web")

    assert told(shop.root / "web", "1", Options(no_cache=True, exclude=("app.py",))) == [
        ("v2.0", "2026-03-22", 0, 0)
    ]
    assert told(shop.root / "web", "3")[1][3] == 2


def test_a_version_is_looked_at_once(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = trend(CACHED, Config(), str(shop.root), "9")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("examined once more")

    monkeypatch.setattr(pipeline, "examine", never)

    assert trend(CACHED, Config(), str(shop.root), "9") == first
    with pytest.raises(AssertionError):
        trend(CACHED, Config(), str(shop.root / "web"), "9")
    with pytest.raises(AssertionError):
        trend(CACHED._replace(exclude=("x",)), Config(), str(shop.root), "9")


def test_what_runs_out_is_looked_at_again(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "    CARTS[1] = 2  # nonevent: ignore[module-state-in-handler] until 2026-03-01 soon\n"
    text = (shop.root / "web/app.py").read_text()
    shop.commit({"web/late.py": f"import flask\nCARTS = {{}}\n\n\ndef f():\n{line}{text}"}, "v3.0")
    shop.commit({}, "v4.0")
    trend(CACHED, Config(), str(shop.root), "2")
    met: list[str] = []
    examine = pipeline.examine

    def counting(*given: Any, **more: Any) -> Any:
        met.append(given[0].head)
        return examine(*given, **more)

    monkeypatch.setattr(pipeline, "examine", counting)
    trend(CACHED, Config(), str(shop.root), "2")

    assert met == [shop.git("rev-parse", "v3.0^{commit}")]


def test_the_work_tree_is_left_alone(shop: Any) -> None:
    (shop.root / "web/app.py").write_text("mine = 1\n")
    before = shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD")

    told(shop.root, "9")

    assert (shop.git("status", "--porcelain"), shop.git("rev-parse", "HEAD")) == before
    assert (shop.root / "web/app.py").read_text() == "mine = 1\n"


def test_where_there_is_no_earlier_version_that_is_said(tmp_path: Path) -> None:
    os.mkdir(tmp_path / "none")
    with pytest.raises(UserError, match="not a git repository"):
        told(tmp_path / "none", "3")


def test_the_page_draws_it_and_has_the_table(shop: Any) -> None:
    moments = trend(FRESH, Config(), str(shop.root), "9")
    page = render(audit(FRESH, Config(), str(shop.root))._replace(trend=moments))

    cells = re.findall(r"<td(?: class=\"[a-z ]+\")?>(v[^<]*|now)</td>", page)
    assert cells == ["now", "v2.0", "v1.1", "v1.0"]
    assert "<title>v1.1: timeouts 1</title>" in page
    assert page.count("<polyline") == 4  # small, readiness, state, timeouts
    assert "of 100, up 20 since v1.0" in re.sub("<[^>]+>", "", page)


def test_a_chart_of_hostile_names_is_inert(shop: Any) -> None:
    hostile = '"><script>alert(1)</script>\x1b'
    first = Moment(hostile, "0" * 40, "2026-01-01", 50, 1, ((hostile, 3),), 1, 1)
    page = render(audit(FRESH, Config(), str(shop.root))._replace(trend=(first,)))

    assert "<script" not in page
    assert "\x1b" not in page


def test_the_command_line_takes_it(shop: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["audit", "--trend", "2", "--output", "json"]) == 0
    found = json.loads(capfd.readouterr().out)["trend"]
    assert entry.main(["audit", "--trend", "2", "--color", "never"]) == 0
    text = capfd.readouterr().out
    assert entry.main(["audit", "--trend", "2", "--output", "markdown"]) == 0
    markdown = capfd.readouterr().out

    assert [(each["name"], each["families"]) for each in found] == [
        ("v1.1", {"state": 1, "timeouts": 1}),
        ("v2.0", {"timeouts": 1}),
    ]
    assert "trend: v1.1 " in text
    assert "| v2\\.0 |" in markdown or "| v2.0 |" in markdown
    assert shop.git("status", "--porcelain") == "?? .nonevent_cache/" or not shop.git(
        "status", "--porcelain"
    )
