"""Files that configure logging."""

import pytest

from nonevent.facts import FileFacts, Setting, Value
from nonevent.readers import logconf
from nonevent.reading import is_read

NAMES = {
    "logging.yaml": True,
    "logging.yml": True,
    "logging.conf": True,
    "logging_json.conf": True,
    "logconf.prod.json": True,
    "log_config.json": True,
    "log.ini": True,
    "logger.cfg": True,
    "logging.yaml.sample": True,
    "login.json": False,
    "logs.json": False,
    "catalog.yaml": False,
    "logging.md": False,
    "package.json": False,
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=NAMES)
def test_a_file_configures_logging_by_its_name(name: str, expected: bool) -> None:
    assert logconf.is_logging(name) is expected
    assert is_read(f"shop/{name}") is expected


def handlers(facts: FileFacts) -> dict[str, dict[str, tuple[object, int]]]:
    (setting,) = [fact for fact in facts.facts if isinstance(fact, Setting)]

    def entries(value: Value) -> dict[str, tuple[object, int]]:
        return {key: (item.constant, item.span[0]) for key, item in value.keywords}

    found = dict(setting.value.keywords)["handlers"]
    return {name: entries(value) for name, value in found.keywords}


YAML = """\
version: 1
handlers:
  file:
    class: logging.FileHandler
    filename: shop.log
root:
  handlers: [file]
"""
JSON = """{"version": 1,
"handlers": {"file": {"class": "logging.FileHandler",
"filename": "shop.log"}}}
"""
INI = """\
[handlers]
keys = file, out

[handler_file]
class = handlers.RotatingFileHandler
args = ("shop.log", "a", 1000)

[handler_out]
class: StreamHandler
args: (sys.stdout,)
"""


def test_yaml_and_json_and_ini_say_which_handlers_write_where() -> None:
    assert handlers(logconf.read("logging.yaml", YAML)) == {
        "file": {"class": ("logging.FileHandler", 4), "filename": ("shop.log", 5)}
    }
    assert handlers(logconf.read("logging.json", JSON)) == {
        "file": {"class": ("logging.FileHandler", 2), "filename": ("shop.log", 3)}
    }
    assert handlers(logconf.read("logging.ini", INI)) == {
        "file": {"class": ("handlers.RotatingFileHandler", 5), "filename": ("shop.log", 6)},
        "out": {"class": ("StreamHandler", 9)},
    }


SILENT = {
    "a list": "[FileHandler]",
    "no YAML": "FileHandler: {",
    "aliases of aliases": "a: &a [FileHandler]\nb: &b [*a, *a]\nc: [*b, *b]",
    "nothing": "",
    "another mapping": "FileHandler: 1",
    "no section of a handler": "[handler_",
    "nested deep": "{FileHandler: " * 2000,
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_configures_no_logging_says_nothing(text: str) -> None:
    assert logconf.read("logging.yaml", text) == FileFacts("logging.yaml")
