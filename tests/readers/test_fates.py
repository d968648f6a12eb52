"""What becomes of a path further down in its function."""

from textwrap import dedent, indent

import pytest

from nonevent.facts import Call
from nonevent.readers import python
from nonevent.readers.interests import interests

HEAD = "import os, shutil, tempfile\nfrom pathlib import Path\n\n\ndef f(path, folder, tasks):\n"
GONE = {
    "removed": ("open(path, 'w')\nos.remove(path)", ("0",)),
    "removed as a path": ("open(path, 'w')\nPath(path).unlink()", ("0",)),
    "removed in the end": (
        "try:\n    open(path, 'w')\nfinally:\n    os.unlink(path)",
        ("0",),
    ),
    "the folder is removed": (
        "name = os.path.join(folder, 'a')\nopen(name, 'w')\nshutil.rmtree(folder)",
        ("0",),
    ),
    "a folder above is removed": (
        "inner = f'{folder}/x'\nname = Path(inner) / 'a'\nopen(name, 'w')\nshutil.rmtree(folder)",
        ("0",),
    ),
    "removed when the answer is sent": (
        "open(path, 'w')\ntasks.add_task(os.remove, path)",
        ("0",),
    ),
    "removed by a function inside": (
        "open(path, 'w')\ndef g():\n    os.remove(path)\nreturn g",
        ("0",),
    ),
    "in a temporary folder": (
        "folder = tempfile.mkdtemp()\nopen(os.path.join(folder, 'a'), 'w')",
        ("0",),
    ),
    "by the name of a temporary file": (
        "file = tempfile.NamedTemporaryFile()\nif path:\n    file = folder\nopen(file.name, 'w')",
        ("0",),
    ),
    "in a folder that is called temporary": (
        "temp_dir = Path(folder)\nname = temp_dir / 'a'\nopen(f'{name}.gz', 'w')",
        ("0",),
    ),
    "on one of two ways in such a folder": (
        "name = path\nif folder:\n    name = temp_dir / 'a'\nopen(name, 'w')",
        (),
    ),
    "by a function of the project's own": ("open(path, 'w')\ncleanup_tmp_files(path)", ("0",)),
    "by keyword": ("open(mode='w', file=path)\nos.remove(path)", ("file",)),
    "removed before": ("os.remove(path)\nopen(path, 'w')", ()),
    "removed where it fails": (
        "try:\n    open(path, 'w')\nexcept OSError:\n    os.remove(path)\n    raise",
        (),
    ),
    "removed where it gives up": (
        "open(path, 'w')\nif folder:\n    os.remove(path)\n    return None",
        (),
    ),
    "another one is removed": ("open(path, 'w')\nos.remove(folder)", ()),
    "one of unknown name is removed": ("open(g(), 'w')\nos.remove(h())", ()),
}


def call(body: str, *calls: str) -> Call:
    source = HEAD + indent(dedent(body), "    ") + "\n"
    facts = python.read("a.py", source, interests(calls)).facts
    (found,) = [fact for fact in facts if isinstance(fact, Call)]
    return found


@pytest.mark.parametrize(("body", "expected"), GONE.values(), ids=GONE)
def test_a_path_is_gone(body: str, expected: tuple[str, ...]) -> None:
    assert call(body, "open").gone == expected


MOVED = {
    "by os": "open(path, 'w')\nos.replace(path, 'orders.json')",
    "as a path": "open(path, 'w')\npath.rename('orders.json')",
    "or else removed": (
        "try:\n    open(path, 'w')\n    os.rename(path, 'orders.json')\n"
        "except OSError:\n    os.remove(path)"
    ),
}


@pytest.mark.parametrize("body", MOVED.values(), ids=MOVED)
def test_a_path_is_moved(body: str) -> None:
    found = call(body, "open")

    assert [(key, value.constant) for key, value in found.moved] == [("0", "orders.json")]
    assert found.gone == ()


def test_a_text_is_not_moved() -> None:
    assert call("open(path, 'w')\npath.replace('a', 'b')", "open").moved == ()


def test_an_archive_stays_where_its_folder_is_removed() -> None:
    body = "shutil.make_archive(path, 'zip', path)\nshutil.rmtree(path)"

    assert call(body, "shutil.make_archive").gone == ()


def test_an_archive_that_is_removed_is_gone() -> None:
    body = "made = shutil.make_archive(path, 'zip', path)\nos.remove(made)"

    assert "0" in call(body, "shutil.make_archive").gone


def test_what_is_written_and_then_moved_is_told_of_the_writing() -> None:
    body = "open(path, 'w')\nos.replace(path, folder)"

    assert call(body, "os.replace").gone == ("0", "1", "dst")
    assert call("os.replace(path, folder)", "os.replace").gone == ()
