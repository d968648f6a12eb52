"""Rows that a project adds to the catalogues: what they change, and what is said of wrong ones."""

import json
import os
import time
from pathlib import Path

import pytest

from nonevent import entry, indexcache, packs
from nonevent.additions import extend
from nonevent.error import UserError

SETTINGS = '[tool.nonevent]\nfacts = ["deploy/facts.yaml"]\n'
ROWS = """\
timeouts/clients:
  - call: shop.http.fetch
    timeout: [limit]
    example: limit=3
  - call: shop.http.Client.fetch
    timeout: [limit]
    inherits: [limit]
roles:
  - marker: shop.web.endpoint
    by: decorator
    role: request handler
"""
HTTP = """\
class Client:
    def fetch(self, url, limit=None):
        return url


def fetch(url, limit=None):
    return url
"""
WEB = "def endpoint(path):\n    return lambda function: function\n"
VIEWS = """\
from shop.http import Client, fetch
from shop.web import endpoint

CARTS = {}
client = Client()


@endpoint("/carts")
def carts(user, item):
    CARTS[user] = item
    fetch("https://prices.example")
    fetch("https://prices.example", limit=3)
    return client.fetch("https://prices.example")


def other(user):
    CARTS[user] = None
"""
FOUND = {
    ("shop/views.py", 10, "module-state-in-handler"),
    ("shop/views.py", 11, "call-without-timeout"),
    ("shop/views.py", 13, "call-without-timeout"),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "pyproject.toml": SETTINGS,
        "deploy/facts.yaml": ROWS,
        "shop/__init__.py": "",
        "shop/http.py": HTTP,
        "shop/web.py": WEB,
        "shop/views.py": VIEWS,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(capfd: pytest.CaptureFixture[str], *arguments: str) -> set[tuple[str, int, str]]:
    entry.main(["check", "--output", "json", *arguments])
    report = json.loads(capfd.readouterr().out)
    return {(one["path"], one["line"], one["rule"]) for one in report["findings"]}


def refusal(rows: str, folder: Path) -> str:
    (folder / "facts.yaml").write_text(rows)
    with pytest.raises(UserError) as caught:
        extend(packs.load(), ["facts.yaml"], str(folder))
    return str(caught.value)


# -- what rows change --------------------------------------------------------------------------


def test_a_client_and_a_decorator_of_the_company_are_known(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert found(capfd) == FOUND

    (project / "pyproject.toml").write_text("[tool.nonevent]\n")
    assert found(capfd) == set()


def test_they_are_known_by_a_relative_import(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    relative = VIEWS.replace("from shop.", "from .")
    (project / "shop" / "views.py").write_text(relative)

    assert found(capfd) == FOUND


def test_a_client_is_found_among_many_files(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(60):
        (project / "shop" / f"part_{number}.py").write_text(f"VALUE = {number}\n")
    (project / "shop" / "near.py").write_text("from .http import fetch as get\n\nget('x')\n")

    assert found(capfd) == {*FOUND, ("shop/near.py", 3, "call-without-timeout")}


def test_a_decorator_is_known_in_the_module_that_makes_it(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "shop" / "web.py").write_text(
        f'{WEB}\n\nCARTS = {{}}\n\n\n@endpoint("/")\ndef put(user):\n    CARTS[user] = 1\n'
    )

    assert found(capfd, "shop/web.py") == {("shop/web.py", 10, "module-state-in-handler")}


def test_settings_are_found_from_a_folder_below(
    project: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "shop")

    assert {rule for _, _, rule in found(capfd)} >= {"module-state-in-handler"}


def test_a_row_replaces_the_one_of_its_key(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "shop" / "views.py").write_text("import requests\n\nrequests.get('https://a.b')\n")
    assert found(capfd) == {("shop/views.py", 3, "call-without-timeout")}

    rows = "timeouts/clients:\n  - {call: requests.get, timeout: [timeout], default: 5}\n"
    (project / "deploy" / "facts.yaml").write_text(rows)

    assert found(capfd) == set()


def test_the_last_file_counts(tmp_path: Path) -> None:
    for name, seconds in (("a.yaml", 1), ("b.yaml", 2)):
        row = f"timeouts/clients:\n  - {{call: a.b, default: {seconds}}}\n"
        (tmp_path / name).write_text(row)

    extended = extend(packs.load(), ["a.yaml", "b.yaml"], str(tmp_path))
    rows = extended.rows(extended.find("call-without-timeout"))

    assert rows["a.b"].default == 2.0


def test_every_catalogue_takes_rows(tmp_path: Path) -> None:
    installed = packs.load()

    for name in installed.catalogues():
        (tmp_path / "facts.yaml").write_text(f"{name}: []\n")
        assert extend(installed, ["facts.yaml"], str(tmp_path)).heads == installed.heads


def test_what_is_kept_of_a_pack_holds_no_row_of_a_project(tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("timeouts/clients:\n  - {call: shop.http.fetch}\n")
    installed = packs.load()
    [index, _] = indexcache.load("nonevent_rules")
    extended = extend(installed, ["facts.yaml"], str(tmp_path))

    assert "shop.http.fetch" in extended.keys("call")
    assert "shop.http.fetch" not in installed.keys("call")
    assert indexcache.load("nonevent_rules")[0] == index


# -- what is refused ---------------------------------------------------------------------------

CLIENTS = "timeouts/clients:\n  - {call: a.b}\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "timeouts/client: []",
            "facts.yaml:1: no catalogue 'timeouts/client'; nearest: 'timeouts/clients'",
        ),
        (CLIENTS + "  - {call: a.c, timout: [x]}", "facts.yaml:3: unknown field 'timout'; nearest"),
        (
            CLIENTS + "  - {call: a.c, timeout: x}",
            "facts.yaml:3: field 'timeout' is a list, each item a string, not 'x'",
        ),
        (
            "roles:\n  - {marker: a.b, by: decorator, role: handler}",
            "facts.yaml:2: field 'role' is one of request handler, worker task, start-up",
        ),
        (CLIENTS + "  - {timeout: [x]}", "facts.yaml:3: field 'call' is missing: a string"),
        (CLIENTS + "  - {call: a.b}", "facts.yaml:3: call 'a.b' stands in line 2"),
        (CLIENTS + "timeouts/clients: []", "facts.yaml: catalogue 'timeouts/clients' stands twice"),
        ("timeouts/clients: {}", "facts.yaml:1: 'timeouts/clients' is a list of rows"),
        ("timeouts/clients: [a]", "facts.yaml:1: a row is a mapping of fields"),
        ("timeouts/clients: [!!set {call}]", "facts.yaml:1: a row is a mapping of fields"),
        ("", "facts.yaml: a list of rows stands under the name of each catalogue"),
        ("- a", "facts.yaml: a list of rows stands under the name of each catalogue"),
        ("[a]: []", "facts.yaml: a list of rows stands under the name of each catalogue"),
        ("a: [", "facts.yaml:2: did not find expected node content"),
        ("roles: [!!python/name:os.system {}]", "facts.yaml:1: could not determine a constructor"),
        ("a: &x []\nb: *x\n", "facts.yaml:2: an alias such as *x is not read"),
        (f"roles: {'[' * 100_000}", "facts.yaml:1: values are nested too deep"),
        (CLIENTS + f"  - {{call: a.c, default: {'9' * 5000}}}", "facts.yaml:3: the row holds a"),
        (CLIENTS + "  - {call: 2024-13-45}", "facts.yaml:3: the row holds a value that cannot"),
    ],
    ids=range(19),
)
def test_wrong_rows_are_named_with_file_line_and_what_is_allowed(
    rows: str, message: str, tmp_path: Path
) -> None:
    assert refusal(rows, tmp_path).startswith(message)


def test_a_file_of_aliases_fills_no_memory(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{two}: &{two} [{','.join([f'*{one}'] * 10)}]\n"
        for one, two in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert refusal(bomb, tmp_path) == "facts.yaml:2: an alias such as *a is not read"


@pytest.mark.slow
def test_a_file_of_many_names_takes_no_time_and_no_room(tmp_path: Path) -> None:
    start = time.monotonic()
    many = ", ".join(f"k{number}: 1" for number in range(80_000))
    found = [
        refusal(f"roles: [{{{many}}}]", tmp_path),
        refusal(f"? {'x' * 100_000}\n: []", tmp_path),
        refusal(f"roles: [{{? {'x' * 100_000}\n: 1}}]", tmp_path),
    ]

    assert time.monotonic() - start < 20  # seconds, on a machine that is busy
    assert max(map(len, found)) < 400


def failing(name: str, folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        extend(packs.load(), [name], str(folder))
    return str(caught.value)


def test_a_file_lies_inside_the_project(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    os.symlink(tmp_path / "secret.yaml", inside / "link.yaml")
    outside = "lies outside the project: name a file inside it"

    assert failing("../secret.yaml", inside) == f"facts: '../secret.yaml' {outside}"
    assert failing("link.yaml", inside) == f"facts: 'link.yaml' {outside}"
    assert failing("/etc/passwd", inside) == f"facts: '/etc/passwd' {outside}"


def test_a_repository_is_one_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "service").mkdir()
    (tmp_path / "facts.yaml").write_text("timeouts/clients:\n  - {call: shop.http.fetch}\n")

    extended = extend(packs.load(), ["../facts.yaml"], str(tmp_path / "service"))

    assert "shop.http.fetch" in extended.keys("call")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"a: b\nc: \xe9\n")
    (tmp_path / "large.yaml").write_bytes(b"#" * 1_000_001)
    os.mkfifo(tmp_path / "pipe.yaml")

    said = "facts: '{}' cannot be read: {}".format
    assert failing("none.yaml", tmp_path) == said("none.yaml", "no such file or directory")
    assert failing("folder", tmp_path).startswith("facts: 'folder' cannot be read: ")
    assert failing("latin.yaml", tmp_path) == "latin.yaml:2: the file is not UTF-8"
    assert failing("large.yaml", tmp_path) == said("large.yaml", "larger than 1 MB")
    assert failing("pipe.yaml", tmp_path) == said("pipe.yaml", "not a regular file")
    assert failing("a\0b", tmp_path) == r"facts: 'a\x00b' is no name of a file"
