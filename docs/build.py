"""Writes what the documentation takes from the program: `python docs/build.py`.

That is the schema of the settings and docs/settings.md from the options, docs/rules.md from the
rules' pages, docs/catalogues.md from the forms of their rows, docs/cli.md from the help texts, and
in README.md the output of the demo. With `--check` nothing is written: exit code 1 names what is
out of step.
"""

# ruff: noqa: INP001, T201 - a script, started by its path, that prints

import inspect
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import nonevent_rules
from nonevent.catalogue import allowed, fields
from nonevent.finding import SEVERITIES
from nonevent.options import CHECK, SETTINGS, Option
from nonevent.packs import load
from nonevent.rule import Page, read_page

ROOT = Path(__file__).parent.parent
PROGRAM = str(Path(sysconfig.get_path("scripts"), "nonevent"))
BUILD = str(ROOT / "fixtures" / "shop" / "build.py")
DEMO = ("check", "--diff", "v1.0..v1.1")
COMMANDS = (
    (),
    ("check",),
    ("audit",),
    ("init",),
    ("doctor",),
    ("baseline",),
    ("baseline", "create"),
    ("baseline", "show"),
    ("baseline", "prune"),
    ("prove",),
    ("history",),
    ("history", "mine"),
    ("history", "import"),
    ("history", "show"),
    ("score",),
    ("train",),
    ("evaluate",),
    ("rules",),
    ("explain",),
    ("server",),
    ("completion",),
)
SCHEMA = "analyzer/nonevent/settings.schema.json"
WRITTEN = "<!-- Written by docs/build.py. -->"
# in README.md: the sign, then one fenced block
OUTPUT = re.compile(re.escape(WRITTEN) + r"\n\n```console\n.*?\n```\n", re.DOTALL)


# what stands above the catalogues
CATALOGUES = """\
# Catalogues

WRITTEN

What nonevent knows of the world stands in catalogues: lists of rows, one for each library call,
setting or framework mark. A project adds rows of its own, for its HTTP client or the decorator of
its request handlers. The files stand in the settings, relative to the file that names them:

```toml
# pyproject.toml
[tool.nonevent]
facts = ["deploy/facts.yaml"]
```

In a file each catalogue has its list of rows. With the following ones a call of `fetch` without
`limit` is found as one of `requests.get` without `timeout` is, and a function below
`@endpoint(…)` is a request handler:

```yaml
# deploy/facts.yaml
timeouts/clients:
  - call: shop.http.fetch
    timeout: [limit]
    example: limit=3
roles:
  - marker: shop.web.endpoint
    by: decorator
    role: request handler
```

```python
from shop.http import fetch
from shop.web import endpoint

SEEN = {}


@endpoint("/prices")
def prices(user):
    SEEN[user] = True  # finding: module-state-in-handler
    return fetch("https://prices.example")  # finding: call-without-timeout
```

A dotted name is the one under which the definition can be imported, also where a file imports it
by a relative name. The first field of a row is its key: a row replaces the built-in one of the
same key, and that of a file named before. A row may have a `source`, the address where what it
says can be read. Files are data: nothing of them is run. They lie inside the project, and have at
most 1 MB; YAML aliases are not read.
"""


# what stands above the table of settings
SETTINGS_PAGE = """\
# Settings

WRITTEN

Every key of `nonevent.toml`, or of `[tool.nonevent]` in `pyproject.toml`;
[Configuration](configuration.md) says which file counts. Editors learn the keys from
`settings.schema.json` in the package. A key that is unknown and a value that is none are errors
that name the file, the key and the nearest right word.

```toml
# nonevent.toml
exclude = ["vendor/", "*_pb2.py"]
persona = "pedantic"
fail-on = "error"
severity = {call-without-timeout = "error", files = "note"}

[[overrides]]
paths = ["legacy/"]
ignore = ["state"]
severity = {timeouts = "note"}
```

| key | value | what it says |
|---|---|---|
"""


def settings_page() -> str:
    """Return docs/settings.md: each key of the schema, with its form."""
    rows = []
    for key, said in json.loads(settings())["properties"].items():
        text = said.get("description") or said.get("items", {}).get("description", "")
        text = re.sub(r"; repeatable, (?:replaces|adds to) the setting", "", text)
        rows.append(f"| `{key}` | {_form(said)} | {text} |")
    return SETTINGS_PAGE.replace("WRITTEN", WRITTEN) + "\n".join(rows) + OVERRIDES


# what stands below it
OVERRIDES = """

An entry of `overrides` has `paths`, in the form of .gitignore lines from the folder of the
settings, and what holds for the files they name: `ignore` and `severity`. Where several entries
name a file, the last one that says something counts. [Catalogues](catalogues.md) tells what a file
of `facts` holds.
"""


def _form(said: dict[str, Any]) -> str:
    if "enum" in said:
        return ", ".join(f'`"{value}"`' for value in said["enum"])
    names = {"array": "list of strings", "boolean": "`true` or `false`", "string": "string"}
    if said["type"] == "array" and said["items"]["type"] == "object":
        return "list of tables"
    if said["type"] == "object":
        levels = said["additionalProperties"]["enum"]
        return "table of rules or families: " + ", ".join(f'`"{value}"`' for value in levels)
    return names[said["type"]]


def rules() -> str:
    """Return docs/rules.md: every rule by family, with a link to its page."""
    pages = sorted((_page(stem) for stem in nonevent_rules.RULES), key=_place)
    families = groupby(pages, key=lambda page: page.family)
    return "\n".join([*_rules_head(), *(line for each in families for line in _family(*each))])


def _rules_head() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield WRITTEN
    yield ""
    yield "Each rule has a page: what it finds, why it hurts a deploy, what to do instead, and"
    yield "when it is silent. `nonevent explain RULE` prints it. The examples are the rule's tests."
    yield ""


def _family(family: str, pages: Iterator[Page]) -> Iterator[str]:
    yield f"## {family}"
    yield ""
    yield "| rule | severity | confidence | what it finds |"
    yield "|---|---|---|---|"
    for page in pages:
        stem = page.rule.replace("-", "_")
        link = f"[`{page.rule}`](../rules/nonevent_rules/{page.family}/{stem}.md)"
        text = page.summary.replace("|", r"\|")
        persona = "" if page.persona == "regular" else f" (persona {page.persona})"
        yield f"| {link} | {page.severity} | {page.confidence}{persona} | {text} |"
    yield ""


def _page(stem: str) -> Page:
    family, name = stem.split(".")
    text = files(nonevent_rules).joinpath(family, f"{name}.md").read_text(encoding="utf-8")
    return read_page(name.replace("_", "-"), family, text)


def _place(page: Page) -> tuple[str, str]:
    return page.family, page.rule


def catalogues() -> str:
    """Return docs/catalogues.md: every catalogue with the fields of its rows."""
    installed = load(cache=False)
    readers: dict[str, list[str]] = {}
    for rule_id in installed.heads:
        found = installed.find(rule_id)
        if found.table:
            readers.setdefault(f"{found.family}/{found.table.name}", []).append(rule_id)
    parts = [CATALOGUES.replace("WRITTEN", WRITTEN)]
    for name in installed.catalogues():
        parts += _catalogue(name, installed.form(name), readers.get(name, []))
    return "\n".join(parts) + "\n"


def _catalogue(name: str, row: Any, rules: list[str]) -> Iterator[str]:
    what = (inspect.getdoc(row) or "").split("\n\n")[0].replace("\n", " ")
    what = what.partition(".yaml`: ")[2] or what
    by = ", ".join(f"`{rule}`" for rule in rules) or "who reaches what, hence by every rule"
    yield f"## {name}\n"
    yield f"{what[0].upper()}{what[1:]} Read by {by}.\n"
    yield "| field | form | left out | what it says |"
    yield "|---|---|---|---|"
    said = _comments(row)
    for field in fields(row):
        if field.name == "source":  # said of all rows above
            continue
        form = allowed(field.form).replace("|", r"\|")
        default = "required" if field.required else f"`{json.dumps(field.default)}`"
        meaning = said.get(field.name, "").replace("|", r"\|")
        yield f"| `{field.name}` | {form} | {default} | {meaning} |"
    yield ""


def _comments(row: Any) -> dict[str, str]:
    """Return field → what the comments above and behind it say."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in inspect.getsource(row).splitlines():
        comment = re.fullmatch(r"    # (.*)", line)
        field = re.fullmatch(r"    (\w+): .*?(?:  # (.*))?", line)
        if comment:
            above.append(comment[1])
        elif field:
            found[field[1]] = " ".join([*above, field[2] or ""]).strip()
            above = []
    return found


def settings() -> str:
    """Return the JSON schema of nonevent.toml and of `[tool.nonevent]`, for editors."""
    severities = {"enum": list(map(str, SEVERITIES))}
    severity = {
        "type": "object",
        "description": "Severity of a rule or of a family, instead of its page's.",
        "additionalProperties": severities,
    }
    texts = {"type": "array", "items": {"type": "string", "minLength": 1}}
    override = {
        "type": "object",
        "description": "What holds for some files alone.",
        "properties": {
            "paths": {**texts, "minItems": 1, "description": "In the form of .gitignore lines."},
            "ignore": {**texts, "description": "Not these rules or families."},
            "severity": severity,
        },
        "required": ["paths"],
        "additionalProperties": False,
    }
    options = [option for option in (*CHECK, *SETTINGS) if option.setting]
    keys = {option.name[2:]: _schema_of(option, texts) for option in options}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of nonevent",
        "type": "object",
        "properties": {
            **keys,
            "severity": severity,
            "overrides": {"type": "array", "items": override},
        },
        "additionalProperties": False,
    }
    return json.dumps(document, indent=2) + "\n"


def _schema_of(option: Option, texts: dict[str, Any]) -> dict[str, Any]:
    said = {"description": option.help}
    if option.kind == "flag":
        return {"type": "boolean", **said}
    if option.kind == "repeatable":
        return {**texts, **said}
    return {"enum": list(option.choices), **said} if option.choices else {"type": "string", **said}


def cli() -> str:
    """Return docs/cli.md: the help of every command."""
    parts = ["# Command line\n", f"{WRITTEN}\n"]
    for command in COMMANDS:
        title = " ".join(("nonevent", *command))
        help_text = _run(*command, "--help", folder=str(ROOT)).strip("\n")
        parts += [f"## {title}\n", f"```text\n{help_text}\n```\n"]
    return "\n".join(parts)


def readme() -> str:
    """Return README.md with what the demo prints today."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, BUILD, folder], check=True)  # noqa: S603
        output = _run(*DEMO, folder=folder).strip("\n")
    shown = f"{WRITTEN}\n\n```console\n$ {' '.join(('nonevent', *DEMO))}\n{output}\n```\n"
    return OUTPUT.sub(lambda _: shown, text, count=1)


def _run(*arguments: str, folder: str) -> str:
    """Return what nonevent prints, as in a pipe of 80 columns."""
    plain = {"NO_COLOR": "1", "COLUMNS": "80", "PYTHONUTF8": "1"}
    command = [PROGRAM, *arguments]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, env={**os.environ, **plain}, capture_output=True, check=False
    )
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def main() -> None:
    """Write the files, or compare them."""
    fresh = {
        SCHEMA: settings(),
        "docs/settings.md": settings_page(),
        "docs/rules.md": rules(),
        "docs/catalogues.md": catalogues(),
        "docs/cli.md": cli(),
        "README.md": readme(),
    }
    stale = [name for name, text in fresh.items() if _text(ROOT / name) != text]
    if sys.argv[1:] == ["--check"]:
        sys.exit(f"out of step, run python docs/build.py: {', '.join(stale)}" if stale else 0)
    for name in stale:
        (ROOT / name).write_text(fresh[name], encoding="utf-8")
        print(f"{name} is written anew")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    main()
