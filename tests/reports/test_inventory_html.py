"""The inventory as a page: one file that asks for nothing, inert, and readable by everybody."""

import base64
import contextlib
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nonevent.areas import area_of, areas
from nonevent.audit import audit
from nonevent.config import Config
from nonevent.finding import Severity
from nonevent.inventory import Holder, Inventory
from nonevent.note import Note, NoteKind
from nonevent.options import Options
from nonevent.readiness import blockers, open_holders, phases, readiness
from nonevent.reports.html_map import Tile, _drawn
from nonevent.reports.inventory_html import render
from nonevent.reports.markup import Html, element
from nonevent.reports.treemap import Box, squarify

APP = """\
import flask
import requests

app = flask.Flask(__name__)
CARTS = {}
hits = []


@app.post("/cart")
def put():
    CARTS["<b>&"] = 2  # <script>alert(1)</script>
    return requests.get("https://prices.example").text


@app.delete("/cart")
def drop():
    hits.append(1)  # nonevent: ignore[module-state-in-handler] counted per process <i>
"""


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    folder = tmp_path_factory.mktemp("made") / "shop & <co>"
    files = {
        "shop/app.py": APP,
        "shop/util/none.py": "X = 1\n" * 9,
        "broken.py": "import requests\ndef",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with contextlib.chdir(folder):
        return audit(Options(no_cache=True), Config(), str(folder))


@pytest.fixture(scope="module")
def page(inventory: Inventory) -> str:
    return render(inventory)


# -- the document ------------------------------------------------------------------------------

VOID = {"meta", "br", "wbr"}


class Reader(HTMLParser):
    """Reads a document and sees that each element is closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        told = dict(attrs)
        assert not [name for name in told if name.startswith("on") or name in ("src", "style")]
        self.ids += [told["id"] or ""] if "id" in told else []
        self.links += [told["href"] or ""] if "href" in told else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_it_is_one_well_formed_file_that_asks_for_nothing(page: str) -> None:
    read = Reader(page)

    assert read.open == []
    assert read.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "b1", "i"})
    assert {link[0] for link in read.links} == {"#"}
    assert {link[1:] for link in read.links} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_its_policy_allows_its_own_style_and_nothing_else(page: str) -> None:
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()

    assert len(style) == 1
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in page


def test_analysed_text_is_text(page: str) -> None:
    said = "".join(Reader(page).said)

    assert "Deployment readiness of shop & <co>" in said
    assert 'CARTS["<b>&"] = 2  # <script>alert(1)</script>' in said
    assert "counted per process <i>" in said


def test_it_says_what_it_comes_to_and_what_was_not_seen(page: str, inventory: Inventory) -> None:
    said = " ".join("".join(Reader(page).said).split())

    assert "Not yet safe for two replicas and a rolling deploy." in said
    assert "1 thing blocks it, most in" in said
    assert f"{readiness(open_holders(inventory))}of 100" in said
    assert "broken.py" in said
    assert "request handler put" in said


def test_a_code_base_that_holds_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("X = 1\n")
    with contextlib.chdir(tmp_path):
        page = render(audit(Options(no_cache=True), Config(), str(tmp_path)))

    assert Reader(page).open == []
    assert "Nothing was found that two replicas" in page
    assert ">100<" in page


def test_the_same_inventory_is_the_same_bytes(page: str, inventory: Inventory) -> None:
    assert render(inventory) == page


def test_any_text_is_escaped() -> None:
    made = element("p", "<&>\x1b", Html("<b>x</b>"), title='"\u202e')

    assert made == '<p title="&quot;\\u202e">&lt;&amp;&gt;\\x1b<b>x</b></p>'


# -- the number --------------------------------------------------------------------------------


def holders(inventory: Inventory, count: int, **changes: object) -> list[Holder]:
    first = blockers(inventory)[0]
    return [first._replace(**changes) for _ in range(count)]  # type: ignore[arg-type]


def test_more_and_worse_things_never_make_it_readier(inventory: Inventory) -> None:
    errors = [readiness(holders(inventory, count)) for count in (0, 1, 2, 10, 100)]
    warning = readiness(holders(inventory, 1, severity=Severity.WARNING))

    assert errors == sorted(errors, reverse=True)
    assert errors[0] == 100 > warning > errors[1]
    assert errors[1] ** 2 // 100 == errors[3]  # ten of a kind weigh as two


def test_a_plan_ends_with_nothing_left(inventory: Inventory) -> None:
    steps = phases(inventory)

    assert [step.after for step in steps] == sorted(step.after for step in steps)
    assert steps[-1].after == 100
    assert sum(len(step.holders) for step in steps) == len(open_holders(inventory))


# -- the map -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[1], [6, 6, 4, 3, 2, 2, 1], [1000, 1, 1], [5] * 24])
def test_tiles_fill_the_map_in_proportion(sizes: list[float]) -> None:
    boxes = squarify(sizes, 96, 38)

    assert len(boxes) == len(sizes)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.width * box.height == pytest.approx(size * 96 * 38 / sum(sizes))
        assert box.x >= -1e-9
        assert box.y >= -1e-9
        assert box.x + box.width <= 96 + 1e-6
        assert box.y + box.height <= 38 + 1e-6


@pytest.mark.parametrize(
    ("side", "named"),
    [(2000, "mayan/apps/views"), (110, "apps/views"), (90, "views"), (52, "vie…"), (20, "")],
)
def test_a_tile_bears_as_much_of_a_name_as_it_has_room_for(side: float, named: str) -> None:
    shown = str(_drawn(Tile("mayan/apps/views", 1, "none", "", 0, "#a"), Box(0, 0, side, 60)))

    assert re.findall(r'class="name"[^>]*>([^<]*)<', shown) == ([named] if named else [])


def test_what_is_said_often_of_a_file_is_said_once(inventory: Inventory) -> None:
    notes = tuple(Note("odd.sql", NoteKind.STATEMENT, "not read", line) for line in (4, 2))

    assert "<td>odd.sql:2, and 1 more place</td>" in re.sub(
        "<(?!/?td)[^>]*>", "", render(inventory._replace(notes=notes))
    ).replace("\u200b", "")


def test_a_large_folder_is_taken_apart_and_nothing_is_lost() -> None:
    files = {f"src/shop/part{n}/a.py": 100 * n for n in range(1, 40)} | {"setup.py": 5}
    found = areas(files)
    names = {area.name for area in found}

    assert sum(area.lines for area in found) == sum(files.values())
    assert sum(area.files for area in found) == len(files)
    assert "src/shop/part39" in names
    assert len(found) <= 25
    assert area_of("src/shop/part39/a.py", names) == "src/shop/part39"
    assert area_of("src/shop/part1/a.py", names) == "src/shop"
    assert area_of("setup.py", names) == "."
