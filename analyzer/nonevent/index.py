"""What stands in a rule pack, in one piece: heads of pages and rows of catalogues."""

import os
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from nonevent.error import UserError
from nonevent.finding import Confidence, Persona, Severity
from nonevent.noun import NamedTuple
from nonevent.rule import Page, Rule, read_page

__all__ = [
    "SHARED",
    "Entry",
    "Index",
    "Shelf",
    "build",
    "head_page",
    "import_pack",
    "import_rule",
    "open_page",
]


# Catalogues at the root of a pack that the machine itself reads, and the form of their rows.
SHARED = (("held", "nonevent.inventory", "Sign"), ("roles", "nonevent.marker", "Marker"))


class Entry(NamedTuple):
    """One rule of a pack."""

    module: str  # dotted: "nonevent_rules.timeouts.call_without_timeout"
    on: str  # name of the type of fact it is asked about
    table: str  # "timeouts/clients"; "" none
    page: str  # file, relative to the pack's folder
    of: tuple[str, ...]  # operations of steps that it is asked about; (): all
    head: tuple[Any, ...]  # fields of its Page as plain values; the body is ""


class Shelf(NamedTuple):
    """One catalogue of a pack."""

    key: str  # name of the rows' first field: "call"
    rows: tuple[tuple[Any, ...], ...]  # as `catalogue.read_rows` returns them
    needs: int = -1  # place of the field `needs` in a row; -1 where rows have none
    since: int = -1  # the same of the field `since`
    drivers: int = -1  # the same of the field `drivers`
    timeout: int = -1  # the same of the field `timeout`
    users: int = -1  # the same of the field `users`


class Index(NamedTuple):
    """What stands in one pack."""

    entries: Mapping[str, Entry]  # by rule id
    shelves: Mapping[str, Shelf]  # by "family/name"; "name" at the root of the pack


def build(pack: ModuleType, folder: str) -> Index:
    """Return the index of an imported pack, made from its modules, pages and catalogues.

    Raises:
        UserError: names what is missing, twice or of another form.

    """
    entries: dict[str, Entry] = {}
    shelves: dict[str, Shelf] = {}
    forms: dict[str, Any] = {}
    for stem in _stems(pack):
        name = f"{pack.__name__}.{stem}"
        rule = import_rule(name)
        if rule.id in entries:
            raise UserError(f"{name}: '{rule.id}' is the name of {entries[rule.id].module} already")
        page = stem.replace(".", "/") + ".md"
        shelf = f"{rule.family}/{rule.table.name}" if rule.table else ""
        if rule.table and forms.setdefault(shelf, rule.table.row) is not rule.table.row:
            raise UserError(f"{name}: another rule gives the rows of '{shelf}' another form")
        if rule.table and shelf not in shelves:
            shelves[shelf] = _shelf(folder, shelf, rule.table.row)
        head = _plain_head(open_page(folder, page, rule.id, rule.family))
        entries[rule.id] = Entry(
            name, rule.on.__name__, shelf, page, tuple(map(str, rule.of)), head
        )
    return Index(entries, {**shelves, **_shared(folder)})


def import_pack(name: str) -> ModuleType:
    """Return the pack's package or one of its modules.

    Raises:
        UserError: it cannot be imported.

    """
    try:
        return import_module(name)
    except (ImportError, SyntaxError) as error:
        raise UserError(f"rule pack: '{name}' cannot be imported: {error}") from error


def import_rule(name: str) -> Rule:
    """Return the rule of the module `name`: "nonevent_rules.timeouts.call_without_timeout".

    Raises:
        UserError: the module cannot be imported, has no RULE, or one of another name.

    """
    rule = getattr(import_pack(name), "RULE", None)
    if not isinstance(rule, Rule):
        raise UserError(f"{name}: the module has no RULE")
    _, family, stem = name.rsplit(".", 2)
    if (rule.family, rule.id) != (family, stem.replace("_", "-")):
        raise UserError(f"{name}: RULE is '{rule.family}/{rule.id}', made from another file")
    return rule


def open_page(folder: str, page: str, rule_id: str, family: str) -> Page:
    """Return the page of a rule, read from its file.

    Raises:
        UserError: there is none, or it is not in order.

    """
    try:
        return read_page(rule_id, family, _text(folder, page))
    except UserError:
        raise
    except ValueError as error:
        raise UserError(f"{page}: {error}") from None


def head_page(head: tuple[Any, ...]) -> Page:
    """Return the page of an entry without its body."""
    rule, family, severity, confidence, persona, *rest = head
    scales = Severity(severity), Confidence(confidence), Persona(persona)
    return Page._make((rule, family, *scales, *rest))


def _plain_head(page: Page) -> tuple[Any, ...]:
    bodiless = page._replace(body="")
    return tuple(str(part) if isinstance(part, str) else part for part in bodiless)


def _shelf(folder: str, name: str, row: Any) -> Shelf:
    from nonevent.catalogue import fields, read_rows

    file = f"{name}.yaml"
    names = [field.name for field in fields(row)]
    places = [names.index(each) if each in names else -1 for each in Shelf._fields[2:]]
    return Shelf(names[0], read_rows(_text(folder, file), row, file), *places)


def _shared(folder: str) -> dict[str, Shelf]:
    return {
        name: _shelf(folder, name, getattr(import_module(module), row))
        for name, module, row in SHARED
        if os.path.exists(os.path.join(folder, f"{name}.yaml"))
    }


def _text(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, *name.split("/")), encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"rule pack: {name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"rule pack: {name} is not UTF-8") from None


def _stems(pack: ModuleType) -> tuple[str, ...]:
    stems = getattr(pack, "RULES", None)
    if isinstance(stems, tuple) and all(str(stem).count(".") == 1 for stem in stems):
        return stems
    raise UserError(f"{pack.__name__}: RULES is a tuple of names like 'family.rule_name'")
