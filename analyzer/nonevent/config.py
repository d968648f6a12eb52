"""The settings of a project: nonevent.toml, or `[tool.nonevent]` of the nearest pyproject.toml."""

import os
from collections.abc import Mapping
from typing import Any

from nonevent.error import UserError
from nonevent.finding import SEVERITIES, Severity
from nonevent.nearest import hint
from nonevent.noun import NamedTuple
from nonevent.options import CHECK, SETTINGS, Given, Option, Value, field, refuse
from nonevent.policy import Override, Policy
from nonevent.sources.view import DISK, View

__all__ = ["OWN", "POLICY", "Config", "load"]

OWN = "nonevent.toml"  # a file that holds nothing but settings
POLICY = ("severity", "overrides")  # keys that hold more than texts


class Config(NamedTuple):
    """What a project says of itself."""

    path: str = ""  # of the TOML file, absolute; "" where nothing was found
    settings: Given = {}  # field of `Options` → value; only what the file says  # noqa: RUF012
    root: str = ""  # folder of the file: its globs are relative to it; "" where nothing was found
    policy: Policy | None = None  # severities and overrides; None where the file has none
    view: View = DISK  # where the file was read, and what it names is


def load(start: str, explicit: str = "", view: View = DISK) -> Config:
    """Return the settings for work in the folder `start`, as they are in `view`.

    Without `explicit`, looks for a nonevent.toml, or a pyproject.toml that has the table, from
    `start` up to the root of the repository or of the file system.

    Raises:
        UserError: the file cannot be read, is no TOML, or the table holds what is not understood.

    """
    if explicit:
        path = os.path.join(start, explicit)
        name = view.prefix + explicit
        if _is_own(explicit):
            return _config(path, name, _parse(_bytes(path, name, view), name), view)
        table = _table(path, name, view)
        if table is None:
            raise UserError(f"{name} has no table [tool.nonevent]")
        return _config(path, name, table, view)
    folder = os.path.abspath(start)
    while True:
        path = os.path.join(folder, "pyproject.toml")
        name = view.prefix + os.path.relpath(path, start) if view.is_file(path) else ""
        table = _table(path, name, view) if name else None
        own = os.path.join(folder, OWN)
        if view.is_file(own):
            said = view.prefix + os.path.relpath(own, start)
            if table is not None:
                raise UserError(f"{said} and {name} both hold settings: keep one of them")
            return _config(own, said, _parse(_bytes(own, said, view), said), view)
        if table is not None:
            return _config(path, name, table, view)
        parent = os.path.dirname(folder)
        # `.git` is a file in a work tree of its own and in a submodule
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return Config(view=view)
        folder = parent


def _config(path: str, name: str, table: Mapping[str, Any], view: View) -> Config:
    path = os.path.abspath(path)
    head = f"{name}:" if _is_own(path) else f"{name}: [tool.nonevent]"
    root = os.path.dirname(path)
    return Config(path, _settings(head, table), root, _policy(head, table, root), view)


def _is_own(name: str) -> bool:
    """Tell by its name whether a file holds nothing but settings."""
    return os.path.basename(name) == OWN


def _bytes(path: str, name: str, view: View) -> bytes:
    try:
        return view.read(path)
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None


def _table(path: str, name: str, view: View) -> Mapping[str, Any] | None:
    """Return the table `[tool.nonevent]`, None where the file has none."""
    data = _bytes(path, name, view)
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


def _settings(head: str, table: Mapping[str, Any]) -> dict[str, Value]:
    options = {option.name[2:]: option for option in (*CHECK, *SETTINGS) if option.setting}
    settings: dict[str, Value] = {}
    for key, value in table.items():
        if key in POLICY:
            continue
        if key not in options:
            raise UserError(f"{head} unknown key '{key}'{hint(key, (*options, *POLICY))}")
        said = f"{head} {key}"
        settings[field(options[key])] = _value(options[key], value, said)
    return settings


def _policy(head: str, table: Mapping[str, Any], root: str) -> Policy | None:
    if not table.keys() & set(POLICY):
        return None
    listed = table.get("overrides", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise UserError(f"{head} overrides is a list of tables, not {_kind(listed)}")
    overrides = tuple(
        _override(each, f"{head} overrides {at}") for at, each in enumerate(listed, 1)
    )
    severity = _severity(table.get("severity", {}), f"{head} severity")
    return Policy(severity, overrides, root)


def _override(table: Mapping[str, Any], said: str) -> Override:
    for key in table:
        if key not in Override._fields:
            raise UserError(f"{said}: unknown key '{key}'{hint(key, Override._fields)}")
    if not table.get("paths"):
        raise UserError(f"{said} names no paths")
    paths, ignore = (_texts(table.get(key, []), f"{said}: {key}") for key in ("paths", "ignore"))
    return Override(paths, ignore, _severity(table.get("severity", {}), f"{said}: severity"))


def _texts(value: Any, said: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise UserError(f"{said} is a list of strings, not {_kind(value)}")
    return tuple(value)


def _severity(value: Any, said: str) -> dict[str, Severity]:
    if not isinstance(value, dict):
        raise UserError(f"{said} is a table of rules and severities, not {_kind(value)}")
    for rule, text in value.items():
        if text not in tuple(SEVERITIES):
            known = tuple(map(str, SEVERITIES))
            near = hint(text, known) if isinstance(text, str) else f", but {' or '.join(known)}"
            raise UserError(f"{said} of '{rule}' is not {text!r}{near}")
    return {rule: Severity(text) for rule, text in value.items()}


def _value(option: Option, value: Any, said: str) -> Value:
    if option.kind == "repeatable":
        value = _texts(value, said)
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
