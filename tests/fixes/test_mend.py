"""Edits of source files: what changes, and that nothing else does."""

import ast
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonevent.edit import Edit
from nonevent.fixes.mend import fix, mend
from nonevent.fixes.source import cut, open_source
from nonevent.fixes.wish import read_wish
from nonevent.location import Location

PATH = "shop/views.py"
Edits = Callable[..., list[Edit]]


def mended(text: str, edits: list[Edit], **options: bool) -> str:
    """Return the text with the edits made; it has no byte order mark."""
    unsafe = options.get("unsafe", False)
    return mend(PATH, text.encode(), edits, None, unsafe=unsafe).data.decode()


ADDED = {
    "one argument": ("g(a)", "g(a, timeout=10)"),
    "none": ("g()", "g(timeout=10)"),
    "none, and a comment": ("g(  # c\n)", "g(timeout=10  # c\n)"),
    "a comma on the line": ("g(a,)", "g(a, timeout=10)"),
    "lines of their own": ("g(\n    a,\n    b,\n)", "g(\n    a,\n    b,\n    timeout=10,\n)"),
    "no comma behind the last": ("g(\n    a\n)", "g(\n    a,\n    timeout=10\n)"),
    "a comment behind the last": (
        "g(\n    a,\n    b  # why\n)",
        "g(\n    a,\n    b,  # why\n    timeout=10\n)",
    ),
    "a comment behind the comma": (
        "g(\n    a,  # why, (really)\n)",
        "g(\n    a,  # why, (really)\n    timeout=10,\n)",
    ),
    "a comment on a line of its own": (
        "g(\n    a,\n    # b,\n)",
        "g(\n    a,\n    timeout=10,\n    # b,\n)",
    ),
    "all arguments on one further line": (
        "g(\n    a, b\n)",
        "g(\n    a, b, timeout=10\n)",
    ),
    "the same with a comma": ("g(\n    a, b,\n)", "g(\n    a, b, timeout=10,\n)"),
    "commas in front": ("g(a\n , b\n )", "g(a\n , b, timeout=10\n )"),
    "a display that hugs the parenthesis": (
        "g(u, json={\n    'a': 1,\n})",
        "g(u, json={\n    'a': 1,\n}, timeout=10)",
    ),
    "a call in a call": ("g(g(a), b)", "g(g(a, timeout=10), b, timeout=10)"),
    "a call of a call": ("g(a)(b).g(c)", "g(a, timeout=10)(b).g(c, timeout=10)"),
    "two calls of a line": ("g(a); g(b)", "g(a, timeout=10); g(b, timeout=10)"),
    "parentheses around the argument": ("g((a))", "g((a), timeout=10)"),
    "parentheses around the callee": ("(g)(a)", "(g)(a, timeout=10)"),
    "a chain over lines": ("(x\n .g(a)\n .h())", "(x\n .g(a, timeout=10)\n .h())"),
    "a bare generator": ("g(x for x in y)", "g((x for x in y), timeout=10)"),
    "a generator in parentheses": ("g((x for x in y))", "g((x for x in y), timeout=10)"),
    "a lambda": ("f = lambda: g(a)", "f = lambda: g(a, timeout=10)"),
    "a lambda as the argument": ("g(lambda x, y: x)", "g(lambda x, y: x, timeout=10)"),
    "a decorator": ("@g(a)\ndef f(): pass", "@g(a, timeout=10)\ndef f(): pass"),
    "a default": ("def f(x=g(a)): pass", "def f(x=g(a, timeout=10)): pass"),
    "an f-string": ("f'{g(a)} é {g()!r:>{w}}'", "f'{g(a, timeout=10)} é {g(timeout=10)!r:>{w}}'"),
    "an f-string as the argument": ("g(f'{x}(,)')", "g(f'{x}(,)', timeout=10)"),
    "a string with what looks like more": ("g('a,)', \"#\")", "g('a,)', \"#\", timeout=10)"),
    "a backslash before the last": ("g(a, \\\n  b)", "g(a, \\\n  b, timeout=10)"),
    "a backslash behind the last": ("g(\n  a \\\n)", "g(\n  a, \\\n  timeout=10\n)"),
    "a with statement": ("with g(a) as b: pass", "with g(a, timeout=10) as b: pass"),
    "await": ("async def f():\n\tawait g(a)", "async def f():\n\tawait g(a, timeout=10)"),
    "a mapping unpacked where it is written": (
        "g(a, **{'b': 1})",
        "g(a, **{'b': 1}, timeout=10)",
    ),
    "await in an argument": (
        "async def f():\n    g(await b())",
        "async def f():\n    g(await b(), timeout=10)",
    ),
    "yield in an argument": ("def f():\n    g((yield))", "def f():\n    g((yield), timeout=10)"),
    "a comprehension": ("[g() for x in y if g()]", "[g(timeout=10) for x in y if g(timeout=10)]"),
    "tabs": ("if x:\n\tg(\n\t\ta,\n\t)", "if x:\n\tg(\n\t\ta,\n\t\ttimeout=10,\n\t)"),
    "CRLF": ("g(\r\n  a,\r\n)\r\n", "g(\r\n  a,\r\n  timeout=10,\r\n)\r\n"),
    "CR": ("x = 1\rg(\r  a,\r)\r", "x = 1\rg(\r  a,\r  timeout=10,\r)\r"),
    "line ends of all sorts": ("x\ry\r\ng(\n a,\r\n)\n", "x\ry\r\ng(\n a,\n timeout=10,\r\n)\n"),
    "form feeds": ("\f\nx = 1\n\f\ng(\fa\f)\n\f", "\f\nx = 1\n\f\ng(\fa, timeout=10\f)\n\f"),
    "no line end": ("x = 'é'; g('ü')", "x = 'é'; g('ü', timeout=10)"),
    "signs outside the BMP": ("x = '🛒'; g('🛒')  # 🛒", "x = '🛒'; g('🛒', timeout=10)  # 🛒"),
    "a walrus": ("if (x := g(a)): pass", "if (x := g(a, timeout=10)): pass"),
    "a call that is matched": ("match g():\n case _: pass", "match g(timeout=10):\n case _: pass"),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_an_argument_is_added(name: str, edits: Edits) -> None:
    before, after = ADDED[name]

    assert mended(before, edits(before)) == after


@pytest.mark.parametrize("name", ADDED)
def test_the_program_is_the_same_but_for_the_argument(name: str, edits: Edits) -> None:
    before, _ = ADDED[name]
    expected = ast.parse(before)
    for node in ast.walk(expected):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "g":
            node.keywords.append(ast.keyword("timeout", ast.Constant(10)))

    assert ast.dump(ast.parse(mended(before, edits(before)))) == ast.dump(expected)


@pytest.mark.parametrize("name", ADDED)
def test_the_fix_of_a_report_is_the_edit(name: str, edits: Edits) -> None:
    before, after = ADDED[name]
    found = fix(PATH, before.encode(), edits(before), None)
    source = open_source(PATH, before.encode())

    assert found is not None
    assert source is not None
    text = before
    for each in reversed(found.replacements):
        start, end = cut(source, each.place)
        text = text[:start] + each.text + text[end:]
    assert text == after


NOTHING = {
    "arguments that are unpacked": "g(a, **options)",
    "positional arguments that are unpacked": "g(*a)",
    "a mapping of which a part is unpacked": "g(**{'a': 1, **options})",
    "an argument that is there": "g(timeout=None)",
    "a file that is no Python": "g(a) +",
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_not_certain_is_left_alone(name: str) -> None:
    text = NOTHING[name]
    place = Location(PATH, 1, 1, 1, len(text.rstrip(" +")) + 1)

    assert mended(text, [Edit(place, "timeout=10", adds=True)]) == text


def test_unpacked_arguments_come_before_an_unsafe_edit(edits: Edits) -> None:
    text = "g(a, **options)"

    assert mended(text, edits(text), unsafe=True) == "g(a, **options, timeout=10)"


def test_an_unsafe_edit_waits_until_it_is_asked_for(edits: Edits) -> None:
    asked = edits("g(a)", safe=False)

    assert mended("g(a)", asked) == "g(a)"
    assert mended("g(a)", asked, unsafe=True) == "g(a, timeout=10)"


def test_of_two_edits_that_overlap_the_first_is_made_and_the_other_waits(edits: Edits) -> None:
    text = "x = g(a)"
    (added,) = edits(text)
    whole = Edit(added.place, "h(b)")
    done = mend(PATH, text.encode(), [added, whole], None, unsafe=False)

    assert (done.data.decode(), len(done.done), list(done.left.values())) == ("x = h(b)", 1, [""])


def test_an_edit_that_is_not_what_it_seems_does_not_keep_others_back(edits: Edits) -> None:
    text = "x = 'g(a)'; g(b)"
    wrong = Edit(Location(PATH, 1, 6, 1, 10), "timeout=10", adds=True)
    done = mend(PATH, text.encode(), [wrong, *edits(text)], None, unsafe=False)

    assert done.data.decode() == "x = 'g(a)'; g(b, timeout=10)"
    assert done.left == {wrong: "no edit was found that changes nothing else"}


@pytest.mark.parametrize("depth", [50, 150, 5000])
def test_a_call_that_is_too_deep_is_left_alone(depth: int) -> None:
    text = f"g({' and '.join(['a'] * depth)})"
    place = Location(PATH, 1, 1, 1, len(text) + 1)
    done = mended(text, [Edit(place, "timeout=10", adds=True)])

    assert (done == text) is (depth > 100)


ENCODED = {
    "a byte order mark": (b"\xef\xbb\xbf", "utf-8", "x = 'é'\n{}\n"),
    "latin-1": (b"", "latin-1", "# coding: latin-1\nx = 'é'; {}\r\n"),
    "latin-9 in the second line": (b"", "iso8859-15", "\n# -*- coding: iso-8859-15 -*-\n'€'; {}"),
    "shift_jis": (b"", "shift_jis", "# coding: shift_jis\nx = '価格'; {}\n"),
    "utf-16": (b"\xff\xfe", "utf-16-le", "x = 'é'\n{}\n"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_all_other_bytes_stay(name: str, edits: Edits) -> None:
    mark, encoding, text = ENCODED[name]
    before = text.format("g('é')" if encoding != "shift_jis" else "g('価')")
    done = mend(PATH, mark + before.encode(encoding), edits(before), None, unsafe=False)

    assert done.data == mark + before.replace("')", "', timeout=10)").encode(encoding)


def test_an_encoding_with_several_spellings_is_left_alone(edits: Edits) -> None:
    data = b"# coding: utf-7\nx = '+AGE-'; g(b)\n"
    text = data.decode("utf-7")

    assert mend(PATH, data, edits(text), None, unsafe=False).data == data


SETTING = "shop.settings:TIMEOUT"
NAMED = {
    "below the last import": (
        "import os\nimport re\n\ng(a)\n",
        "import os\nimport re\nfrom shop.settings import TIMEOUT\n\ng(a, timeout=TIMEOUT)\n",
    ),
    "below an import over lines": (
        "from os import (\n  a,\n)  # c\r\ng(a)\n",
        (
            "from os import (\n  a,\n)  # c\r\nfrom shop.settings import TIMEOUT\r\n"
            "g(a, timeout=TIMEOUT)\n"
        ),
    ),
    "below the docstring": (
        '"""Doc."""\n\ng(a)\n',
        '"""Doc."""\n\nfrom shop.settings import TIMEOUT\n\ng(a, timeout=TIMEOUT)\n',
    ),
    "at the top": (
        "#!/bin/python\n\n@x\ndef f(): g(a)\n",
        (
            "#!/bin/python\n\nfrom shop.settings import TIMEOUT\n\n"
            "@x\ndef f(): g(a, timeout=TIMEOUT)\n"
        ),
    ),
    "behind the future": (
        "from __future__ import annotations\ng(a)",
        (
            "from __future__ import annotations\nfrom shop.settings import TIMEOUT\n"
            "g(a, timeout=TIMEOUT)"
        ),
    ),
    "once for two calls": (
        "import os\ng(a); g(b)\n",
        (
            "import os\nfrom shop.settings import TIMEOUT\n"
            "g(a, timeout=TIMEOUT); g(b, timeout=TIMEOUT)\n"
        ),
    ),
    "where it is there": (
        "from shop.settings import TIMEOUT\ng(a)\n",
        "from shop.settings import TIMEOUT\ng(a, timeout=TIMEOUT)\n",
    ),
    "where it is there, relative": (
        "from .settings import TIMEOUT\ng(a)\n",
        "from .settings import TIMEOUT\ng(a, timeout=TIMEOUT)\n",
    ),
    "not where the name is another's": ("TIMEOUT = 3\ng(a)\n", "TIMEOUT = 3\ng(a)\n"),
    "nor where it comes from elsewhere": (
        "from x import TIMEOUT\ng(a)\n",
        "from x import TIMEOUT\ng(a)\n",
    ),
    "nor where a parameter has it": (
        "def f(TIMEOUT):\n    g(a)\n",
        "def f(TIMEOUT):\n    g(a)\n",
    ),
    "nor where its line ends in a string": (
        'import os; x = """\n"""\ng(a)\n',
        'import os; x = """\n"""\ng(a)\n',
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_setting_is_imported(name: str, edits: Edits) -> None:
    before, after = NAMED[name]
    asked = edits(before, "timeout=(3, 9)", seconds=True)
    done = mend(PATH, before.encode(), asked, read_wish(SETTING), unsafe=False)

    assert done.data.decode() == after


def test_the_module_of_the_setting_does_not_import_itself(edits: Edits) -> None:
    text = "x = g(a)\n"
    asked = [
        edit._replace(place=edit.place._replace(path="shop/settings.py"))
        for edit in edits(text, "timeout=10", seconds=True)
    ]
    done = mend("shop/settings.py", text.encode(), asked, read_wish(SETTING), unsafe=False)

    assert (done.data.decode(), [*done.left.values()]) == (
        text,
        ["this is the module that `TIMEOUT` comes from"],
    )


def test_several_imports_of_one_edit_stand_below_each_other() -> None:
    text = "import os\nh = F('x')\n"
    place = Location(PATH, 2, 5, 2, 11)
    asked = Edit(place, "logging.StreamHandler(sys.stdout)", imports=("logging", "sys"))

    assert mended(text, [asked]) == (
        "import os\nimport logging\nimport sys\nh = logging.StreamHandler(sys.stdout)\n"
    )


def test_a_comment_is_not_lost_with_a_call() -> None:
    text = "import logging, sys\nh = F(\n  'x',  # why\n)\n"
    place = Location(PATH, 2, 5, 4, 2)
    asked = Edit(place, "logging.StreamHandler(sys.stdout)", imports=("logging", "sys"))
    done = mend(PATH, text.encode(), [asked], None, unsafe=True)

    assert (done.data.decode(), done.left) == (text, {asked: "a comment inside it would be lost"})


def test_a_keyword_argument_takes_the_place_of_another(edits: Edits) -> None:
    text = "import sys\ng(\n    filename=x,  # why\n    level=1,\n)\n"
    asked = edits(text, "stream=sys.stdout", instead_of="filename", imports=("sys",))

    assert mended(text, asked) == text.replace("filename=x", "stream=sys.stdout")


# -- made-up sources ---------------------------------------------------------------------------

SPACE = st.sampled_from(["", " ", "\n", "\r\n", "\r", "\t", "\f", " \\\n ", "# é,)\n", "\n  "])
ARGUMENT = st.sampled_from(
    ["a", "(a)", "é=1", "*a", "'),'", "f'{a}'", "lambda: 0", "{1: 2}", "g(b)", "[g()]", '"""\n"""']
)  # fmt: skip


@st.composite
def calls(draw: st.DrawFn) -> str:
    arguments = draw(st.lists(ARGUMENT, max_size=4))
    parts = [draw(SPACE)]
    for index, argument in enumerate(arguments):
        parts += [argument, draw(SPACE)]
        if index < len(arguments) - 1 or draw(st.booleans()):
            parts += [",", draw(SPACE)]
    return f"x = g({''.join(parts)})\n"


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(text=calls())
def test_whatever_the_layout_the_calls_get_their_argument(edits: Edits, text: str) -> None:
    try:
        compile(text, "", "exec")
    except SyntaxError:
        return
    after, found = text, edits(text)
    for _ in range(len(found)):
        after = mended(after, edits(after), unsafe=True)
    calls_after = edits(after)

    assert len(calls_after) == len(found)
    assert after.count("timeout=10") == len(found)
    assert mended(after, calls_after, unsafe=True) == after
