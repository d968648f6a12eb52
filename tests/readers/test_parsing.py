"""Python text becomes a tree: long data is cut, and nothing moves."""

import _ast as ast

import pytest

from nonevent.readers.parsing import MUCH, parse

ROWS = [
    pytest.param('    "row",\n' * (MUCH + 2), 1, id="texts"),
    pytest.param('    {\n        "id": 1,\n        "at": None,\n    },\n' * MUCH, 1, id="mappings"),
    pytest.param("    (1, -2.5, 'it'),\n" * (MUCH + 2), 1, id="pairs"),
    pytest.param('    "row",\n' * 3, 3, id="few of them"),
    pytest.param('    "row",\n' * (MUCH + 1) + "    late(),\n", MUCH + 2, id="one is computed"),
    pytest.param('    "row"\n' * (MUCH + 2), 1, id="one text on many lines"),
]


@pytest.mark.parametrize(("rows", "kept"), ROWS)
def test_long_data_is_read_up_to_its_first_entry(rows: str, kept: int) -> None:
    before = "import os\n\n\nROWS = [\n"
    text = f"{before}{rows}]\nLAST = 1\n" + "\n" * MUCH

    tree, said = parse(text)
    held, last = tree.body[1:]
    assert isinstance(held, ast.Assign)
    assert isinstance(held.value, ast.List)

    lines = len(f"{before}{rows}".splitlines())
    assert (len(held.value.elts), held.end_lineno, last.lineno) == (kept, lines + 1, lines + 2)
    assert said == text


def test_a_text_on_many_lines_keeps_all_of_it() -> None:
    tree, _ = parse("TEXT = (\n" + '    "a"\n' * (MUCH + 2) + ")\n")
    held = tree.body[0]
    assert isinstance(held, ast.Assign)
    assert isinstance(held.value, ast.Constant)

    assert held.value.value == "a" * (MUCH + 2)
