"""The second stage for pull requests from forks: its script, against a stand-in for GitHub's API.

The addresses and bodies are those of https://docs.github.com/en/rest.
"""

import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
MARKER = "<!-- nonevent:summary -->"
FOUND = {"version": "2.1.0", "runs": [{"results": [{"ruleId": "x"}]}]}
CLEAN: dict[str, Any] = {"version": "2.1.0", "runs": [{"results": []}]}
SHA = "6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4"


class GitHub:
    """What the script asks: artifacts of a run, pull requests of a head, comments."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.pulls: list[dict[str, Any]] = [{"number": 7, "head": {"sha": SHA}}]
        self.comments: list[dict[str, Any]] = []
        self.done: list[tuple[str, str, Any]] = []  # method, path, body of what was changed
        self.asked: list[str] = []  # head of the pull requests
        self.token_seen_by_store: str | None = ""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Any:
        if method != "GET":
            self.done.append((method, path, body))
            return {}
        first, most = (int(query["page"][0]) - 1) * 100, int(query["per_page"][0])
        if path.endswith("/artifacts"):
            held = [{"archive_download_url": f"{self.address}/zip"}] if self.files else []
            return {"total_count": len(held), "artifacts": held[first : first + most]}
        if path.endswith("/pulls"):
            self.asked += query["head"]
            return self.pulls[first : first + most]
        assert path.endswith("/issues/7/comments")
        return self.comments[first : first + most]

    address = ""

    def archive(self) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name, text in self.files.items():
                archive.writestr(name, text)
        return held.getvalue()


@pytest.fixture
def github() -> Iterator[GitHub]:
    hub = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            if place.path == "/zip":  # GitHub sends on to a store that refuses its token
                self.send_response(302)
                self.send_header("Location", f"{hub.address}/store")
                self.end_headers()
                return
            if place.path == "/store":
                hub.token_seen_by_store = self.headers.get("Authorization")
                self.give(hub.archive())
                return
            assert self.headers["Authorization"] == "Bearer secret"
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            said = hub.answer(self.command, place.path, parse_qs(place.query), body)
            self.give(json.dumps(said).encode())

        do_POST = do_PATCH = do_GET  # noqa: N815 - the names of http.server

        def give(self, data: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield hub
    server.shutdown()
    server.server_close()
    thread.join()


def report(github: GitHub, folder: Path) -> tuple[int, str, dict[str, str]]:
    """Run the stage; return its exit code, what it printed, and its outputs."""
    text = (ROOT / "docs" / "ci" / "github-report.yml").read_text(encoding="utf-8")
    first, _ = yaml.safe_load(text)["jobs"]["report"]["steps"]
    assert first["shell"] == "python3 -I {0}"
    (folder / "script.py").write_text(first["run"])
    event = {
        "action": "completed",
        "workflow_run": {
            "id": 30433642,
            "event": "pull_request",
            "conclusion": "failure",
            "head_branch": "fix/a #1&state=closed",
            "head_sha": SHA,
            "head_repository": {"full_name": "someone/shop", "owner": {"login": "someone"}},
            "pull_requests": [],  # as GitHub leaves it for forks
        },
    }
    (folder / "event.json").write_text(json.dumps(event))
    (folder / "output").touch()
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "script.py")],
        env={
            "PATH": os.environ["PATH"],
            "GITHUB_API_URL": github.address,
            "GITHUB_REPOSITORY": "shop/shop",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_TOKEN": "secret",
            "RUNNER_TEMP": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = (line.partition("=") for line in (folder / "output").read_text().splitlines())
    return done.returncode, done.stdout + done.stderr, {key: value for key, _, value in pairs}


def said(sarif: object, text: str) -> dict[str, str]:
    return {"nonevent.sarif": json.dumps(sarif), "nonevent.md": text, "../../evil": "x"}


def test_findings_are_commented_once_and_handed_to_code_scanning(
    github: GitHub, tmp_path: Path
) -> None:
    github.files = said(FOUND, f"{MARKER}\n### 1 finding")
    code, printed, outputs = report(github, tmp_path)

    assert code == 0, printed
    assert github.done == [
        ("POST", "/repos/shop/shop/issues/7/comments", {"body": f"{MARKER}\n### 1 finding"})
    ]
    assert outputs["ref"] == "refs/pull/7/head"
    assert json.loads(Path(outputs["sarif"]).read_text()) == FOUND
    assert github.asked == ["someone:fix/a #1&state=closed"]
    assert github.token_seen_by_store is None
    assert not (tmp_path.parent.parent / "evil").exists()


def test_the_own_comment_is_edited_and_no_other(github: GitHub, tmp_path: Path) -> None:
    github.files = said(CLEAN, f"{MARKER}\n### no finding")
    other = [{"id": each, "user": {"login": "someone"}, "body": MARKER} for each in range(100)]
    own = {"id": 400, "user": {"login": "github-actions[bot]"}, "body": f"{MARKER}\n### 1 finding"}
    github.comments = [*other, own]
    code, printed, _ = report(github, tmp_path)

    assert code == 0, printed
    assert github.done == [
        ("PATCH", "/repos/shop/shop/issues/comments/400", {"body": f"{MARKER}\n### no finding"})
    ]


def test_a_clean_change_gets_no_comment(github: GitHub, tmp_path: Path) -> None:
    github.files = said(CLEAN, f"{MARKER}\n### no finding")
    code, printed, outputs = report(github, tmp_path)

    assert code == 0, printed
    assert github.done == []
    assert outputs["ref"] == "refs/pull/7/head"


def test_a_commit_that_is_no_longer_the_last_is_passed_over(github: GitHub, tmp_path: Path) -> None:
    github.files = said(FOUND, MARKER)
    github.pulls = [{"number": 7, "head": {"sha": "0" * 40}}]
    code, printed, outputs = report(github, tmp_path)

    assert (code, outputs, github.done) == (0, {}, [])
    assert "a newer run speaks for it" in printed


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "the run left no report"),
        (said(FOUND, "Buy this"), "nonevent.md is no report of nonevent"),
        ({"nonevent.md": MARKER}, "the run left no report"),
    ],
)
def test_what_is_no_report_is_refused(
    github: GitHub, tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    github.files = files
    code, printed, outputs = report(github, tmp_path)

    assert (code, outputs, github.done) == (1, {}, [])
    assert reason in printed


def test_a_long_text_is_cut_to_what_a_comment_holds(github: GitHub, tmp_path: Path) -> None:
    github.files = said(FOUND, MARKER + "x" * 100_000)
    code, printed, _ = report(github, tmp_path)
    [(_, _, body)] = github.done

    assert code == 0, printed
    assert len(body["body"]) == 65_536
