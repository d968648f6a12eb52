"""The baseline: each entry answers for one finding, and the file is checked."""

import json
from pathlib import Path

import pytest

from nonevent import entry
from nonevent.baseline import Entry, read, text_of
from nonevent.error import UserError

CALL = "import requests\n\n\ndef pay(u):\n    requests.get(u)\n"
FILE = "nonevent-baseline.json"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "pay.py").write_text(CALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def nonevent(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capfd.readouterr()
    code = entry.main(arguments)
    return code, capfd.readouterr().out


def summary(capfd: pytest.CaptureFixture[str], *arguments: str) -> dict[str, int]:
    _, out = nonevent(capfd, "check", "--output", "json", *arguments)
    counts: dict[str, int] = json.loads(out)["summary"]
    return {key: counts[key] for key in ("findings", "accepted", "stale")}


def accepted(path: Path) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(path.read_text())["accepted"]
    return listed


def test_what_is_accepted_is_not_reported_and_a_copy_is(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = nonevent(capfd, "baseline", "create", "--reason", "old", "--owner", "ann")

    assert (code, said) == (0, f"{FILE} accepts 1 finding: 1 new, 0 known.\n")
    assert accepted(project / FILE) == [
        {
            "rule": "call-without-timeout",
            "path": "shop/pay.py",
            "scope": "pay",
            "name": "requests.get",
            "text": "requests.get(u)",
            "reason": "old",
            "owner": "ann",
        }
    ]
    code, said = nonevent(capfd, "check")
    assert (code, said) == (0, "No findings in 2 files, 1 in the baseline.\n")

    (project / "shop" / "pay.py").write_text(f"{CALL}    requests.get(u)\n")
    assert summary(capfd) == {"findings": 1, "accepted": 1, "stale": 0}
    assert summary(capfd, "--no-baseline") == {"findings": 2, "accepted": 0, "stale": 0}


def test_it_is_accepted_from_a_folder_below_and_in_a_file_of_another_name(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nonevent(capfd, "baseline", "create")
    monkeypatch.chdir(project / "shop")
    assert summary(capfd) == {"findings": 0, "accepted": 1, "stale": 0}

    (project / "shop" / "pay.py").rename(project / "shop" / "till.py")
    assert summary(capfd) == {"findings": 0, "accepted": 1, "stale": 0}


def test_it_is_accepted_from_what_was_kept_of_an_earlier_run(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(60):  # few files are read anew each time
        (project / f"part{number}.py").write_text(f"X = {number}\n")
    (project / "shop" / "pay.py").write_text(CALL.replace("def pay", "def other"))
    nonevent(capfd, "baseline", "create")
    (project / "shop" / "pay.py").write_text(CALL)

    for _ in range(2):  # the function was renamed: the line alone tells
        assert summary(capfd) == {"findings": 0, "accepted": 1, "stale": 0}


def test_stale_entries_are_counted_shown_and_taken_out(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nonevent(capfd, "baseline", "create")
    (project / "shop" / "pay.py").write_text("")

    assert summary(capfd) == {"findings": 0, "accepted": 0, "stale": 1}
    assert summary(capfd, "--select", "state")["stale"] == 0  # nobody looked
    assert summary(capfd, "shop")["stale"] == 0
    assert "stale  shop/pay.py" in nonevent(capfd, "baseline", "show")[1]
    assert nonevent(capfd, "baseline", "prune", "--select", "state")[1] == (
        f"{FILE} has no stale entry.\n"
    )
    assert nonevent(capfd, "baseline", "prune")[1] == (
        f"1 stale entry taken out of {FILE}, 0 left.\n"
    )
    assert accepted(project / FILE) == []


def test_an_entry_counts_up_to_its_day(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nonevent(capfd, "baseline", "create", "--until", "2999-12-31")
    assert summary(capfd)["findings"] == 0

    (project / FILE).write_text((project / FILE).read_text().replace("2999-12-31", "2020-01-31"))
    code, said = nonevent(capfd, "check", "--output", "concise")
    assert code == 1
    assert "(accepted until 2020-01-31)" in said
    assert "expired" in nonevent(capfd, "baseline", "show")[1]
    assert summary(capfd)["stale"] == 0


def test_a_known_entry_keeps_its_reason_and_what_is_gone_is_left_out(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "shop" / "two.py").write_text(CALL.replace("get", "put"))
    nonevent(capfd, "baseline", "create", "--reason", "first")
    (project / "shop" / "two.py").write_text(CALL.replace("get", "post"))

    _, said = nonevent(capfd, "baseline", "create", "--reason", "second")

    assert said == f"{FILE} accepts 2 findings: 1 new, 1 known, 1 stale entry left out.\n"
    reasons = {each["name"]: each["reason"] for each in accepted(project / FILE)}
    assert reasons == {"requests.get": "first", "requests.post": "second"}


def test_rules_that_were_not_asked_lose_no_entry(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nonevent(capfd, "baseline", "create")
    before = (project / FILE).read_text()

    nonevent(capfd, "baseline", "create", "--select", "state")

    assert (project / FILE).read_text() == before


def test_a_file_of_another_name(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text('[tool.nonevent]\nbaseline = "deploy/accepted.json"\n')
    (project / "deploy").mkdir()
    nonevent(capfd, "baseline", "create")

    assert accepted(project / "deploy" / "accepted.json")[0]["path"] == "../shop/pay.py"
    assert summary(capfd) == {"findings": 0, "accepted": 1, "stale": 0}
    assert summary(capfd, "--baseline", "deploy/accepted.json")["accepted"] == 1


def test_fixes_leave_alone_what_is_accepted(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nonevent(capfd, "baseline", "create")
    nonevent(capfd, "check", "--fix")

    assert (project / "shop" / "pay.py").read_text() == CALL


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    entries = (Entry("a", "b.py", "c", "d", "e", "f", "g", "2027-01-31"), Entry("a", "z\udce9.py"))
    (tmp_path / "x.json").write_text(text_of(entries[::-1]))

    assert read(str(tmp_path / "x.json"), "x.json").entries == entries


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "x.json:1: no JSON: Expecting value"),
        ("[]", 'x.json: no baseline: an object with "version": 1 is expected'),
        ('{"version": 2}', "x.json: version 2 is newer than this nonevent"),
        ('{"version": 1}', "x.json: 'accepted' is a list of entries"),
        ('{"version": 1, "accepted": [1]}', "x.json: entry 1 is an object with rule, path"),
        ('{"version": 1, "accepted": [{"rule": "a"}]}', "x.json: entry 1 names no path"),
        (
            '{"version": 1, "accepted": [{"rul": "a"}]}',
            "x.json: entry 1: unknown key 'rul'; nearest: 'rule'",
        ),
        ('{"version": 1, "accepted": [{"rule": 1}]}', "x.json: entry 1: rule is a string"),
        (
            '{"version": 1, "accepted": [{"rule": "a", "path": "b", "until": "31.1.27"}]}',
            "x.json: entry 1: until is a day such as 2027-01-31, not '31.1.27'",
        ),
        ("[" * 100_000, "x.json: values are nested too deep"),
    ],
)
def test_a_file_that_is_wrong_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)

    with pytest.raises(UserError) as caught:
        read(str(tmp_path / "x.json"), "x.json")

    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "--baseline", "gone.json"), "gone.json cannot be read: No such file"),
        (("check", "--baseline", "a", "--no-baseline"), "exclude each other"),
        (("baseline", "show"), f"there is no baseline '{FILE}': nonevent baseline create"),
        (("baseline", "create", "--until", "soon"), "--until is a day such as 2027-01-31"),
        (("baseline", "create", "--baseline", "a/b.json"), "the folder 'a' does not exist"),
    ],
)
def test_misuse_is_told_in_one_line(
    arguments: tuple[str, ...],
    said: str,
    project: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert entry.main(arguments) == 2
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert said in told
    assert not (project / FILE).exists()


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_entry_is_a_command_where_the_baseline_is_shown(
    form: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / FILE).write_text(text_of([Entry("a", "b.py", reason="##vso[task.complete]done")]))
    code, said = nonevent(capfd, "baseline", "show", "--format", form)

    assert code == 0
    assert "##" not in said
    assert "task.complete]done" in said
