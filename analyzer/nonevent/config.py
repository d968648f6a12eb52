"""The settings of a project: `[tool.nonevent]` in the nearest pyproject.toml that has it."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.options import CHECK, SETTINGS, Given, Option, Value, field, refuse

__all__ = ["Config", "load"]


class Config(NamedTuple):
    """What a project says of itself."""

    path: str = ""  # of the TOML file, absolute; "" where nothing was found
    settings: Given = {}  # field of `Options` → value; only what the file says  # noqa: RUF012
    root: str = ""  # folder of the file: its globs are relative to it; "" where nothing was found


def load(start: str, explicit: str = "") -> Config:
    """Return the settings for work in the folder `start`.

    Without `explicit`, looks for a pyproject.toml that has the table, from `start` up to the
    root of the repository or of the file system.

    Raises:
        UserError: the file cannot be read, is no TOML, or the table holds what is not understood.

    """
    if explicit:
        path = os.path.join(start, explicit)
        table = _table(path, explicit)
        if table is None:
            raise UserError(f"{explicit} has no table [tool.nonevent]")
        return _config(path, explicit, table)
    folder = os.path.abspath(start)
    while True:
        path = os.path.join(folder, "pyproject.toml")
        name = os.path.relpath(path, start) if os.path.isfile(path) else ""
        table = _table(path, name) if name else None
        if table is not None:
            return _config(path, name, table)
        parent = os.path.dirname(folder)
        # `.git` is a file in a work tree of its own and in a submodule
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return Config()
        folder = parent


def _config(path: str, name: str, table: Mapping[str, Any]) -> Config:
    path = os.path.abspath(path)
    return Config(path, _settings(name, table), os.path.dirname(path))


def _table(path: str, name: str) -> Mapping[str, Any] | None:
    """Return the table `[tool.nonevent]`, None where the file has none."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None
    if b"nonevent" not in data:  # tomllib costs more than the rest of a start
        return None
    tool = _parse(data, name).get("tool", {})
    table = tool.get("nonevent") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UserError(f"{name}: tool.nonevent is a table, not {_kind(table)}")
    return table


def _parse(data: bytes, name: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}:{line}: the file is not UTF-8") from None
    except RecursionError:
        raise UserError(f"{name}: values are nested too deep") from None
    except ValueError as error:
        raise UserError(_with_line(str(error), name)) from None


def _with_line(message: str, name: str) -> str:
    """Move the line to the front: tomllib ends with "(at line 3, column 5)" up to Python 3.14."""
    text, found, place = message.rpartition(" (at line ")
    line = place.partition(",")[0]
    if not found or not line.isdigit():
        return f"{name}: {message}"
    return f"{name}:{line}: {text}"


def _settings(name: str, table: Mapping[str, Any]) -> dict[str, Value]:
    options = {option.name[2:]: option for option in (*CHECK, *SETTINGS) if option.setting}
    settings: dict[str, Value] = {}
    for key, value in table.items():
        if key not in options:
            raise UserError(f"{name}: [tool.nonevent] unknown key '{key}'{hint(key, options)}")
        said = f"{name}: [tool.nonevent] {key}"
        settings[field(options[key])] = _value(options[key], value, said)
    return settings


def _value(option: Option, value: Any, said: str) -> Value:
    if option.kind == "repeatable":
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise UserError(f"{said} is a list of strings, not {_kind(value)}")
        value = tuple(value)
    else:
        expected, words = (bool, "true or false") if option.kind == "flag" else (str, "a string")
        if not isinstance(value, expected):
            raise UserError(f"{said} is {words}, not {_kind(value)}")
    refuse(option, value, said)
    return value  # type: ignore[no-any-return]  # one of the three forms just tested


def _kind(value: Any) -> str:
    """Return what a value is, in TOML's words."""
    names = {bool: "a boolean", str: "a string", int: "an integer", float: "a float"}
    if isinstance(value, list):
        others = {_kind(item) for item in value if not isinstance(item, str)}
        return f"a list with {' and '.join(sorted(others))}" if others else "a list"
    return names.get(type(value), "a table" if isinstance(value, dict) else "a date or time")
