"""Whom only commands and programs reach, across modules."""

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.facts import Role
from nonevent.finding import Persona
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

from .test_project import reached

WRITE = "    open('f', 'w')\n"
COMMAND = "import click\n@click.command()\ndef run(issuer):\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {
                "shop/report.py": f"def save():\n{WRITE}",
                "shop/commands.py": f"from shop.report import save\n{COMMAND}    save()\n",
            },
            [(Role.CLI, "run")],
            id="a function that a command calls is the command's",
        ),
        pytest.param(
            {
                "shop/report.py": f"class Issuer:\n  def revoke_all(self):\n  {WRITE}",
                "shop/commands.py": f"{COMMAND}    issuer.revoke_all()\n",
            },
            [(Role.CLI, "run")],
            id="a method is known by its name",
        ),
        pytest.param(
            {
                "shop/report.py": f"class Issuer:\n  def revoke_all(self):\n  {WRITE}",
                "shop/commands.py": f"{COMMAND}    issuer.revoke_all()\n",
                "shop/orders.py": "def cancel(issuer):\n    issuer.revoke_all()\n",
            },
            [],
            id="a second caller of the name may be anybody's",
        ),
        pytest.param(
            {
                "shop/report.py": "class Issuer:\n  def __init__(self):\n    pass\n"
                f"  def revoke_all(self):\n  {WRITE}",
                "shop/commands.py": "from shop.report import Issuer\n" + f"{COMMAND}    Issuer()\n",
            },
            [(Role.CLI, "run")],
            id="of a method that nobody calls whoever makes the object may",
        ),
        pytest.param(
            {
                "shop/report.py": f"class Issuer:\n  @classmethod\n  def fetch(cls):\n  {WRITE}",
                "shop/commands.py": "from shop.report import Issuer\n"
                f"{COMMAND}    Issuer.fetch()\n",
            },
            [(Role.CLI, "run")],
            id="one of the class is called by the name of that",
        ),
        pytest.param(
            {
                "shop/report.py": f"def save():\n{WRITE}def save_again():\n    save()\n",
                "shop/commands.py": f"from shop.report import save\n{COMMAND}    save()\n",
            },
            [(Role.CLI, "run")],
            id="a caller that nobody calls tells nothing",
        ),
        pytest.param(
            {
                "shop/report.py": "from shop.again import retry\nclass Issuer:\n"
                f"  @retry(3)\n  def revoke_all(self):\n  {WRITE}",
                "shop/commands.py": f"{COMMAND}    issuer.revoke_all()\n",
            },
            [(Role.CLI, "run")],
            id="a decorator that only repeats hides no caller",
        ),
        pytest.param(
            {
                "shop/report.py": "from shop.signals import when_paid\nclass Issuer:\n"
                f"  @when_paid\n  def revoke_all(self):\n  {WRITE}",
                "shop/commands.py": f"{COMMAND}    issuer.revoke_all()\n",
            },
            [],
            id="any other may hand it to somebody",
        ),
        pytest.param(
            {
                "shop/report.py": "from shop.commands import cli\n"
                f"@cli.command()\ndef run():\n{WRITE}"
            },
            [(Role.CLI, "run")],
            id="a command of the project's own group",
        ),
        pytest.param(
            {
                "shop/report.py": f"class Issuer:\n  def save(self):\n  {WRITE}",
                "shop/commands.py": f"{COMMAND}    issuer.save()\n",
            },
            [],
            id="a name that many classes have tells nothing",
        ),
        pytest.param(
            {
                "shop/report.py": f"def main():\n    save()\ndef save():\n{WRITE}"
                "if __name__ == '__main__':\n    main()\n"
            },
            [(Role.SCRIPT, "__main__")],
            id="what a program alone calls is a script's",
        ),
        pytest.param(
            {
                "shop/report.py": "def main():\n    while True:\n        save()\n"
                f"def save():\n{WRITE}"
                "if __name__ == '__main__':\n    main()\n"
            },
            [],
            id="a program that goes on is a worker",
        ),
        pytest.param(
            {
                "shop/report.py": f"import uvicorn\ndef save():\n{WRITE}"
                "if __name__ == '__main__':\n    save()\n    uvicorn.run('shop')\n"
            },
            [],
            id="a program that serves is no script",
        ),
        pytest.param(
            {
                "shop/report.py": f"def save():\n{WRITE}",
                "examples/web.py": "from flask import Flask\nfrom shop.report import save\n"
                "app = Flask(__name__)\n@app.get('/')\ndef index():\n    save()\n",
            },
            [(Role.SCRIPT, "index")],
            id="a handler among examples serves nobody",
        ),
        pytest.param(
            {
                "shop/report.py": f"def save():\n{WRITE}",
                "tests/test_report.py": "from shop.report import save\ndef test_a():\n    save()\n",
            },
            [],
            id="a test tells nothing of what it calls",
        ),
    ],
)
def test_who_leads_to_a_function(files: dict[str, str], expected: list[tuple[Role, str]]) -> None:
    found = [reach for path, _, reach in reached(files) if path == "shop/report.py"]

    assert found == [expected]


ALONE = "import requests\ndef fetch_all():\n    return requests.get('https://rates.example')\n"
SERVED = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef index():\n    %s\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"shop/web.py": SERVED % "return ''"}, [Persona.PEDANTIC], id="nobody"),
        pytest.param(
            {"shop/web.py": SERVED % "return ''", "shop/rates.py": f"{ALONE}prefetch_all = 1\n"},
            [Persona.PEDANTIC],
            id="nobody, and part of a longer name",
        ),
        pytest.param(
            {"shop/web.py": f"from shop.rates import fetch_all\n{SERVED % 'return fetch_all()'}"},
            [Persona.REGULAR],
            id="a handler",
        ),
        pytest.param(
            {
                "shop/web.py": SERVED % "return ''",
                "shop/kinds.py": "from shop.rates import fetch_all\n",
            },
            [Persona.REGULAR],
            id="whoever takes what another module imports",
        ),
        pytest.param(
            {
                "shop/web.py": SERVED % "return ''",
                "tests/test_a.py": "from shop.rates import fetch_all",
            },
            [Persona.PEDANTIC],
            id="a test alone",
        ),
        pytest.param(
            {
                "shop/web.py": SERVED % "return ''",
                "shop/rates.py": f"{ALONE}def mirror_all():\n    return fetch_all()\n",
            },
            [Persona.PEDANTIC],
            id="somebody whom nobody calls",
        ),
        pytest.param(
            {
                "shop/web.py": f"from shop.rates import mirror_all\n{SERVED % 'return 1'}",
                "shop/rates.py": f"{ALONE}def mirror_all():\n    return fetch_all()\n",
            },
            [Persona.REGULAR],
            id="somebody whom others may call",
        ),
        pytest.param({"shop/kinds.py": "KINDS = []\n"}, [Persona.REGULAR], id="users of a library"),
    ],
)
def test_who_calls_a_function_that_its_module_names_once(
    files: dict[str, str], expected: list[Persona]
) -> None:
    every = {"shop/rates.py": ALONE, **files}
    changed = (ChangedFile(path, text.encode) for path, text in every.items())
    found = examine(Change(tuple(changed), compares=False), prepare(Options())).findings

    assert [each.persona for each in found if each.location.path == "shop/rates.py"] == expected


def test_a_function_that_reads_a_command_line_is_a_commands_and_what_it_calls() -> None:
    program = """
        import argparse
        def parse():
            return argparse.ArgumentParser().parse_args()
        def start():
            work(parse())
        def work(options):
            open("f", "w")
    """
    assert reached({"shop/load.py": program}) == [("shop/load.py", 8, [(Role.CLI, "start")])]
