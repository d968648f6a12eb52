"""Paths that callers hand in, seen through whole projects."""

from functools import partial
from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.finding import Persona
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())
HEAD = """\
import io, os, tempfile
from flask import Flask, request
from shop import out
app = Flask(__name__)
@app.post("/orders")
def orders():
"""
WRITE = """
    import os
    def save(directory, data):
        with open(os.path.join(directory, "orders"), "wb") as file:
            file.write(data)
"""
THROUGH = """
    import os
    def save(directory, data):
        store(os.path.join(directory, "orders"), data=data)
    def store(place, data):
        with open(place, "wb") as file:
            file.write(data)
"""
CLASS = """
    import os
    class Batch:
        def __init__(self, directory):
            self.directory = directory
        def save(self, name):
            with open(os.path.join(self.directory, name), "wb") as file:
                file.write(b"")
"""
CALLBACK = """
    import os, tempfile
    def packed(make):
        with tempfile.TemporaryDirectory() as folder:
            make(folder)
    def save(directory):
        with open(os.path.join(directory, "orders"), "wb") as file:
            file.write(b"")
"""
STREAM = """
    import zipfile
    def save(path):
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("orders", "")
"""


def heard(out: str, *lines: str, persona: Persona = Persona.REGULAR) -> list[str]:
    """Return the modules of what is told of files in "shop/out.py" and a view with `lines`."""
    view = HEAD + "".join(f"    {line}\n" for line in lines)
    files = {"shop/out.py": dedent(out).encode(), "shop/views.py": view.encode()}
    change = Change(tuple(ChangedFile(path, partial(files.__getitem__, path)) for path in files))
    found = audible(examine(change, TASK).findings, persona)
    return [one.location.path[5:-3] for one in found if one.family == "files"]


SITUATIONS = [
    pytest.param(WRITE, ["with tempfile.TemporaryDirectory() as d:", "    out.save(d, b'')"]),
    pytest.param(THROUGH, ["d = tempfile.mkdtemp()", "out.save(d, b'')"]),
    pytest.param(CLASS, ["with tempfile.TemporaryDirectory() as d:", "    out.Batch(d).save('a')"]),
    pytest.param(CALLBACK, ["out.packed(out.save)"]),
    pytest.param(STREAM, ["memory = io.BytesIO()", "out.save(path=memory)"]),
    pytest.param(WRITE, ["d = '/srv/orders'", "out.save(d, b'')", "os.rmdir(d)"]),
]


@pytest.mark.parametrize(("out", "lines"), SITUATIONS)
def test_what_all_callers_know_gone_soon_is_for_the_pedantic(out: str, lines: list[str]) -> None:
    assert heard(out, *lines) == []
    assert heard(out, *lines, persona=Persona.PEDANTIC) == ["out"]


@pytest.mark.parametrize(
    ("out", "lines"),
    [
        pytest.param(WRITE, ["out.save(app.config['ORDERS'], b'')"], id="a configured folder"),
        pytest.param(THROUGH, ["out.save(os.getcwd() + '/orders', b'')"], id="through two"),
        pytest.param(CLASS, ["out.Batch('/srv/orders').save('a')"], id="kept by an object"),
        pytest.param(
            WRITE,
            ["out.save(tempfile.mkdtemp(), b'')", "out.save('/srv/orders', b'')"],
            id="one of two lasts",
        ),
    ],
)
def test_what_one_caller_wants_to_last_is_told_to_all(out: str, lines: list[str]) -> None:
    assert heard(out, *lines) == ["out"]


def test_a_folder_that_nobody_knows_more_of_is_for_the_pedantic() -> None:
    assert heard(WRITE, "out.save(request.json['folder'], b'')") == []


def test_a_function_that_hands_its_path_to_itself_comes_to_an_end() -> None:
    out = """
        def save(directory):
            save(directory)
            open(directory + "/orders", "w")
    """

    assert heard(out, "out.save(tempfile.mkdtemp())") == []


WRITES = """\
    with open(os.path.join(path, "orders"), "wb") as file:
        file.write(data)
"""


def test_many_that_hand_a_path_to_one_another_come_to_an_end() -> None:
    """Without a memory 60 functions that all call one another are asked 60 ** 4 times."""
    names = [f"save{number}" for number in range(60)]
    calls = "".join(f"    {name}(path, data)\n" for name in names)
    out = "".join(f"def {name}(path, data):\n{calls}" for name in names)
    assert heard(f"import os\n{out}{WRITES}", "out.save0(tempfile.mkdtemp(), b'')") == []


def test_a_name_that_is_bound_often_comes_to_an_end() -> None:
    """Each of 200 values is of a name that has 200 values."""
    values = "".join(f"    place = place + name{number}\n" for number in range(200))
    out = f"def save(name, data):\n    place = '/srv/' + name\n{values}    write(place, data)\n"
    out += f"def write(path, data):\n{WRITES}"
    assert heard(f"import os\n{out}", "out.save('orders', b'')") != []


def test_a_function_of_one_expression_has_no_statements() -> None:
    out = f"import os\nclear = lambda path: os.remove(path)\ndef save(path, data):\n{WRITES}"
    assert heard(out, "out.save('/srv/orders', b'')") == ["out"]
