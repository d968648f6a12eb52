"""The inventory: what is held where, by whom, and how it is told."""

import html
import json
from pathlib import Path

import pytest

from nonevent import entry
from nonevent.ahead import Ahead
from nonevent.audit import audit, take
from nonevent.config import Config
from nonevent.finding import Confidence, Finding, Severity, Subject
from nonevent.inventory import Inventory, Moment, Sign
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.options import Options
from nonevent.readiness import readiness
from nonevent.report import Report
from nonevent.reports.inventory_html import render as to_html
from nonevent.reports.inventory_json import render as to_json
from nonevent.reports.inventory_text import SCREEN, render
from nonevent.reports.verdict import UNSERVED, verdict

APP = """\
import flask
import requests

from shop.store import keep

app = flask.Flask(__name__)
CARTS = {}
hits = []  # counted per process


@app.post("/cart")
def put():
    CARTS[1] = 2
    keep("x")
    return requests.get("https://prices.example").text


@app.delete("/cart")
def drop():
    CARTS.clear()
    hits.append(1)  # nonevent: ignore[module-state-in-handler] counted per process on purpose
"""
STORE = 'JOBS = {}\n\n\ndef keep(name):\n    JOBS[name] = "new"\n'
SETTINGS = 'SESSION_ENGINE = "django.contrib.sessions.backends.file"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {"shop/app.py": APP, "shop/store.py": STORE, "conf/settings.py": SETTINGS}
    for name, text in {**files, "broken.py": "import requests\ndef"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stock(folder: Path) -> Inventory:
    return audit(Options(), Config(), str(folder))


def test_what_is_held_is_told_worst_first_and_suppressed_last(project: Path) -> None:
    found = [
        (one.name, one.held, one.component, one.location.line, one.rank, one.suppressed)
        for one in stock(project).holders
    ]

    assert found == [
        ("CARTS", "carts", "shop", 7, 100.0, False),
        ("SESSION_ENGINE", "login sessions", "conf", 1, 100.0, False),
        ("JOBS", "jobs", "shop", 1, 75.0, False),
        ("requests.get", "a caller that waits without limit", "shop", 15, 60.0, False),
        ("hits", "counts", "shop", 8, 100.0, True),
    ]


def test_each_place_tells_who_writes_and_the_way_to_it(project: Path) -> None:
    inventory = stock(project)
    carts, jobs, hits = (
        next(one for one in inventory.holders if one.name == name)
        for name in ("CARTS", "JOBS", "hits")
    )

    def told(places: object) -> list[tuple[int, str, list[tuple[str, list[tuple[str, int]]]]]]:
        return [
            (
                one.finding.location.line,
                one.reason,
                [
                    (each.entry, [(place.path, place.line) for place in each.chain])
                    for each in (one.finding.subject or Subject("")).reach
                ],
            )
            for one in places  # type: ignore[attr-defined]
        ]

    assert told(carts.places) == [
        (13, "", [("put", [("shop/app.py", 12)])]),
        (20, "", [("drop", [("shop/app.py", 19)])]),
    ]
    assert told(jobs.places) == [
        (5, "", [("put", [("shop/app.py", 12), ("shop/store.py", 4)])]),
    ]
    assert told(hits.places) == [
        (21, "counted per process on purpose", [("drop", [("shop/app.py", 19)])]),
    ]


def test_what_is_lost_comes_from_the_page_of_the_rule(project: Path) -> None:
    carts = stock(project).holders[0]

    assert (carts.lost, carts.replicas) == (
        "all that requests have put into it",
        "each has its own, and a request sees that of the one it meets",
    )


def test_what_was_not_analysed_is_said(project: Path) -> None:
    inventory = stock(project)

    assert [(note.path, note.kind) for note in inventory.notes] == [("broken.py", "syntax")]
    assert "\nnot analysed, 1\n  syntax  broken.py:2\n" in render(inventory)
    assert '"path": "broken.py"' in to_json(inventory)


def test_where_nobody_serves_requests_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def told(text: str) -> tuple[str, list[bool]]:
        (tmp_path / "app.py").write_text(text)
        inventory = stock(tmp_path)
        sentence = verdict(inventory).more
        assert sentence in html.unescape(to_html(inventory))
        said = " ".join(render(inventory).split()), " ".join(render(inventory, whole=True).split())
        return sentence, [sentence in each for each in said]

    own = "from mesh import door\n\nCARTS = {}\n\n\n@door\ndef put():\n    CARTS[1] = 2\n"
    known = 'import flask\n\napp = flask.Flask("shop")\n\n\n@app.get("/")\ndef home():\n    pass\n'

    assert told(own) == (UNSERVED, [True, True])
    assert told(known) == ("What was not looked at stands at the end.", [True, True])


def test_what_few_hear_of_stands_apart_and_counts_as_a_note(project: Path) -> None:
    (project / "shop" / "jobs.py").write_text(
        "import requests\n\n\ndef main():\n    requests.get('https://prices.example')\n"
    )
    (project / "manage.py").write_text(
        "import requests\n\nif __name__ == '__main__':\n    requests.get('https://a.example')\n"
    )
    inventory = stock(project)
    lines = render(inventory, whole=True).splitlines()

    heads = [line for line in lines if line.startswith("a caller that waits without limit")]
    assert heads == [
        "a caller that waits without limit  call-without-timeout, warning, high",
        "a caller that waits without limit  call-without-timeout, note to pedants or auditors",
    ]
    weights = {
        (one["path"], one["weight"])
        for one in json.loads(to_json(inventory))["holders"]
        if one["rule"] == "call-without-timeout"
    }
    assert weights >= {("shop/app.py", "warning"), ("manage.py", "note")}


def test_settings_of_check_do_not_hide_what_is_held(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.nonevent]\nselect = ["schema"]\nignore = ["state"]\nexclude = ["conf/"]\n'
    )

    code = entry.main(["audit", "--output", "json"])
    found = json.loads(capfd.readouterr().out)

    assert code == 0
    assert [one["name"] for one in found["holders"]] == ["CARTS", "JOBS", "requests.get", "hits"]
    assert found["components"] == [
        {"name": "shop", "holders": 4, "error": 2, "warning": 1, "note": 0, "suppressed": 1}
    ]


def test_a_container_is_named_by_its_type_then_by_its_words() -> None:
    signs = (Sign("queue.Queue", "type", "a queue"), Sign("cart", "word", "carts"))
    known = {
        ("guestCarts", "dict"): "carts",
        ("GUEST_CARTS", "dict"): "carts",
        ("cart_by_user", "dict"): "carts",
        ("cart", "queue.Queue"): "a queue",
        ("CARTOON", "dict"): "state of a module",
    }
    for (name, holds), held in known.items():
        made = Location("a.py", 1, 1, 1, 2)
        finding = a_finding(made)._replace(subject=Subject(name, holds, made))
        assert take(a_report(finding), signs).holders[0].held == held


# -- as text -------------------------------------------------------------------------------------


def a_finding(place: Location, rule: str = "module-state-in-handler") -> Finding:
    return Finding(
        rule,
        "state",
        place,
        "`X` is changed",
        Severity.ERROR,
        Confidence.HIGH,
        "0" * 16,
        subject=Subject("X", "dict", place),
    )


def a_report(*findings: Finding, notes: tuple[Note, ...] = ()) -> Report:
    from nonevent import packs

    page = packs.load().heads["module-state-in-handler"]
    pages = tuple(page._replace(rule=rule) for rule in {one.rule for one in findings})
    return Report(findings, notes, pages, {}, 1)


@pytest.mark.parametrize(("rules", "each"), [(1, 1), (1, 200), (40, 3), (8, 8), (0, 0)])
def test_the_short_form_fits_on_a_screen(rules: int, each: int) -> None:
    findings = [
        a_finding(Location(f"p{number}/a.py", rule + 1, 1, rule + 1, 2), f"rule-{rule}")
        for rule in range(rules)
        for number in range(each)
    ]
    notes = tuple(Note(f"{n}.py", NoteKind.SYNTAX, "not parsed") for n in range(50))
    inventory = take(a_report(*findings, notes=notes), ())
    before = tuple(Moment(f"v{n}", "", "", n, 0, (), 1, 1) for n in range(30))
    inventory = inventory._replace(trend=before, ahead=Ahead("v1", "", (), 3, missing="no model"))
    whole = render(inventory, whole=True)

    short = render(inventory)

    assert len(short.splitlines()) <= SCREEN
    assert [
        rule for rule in range(rules if rules <= 8 else 0) if f"rule-{rule}, error" not in short
    ] == []
    assert [
        one for one in findings if f"{one.location.path}:{one.location.line}" not in whole
    ] == []
    assert [note for note in notes if note.path not in whole] == []


def test_names_from_the_project_stay_harmless() -> None:
    place = Location("a\x1b[2J.py", 1, 1, 1, 2)
    subject = Subject("X\n::error::", "di\x1bct", place, scope="\u202e")
    inventory = take(a_report(a_finding(place)._replace(subject=subject)), ())

    for text in (render(inventory), render(inventory, whole=True), to_json(inventory)):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n::" not in text


@pytest.mark.usefixtures("project")
def test_the_screen_tells_how_to_see_more(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.main(["audit", "--color", "never"]) == 0
    short = capfd.readouterr().out
    assert entry.main(["audit", "--all", "--color", "never"]) == 0
    whole = capfd.readouterr().out

    lines = short.splitlines()
    assert lines[0].endswith("  56 of 100  Not yet safe for two replicas and a rolling deploy.")
    assert lines[1] == "3 things block it, most in shop and conf."
    assert lines[2] == "4 files: state 3, timeouts 1, suppressed 1"
    assert [line[:5] for line in lines if line.endswith("store that all replicas share: 3")] == [
        "  100"
    ]
    assert "  shop/app.py:7  CARTS (dict, carts), by request handler put, 1 more\n" in short
    assert short.endswith(
        "nonevent audit --all shows everything, with who reaches each place and how.\n"
    )
    assert "      shop/app.py:12 > shop/store.py:4\n" in whole
    assert "      reason: counted per process on purpose\n" in whole


def test_reports_are_written_to_files(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = entry.main(["audit", "shop", "--output", "json:stock.json", "--output", "text"])

    assert code == 0
    assert "\n2 files: state 2, timeouts 1, suppressed 1\n" in capfd.readouterr().out
    assert json.loads((project / "stock.json").read_text())["summary"]["holders"] == 4


def test_what_the_baseline_accepts_counts_and_is_told(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = readiness(stock(project).holders)
    assert entry.main(["baseline", "create", "--owner", "Ann", "--reason", "next <b>quarter|"]) == 0
    inventory = stock(project)
    entry.main(["audit", "--output", "json"])
    capfd.readouterr()
    entry.main(["audit", "--output", "markdown"])
    markdown = capfd.readouterr().out

    said = {
        one.name: [place.accepted and place.accepted.owner for place in one.places]
        for one in inventory.holders
    }
    assert said["CARTS"] == ["Ann", None]  # clearing it is for pedants
    assert said["SESSION_ENGINE"] == ["Ann"]
    assert said["hits"] == [None]
    assert readiness(inventory.holders) == before
    assert "| `shop/app.py:13` | `module-state-in-handler` | baseline | next" in markdown
    assert "<b>" not in markdown
    assert "next <b>quarter|" in html.unescape(to_html(inventory))


def test_the_report_says_how_to_make_it_again(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def source() -> dict[str, object]:
        entry.main(["audit", "--output", "json"])
        told: dict[str, object] = json.loads(capfd.readouterr().out)["source"]
        return told

    first, again = source(), source()
    (project / "shop" / "more.py").write_text("X = 1\n")
    other = source()

    assert first == again
    assert first["arguments"] == ["audit", "--output", "json"]
    assert first["commit"] is None
    assert first["digest"] != other["digest"]


def test_languages_that_nobody_reads_are_told(project: Path) -> None:
    for name in ("a.ts", "b.tsx", "c.go", "lib.min.js", "notes.txt", "node_modules/d.js"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("")

    assert stock(project).unread == (("TypeScript", 2), ("Go", 1))


@pytest.mark.usefixtures("project")
def test_json_tells_answer_plan_and_areas(capfd: pytest.CaptureFixture[str]) -> None:
    entry.main(["audit", "--output", "json"])
    told = json.loads(capfd.readouterr().out)

    assert (told["readiness"], told["blockers"]) == (56, 3)
    assert told["plan"][-1]["readiness"] == 100
    assert sum(area["holders"] for area in told["areas"]) == 4
    assert told["verdict"] == "Not yet safe for two replicas and a rolling deploy."


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "--output sarif",
            "--output does not know the format 'sarif'; known: html, json, markdown, text",
        ),
        ("--output json --output text", "--output writes more than one report to standard output"),
        ("nowhere", "no such file or directory"),
        ("--trend many", "--trend takes a number from 1 to 60, or KIND:NUMBER, not 'many'"),
        ("--trend tag:3", "--trend does not know 'tag'; nearest: 'tags'"),
        ("--trend 3", "not a git repository"),
        ("--diff x", "no such option '--diff'"),
    ],
)
def test_misuse_is_said_in_one_line(
    arguments: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.main(["audit", *arguments.split()]) == 2
    out, err = capfd.readouterr()

    assert out == ""
    assert message in err
    assert err.count("\n") == 1
