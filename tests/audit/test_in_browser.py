"""The pages in Chromium: accessible in both schemes, no wider than a phone, whole on paper."""

import contextlib
import functools
import http.server
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nonevent.ahead import Tenth
from nonevent.audit import audit
from nonevent.config import Config
from nonevent.finding import Finding
from nonevent.hazards import with_risk
from nonevent.inventory import Audited, Moment, Portfolio
from nonevent.options import Options
from nonevent.outlook import outlook
from nonevent.reports import inventory_html, portfolio_html

ROOT = Path(__file__).parents[2]
AXE = "node_modules/axe-core/axe.min.js"
FRESH = Options(no_cache=True)
LONG = "a_very_long_name_that_nobody_would_give_to_a_function_or_a_table_but_somebody_did" * 2
APP = f"""\
import flask
import requests

app = flask.Flask(__name__)
CARTS = {{}}
hits = []


@app.post("/cart")
def {LONG}():
    CARTS[1] = 2
    return requests.get("https://prices.example").text


@app.delete("/cart")
def drop():
    hits.append(1)  # nonevent: ignore[module-state-in-handler] counted per process
"""
STEPS = f"""\
CREATE INDEX ix_plan ON users (plan);
ALTER TABLE users DROP COLUMN plan;
CREATE INDEX ix_{LONG[:50]} ON users (id);
"""
OWN = (Tenth(0.01, 0.0, 0.02, 0.04), Tenth(0.2, 0.1, 0.25, 0.4))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return a page with all sections, one on nothing, and one on several repositories."""
    root = tmp_path_factory.mktemp("shop")
    told = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = {
        f"GIT_{role}_{part}": "a@b.c"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=root, check=True, env={**os.environ, **told, **who})

    def commit(files: dict[str, str], tag: str) -> None:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        git("add", "--all")
        git("commit", "--quiet", "--message", f"Release {tag} {LONG}")
        git("tag", tag)

    git("init", "--quiet")
    first = "CREATE TABLE users (id bigint PRIMARY KEY, plan text);\n"
    commit(
        {"shop/app.py": APP, "db/migrations/V1__a.sql": first, "broken.py": "import flask\ndef"},
        "v1",
    )
    commit({"db/migrations/V2__b.sql": STEPS}, "v2")
    commit({"shop/more.py": "X = 1\n"}, "v3")
    with contextlib.chdir(root):
        inventory = audit(FRESH, Config(), str(root))
        ahead = with_risk(outlook(FRESH, Config(), str(root), "v1"), str(root))
    assert ahead.calibration is not None
    ahead = ahead._replace(calibration=ahead.calibration._replace(own=OWN))
    counts = (("state", 2), ("timeouts", 1))
    moments = tuple(
        Moment(f"v{n}", "0" * 40, "2026-01-01", 40 + n, 1, counts, 2, 30) for n in range(15)
    )
    rich = inventory._replace(trend=moments, ahead=ahead)
    found: list[Finding] = [p.finding for h in rich.holders for p in h.places]
    assert found
    several = Portfolio(
        (
            Audited("shop", "shop", rich, file="all/shop.html"),
            Audited(LONG, LONG, inventory),
            Audited("gone", "gone", error="no such file or directory"),
        )
    )
    (empty := root / "empty").mkdir()
    with contextlib.chdir(empty):
        nothing = audit(FRESH, Config(), str(empty))
    return {
        "one": inventory_html.render(rich),
        "nothing": inventory_html.render(nothing),
        "several": portfolio_html.render(several),
    }


NAMES = pytest.mark.parametrize("name", ["one", "nothing", "several"])


def run(browser: str, folder: Path, *options: str) -> str:
    """Return what the browser prints."""
    common = ("--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000")
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [browser, *common, profile, *options],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def dom(browser: str, text: str, folder: Path, *options: str) -> str:
    """Return the document as the browser has it once its scripts have run."""
    file = folder / "page.html"
    file.write_text(text)
    return run(browser, folder, *options, "--dump-dom", file.as_uri())


@NAMES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_against_it(
    scheme: str, name: str, browser: str, pages: dict[str, str], tmp_path: Path
) -> None:
    script = Path(os.environ.get("NONEVENT_AXE") or ROOT / ".ci" / AXE)
    if not script.exists():
        pytest.skip(f"no axe-core at {script}: npm install axe-core")
    test = (
        "axe.run(document).then(r => {document.title = 'axe: ' + JSON.stringify("
        "[r.passes.length > 15, r.violations.map(v => [v.id, v.nodes.map(n => n.html)])])})"
    )
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", pages[name])
    free = free.replace("<details", "<details open")
    text = free.replace(
        "</body>", f"<script>{script.read_text()}</script><script>{test}</script></body>"
    )

    told = dom(
        browser, text, tmp_path, f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
    )

    assert "<title>axe: [true,[]]</title>" in told, re.findall(r"<title>.*?</title>", told)


@NAMES
def test_a_phone_needs_no_sideways_scroll(
    name: str, browser: str, pages: dict[str, str], tmp_path: Path
) -> None:
    frame = "document.querySelector('iframe').contentDocument.documentElement.scrollWidth"
    open_ = pages[name].replace("<details", "<details open")
    text = (
        "<!doctype html><title></title><iframe width=390 height=800 "
        f'srcdoc="{open_.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
        f"<script>onload = () => {{document.title = 'wide: ' + {frame}}}</script>"
    )

    told = re.findall(r"wide: (\d+)", dom(browser, text, tmp_path))

    assert told
    assert int(told[-1]) <= 390


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder; return its address and what is asked of it."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    handler = functools.partial(Handler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@NAMES
def test_nothing_is_asked_for_and_it_prints(
    name: str,
    browser: str,
    pages: dict[str, str],
    tmp_path: Path,
    served: tuple[str, list[str]],
) -> None:
    address, asked = served
    (tmp_path / "page.html").write_text(pages[name])
    paper = tmp_path / "page.pdf"

    run(browser, tmp_path, f"--print-to-pdf={paper}", f"{address}/page.html")

    assert [path for path in asked if path != "/favicon.ico"] == ["/page.html"]
    assert paper.read_bytes().startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) >= 1
