"""The documentation as a site: whole, linked, and asking for nothing of the network."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

import nonevent_rules

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
AXE = ROOT / ".ci" / "node_modules" / "axe-core" / "axe.min.js"
# what lends a page its looks and deeds, as against what a reader may follow
TAKEN = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}


class Page(NamedTuple):
    links: frozenset[str]
    taken: frozenset[str]
    ids: frozenset[str]


class Reader(HTMLParser):
    """Collects where a page leads and what it takes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.taken: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.ids.add(told["id"])
        if tag == "a" and "href" in told:
            self.links.add(told["href"])
        if told.get(TAKEN.get(tag, "")):
            self.taken.add(told[TAKEN[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site: the one that CI has built, or one built here."""
    if built := os.environ.get("NONEVENT_SITE"):
        return Path(built)
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "website.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    found = {}
    for path in site.rglob("*.html"):
        read = Reader(path.read_text(encoding="utf-8"))
        name = path.relative_to(site).as_posix()
        found[name] = Page(frozenset(read.links), frozenset(read.taken), frozenset(read.ids))
    return found


def test_each_page_of_the_documentation_and_each_rule_has_one(pages: dict[str, Page]) -> None:
    rules = {stem.partition(".")[2].replace("_", "-") for stem in nonevent_rules.RULES}
    texts = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"README"}

    assert {name[6:-5] for name in pages if name.startswith("rules/")} == rules
    assert {f"{name}.html" for name in texts} < pages.keys()


def test_the_way_leads_from_the_first_page_to_all(pages: dict[str, Page]) -> None:
    reached, left = {"index.html"}, ["index.html"]
    while left:
        here = left.pop()
        for target, _ in inner(here, pages[here].links):
            if target.endswith(".html") and target not in reached:
                reached.add(target)
                left.append(target)

    assert pages.keys() - reached == {"search.html"}  # where the search field leads


def inner(page: str, addresses: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield file and anchor of each address within the site."""
    for address in addresses:
        if "://" not in address and not address.startswith("data:"):
            path, _, anchor = address.partition("#")
            path = unquote(path.partition("?")[0])
            target = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            yield target, anchor


def test_links_lead_somewhere(site: Path, pages: dict[str, Page]) -> None:
    broken = [
        (name, target, anchor)
        for name, page in pages.items()
        for target, anchor in inner(name, page.links | page.taken)
        if not (site / target).is_file()
        or (anchor and target in pages and anchor not in pages[target].ids)
    ]

    assert broken == []


def test_nothing_is_taken_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    assert {each for page in pages.values() for each in page.taken if "//" in each} == set()
    for path in [*site.rglob("*.css"), *site.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", text), path


# -- in a browser ------------------------------------------------------------------------------


def title(browser: str, page: Path, folder: Path, *options: str, query: str = "") -> str:
    """Return the title that a page has once its scripts have run."""
    ran = subprocess.run(
        [
            *(browser, "--headless=new", "--no-sandbox", "--disable-gpu"),
            *("--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}"),
            *("--virtual-time-budget=30000", *options, "--dump-dom", page.as_uri() + query),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    said = re.search(r"<title>(.*?)</title>", ran.stdout, re.DOTALL)
    return unescape(said[1]) if said else ""


def beside(site: Path, page: str, script: str) -> Path:
    """Return a copy of a page that runs a script of ours at its end."""
    text = (site / page).read_text(encoding="utf-8")
    copy = (site / page).with_name(f"tested-{os.path.basename(page)}")
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"))
    return copy


@pytest.fixture
def scratch(site: Path, tmp_path: Path) -> Path:
    """Return a copy of the site in which tests may write."""
    return Path(shutil.copytree(site, tmp_path / "site"))


def test_search_finds_a_rule_without_a_server(browser: str, scratch: Path, tmp_path: Path) -> None:
    script = (
        "const wait = setInterval(() => { const found = [...document.querySelectorAll("
        "'#search-results li a')].map(a => a.getAttribute('href').split('?')[0]);"
        " if (found.length) { document.title = 'found: ' + found.join(' '); } }, 100)"
    )
    page = beside(scratch, "search.html", script)

    told = title(browser, page, tmp_path, query="?q=concurrently+index")

    assert "rules/blocking-index-build.html" in told


REFUSAL = """\
<meta http-equiv="Content-Security-Policy"
  content="default-src file: data: 'unsafe-inline'; connect-src 'none'">
<script>
  const asked = [];
  document.addEventListener("securitypolicyviolation", (e) => asked.push(e.blockedURI));
  addEventListener("load", () => setTimeout(
    () => { document.title = "asked: " + JSON.stringify(asked); }, 500));
</script>
"""


@pytest.mark.parametrize(
    ("page", "more", "asked"),
    [
        pytest.param("index.html", "", [], id="the first page"),
        pytest.param("rules/blocking-index-build.html", "", [], id="a rule"),
        pytest.param("search.html", "", [], id="the search"),
        pytest.param(
            "index.html",
            '<img src="https://elsewhere.example/a.png">',
            ["https://elsewhere.example/a.png"],
            id="one that takes something from elsewhere",
        ),
    ],
)
def test_a_browser_asks_for_files_alone(
    browser: str, scratch: Path, page: str, more: str, asked: list[str]
) -> None:
    text = (scratch / page).read_text(encoding="utf-8")
    copy = (scratch / page).with_name("refusing.html")
    copy.write_text(text.replace("<head>", f"<head>{REFUSAL}").replace("</body>", f"{more}</body>"))

    assert title(browser, copy, scratch.parent, query="?q=index") == f"asked: {json.dumps(asked)}"


def test_a_phone_needs_no_sideways_scroll(
    browser: str, scratch: Path, pages: dict[str, Page], tmp_path: Path
) -> None:
    some = sorted(name for name in pages if "/" not in name)
    some += sorted(name for name in pages if "/" in name)[::20]
    frames = "".join(f'<iframe width=390 height=800 src="{name}"></iframe>' for name in some)
    script = (
        "onload = () => { document.title = 'wide: ' + JSON.stringify("
        "[...document.querySelectorAll('iframe')].map(f => [f.getAttribute('src'),"
        " f.contentDocument.documentElement.scrollWidth]).filter(p => p[1] > 390)) }"
    )
    page = scratch / "phone.html"
    page.write_text(f"<!doctype html><title></title>{frames}<script>{script}</script>")

    assert title(browser, page, tmp_path) == "wide: []"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["index.html", "rules/blocking-index-build.html", "ci.html"])
def test_axe_has_nothing_against_it(
    browser: str, scratch: Path, page: str, scheme: str, tmp_path: Path
) -> None:
    axe = Path(os.environ.get("NONEVENT_AXE") or AXE)
    if not axe.exists():
        pytest.skip(f"no axe-core at {axe}: npm install axe-core")
    run = (
        "axe.run(document).then(r => {document.title = 'axe: ' + JSON.stringify("
        "[r.passes.length > 20, r.violations.map(v => [v.id, v.nodes.map(n => n.html)])])})"
    )
    copy = beside(scratch, page, f"{axe.read_text()};{run}")
    scheme_is = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"

    told = title(browser, copy, tmp_path, scheme_is)

    assert told.startswith("axe: "), told
    assert json.loads(told.removeprefix("axe: ")) == [True, []]
