"""The documentation says what the program does: what can be compared is compared."""

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from nonevent.cli import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
}


def demo_command() -> str:
    """Return the README's line that installs nonevent and runs it on the demo."""
    (line,) = re.findall(r"^pip install \. && .*$", README, re.MULTILINE)
    return str(line)


def columns(section: str) -> set[str]:
    """Return the fields in the table under a heading of docs/json.md."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(f"\n## {section}\n")
    rows = re.findall(r"^\| (`.*?) \|", rest.partition("\n## ")[0], re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def fenced(page: str, language: str) -> str:
    """Return the one block in a language on a page of docs."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (block,) = re.findall(rf"^```{language}\n(.*?)```$", text, re.MULTILINE | re.DOTALL)
    return str(block)


def report(folder: Path, *arguments: str) -> Any:
    """Return the JSON report of a run in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "check", "--output", "json", *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return json.loads(done.stdout)


def test_the_page_of_the_command_line_has_every_command() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    titles = set(re.findall(r"^## (nonevent.*)$", page, re.MULTILINE))

    def named(command: click.Command, name: str) -> Iterator[str]:
        yield name
        for word, below in getattr(command, "commands", {}).items():
            yield from named(below, f"{name} {word}")

    assert titles == set(named(commands(lambda _: 0), "nonevent"))


@pytest.mark.slow
def test_what_is_written_by_the_script_is_in_step() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "build.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_demo_command_of_the_readme_reports_each_family_and_writes_sarif(
    tmp_path: Path,
) -> None:
    command = demo_command().partition(" && ")[2].replace("/tmp/", f"{tmp_path}/")  # noqa: S108
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    (sarif,) = tmp_path.glob("*.sarif")
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]

    assert done.returncode == 1
    assert {result["properties"]["family"] for result in results} == {
        "state",
        "files",
        "timeouts",
        "schema",
        "risk",
    }


@pytest.mark.slow
def test_the_json_page_names_the_fields_of_a_report(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(
        "import requests\nCARTS = {}\n\n\nrequests.get('https://prices.example')\n",
        encoding="utf-8",
    )
    (tmp_path / "broken.py").write_text("import requests\ndef", encoding="utf-8")
    found = report(tmp_path)

    assert {
        "The report": {*found, "risk"},  # that only a change between revisions has
        "tool": set(found["tool"]),
        "findings": set(found["findings"][0]),
        "notes": set(found["notes"][0]),
        "summary": set(found["summary"]),
    } == {name: columns(name) for name in ("The report", "tool", "findings", "notes", "summary")}


@pytest.mark.slow
def test_the_json_page_names_the_fields_of_an_inventory(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        "import flask\n\napp = flask.Flask(__name__)\nCARTS = {}\n\n\n"
        "@app.post('/')\ndef put():\n    CARTS[1] = 2\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "audit", "--output", "json"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    found = json.loads(done.stdout)
    [holder] = found["holders"]

    assert {
        "The inventory": set(found),
        "holders": set(holder),
        "places": set(holder["places"][0]),
        "components": set(found["components"][0]),
        "Summary of the inventory": set(found["summary"]),
    } == {
        name: columns(name)
        for name in (
            "The inventory",
            "holders",
            "places",
            "components",
            "Summary of the inventory",
        )
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_option_in_the_readme_is_one_that_check_has() -> None:
    from nonevent.options import CHECK

    calls = re.findall(r"nonevent check([^`\n|&#]*)", README)
    used = {
        word.partition("=")[0]
        for call in calls
        for word in shlex.split(call)
        if word.startswith("--")
    }

    assert used <= {option.name for option in CHECK}


def test_the_yaml_in_the_readme_is_yaml_and_names_shipped_hooks() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)```$", README, re.MULTILINE | re.DOTALL)
    hooks, actions = (yaml.safe_load(block) for block in blocks)
    shipped = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert list(hooks) == ["repos"]
    assert actions["jobs"]["check"]["permissions"].keys() == {"contents", "security-events"}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= {hook["id"] for hook in shipped}


@pytest.mark.slow
def test_the_settings_in_the_readme_are_settings(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / "nonevent.toml").write_text("\n".join(blocks), encoding="utf-8")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "facts.yaml").write_text(fenced("catalogues.md", "yaml"))

    assert report(tmp_path)["summary"]["fail_on"] == "error"


@pytest.mark.slow
def test_the_rows_on_the_page_of_catalogues_find_what_it_says(tmp_path: Path) -> None:
    code = fenced("catalogues.md", "python")
    (tmp_path / "pyproject.toml").write_text(fenced("catalogues.md", "toml"))
    (tmp_path / "shop").mkdir()
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "facts.yaml").write_text(fenced("catalogues.md", "yaml"))
    (tmp_path / "shop" / "views.py").write_text(code)
    expected = {
        (line, mark)
        for line, text in enumerate(code.splitlines(), 1)
        for mark in re.findall("# finding: (.*)$", text)
    }

    found = {(one["line"], one["rule"]) for one in report(tmp_path)["findings"]}

    assert found == expected != set()


@pytest.mark.slow
def test_the_pack_on_the_page_of_rules_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^(```+)\w+ path=(\S+)\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    installed = tmp_path / "installed"
    for _, path, block in blocks:
        (installed / path).parent.mkdir(parents=True, exist_ok=True)
        (installed / path).write_text(block)
    (installed / "acme_rules" / "prices" / "__init__.py").touch()
    project = tomllib.loads((installed / "pyproject.toml").read_text())["project"]
    known = installed / f"acme_rules-{project['version']}.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["nonevent.rules"].items()
    lines = [f"{name} = {target}" for name, target in points]
    (known / "entry_points.txt").write_text("\n".join(["[nonevent.rules]", *lines]))
    page = (installed / "acme_rules/prices/legacy_price_call.md").read_text()
    (example,) = re.findall(r"^```python\n(.*?)```$", page, re.MULTILINE | re.DOTALL)
    work = tmp_path / "work"
    work.mkdir()
    (work / "views.py").write_text(example)
    done = subprocess.run(
        [sys.executable, "-m", "nonevent", "check", "--output", "json"],
        cwd=work,
        env={**ENVIRONMENT, "PYTHONPATH": str(installed)},
        capture_output=True,
        check=False,
    )
    found = json.loads(done.stdout)["findings"]
    marked = [n for n, line in enumerate(example.splitlines(), 1) if "# finding: " in line]

    assert [(one["line"], one["rule"]) for one in found] == [(marked[0], "legacy-price-call")]


@pytest.mark.slow
def test_the_suppression_in_the_readme_holds_its_rule_back(tmp_path: Path) -> None:
    (line,) = re.findall(r"^HITS.*# nonevent: ignore.*$", README, re.MULTILINE)
    handler = f"@app.get('/<path>')\ndef hit(path):\n    {line}\n    return ''\n"
    start = "import flask\n\napp = flask.Flask(__name__)\nHITS = []\n\n\n"
    (tmp_path / "shop.py").write_text(start + handler, encoding="utf-8")
    found = report(tmp_path)

    assert (found["findings"], found["summary"]["suppressed"]) == ([], 1)


def test_every_page_of_docs_is_in_its_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"\(([\w-]+\.md)\)", index)) == {
        page.name for page in (ROOT / "docs").glob("*.md") if page.name != "README.md"
    }
