"""The command line: two readings of it that agree, its courtesies, and how a run ends."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonevent import __version__, cli, entry
from nonevent.error import UserError
from nonevent.options import CHECK, Given, Option, Options, complete
from nonevent.reports import FORMATS


def by_click(arguments: Sequence[str]) -> Given | None:
    """Return what click reads; None where it refuses."""
    said: list[Given] = []

    def collect(given: Given) -> int:
        said.append(given)
        return 0

    try:
        cli.run(cli.commands(collect), ["check", *arguments])
    except UserError:
        return None
    return said[0] if said else None


def options(given: Given | None) -> Options | str:
    """Return the options of a run, or the misuse."""
    if given is None:
        return "misuse"
    try:
        return complete(given, {})
    except UserError as error:
        return str(error)


# -- two readings ------------------------------------------------------------------------------

NAMES = [option.name for option in CHECK]
WORDS = st.sampled_from(
    [
        "",
        "a",
        "a,b",
        "-",
        "--",
        "full",
        "json:x",
        "main..x",
        "auditor",
        "never",
        "a=b",
        "*.py",
        "-x",
    ]
)
TOKENS = st.one_of(
    st.sampled_from(NAMES),
    WORDS,
    st.builds("{}={}".format, st.sampled_from(NAMES), WORDS),
    st.sampled_from(["--dif", "--help=x", "-h=", "---", "--=", "-qv", "--no-strict", "\udcff"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(TOKENS, max_size=6))
def test_both_readings_of_a_command_line_agree(arguments: list[str]) -> None:
    by_hand = entry.parse(arguments)

    if by_hand is not None:  # else click reads it anyway
        assert options(by_hand) == options(by_click(arguments))


@pytest.mark.parametrize("option", CHECK, ids=NAMES)
def test_every_option_is_read_by_hand(option: Option) -> None:
    name = option.name
    forms = [[name]] if option.kind == "flag" else [[name, "x"], [f"{name}=x"], [name, "-"]]
    forms += [[*form, *form] for form in forms]

    for form in forms:
        read = entry.parse(["a", *form, "--", "--b"])
        assert read is not None
        assert read == by_click(["a", *form, "--", "--b"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--diff"],
        ["--diff", "--staged"],
        ["--staged=1"],
        ["--dif", "x"],
        ["-q"],
        ["a", "--unknown"],
    ],
    ids=" ".join,
)
def test_what_is_not_well_formed_is_left_to_click(arguments: list[str]) -> None:
    assert entry.parse(arguments) is None


# -- misuse ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("chek", "no such command 'chek'; nearest: 'check'"),
        ("check --dif main", "no such option '--dif'; nearest: '--diff'"),
        ("check -x", "no such option '-x'"),
        ("check -q", "no such option '-q'; nearest: '--quiet'"),
        ("baseline creat", "no such command 'creat'; nearest: 'create'"),
        ("history mne", "no such command 'mne'; nearest: 'mine'"),
        ("--vers", "no such option '--vers'; nearest: '--version'"),
        ("check --diff", "Option '--diff' requires an argument"),
        ("check --strict=1", "Option '--strict' does not take a value"),
        ("check --diff=", "--diff is empty: it takes REVISIONS"),
        ("check --select ,", "--select is empty: it takes RULE[,RULE]"),
        ("check --persona=auditer", "--persona does not take 'auditer'; nearest: 'auditor'"),
        (
            "check --fail-on zzz",
            "--fail-on does not take 'zzz'; known: error, never, note, warning",
        ),
        ("check --diff a --staged", "--diff and --staged exclude each other: give one"),
        ("check --output jsn", "--output does not know the format 'jsn'; nearest: 'json'"),
        ("check --output json:", "--output json: names no file after the colon"),
        (
            "check --output json --output sarif",
            "--output writes more than one report to standard output: give each a FILE",
        ),
        (
            "check --output json:x --output sarif:x",
            "--output writes more than one report to 'x': give each a FILE",
        ),
        ("check --output json:no/x", "--output json:no/x: the folder 'no' does not exist"),
        ("check --output json:sub", "--output json:sub: 'sub' is a folder, not a file"),
        ("check --config no.toml", "no.toml cannot be read: No such file or directory"),
        (
            "check --select call-without-timeot",
            "select: no rule or family 'call-without-timeot'; nearest: 'call-without-timeout'",
        ),
        ("check --ignore timeout", "ignore: no rule or family 'timeout'; nearest: 'timeouts'"),
        ("explain", "Missing argument 'RULE'"),
        ("explain droped-column", "no rule 'droped-column'; nearest: 'dropped-column'"),
    ],
    ids=lambda text: text if text.startswith(("check", "explain", "-", "chek")) else "",
)
def test_misuse_is_said_in_one_line(
    arguments: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)

    code = entry.main(arguments.split())

    assert (code, *capfd.readouterr()) == (2, "", f"Error: {message}\n")


def test_terminal_codes_in_an_argument_stay_off_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = entry.main(["check", "--persona", "\x1b[2J\nx"])

    assert code == 2
    assert capfd.readouterr().err == (
        "Error: --persona does not take '\\x1b[2J\\x0ax'; known: auditor, pedantic, regular\n"
    )


def test_settings_that_are_wrong_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\nselct = []\n")
    monkeypatch.chdir(tmp_path)

    assert entry.main(["check"]) == 2
    assert capfd.readouterr().err == (
        "Error: pyproject.toml: [tool.nonevent] unknown key 'selct'; nearest: 'select'\n"
    )


# -- courtesies --------------------------------------------------------------------------------


def test_the_help_of_check_names_every_option_and_format(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert entry.main(["check", "--help"]) == 0

    text = capfd.readouterr().out
    wanted = [*NAMES, *FORMATS, *(f"  {code}  " for code in range(4)), "[tool.nonevent]"]
    assert [word for word in wanted if word not in text] == []


def test_the_version_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["--version"]) == 0
    assert capfd.readouterr().out == f"nonevent {__version__}\n"


def test_no_command_is_misuse_so_that_no_gate_stands_open(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = entry.main([])

    out, err = capfd.readouterr()
    assert (code, out, err.partition("\n")[0]) == (
        2,
        "",
        "Usage: nonevent [OPTIONS] COMMAND [ARGS]...",
    )


def test_rules_are_listed(capfd: pytest.CaptureFixture[str]) -> None:
    from nonevent.packs import load

    assert entry.main(["rules"]) == 0
    head, *lines = capfd.readouterr().out.splitlines()

    assert head.split() == ["RULE", "FAMILY", "SEVERITY", "CONFIDENCE", "TITLE"]
    assert [tuple(line.split(maxsplit=4)) for line in lines] == [
        (page.rule, page.family, page.severity, page.confidence, page.title)
        for page in load().heads.values()
    ]


def test_rules_are_listed_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["rules", "--format", "json"]) == 0
    listed = json.loads(capfd.readouterr().out)

    assert listed["version"] == 1
    [found] = [rule for rule in listed["rules"] if rule["rule"] == "unused-suppression"]
    assert found == {
        "rule": "unused-suppression",
        "family": "nonevent",
        "severity": "warning",
        "confidence": "high",
        "persona": "regular",
        "since": "0.1.0",
        "tags": ["suppression", "unnecessary"],
        "title": "Unused suppression",
        "summary": found["summary"],
        "held": "",
        "lost": "",
        "replicas": "",
        "cwe": [],
    }


def test_a_page_ends_with_the_weakness_that_it_finds(capfd: pytest.CaptureFixture[str]) -> None:
    entry.main(["explain", "call-without-timeout"])

    assert capfd.readouterr().out.endswith(", timeouts, since 0.1.0, CWE-1088\n")


def test_a_page_is_shown_as_plain_text(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["explain", "unused-suppression"]) == 0
    lines = capfd.readouterr().out.splitlines()

    assert lines[:2] == ["Unused suppression", "=================="]
    assert lines[-1] == "unused-suppression: warning, high confidence, nonevent, since 0.1.0"
    assert [line for line in lines if line.startswith(("#", "```"))] == []
    assert "    import requests" in lines
