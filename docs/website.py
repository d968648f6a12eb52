"""Builds the documentation as a site: `python docs/website.py FOLDER`.

The pages are the Markdown files of this repository, README.md first, and one page a rule. They are
laid out in a temporary folder, where links between them lead, and Sphinx makes HTML of them that
asks for nothing of the network. A warning is an error. Needs the extra `docs`.
"""

# ruff: noqa: INP001, T201 - a script, started by its path, that prints

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import nonevent_rules
from nonevent.rule import Page, read_page

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^(```+)(\w+) path=(\S+)((?: \w+)*)$", re.MULTILINE)
BLOCK = re.compile(r"^(```+)[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)")
# In docs/README.md: a heading over links, which is a part of the site's table of contents.
PART = re.compile(r"^## (.*)\n\n((?:- .*\n(?:  .*\n)*)+)", re.MULTILINE)
LANGUAGES = {".yml": "yaml", ".toml": "toml", ".dockerignore": "text", ".csv": "text", "": "text"}
SHOWN = ("docs/ci/", "templates/", "action.yml")  # files that get a page where one links to them
LONGER = {
    "README.md": "index",
    "CHANGELOG.md": "changelog",
    "CONTRIBUTING.md": "contributing",
    "models/nonevent_models/MODEL_CARD.md": "model-card",
}
# What the theme leaves out for those who hear a page or have no mouse, as axe-core says.
MENDED = (
    ('role="heading"', 'role="heading" aria-level="2"'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Contents">'),
    ("<pre>", '<pre tabindex="0">'),
)


class Source(NamedTuple):
    """A page before it is laid out."""

    path: str  # in the repository, by which others link to it
    text: str


def main() -> None:
    """Build the site into the folder that the command line names."""
    (target,) = sys.argv[1:]
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder, "source"))
        cache = str(Path(folder, "doctrees"))
        code = build_main(
            [
                "-W",
                "--keep-going",
                "-q",
                "-j",
                "auto",
                "-d",
                cache,
                str(Path(folder, "source")),
                target,
            ]
        )
    for page in Path(target).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for old, new in MENDED:
            text = text.replace(old, new)
        page.write_text(text, encoding="utf-8")
    print(f"{target}/index.html" if code == 0 else "the site has faults")
    sys.exit(code)


def lay_out(folder: Path) -> None:
    """Write what Sphinx reads: the pages, linked to each other, and how they look."""
    names = _names()
    written: dict[str, str] = {}
    wanted: dict[str, str] = {}  # file that some page links to → its page
    for source in _sources():
        name = names[source.path]
        written[name] = _linked(source, name, names, wanted)
    for path, name in wanted.items():
        written[name] = _shown(path)
    written["index"] += _contents(names)
    written["rules"] += _tree("", sorted(name for name in written if name.startswith("rules/")))
    if wanted:
        written["ci"] += _tree("", sorted(wanted.values()))
    for name, text in written.items():
        page = folder / f"{name}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "conf.py", folder)
    shutil.copytree(ROOT / "docs" / "static", folder / "static")


def _names() -> dict[str, str]:
    """Return file of the repository → name of its page."""
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    return {
        **LONGER,
        **{f"docs/{name}": name.removesuffix(".md") for name in pages},
        **{
            f"rules/nonevent_rules/{stem.replace('.', '/')}.md": f"rules/{_id(stem)}"
            for stem in nonevent_rules.RULES
        },
    }


def _id(stem: str) -> str:
    return stem.partition(".")[2].replace("_", "-")


def _sources() -> Iterator[Source]:
    for path in _names():
        if not path.startswith("rules/"):
            yield Source(path, (ROOT / path).read_text(encoding="utf-8"))
    for stem in nonevent_rules.RULES:
        family, name = stem.split(".")
        text = files(nonevent_rules).joinpath(family, f"{name}.md").read_text(encoding="utf-8")
        path = f"rules/nonevent_rules/{family}/{name}.md"
        yield Source(path, _rule(read_page(_id(stem), family, text)))


def _rule(page: Page) -> str:
    """Return a rule's page under its name, its marks as a list below the title."""
    _, _, body = page.body.strip("\n").partition("\n")
    marks = [f"severity {page.severity}", f"confidence {page.confidence}", f"family {page.family}"]
    if page.persona != "regular":
        marks.append(f"persona {page.persona}")
    marks.append(f"since {page.since}")
    return f"# {page.rule}\n\n**{page.title}.** {' · '.join(marks)}\n{body}\n"


def _linked(source: Source, name: str, names: Mapping[str, str], wanted: dict[str, str]) -> str:
    """Return a page whose links lead to pages; what is on none of them is plain text."""
    folder = os.path.dirname(source.path)
    here = os.path.dirname(name)

    def lead(found: re.Match[str]) -> str:
        words, path, place = found[1], found[2], found[3] or ""
        path = os.path.normpath(os.path.join(folder, path))
        if not (ROOT / path).exists():
            sys.exit(f"{source.path} links to {found[2]}, which is not there")
        target = names.get(path)
        if path == "docs/README.md":
            target = "index"
        if target is None and path.startswith(SHOWN):
            target = wanted.setdefault(path, f"files/{path.replace('/', '-')}")
        if target is None:
            return words
        way = os.path.relpath(f"{target}.md", here or ".")
        return f"[{words}]({way}{place})"

    parts: list[str] = []
    last = 0
    for block in BLOCK.finditer(source.text):
        parts += [
            LINK.sub(lead, source.text[last : block.start()]),
            FENCE.sub(_captioned, block[0], 1),
        ]
        last = block.end()
    return "".join([*parts, LINK.sub(lead, source.text[last:])])


def _captioned(found: re.Match[str]) -> str:
    caption = ", ".join((f"`{found[3]}`", *found[4].split()))
    return f"{found[1]}{{code-block}} {found[2]}\n:caption: {caption}\n"


def _shown(path: str) -> str:
    text = (ROOT / path).read_text(encoding="utf-8")
    name = os.path.basename(path)
    language = {"Jenkinsfile": "groovy", "Dockerfile": "docker"}.get(
        name, LANGUAGES.get(os.path.splitext(name)[1], "text")
    )
    return f"# {path}\n\n```{language}\n{text}```\n"


def _contents(names: Mapping[str, str]) -> str:
    """Return the table of contents that docs/README.md is, for Sphinx."""
    text = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    return "".join(
        _tree(
            part[1],
            [
                names[os.path.normpath(os.path.join("docs", path))]
                for path in re.findall(r"^- \[[^\]]*\]\(([^)]+)\)", part[2], re.MULTILINE)
            ],
        )
        for part in PART.finditer(text)
    )


def _tree(caption: str, names: list[str]) -> str:
    head = f":caption: {caption}\n" if caption else ""
    entries = "\n".join("Overview <self>" if name == "index" else f"/{name}" for name in names)
    return f"\n```{{toctree}}\n:hidden:\n:maxdepth: 1\n{head}\n{entries}\n```\n"


if __name__ == "__main__":
    main()
