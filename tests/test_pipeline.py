"""A change goes in, findings come out: what is new, who hears it, how the run ends."""

from pathlib import Path
from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile, Content
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.finding import Persona
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import Outcome, check, examine, prepare

TASK = prepare(Options())
CALL = "import requests\nrequests.get(u)\n"
TWICE = "import requests\nrequests.get(u)\nrequests.get(u)\n"


def content(text: str | None) -> Content | None:
    return None if text is None else dedent(text).encode


def outcome(*files: tuple[str, str | None, str | None, str]) -> Outcome:
    """Examine a change of (path, before, after, old path)."""
    change = Change(
        tuple(
            ChangedFile(path, content(after), content(before), old)
            for path, before, after, old in files
        ),
        compares=True,
    )
    return examine(change, TASK)


BROUGHT = {
    "a file that is added": (None, CALL, [2]),
    "a line that is added": ("import requests\n", CALL, [2]),
    "another fault in its place": (CALL, "import requests\nrequests.post(u)\n", [2]),
    "a second copy of an old fault": (CALL, TWICE, [3]),
    "a suppression that is taken away": (
        "import requests\nrequests.get(u)  # nonevent: ignore[call-without-timeout] a reason\n",
        CALL,
        [2],
    ),
}
NOT_BROUGHT = {
    "a file that stays": (CALL, CALL),
    "lines that move": (CALL, "import requests\n\nx = 1\nrequests.get(u)\n"),
    "a line that is indented": (CALL, "import requests\nif True:\n    requests.get(u)\n"),
    "one copy of two that goes": (TWICE, CALL),
    "a call with other arguments": (CALL, "import requests\nrequests.get(other)\n"),
    "a call that is wrapped": (CALL, "import requests\nrequests.get(\n    u,\n)\n"),
    "a call that goes into a function": (CALL, "import requests\ndef f():\n    requests.get(u)\n"),
    "a file that is deleted": (CALL, None),
    "a fault that is mended": (CALL, "import requests\nrequests.get(u, timeout=3)\n"),
}


@pytest.mark.parametrize(("before", "after", "lines"), BROUGHT.values(), ids=BROUGHT)
def test_a_change_brings(before: str | None, after: str, lines: list[int]) -> None:
    findings = outcome(("x.py", before, after, "")).findings

    assert [finding.location.line for finding in findings] == lines


@pytest.mark.parametrize(("before", "after"), NOT_BROUGHT.values(), ids=NOT_BROUGHT)
def test_a_change_does_not_bring(before: str, after: str | None) -> None:
    assert outcome(("x.py", before, after, "")).findings == ()


def test_a_renamed_file_brings_nothing_of_old() -> None:
    assert outcome(("new.py", CALL, CALL, "old.py")).findings == ()


def test_a_file_that_went_elsewhere_brings_nothing_of_old() -> None:
    assert outcome(("old.py", CALL, None, ""), ("new.py", None, CALL, "")).findings == ()


def test_of_two_copies_the_one_that_agrees_least_is_new() -> None:
    above = "import requests\nrequests.get(other)\nrequests.get(u)\n"

    findings = outcome(("x.py", CALL, above, "")).findings

    assert [finding.location.line for finding in findings] == [2]


def test_a_table_that_the_change_creates_blocks_nobody() -> None:
    create = "CREATE TABLE coupons (id bigint);\n"
    build = "CREATE INDEX coupons_idx ON public.coupons (code);\n"
    other = "CREATE INDEX orders_idx ON orders (code);\n"
    findings = outcome(
        ("db/0001.sql", None, create, ""),
        ("db/0002.sql", None, build, ""),
        ("db/0003.sql", None, other, ""),
    ).findings

    assert [(finding.rule, finding.location.path) for finding in findings] == [
        ("blocking-index-build", "db/0003.sql"),
        ("unbounded-lock-wait", "db/0003.sql"),
    ]


def test_one_line_has_one_finding_of_a_rule() -> None:
    found = outcome(("x.py", None, "import requests\nrequests.get(u), requests.get(v)\n", ""))

    assert [finding.rule for finding in found.findings] == ["call-without-timeout"]


HEARD = {Persona.REGULAR: [], Persona.PEDANTIC: [], Persona.AUDITOR: ["call-without-timeout"]}


@pytest.mark.parametrize(("persona", "rules"), HEARD.items(), ids=HEARD)
def test_what_is_only_likely_is_for_the_auditor(persona: Persona, rules: list[str]) -> None:
    found = outcome(("x.py", None, "import requests\ndef f(**kw):\n    requests.get(u, **kw)", ""))

    assert [finding.rule for finding in audible(found.findings, persona)] == rules


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.py").write_text(CALL)
    (tmp_path / "broken.py").write_text("def f(:\n")
    return str(tmp_path)


CODES = {
    "findings at the level": (Options(), 1),
    "findings below the level": (Options(fail_on="error"), 0),
    "never": (Options(fail_on="never"), 0),
    "nothing found": (Options(select=("schema",)), 0),
    "nothing found, but not all was read": (Options(select=("schema",), strict=True), 3),
    "findings and not all was read": (Options(strict=True), 1),
}


@pytest.mark.parametrize(("options", "code"), CODES.values(), ids=CODES)
def test_the_run_ends_with(options: Options, code: int, shop: str) -> None:
    assert check(options, Config(), shop).exit_code == code


def test_a_report_holds_what_formats_print(shop: str) -> None:
    report = check(Options(), Config(), shop)

    assert [finding.location.path for finding in report.findings] == ["web.py"]
    assert report.sources == {"web.py": CALL}
    assert [(note.path, note.kind) for note in report.notes] == [("broken.py", "syntax")]
    assert report.files == 2


def test_a_report_holds_the_source_of_related_places(tmp_path: Path) -> None:
    files = {
        "state.py": "CARTS = {}\n",
        "web.py": "from flask import Flask\nimport state\napp = Flask('x')\n"
        "@app.get('/')\ndef cart():\n    state.CARTS['a'] = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    report = check(Options(paths=(str(tmp_path),)), Config(), str(tmp_path))

    assert report.sources == files


def test_a_file_named_and_its_folder_are_one_file(shop: str) -> None:
    assert check(Options(paths=(".", "web.py")), Config(), shop).files == 2


MISUSE = {
    "a path that is not there": (Options(paths=("wbe.py",)), "wbe.py"),
    "a rule that is not there": (Options(select=("call-without-timeuot",)), "call-without-timeout"),
    "a patch that is not there": (Options(patch="no.diff"), "no.diff"),
    "no repository": (Options(diff="main"), "repository"),
}


@pytest.mark.parametrize(("options", "said"), MISUSE.values(), ids=MISUSE)
def test_misuse_is_told_in_one_line(options: Options, said: str, shop: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        check(options, Config(), shop)

    assert "\n" not in str(error.value)


def test_a_named_file_is_seen_in_its_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk.py").write_text("def keep():\n    open('/srv/x', 'w')\n")
    (tmp_path / "web.py").write_text(
        "from flask import Flask\nfrom disk import keep\napp = Flask('x')\n"
        "@app.get('/')\ndef index():\n    keep()\n"
    )
    monkeypatch.chdir(tmp_path)
    report = check(Options(paths=("disk.py",)), Config(), str(tmp_path))

    assert [finding.rule for finding in report.findings] == ["local-file-write"]


EXCLUDED = {
    "by a name": ("broken.py", "shop"),
    "by a path from the folder of the settings": ("shop/broken.py", "shop"),
    "from the folder of the settings": ("shop/broken.py", "."),
}


@pytest.mark.parametrize(("glob", "folder"), EXCLUDED.values(), ids=EXCLUDED)
def test_settings_leave_a_file_out(
    glob: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "broken.py").write_text("def f(:")
    (tmp_path / "shop" / "web.py").write_text(CALL)
    monkeypatch.chdir(tmp_path / folder)
    config = Config("", {"exclude": (glob,)}, str(tmp_path))
    report = check(Options(exclude=(glob,)), config, str(tmp_path / folder))

    assert (report.files, report.notes) == (1, ())
