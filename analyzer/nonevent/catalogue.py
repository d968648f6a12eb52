"""Catalogues: rows of facts about the world, told in YAML, of the form that a named tuple gives."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nonevent.error import UserError
from nonevent.nearest import hint
from nonevent.noun import NamedTuple

__all__ = ["Field", "allowed", "fields", "read_rows", "read_sections", "typed"]

SOURCE = "source"  # every row names the public page or code that says so
DEEPEST = 20  # a row of lists has stream, document, mapping, list, mapping, list: six
PLAIN = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}


class Field(NamedTuple):
    """One field of a row."""

    name: str
    form: Any  # the annotation, resolved
    required: bool
    default: Any = None


def fields(row: Any) -> tuple[Field, ...]:
    """Return the fields of the named tuple `row`, in order; the first one is the key."""
    forms = get_type_hints(row, vars(sys.modules[row.__module__]))
    defaults = row._field_defaults
    return tuple(
        Field(name, forms[name], name not in defaults, defaults.get(name)) for name in row._fields
    )


def read_rows(text: str, row: Any, file: str) -> tuple[tuple[Any, ...], ...]:
    """Return the rows of a catalogue as plain values in the order of the fields of `row`.

    Plain: strings, numbers, booleans, None and tuples of them, as `typed` takes them.

    Raises:
        UserError: no YAML, no list `rows`, a field that is unknown, missing or of another form,
            a key twice, a row without a source; names file, line, field and what is allowed.

    """
    with _in_words(file):
        loader, pairs = _document(text, file)
        if [key.value for key, _ in pairs] != ["rows"] or pairs[0][1].id != "sequence":
            raise UserError(f"{file}: a catalogue is a list under the one key 'rows'")
        return _rows(loader, pairs[0][1], row, file)


def read_sections(
    text: str, known: Iterable[str], form: Callable[[str], Any], file: str
) -> dict[str, tuple[tuple[Any, ...], ...]]:
    """Return catalogue → rows, of a file in which a project adds to several catalogues.

    Rows are read as by `read_rows`, but need no source. `known` are the catalogues that there
    are; `form` returns the named tuple of one.

    Raises:
        UserError: as `read_rows` does, or there is no such catalogue.

    """
    found: dict[str, tuple[tuple[Any, ...], ...]] = {}
    known = tuple(known)
    with _in_words(file):
        loader, pairs = _document(text, file, aliases=False)
        if not pairs or any(key.id != "scalar" for key, _ in pairs):
            raise UserError(f"{file}: a list of rows stands under the name of each catalogue")
        _refuse_twice([key.value for key, _ in pairs], file, "catalogue")
        for key, rows in pairs:
            place = f"{file}:{key.start_mark.line + 1}"
            if key.value not in known:
                raise UserError(
                    f"{place}: no catalogue {_shown(key.value)}{hint(key.value, known)}"
                )
            if rows.id != "sequence":
                raise UserError(f"{place}: '{key.value}' is a list of rows")
            found[key.value] = _rows(loader, rows, form(key.value), file, sourced=False)
    return found


def _rows(
    loader: Any, sequence: Any, row: Any, file: str, *, sourced: bool = True
) -> tuple[tuple[Any, ...], ...]:
    """Return the rows that a YAML list holds; with `sourced` each has to name its source."""
    forms = fields(row)
    seen: dict[Any, int] = {}
    rows = []
    for line, entry in _entries(loader, sequence, file):
        if not sourced:
            entry.setdefault(SOURCE, "")
        values = _values(entry, forms, f"{file}:{line}", sourced=sourced)
        first = seen.setdefault(values[0], line)
        if first != line:
            raise UserError(f"{file}:{line}: {forms[0].name} '{values[0]}' stands in line {first}")
        rows.append(values)
    return tuple(rows)


def typed(row: Any, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Return key → named tuple, from the plain values that `read_rows` returned."""
    makers = [(at, _maker(field.form)) for at, field in enumerate(fields(row))]
    enums = [(at, make) for at, make in makers if make is not None]
    made = {}
    for values in rows:
        full = list(values)
        for at, make in enums:
            full[at] = make(full[at])
        made[values[0]] = row._make(full)
    return made


def _maker(form: Any) -> Callable[[Any], Any] | None:
    """Return what makes a plain value that of a field; None where they are the same."""
    if isinstance(form, type) and issubclass(form, StrEnum):
        return {str(member): member for member in form}.__getitem__
    return partial(_convert, form) if _has_enum(form) else None


def _values(
    entry: dict[Any, Any], forms: Sequence[Field], place: str, *, sourced: bool
) -> tuple[Any, ...]:
    known = [field.name for field in forms]
    for name in entry:
        if name not in known and name != SOURCE:
            raise UserError(f"{place}: unknown field {_shown(str(name))}{hint(str(name), known)}")
    if sourced:
        _refuse_source(entry, place)
    values = []
    for field in forms:
        if field.required and field.name not in entry:
            raise UserError(f"{place}: field '{field.name}' is missing: {allowed(field.form)}")
        try:
            value = _convert(field.form, entry.get(field.name, field.default))
        except ValueError:
            wrong = f"{place}: field '{field.name}' is {allowed(field.form)}"
            raise UserError(f"{wrong}, not {_shown(entry[field.name])}") from None
        values.append(_plain(value))
    return tuple(values)


def _refuse_source(entry: dict[Any, Any], place: str) -> None:
    said = entry.get(SOURCE)
    for source in said if isinstance(said, list) and said else [said]:
        if not isinstance(source, str) or not source.startswith(("https://", "http://")):
            raise UserError(f"{place}: field '{SOURCE}' is the address of a public page or file")


def _convert(form: Any, value: Any) -> Any:
    """Return `value` in the form that an annotation asks for.

    Raises:
        ValueError: it has another form.

    """
    origin = get_origin(form)
    if origin in (Union, UnionType):
        return _first(get_args(form), value)
    if origin is Literal:
        return _first_equal(get_args(form), value)
    if origin is tuple:
        item = get_args(form)[0]
        if isinstance(value, list | tuple):
            return tuple(_convert(item, part) for part in value)
    elif isinstance(form, type) and issubclass(form, StrEnum):
        return form(value)
    elif form is float and type(value) is int:
        return float(value)
    elif type(value) is form:  # not isinstance: True is no integer
        return value
    raise ValueError


def _first(forms: Iterable[Any], value: Any) -> Any:
    for form in forms:
        try:
            return _convert(form, value)
        except ValueError:
            continue
    raise ValueError


def _first_equal(choices: Iterable[Any], value: Any) -> Any:
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    raise ValueError


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return str(value) if isinstance(value, StrEnum) else value


def _has_enum(form: Any) -> bool:
    if isinstance(form, type) and issubclass(form, StrEnum):
        return True
    return get_origin(form) is not Literal and any(_has_enum(part) for part in get_args(form))


def allowed(form: Any) -> str:
    """Return what a form allows, in words."""
    origin, parts = get_origin(form), get_args(form)
    if origin in (Union, UnionType):
        return " or ".join(allowed(part) for part in parts)
    if origin is tuple:
        return f"a list, each item {allowed(parts[0])}"
    if origin is Literal:
        return f"one of {', '.join(str(part) for part in parts)}"
    if isinstance(form, type) and issubclass(form, StrEnum):
        return f"one of {', '.join(form)}"
    return PLAIN.get(form, str(form))


def _shown(value: Any) -> str:
    text = "true" if value is True else "false" if value is False else repr(value)
    return "null" if value is None else text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004


@contextmanager
def _in_words(file: str) -> Iterator[None]:
    """Say in one line what YAML itself refuses."""
    import yaml

    try:
        yield
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}" if mark else file
        problem = getattr(error, "problem", None) or getattr(error, "reason", "no YAML")
        raise UserError(f"{place}: {problem}") from None


def _document(text: str, file: str, *, aliases: bool = True) -> tuple[Any, Sequence[Any]]:
    """Return the loader of a YAML text, and the nodes of its keys with those of their values."""
    import yaml

    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    _refuse_depth(yaml.parse(text, kind), file, aliases=aliases)
    loader = kind(text)
    document: Any = loader.get_single_node()
    return loader, document.value if document is not None and document.id == "mapping" else ()


def _entries(loader: Any, sequence: Any, file: str) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Yield the rows with their 1-based lines."""
    for node in sequence.value:
        place = f"{file}:{node.start_mark.line + 1}"
        if node.id != "mapping":
            raise UserError(f"{place}: a row is a mapping of fields")
        _refuse_twice([key.value for key, _ in node.value], place, "field")
        try:
            entry = loader.construct_object(node, deep=True)
        except (ValueError, OverflowError):  # a date with a month 13, a number of 5,000 digits
            raise UserError(f"{place}: the row holds a value that cannot be read") from None
        if not isinstance(entry, dict):  # !!set
            raise UserError(f"{place}: a row is a mapping of fields")
        yield node.start_mark.line + 1, entry


def _refuse_depth(events: Iterable[Any], file: str, *, aliases: bool) -> None:
    """Refuse what would take the process down or fill its memory.

    Values nested deep crash a loader that calls itself; a few aliases of aliases are a gigabyte
    as soon as somebody prints them.
    """
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > DEEPEST:
            raise UserError(f"{file}:{event.start_mark.line + 1}: values are nested too deep")
        if name == "AliasEvent" and not aliases:
            line = event.start_mark.line + 1
            raise UserError(f"{file}:{line}: an alias such as *{event.anchor} is not read")


def _refuse_twice(names: Sequence[Any], place: str, said: str) -> None:
    seen = set()
    for name in names:
        if isinstance(name, str):  # any other is refused when the mapping is made
            if name in seen:
                raise UserError(f"{place}: {said} {_shown(name)} stands twice")
            seen.add(name)
