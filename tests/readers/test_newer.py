"""Python newer than the interpreter: read all the same, each place where it stands."""

import ast
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from nonevent import entry
from nonevent.facts import Call, Class, FileFacts, Function, StateCell
from nonevent.readers import newer
from nonevent.readers.interests import interests
from nonevent.readers.python import read

WANTED = interests(["requests.get"])
CALL = "\nimport requests\nrequests.get(url)\n"
SLOW = pytest.mark.slow  # each starts a process


def is_read(text: str) -> bool:
    try:
        compile(text, "x.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError:
        return False
    return True


def facts_of(text: str) -> FileFacts:
    return read("shop/x.py", text, WANTED)


def calls(facts: FileFacts) -> list[tuple[int, int]]:
    return [
        (fact.location.line, fact.location.column) for fact in facts.facts if isinstance(fact, Call)
    ]


SHAPES = {
    "an f-string with its own quotes inside": 'x = f"{a["b"]}"',
    "an f-string in an f-string": 'x = f"{f"{f"{1}"}"}"',
    "an f-string with a backslash": 'x = f"{"\\n".join(a)} tail"',
    "an f-string with a hash": "x = f'{a[\"#\"]}'",
    "an f-string over lines": 'x = f"a {\n  b  # why\n} c"',
    "an f-string over lines, joined": 'x = ("a" f"{\n  b\n}"\n  "c")',
    "an f-string over lines, joined by a backslash": 'x = "a" \\\n  f"{\n  b\n}"',
    "an f-string with a deep format": 'x = f"{a:{b:{c}}}"',
    "a long f-string with another": 'x = f"""{f"{a["b"]}"}\n{c}"""',
    "letters beyond ASCII": 'x = f"é {a["ü"]} ö"; y = "é"',
    "parameters of a function": "def f[T](x: T) -> T: ...",
    "parameters with bounds and defaults": "def f[T: (int, str) = int, *Ts, **P](x): ...",
    "parameters over lines": "async def f [\n  T,  # note\n\n  U,\n](\n  x: T): ...",
    "parameters of a class": "class A[T](Base[T]): ...",
    "parameters of a class without bases": "class A[T]: ...",
    "parameters of a class over lines": "class A[\n  T\n]:\n  x = 1",
    "an alias": "type X = list[int]",
    "an alias with parameters": "type X[T] = dict[T,\n  int]",
    "an alias with parameters over lines": "type X[\n  T\n] = list[T]",
    "an alias behind a colon": "if a: type X = int",
    "an alias in a class": "class A:\n  type X = int\n  y = 1",
    "exceptions without parentheses": "try: ...\nexcept A, B: ...",
    "three exceptions": "try: ...\nexcept A , b.C,D: ...",
    "exceptions of a group": "try: ...\nexcept* A, B: ...",
    "a template": 't"a {x}"',
    "a raw template with quotes": 'x = rt"a {x["b"]}"',
    "ends of lines of Windows": 'def f[\r\n  T\r\n](x): ...\r\nx = f"{\r\na}"\r\n',
    "a tab and a form feed": '\fif a:\n\tx = f"{a["b"]}"\n',
}


@pytest.mark.parametrize(
    "text",
    [
        "try: ...\nexcept A, B: ...",
        "try: ...\nexcept* A , b.C,D: ...",
        "if a:\n\ttry:\n\t\tx()\n\texcept A, B:  # (A, B)\n\t\tpass\n",
        "try: ...\r\nexcept A, B:\r\n  s = 'except A, B:'\r\n",
        "a = '\u2028\x1c'\n\ftry: ...\nexcept A, B: ...\n",
        "try: ...\nexcept A, B: ...\n" * 40,
    ],
)
def test_plain_exceptions_without_parentheses_take_no_other_process(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object) -> None:
        raise AssertionError("a process is started")

    monkeypatch.setattr(newer, "rewrite", started)
    facts = facts_of(text + CALL)

    assert not facts.notes
    assert calls(facts) == [((text + CALL).count("\n"), 1)]


def test_other_newer_syntax_beside_plain_exceptions_is_left_to_the_other_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[str] = []
    monkeypatch.setattr(newer, "rewrite", left.append)
    facts_of("try: ...\nexcept A, B: ...\ntype X = int\n")

    assert is_read("type X = int") or left == ["try: ...\nexcept A| B: ...\ntype X = int\n"]


@SLOW
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_stands_behind_newer_syntax_keeps_its_place(shape: str) -> None:
    if is_read(shape):
        pytest.skip("this interpreter reads it")
    text = f"{shape}\n{CALL}"
    facts = facts_of(text)

    assert facts.notes == ()
    assert calls(facts) == [(text.count("\n"), 1)]


@SLOW
def test_what_stands_beside_newer_syntax_keeps_its_place() -> None:
    text = 'import requests\nx = f"é {a["ü"]}", requests.get(f"é{a["ü"]}"), requests.get(u)\n'
    facts = facts_of(text)
    line = text.splitlines()[1]
    second = line.index("requests.get(")

    assert calls(facts) == [(2, second + 1), (2, line.index("requests.get(u") + 1)]
    assert facts.notes == ()


@SLOW
def test_what_is_inside_newer_syntax_is_known() -> None:
    facts = facts_of(
        dedent("""\
        import requests

        type Url = str
        CARTS = {}


        class Shop[T](Base):
            def load[U](self, url: Url, item: U) -> T:
                return requests.get(f"/data/{item["name"]}/x")
        """)
    )
    names = [
        (fact.name, fact.location.line, fact.location.column)
        for fact in facts.facts
        if isinstance(fact, Class | Function | StateCell)
    ]
    [call] = [fact for fact in facts.facts if isinstance(fact, Call)]

    assert names == [("CARTS", 4, 1), ("Shop", 7, 7), ("Shop.load", 8, 9)]
    assert call.scope == "Shop.load"
    assert call.arguments[0].constant == "/data/"


@SLOW
def test_findings_stand_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "import requests\n\n\ndef f[T](a: T):\n    return requests.get(f'{a['b']}')\n"
    (tmp_path / "x.py").write_text(text)
    (tmp_path / "libcst.py").write_text("raise SystemExit('the code under analysis was run')\n")
    monkeypatch.chdir(tmp_path)

    assert entry.main(["check", "x.py", "--output", "concise"]) == 1
    out = capfd.readouterr().out
    assert out.startswith("x.py:5:12: warning call-without-timeout ")
    assert "not analysed" not in out


@SLOW
def test_a_call_in_an_f_string_is_heard() -> None:
    text = 'import requests\nx = f"{requests.get(a["b"]).text}"\n'

    # Before 3.12 `ast` counts from the start of the string or of the expression.
    assert [line for line, _ in calls(facts_of(text))] == [2]
    assert facts_of(text).notes == ()


# -- what is not rewritten ---------------------------------------------------------------------

MISTAKES = {
    "a mistake beside newer syntax": ('x = f"{a["b"]}"\ny = (\n', 1),
    "a mistake alone": ("def f(:\n", 1),
    "a statement of Python 2": ('print "x"\ntry: pass\nexcept A, b: pass\n', 1),
    "an indentation": ('if a:\nx = f"{a["b"]}"\n', 2),
}


@pytest.mark.parametrize(("text", "line"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_as_before(text: str, line: int) -> None:
    [note] = facts_of(text).notes

    assert note.message.startswith(f"not parsed as Python {sys.version_info[0]}.")
    assert (note.kind, note.line) == ("syntax", line)


def error_of(text: str) -> SyntaxError:
    try:
        compile(text, "x.py", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return error
    pytest.fail("it parses")


START = "type X[T[ = int\n"  # no version reads this
HOSTILE = {
    "brackets": START + "x = " + "(" * 150 + ")" * 150,
    "brackets left open": START + "(" * 1500,
    "a wide line": START + "x = a" + " and a" * 2000,
    "branches": START + "if a: ...\n" + "elif a: ...\n" * 10_000,
    "a large file": START + "x = 1\n" * 60_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_would_hang_or_crash_libcst_is_not_given_to_it(text: str) -> None:
    assert newer.concerns(START, error_of(START))
    assert not newer.concerns(text, error_of(START))


@SLOW
@pytest.mark.parametrize(
    "text",
    [
        "x = (" + "a +\n" * 20_000 + "a)\n",
        "x = " + "a" + "\\\n.b" * 20_000 + "\n",
        "x = (" + "not\n" * 20_000 + "a)\n",
        "x = " + "(" * 90 + "a" + "[0]" * 200 + ")" * 90 + "\n",
        "\0",
        "",
    ],
    ids=["a sum", "attributes", "not", "brackets and items", "a NUL", "nothing"],
)
def test_neither_a_hang_nor_a_crash_costs_the_run(text: str) -> None:
    resource = pytest.importorskip("resource")  # Windows has none
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    newer.rewrite("type X = int\n" + text, seconds=1)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    allowed = 1 + len(text) // newer.MORE
    assert after - before < allowed + 1.5  # the system looks once a second


@SLOW
@pytest.mark.skipif(sys.platform == "win32", reason="no limits of processor time")
def test_a_process_that_has_to_wait_for_its_turn_is_given_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = tmp_path / "python"
    patient.write_text(f'#!/bin/sh\nsleep 2\nexec {sys.executable} "$@"\n')
    patient.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(patient))

    assert newer.rewrite("type X = int\n", seconds=1) is not None
    assert newer.rewrite("type X = int\n", seconds=1, patience=0.5) is None  # it never works


def test_a_long_file_is_given_more_time_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    def run(command: list[str], **_: object) -> object:
        given.append(int(command[-1]))
        raise OSError

    monkeypatch.setattr(subprocess, "run", run)
    for length in (10, newer.LONGEST):
        newer.rewrite("x" * length)

    assert given == [newer.SECONDS, newer.SECONDS + newer.LONGEST // newer.MORE]


@SLOW
def test_a_process_that_fails_rewrites_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for executable in ("/nowhere/python", "", None):
        monkeypatch.setattr(sys, "executable", executable)
        assert newer.rewrite("type X = int\n") is None


def test_what_parses_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newer, "rewrite", lambda _: pytest.fail("it was asked for"))

    assert calls(facts_of('x = f"{a}"\n' + CALL)) == [(4, 1)]
