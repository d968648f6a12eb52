"""Whose settings, baseline and rows count where a change is not trusted."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.programs import git

from nonevent import entry, trust
from nonevent.finding import Severity
from nonevent.index import import_rule
from nonevent.sources.snapshot import Sides
from nonevent.sources.view import View

CALL = "import requests\n\n\ndef pay(u):\n    return requests.get(u)\n"
FETCH = "from shop.http import fetch\n\n\ndef pay(u):\n    return fetch(u)\n"
ROWS = "timeouts/clients:\n  - call: shop.http.fetch\n    timeout: [limit]\n    example: limit=3\n"
ACCEPTED = '{"version": 1, "accepted": [{"rule": "call-without-timeout", "path": "pay.py"}]}\n'
ALL = ("nonevent-baseline.json", "nonevent.toml", "pyproject.toml", "facts.yaml", "pay.py")


class Project:
    """A repository on a branch that is not trusted; `main` is its base."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        return git(self.folder, *arguments)

    def commit(self, **files: str) -> None:
        """Write files, `__` for a slash and the last `_` for the dot, and commit all there is."""
        for name, text in files.items():
            stem, _, ending = name.replace("__", "/").rpartition("_")
            path = self.folder / f"{stem.replace('_', '-') if ending == 'json' else stem}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=a change")

    def branch(self) -> None:
        self.git("checkout", "--quiet", "-b", "feature")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "CI_"))]:
        monkeypatch.delenv(name)
    made = Project(tmp_path / "work")
    monkeypatch.chdir(made.folder)
    return made


Found = dict[tuple[str, str, int], str]  # rule, path and line → message


@pytest.fixture
def found(capfd: pytest.CaptureFixture[str]) -> Callable[..., Found]:
    def run(*arguments: str) -> Found:
        said = arguments or ("--diff", "main", "--trust", "base")
        capfd.readouterr()
        code = entry.main(["check", "--output", "json", *said])
        out, err = capfd.readouterr()
        assert code in {0, 1}, err
        findings = json.loads(out)["findings"]
        return {(one["rule"], one["path"], one["line"]): one["message"] for one in findings}

    return run


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str) -> str:
        capfd.readouterr()
        assert entry.main(["check", *arguments]) == 2
        told = capfd.readouterr().err
        assert told.count("\n") == 1
        return told

    return run


WAITS = ("call-without-timeout", "pay.py", 5)


def test_a_rule_that_the_change_ignores_is_asked_and_the_key_is_named(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(nonevent_toml='fail-on = "warning"\n')
    project.branch()
    project.commit(nonevent_toml='fail-on = "warning"\nignore = ["timeouts"]\n', pay_py=CALL)

    assert found("--diff", "main") == {}
    assert found("--diff", "main", "--trust", "change") == {}
    trusted = found()
    assert trusted.keys() == {WAITS, ("altered-setting", "nonevent.toml", 2)}
    assert trusted["altered-setting", "nonevent.toml", 2] == (
        '`ignore` is set to `["timeouts"]`: less is reported from the merge on, this run heeds '
        "the base"
    )
    assert found("--diff", "main..feature", "--trust", "base") == trusted
    assert found("--diff", "main...feature", "--trust", "base") == trusted


def test_what_is_staged_is_judged_by_the_last_commit(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(pyproject_toml="[tool.nonevent]\nstrict = true\n")
    (project.folder / "pay.py").write_text(CALL)
    (project.folder / "pyproject.toml").write_text("[tool.nonevent]\nfail-on = 'never'\n")
    project.git("add", ".")
    (project.folder / "pyproject.toml").write_text("[tool.nonevent]\nselect = ['state']\n")

    assert found("--staged", "--trust", "base") == {
        WAITS: found("--staged", "--trust", "base")[WAITS],
        ("altered-setting", "pyproject.toml", 1): (
            "`strict`, which was `true`, is gone: less is reported from the merge on, this run "
            "heeds the base"
        ),
        ("altered-setting", "pyproject.toml", 2): (
            '`fail-on` is set to `"never"`: less is reported from the merge on, this run heeds '
            "the base"
        ),
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('fail-on = "note"', 'fail-on = "error"', ("warning", 'goes from `"note"` to `"error"`')),
        ('fail-on = "error"', "", ("note", '`fail-on`, which was `"error"`, is gone: more')),
        ('persona = "auditor"', "", ("warning", "is gone: less")),
        ("", 'fail-on = "warning"', ("note", '`"warning"`: that was the default, nothing is')),
        ("strict = false", "", ("note", "is gone: that was the default")),
        ("", 'persona = "pedantic"', ("note", 'is set to `"pedantic"`: more')),
        ("strict = true", "strict = false", ("warning", "from `true` to `false`: less")),
        ('ignore = ["state", "files"]', 'ignore = ["state"]', ("note", "more is reported")),
        ('select = ["state"]', 'select = ["state", "files"]', ("note", "more is reported")),
        ('select = ["state", "files"]', 'select = ["state"]', ("warning", "less is reported")),
        ("", 'select = ["state"]', ("warning", "less is reported")),
        ("", 'exclude = ["shop/"]', ("warning", '`exclude` is set to `["shop/"]`: less')),
        (
            "",
            'severity = {state = "note"}',
            ("warning", '`severity.state` is set to `"note"`: less'),
        ),
        ("", 'severity = {state = "error"}', ("note", "more is reported")),
        ('severity = {state = "note"}', "", ("note", "more is reported")),
        ('severity = {state = "error"}', "", ("warning", "less is reported")),
        ("", 'dialect = "sqlite"', ("warning", "what is reported is another")),
        (
            "",
            '[[overrides]]\npaths = ["a/"]\nseverity = {state = "note"}',
            ("warning", 'from `` to `[{paths = ["a/"], severity = {state = "note"}}]`: less'),
        ),
    ],
)
def test_each_key_is_told_from_what_to_what(before: str, after: str, told: tuple[str, str]) -> None:
    old, new = view(**{"nonevent.toml": before}), view(**{"nonevent.toml": after})
    [fact] = trust.told({}, "/shop", Sides("/shop", old, old, new)).facts
    [problem] = import_rule("nonevent_rules.nonevent.altered_setting").find(fact)

    assert problem.severity == (Severity.NOTE if told[0] == "note" else None)
    assert told[1] in problem.message.replace("`[]`", "``")


def view(**files: str) -> View:
    """Return a version of a project that consists of these files."""
    texts = {f"/shop/{path}": text.encode() for path, text in files.items()}
    return View(texts.__contains__, texts.__getitem__)


def test_a_selection_of_rules_leaves_it_in(project: Project, found: Callable[..., Found]) -> None:
    project.commit(nonevent_toml='select = ["state"]\n')
    project.branch()
    project.commit(nonevent_toml='select = ["files"]\n', pay_py=CALL)

    assert found().keys() == {("altered-setting", "nonevent.toml", 1)}


def test_what_the_base_alone_has_altered_since_is_none_of_the_change(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(nonevent_toml='ignore = ["timeouts"]\n')
    project.branch()
    project.commit(pay_py=CALL)
    project.git("checkout", "--quiet", "main")
    project.commit(nonevent_toml="ignore = []\n")
    project.git("checkout", "--quiet", "feature")

    # A branch that starts from an old commit is judged by the base of today.
    assert found().keys() == {WAITS}


def test_a_setting_of_the_base_holds_back_what_is_said_of_settings(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(nonevent_toml='ignore = ["altered-setting"]\n')
    project.branch()
    project.commit(nonevent_toml="strict = true\n")

    assert found() == {}


def test_the_baseline_of_the_base_counts(project: Project, found: Callable[..., Found]) -> None:
    project.commit(pay_py="X = 1\n")
    project.branch()
    project.commit(pay_py=CALL)
    assert entry.main(["baseline", "create", "--reason", "no harm"]) == 0
    project.commit()

    assert found("--diff", "main") == {}
    trusted = found()
    assert trusted.keys() == {WAITS, ("grown-baseline", "nonevent-baseline.json", 4)}
    assert trusted["grown-baseline", "nonevent-baseline.json", 4].startswith(
        "1 finding is accepted here, `call-without-timeout` in `pay.py`: it is not"
    )
    assert found("--diff", "main", "--trust", "base", "--no-baseline").keys() == {WAITS}


def test_what_the_base_accepts_stays_accepted_though_the_change_takes_the_file_away(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(pay_py=CALL)
    entry.main(["baseline", "create"])
    project.commit()
    project.git("rm", "--quiet", "pay.py")
    project.commit()
    project.branch()
    (project.folder / "nonevent-baseline.json").unlink()
    project.commit(pay_py=CALL)

    assert found("--diff", "main").keys() == {WAITS}
    assert found() == {}


def test_an_entry_that_lasts_longer_is_told(project: Project, found: Callable[..., Found]) -> None:
    entry_ = '{"rule": "call-without-timeout", "path": "pay.py", "until": "DAY"}'
    text = f'{{"version": 1, "accepted": [{entry_}]}}\n'
    project.commit(nonevent_baseline_json=text.replace("DAY", "2030-01-01"))
    project.branch()
    project.commit(nonevent_baseline_json=text.replace("DAY", "2040-01-01"))

    [(place, message)] = found().items()
    assert place == ("grown-baseline", "nonevent-baseline.json", 1)
    assert "in `pay.py`, until 2040-01-01" in message


def test_rows_of_the_base_count(project: Project, found: Callable[..., Found]) -> None:
    project.commit(nonevent_toml='facts = ["facts.yaml"]\n', facts_yaml=ROWS)
    project.branch()
    project.commit(
        facts_yaml=ROWS.replace("[limit]", "[u]"), pay_py=FETCH.replace("(u)", "(u=u)", 2)
    )

    assert found("--diff", "main") == {}
    trusted = found()
    assert {rule for rule, _, _ in trusted} == {"call-without-timeout", "altered-catalogue-row"}
    assert trusted["altered-catalogue-row", "facts.yaml", 2].startswith(
        'row `shop.http.fetch` of `timeouts/clients` goes from `timeout: ["limit"]` to '
        '`timeout: ["u"]`: '
    )


@pytest.mark.parametrize(
    ("base", "kind"),
    [
        ("", "settings come from `nonevent.toml`, where there were none, with `"),
        ("pyproject.toml", "settings come from `nonevent.toml` instead of `pyproject.toml`"),
    ],
)
def test_settings_in_another_file(
    base: str, kind: str, project: Project, found: Callable[..., Found]
) -> None:
    project.commit(pyproject_toml="[tool.nonevent]\nstrict = true\n" if base else "")
    project.branch()
    project.commit(pyproject_toml="", nonevent_toml="strict = false\n", pay_py=CALL)

    trusted = found()
    assert trusted["replaced-settings-file", "nonevent.toml", 1].startswith(kind)
    assert WAITS in trusted


def test_settings_that_the_change_takes_away(project: Project, found: Callable[..., Found]) -> None:
    project.commit(nonevent_toml='fail-on = "note"\nstrict = true\n')
    project.branch()
    (project.folder / "nonevent.toml").unlink()
    project.commit(pay_py=CALL)

    assert found() == {
        WAITS: found()[WAITS],
        ("replaced-settings-file", "nonevent.toml", 1): (
            'the settings in `nonevent.toml` are gone, with `fail-on = "note", strict = true`; '
            "this run heeds the base"
        ),
    }


def test_settings_in_a_nearer_folder(
    project: Project, found: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit(nonevent_toml="strict = true\n", shop__a_py="")
    project.branch()
    project.commit(shop__nonevent_toml='select = ["state"]\n', shop__pay_py=CALL)
    monkeypatch.chdir(project.folder / "shop")

    assert found("--diff", "main") == {}
    trusted = found()
    assert {(rule, path) for rule, path, _ in trusted} == {
        ("call-without-timeout", "shop/pay.py"),
        ("replaced-settings-file", "shop/nonevent.toml"),
        ("altered-setting", "shop/nonevent.toml"),
    }


def test_a_link_out_of_the_project_is_not_read(
    project: Project, found: Callable[..., Found], tmp_path: Path
) -> None:
    (tmp_path / "secret.toml").write_text('token = "hunter2"\n')
    project.commit(nonevent_toml="strict = true\n")
    project.branch()
    (project.folder / "nonevent.toml").unlink()
    (project.folder / "nonevent.toml").symlink_to("../secret.toml")
    project.commit(pay_py=CALL)

    for revisions in ("main", "main..feature"):
        trusted = found("--diff", revisions, "--trust", "base")
        assert trusted.keys() == {WAITS, ("replaced-settings-file", "nonevent.toml", 1)}
        assert trusted["replaced-settings-file", "nonevent.toml", 1].endswith(
            "nonevent.toml cannot be read: a link leads out of the project"
        )


def test_a_link_inside_the_project_is_followed_in_each_version(
    project: Project, found: Callable[..., Found]
) -> None:
    (project.folder / "conf").mkdir()
    (project.folder / "conf" / "shop.toml").write_text('ignore = ["state"]\n')
    (project.folder / "deep").symlink_to("conf")
    (project.folder / "nonevent.toml").symlink_to("deep/shop.toml")
    project.commit()
    project.branch()
    (project.folder / "conf" / "shop.toml").write_text('ignore = ["timeouts"]\n')
    project.commit(pay_py=CALL)

    assert found().keys() == {WAITS, ("altered-setting", "nonevent.toml", 1)}


def test_settings_of_the_change_that_are_not_in_order_are_told(
    project: Project, found: Callable[..., Found], refused: Callable[..., str]
) -> None:
    project.commit(nonevent_toml="strict = true\n")
    project.branch()
    project.commit(nonevent_toml="strict = \n", pay_py=CALL)

    assert "nonevent.toml:1: " in refused("--diff", "main")
    trusted = found()
    assert trusted.keys() == {WAITS, ("replaced-settings-file", "nonevent.toml", 1)}


def test_settings_in_two_files_and_in_a_folder(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(nonevent_toml="strict = true\n")
    project.branch()
    project.commit(pyproject_toml="[tool.nonevent]\n", pay_py=CALL)
    message = found()["replaced-settings-file", "nonevent.toml", 1]
    assert "nonevent.toml and pyproject.toml both hold settings" in message

    (project.folder / "pyproject.toml").unlink()
    (project.folder / "nonevent.toml").unlink()
    (project.folder / "nonevent.toml").mkdir()
    (project.folder / "nonevent.toml" / "a.py").write_text("")
    project.commit()
    assert "are gone, with `strict = true`" in found()["replaced-settings-file", "nonevent.toml", 1]


def test_a_base_that_is_not_in_order_is_one_line(
    project: Project, refused: Callable[..., str]
) -> None:
    project.commit(nonevent_toml="strict = \n")
    sha = project.git("rev-parse", "--short=10", "HEAD")
    project.branch()
    project.commit(nonevent_toml="strict = true\n", pay_py=CALL)

    told = refused("--diff", "main", "--trust", "base")
    assert told.startswith(f"Error: --trust base: {sha}:nonevent.toml:1: ")


def test_a_base_that_is_not_in_the_clone_is_one_line(
    project: Project, refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit(pay_py="")
    old = project.git("rev-parse", "HEAD")
    project.commit(pay_py=CALL)
    clone = tmp_path / "clone"
    project.git("clone", "--quiet", "--depth=1", f"file://{project.folder}", str(clone))
    monkeypatch.chdir(clone)

    assert "this clone is shallow: fetch more history" in refused("--diff", old, "--trust", "base")


@pytest.mark.parametrize("arguments", [(), ("--patch", "x.diff"), ("pay.py",)])
def test_without_a_change_there_is_no_base(
    arguments: tuple[str, ...], project: Project, refused: Callable[..., str]
) -> None:
    project.commit(pay_py=CALL)

    assert "give --diff or --staged" in refused(*arguments, "--trust", "base")


def test_a_file_outside_the_project_is_the_callers(
    project: Project, found: Callable[..., Found], tmp_path: Path
) -> None:
    (tmp_path / "nonevent.toml").write_text('select = ["state"]\n')
    project.commit(pay_py="")
    project.branch()
    project.commit(pay_py=CALL)
    named = ("--diff", "main", "--trust", "base", "--config", "../nonevent.toml")

    assert found(*named) == {}


def test_a_named_file_is_read_in_the_base(
    project: Project, found: Callable[..., Found], refused: Callable[..., str]
) -> None:
    project.commit(ci__nonevent_toml="strict = true\n")
    project.branch()
    project.commit(ci__nonevent_toml="ignore = ['timeouts']\n", other_toml="", pay_py=CALL)
    named = ("--diff", "main", "--trust", "base", "--config")

    assert {rule for rule, _, _ in found(*named, "ci/nonevent.toml")} == {
        "call-without-timeout",
        "altered-setting",
    }
    assert "other.toml cannot be read: No such file" in refused(*named, "other.toml")


# -- suppressions --------------------------------------------------------------------------------

HUSH = "  # nonevent: ignore[call-without-timeout] it answers"


def test_a_suppression_of_the_change_counts_and_is_told(
    project: Project, found: Callable[..., Found], capfd: pytest.CaptureFixture[str]
) -> None:
    project.commit(pay_py="")
    project.branch()
    project.commit(pay_py=CALL.replace("(u)\n", f"(u){HUSH}\n") + "\nX = 1\n")
    place = ("added-suppression", "pay.py", 5)

    assert found("--diff", "main") == {}
    entry.main(["check", "--output", "json", "--diff", "main", "--trust", "base"])
    report = json.loads(capfd.readouterr().out)
    assert report["summary"]["suppressed"] == 1
    trusted = found()
    assert trusted.keys() == {place}
    assert trusted[place].endswith("because `it answers`: it counts, so a reviewer has to agree")


def test_a_reason_does_not_break_out_of_its_quotes(
    project: Project, found: Callable[..., Found]
) -> None:
    project.commit(pay_py="")
    project.branch()
    project.commit(pay_py=CALL.replace("(u)\n", f"(u){HUSH} ` <img src=x> `\n"))

    assert found()["added-suppression", "pay.py", 5].count("`") == 4


def test_a_suppression_is_as_severe_as_what_it_hides(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.commit(nonevent_toml='fail-on = "error"\nseverity = {timeouts = "error"}\n')
    project.branch()
    project.commit(pay_py=CALL.replace("(u)\n", f"(u){HUSH}\n"))

    assert entry.main(["check", "--diff", "main", "--trust", "base", "--output", "concise"]) == 1
    assert ": error added-suppression" in capfd.readouterr().out


def test_a_suppression_that_moves_is_no_new_one_and_one_that_is_taken_elsewhere_is(
    project: Project, found: Callable[..., Found]
) -> None:
    hushed = CALL.replace("(u)\n", f"(u){HUSH}\n")
    project.commit(pay_py=hushed)
    project.branch()
    project.commit(pay_py=f"# new\n{hushed}")
    assert found() == {}

    project.commit(pay_py=CALL.replace("get", "post").replace("(u)\n", f"(u){HUSH}\n"))
    assert {rule for rule, _, _ in found()} == {"added-suppression"}


def test_a_file_that_was_suppressed_before_stays_so(
    project: Project, found: Callable[..., Found]
) -> None:
    head = "# nonevent: ignore-file[call-without-timeout] they answer\n"
    project.commit(pay_py=head + CALL)
    project.branch()
    project.commit(pay_py=head + CALL + "\n\ndef get(u):\n    requests.post(u)\n", b_py=head + CALL)

    assert {(rule, path) for rule, path, _ in found()} == {("added-suppression", "b.py")}


# -- build servers and models --------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [True, False])
def test_a_pull_request_from_a_fork_is_not_trusted(
    foreign: bool,
    project: Project,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project.commit(pay_py="")
    base = {"sha": project.git("rev-parse", "HEAD"), "repo": {"full_name": "shop/shop"}}
    project.branch()
    project.commit(nonevent_toml='ignore = ["timeouts"]\n', pay_py=CALL)
    head = {"repo": {"full_name": "ann/shop" if foreign else "Shop/shop"}}
    event = project.folder.parent / "event.json"
    event.write_text(json.dumps({"pull_request": {"base": base, "head": head}}))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))

    code = entry.main(["check", "--diff", "auto", "--output", "concise"])
    out, err = capfd.readouterr()
    assert code == foreign
    assert ("call-without-timeout" in out) == foreign
    assert ("GitHub Actions: the change comes from a fork" in err) == foreign
    assert entry.main(["check", "--diff", "auto", "--trust", "change"]) == 0


def test_gitlab_names_the_merge_base_and_the_branch_that_the_change_goes_to_counts(
    project: Project, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.commit(nonevent_toml='ignore = ["timeouts"]\n')
    old = project.git("rev-parse", "HEAD")
    project.commit(nonevent_toml="ignore = []\n")
    tip = project.git("rev-parse", "HEAD")
    project.git("checkout", "--quiet", "-b", "feature", old)
    project.commit(pay_py=CALL)
    project.git("merge", "--quiet", "main")
    for name, value in {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": old,
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    entry.main(["check", "--diff", "auto", "--output", "concise"])
    assert "call-without-timeout" not in capfd.readouterr().out
    monkeypatch.setenv("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", tip)
    entry.main(["check", "--diff", "auto", "--output", "concise"])
    assert "call-without-timeout" in capfd.readouterr().out


def test_a_model_that_a_change_brings_says_nothing(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.commit(pay_py="")
    project.branch()
    (project.folder / ".nonevent_cache").mkdir()
    for name in ("history.sqlite3", "risk-change.json", "risk-past.json"):
        (project.folder / ".nonevent_cache" / name).write_text("{}")
    project.commit(pay_py=CALL)

    assert entry.main(["score", "main..feature", "--trust", "base"]) == 1
    told = capfd.readouterr().out
    assert "adapted to this repository" not in told


def test_a_score_is_told_by_the_settings_of_the_base(project: Project) -> None:
    project.commit(pay_py="")
    project.branch()
    project.commit(nonevent_toml='fail-on = "never"\n', pay_py=CALL)

    assert entry.main(["score", "main..feature"]) == 0
    assert entry.main(["score", "main..feature", "--trust", "base"]) == 1
