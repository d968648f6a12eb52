"""Copied libraries are not the project's own."""

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.finding import Persona
from nonevent.link.copied import copied
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

LIBRARIES = [f"libs/{name}/__init__.py" for name in ("requests", "urllib3", "click", "flask")]

FOLDERS = {
    "a folder called so": (["shop/vendor/pay.py"], ["shop/vendor/pay.py"]),
    "one that pip made": (["shop/_vendor/pay.py"], ["shop/_vendor/pay.py"]),
    "beside well-known libraries": ([*LIBRARIES, "libs/pay.py"], [*LIBRARIES, "libs/pay.py"]),
    "beside one of them alone": ([LIBRARIES[0], "libs/pay.py"], []),
    "modules of one's own under their names": (["requests/a.py", "click/b.py", "flask/c.py"], []),
    "another folder beside": ([*LIBRARIES, "shop/pay.py"], LIBRARIES),
}


@pytest.mark.parametrize(("paths", "expected"), FOLDERS.values(), ids=FOLDERS)
def test_where_copied_libraries_lie(paths: list[str], expected: list[str]) -> None:
    found = copied(paths)

    assert sorted(found) == sorted(expected)


def test_what_is_wrong_in_a_copied_library_is_for_the_pedantic() -> None:
    text = b"import requests\nrequests.get(u)\n"
    paths = ("shop/pay.py", "shop/vendor/pay.py")
    change = Change(tuple(ChangedFile(path, lambda: text) for path in paths), compares=False)
    found = examine(change, prepare(Options())).findings

    assert [(each.location.path, each.persona) for each in found] == [
        ("shop/pay.py", Persona.REGULAR),
        ("shop/vendor/pay.py", Persona.PEDANTIC),
    ]
