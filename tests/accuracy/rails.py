"""Migrations of Rails as the SQL that ActiveRecord sends: so much of it as test cases use."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Sql", "sql_of"]

TYPES = {
    "string": ("character varying", "varchar(255)"),
    "text": ("text", "text"),
    "boolean": ("boolean", "tinyint(1)"),
    "integer": ("integer", "int"),
    "bigint": ("bigint", "bigint"),
    "decimal": ("decimal", "decimal"),
    "datetime": ("timestamp", "datetime"),
    "timestamp": ("timestamp", "timestamp"),
    "primary_key": ("bigserial primary key", "bigint auto_increment PRIMARY KEY"),
}
SIZES = ("limit", "precision")
ARGUMENT = re.compile(
    r"""\s*(?:(?P<key>\w+):\s+)?(?P<value>
        ->\s*\{[^}]*\} | \{[^}]*\} | \[[^\]]*\] | "[^"]*" | '[^']*' | :?[\w.]+ )\s*(?:,|$)""",
    re.VERBOSE,
)


class Sql(NamedTuple):
    """What one migration sends."""

    before: tuple[str, ...]  # statements that its author vouches for
    judged: tuple[str, ...]
    in_transaction: bool


def sql_of(body: str, database: str) -> Sql | None:
    """Return the statements of a migration class; None where a line says more than is known here.

    Of a class with `up` and `down` the way up is taken.
    """
    steps = _up(body)
    before: list[str] = []
    judged: list[str] = []
    for line, vouched in _lines(steps):
        made = _statements(line, database)
        if made is None:
            return None
        (before if vouched else judged).extend(made)
    if not judged:
        return None
    return Sql(tuple(before), tuple(judged), "disable_ddl_transaction!" not in body)


def _up(body: str) -> str:
    """Return the lines of `change` or `up`."""
    found = re.search(
        r"^  def (?:self\.)?(?:change|up)\n(.*?)^  end", body, re.DOTALL | re.MULTILINE
    )
    return found[1] if found else ""


def _lines(steps: str) -> Iterator[tuple[str, bool]]:
    vouched = False
    for line in steps.splitlines():
        text = line.strip()
        if text == "safety_assured do":
            vouched = True
        elif text == "end":
            vouched = False
        elif one := re.fullmatch(r"safety_assured \{ (.*) \}", text):
            yield one[1], True
        elif text:
            yield text, vouched


def _statements(line: str, database: str) -> list[str] | None:
    name, _, rest = line.partition(" ")
    arguments: list[str] = []
    options: dict[str, str] = {}
    at = 0
    rest = rest.strip()
    while at < len(rest):
        found = ARGUMENT.match(rest, at)
        if found is None:
            return None
        if found["key"]:
            options[found["key"]] = found["value"]
        else:
            arguments.append(found["value"])
        at = found.end()
    known = METHODS.get(name)
    try:
        return None if known is None else known([_word(a) for a in arguments], options, database)
    except (IndexError, KeyError):
        return None


def _word(value: str) -> str:
    quoted = len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]
    return value[1:-1] if quoted else value.lstrip(":")


def _quoted(name: str, database: str) -> str:
    return f'"{name}"' if database == "postgresql" else f"`{name}`"


def _names(value: str, database: str) -> str:
    names = re.findall(r"\w+", value) if value.startswith("[") else [value]
    plain = [name if "(" in name else _quoted(name, database) for name in names]
    return ", ".join(plain)


def _type(kind: str, options: dict[str, str], database: str) -> str:
    of_mysql = database != "postgresql"
    written = TYPES.get(kind, (kind, kind))[of_mysql]
    sizes = [options[key] for key in (*SIZES, "scale") if key in options]
    return f"{written.partition('(')[0]}({', '.join(sizes)})" if sizes else written


def _tail(options: dict[str, str], database: str) -> str:
    if database == "postgresql":
        return ""
    said = [
        f", {key.upper()} = {_word(options[key]).upper()}"
        for key in ("algorithm", "lock")
        if key in options
    ]
    return "".join(said)


def _table(name: str, database: str) -> str:
    return f"ALTER TABLE {_quoted(name, database)}"


def _add_column(args: list[str], options: dict[str, str], database: str) -> list[str]:
    table, column, kind = args
    text = f"{_quoted(column, database)} "
    if kind == "virtual":
        text += _type(_word(options["type"]), {}, database)
        text += f" GENERATED ALWAYS AS ({_word(options['as'])})"
        text += " STORED" if options.get("stored") == "true" else " VIRTUAL"
    else:
        text += _type(kind, options, database)
    if "default" in options and options["default"] != "nil":
        text += f" DEFAULT {_default(options['default'])}"
    if options.get("null") == "false":
        text += " NOT NULL"
    return [f"{_table(table, database)} ADD {text}{_tail(options, database)}"]


def _default(value: str) -> str:
    if value.startswith("->"):
        return value.partition("{")[2].rpartition("}")[0].strip(' "')
    word = _word(value)
    return word if value in {"true", "false"} or word.endswith(")") else f"'{word}'"


def _change_column(args: list[str], options: dict[str, str], database: str) -> list[str]:
    table, column, kind = args
    name, written = _quoted(column, database), _type(kind, options, database)
    if database == "postgresql":
        made = [f"{_table(table, database)} ALTER COLUMN {name} TYPE {written}"]
        if options.get("null") == "false":
            made.append(f"{_table(table, database)} ALTER COLUMN {name} SET NOT NULL")
        return made
    null = " NOT NULL" if options.get("null") == "false" else " DEFAULT NULL"
    return [
        f"{_table(table, database)} CHANGE {name} {name} {written}{null}{_tail(options, database)}"
    ]


def _change_null(args: list[str], options: dict[str, str], database: str) -> list[str] | None:
    table, column, null, *default = args
    name = _quoted(column, database)
    made = []
    if default:
        made = [
            f"UPDATE {_quoted(table, database)} SET {name} = '{default[0]}' WHERE {name} IS NULL"  # noqa: S608
        ]
    if database != "postgresql":
        kind = "varchar(255)" + (" NOT NULL" if null == "false" else " DEFAULT NULL")
        return [
            *made,
            f"{_table(table, database)} CHANGE {name} {name} {kind}{_tail(options, database)}",
        ]
    verb = "SET" if null == "false" else "DROP"
    return [*made, f"{_table(table, database)} ALTER COLUMN {name} {verb} NOT NULL"]


def _change_default(args: list[str], options: dict[str, str], database: str) -> list[str]:
    value = options.get("to") or args[2]
    name = _quoted(args[1], database)
    written = _default(value)
    return [f"{_table(args[0], database)} ALTER COLUMN {name} SET DEFAULT {written}"]


def _add_index(args: list[str], options: dict[str, str], database: str) -> list[str]:
    table, columns = args[0], args[1]
    unique = "UNIQUE " if options.get("unique") == "true" else ""
    name = _word(
        options.get("name", f"index_{table}_on_{'_and_'.join(re.findall(r'[a-z_]+', columns))}")
    )
    how = options.get("algorithm", "")
    if database == "postgresql":
        at_once = "CONCURRENTLY " if how == ":concurrently" else ""
        on = f'"{table}" ({_names(columns, database)})'
        return [f'CREATE {unique}INDEX {at_once}"{name}" ON {on}']
    if how == ":concurrently":
        options = {}
    on = f"`{table}` ({_names(columns, database)})"
    return [f"CREATE {unique}INDEX `{name}` ON {on}{_tail(options, database).replace(',', '')}"]


def _remove_index(args: list[str], options: dict[str, str], database: str) -> list[str]:
    column = _word(options["column"]) if "column" in options else (args[1] if args[1:] else "")
    name = _word(options["name"]) if "name" in options else f"index_{args[0]}_on_{column}"
    if database == "postgresql":
        at_once = "CONCURRENTLY " if options.get("algorithm") == ":concurrently" else ""
        return [f'DROP INDEX {at_once}"{name}"']
    tail = _tail(options, database).replace(",", "")
    return [f"DROP INDEX `{name}` ON `{args[0]}`{tail}"]


def _add_reference(args: list[str], options: dict[str, str], database: str) -> list[str]:
    table, other = args[0], args[1]
    made = _add_column(
        [table, f"{other}_id", "bigint"],
        {k: v for k, v in options.items() if k in {"algorithm", "lock"}},
        database,
    )
    if options.get("polymorphic") == "true":
        made += _add_column([table, f"{other}_type", "string"], {}, database)
    index = options.get("index", "true")
    if index != "false":
        inner = dict(re.findall(r"(\w+): (:?\w+)", index))
        made += _add_index([table, f"{other}_id"], inner, database)
    if "foreign_key" in options:
        inner = dict(re.findall(r"(\w+): (:?\w+)", options["foreign_key"]))
        made += _add_key(
            [table, _word(inner.get("to_table", f"{other}s"))],
            {**inner, "column": f"{other}_id"},
            database,
        )
    return made


def _add_key(args: list[str], options: dict[str, str], database: str) -> list[str]:
    table, other = args[0], args[1]
    column = _word(options.get("column", f"{other.rstrip('s')}_id"))
    name = _word(options.get("name", f"fk_{table}_{column}"))
    valid = " NOT VALID" if options.get("validate") == "false" else ""
    made = (
        f"{_table(table, database)} ADD CONSTRAINT {_quoted(name, database)} "
        f"FOREIGN KEY ({_quoted(column, database)}) REFERENCES {_quoted(other, database)} "
        f"({_quoted('id', database)}){valid if database == 'postgresql' else ''}"
    )
    return [made]


def _add_check(args: list[str], options: dict[str, str], database: str) -> list[str]:
    name = _word(options.get("name", "chk_rails_1"))
    unchecked = options.get("validate") == "false" and database == "postgresql"
    valid = " NOT VALID" if unchecked else ""
    named = f"ADD CONSTRAINT {_quoted(name, database)}"
    return [f"{_table(args[0], database)} {named} CHECK ({args[1]}){valid}"]


def _validate(args: list[str], options: dict[str, str], database: str) -> list[str] | None:
    if database != "postgresql":
        return None
    name = _word(options.get("name", f"fk_{args[0]}_{args[1].rstrip('s')}_id" if args[1:] else ""))
    return [f"{_table(args[0], database)} VALIDATE CONSTRAINT {_quoted(name, database)}"]


def _add_unique(args: list[str], options: dict[str, str], database: str) -> list[str]:
    using = options.get("using_index")
    what = (
        f'UNIQUE USING INDEX "{_word(using)}"' if using else f"UNIQUE ({_names(args[1], database)})"
    )
    return [f"{_table(args[0], database)} ADD CONSTRAINT uniq_rails_1 {what}"]


def _remove_columns(args: list[str], _: dict[str, str], database: str) -> list[str]:
    table, *columns = args
    return [
        f"{_table(table, database)} DROP COLUMN {_quoted(column, database)}" for column in columns
    ]


METHODS = {
    "add_belongs_to": _add_reference,
    "add_check_constraint": _add_check,
    "add_column": _add_column,
    "add_exclusion_constraint": lambda a, o, d: [
        f"{_table(a[0], d)} ADD CONSTRAINT excl EXCLUDE USING {_word(o['using'])} ({a[1]})"
    ],
    "add_foreign_key": _add_key,
    "add_index": _add_index,
    "add_reference": _add_reference,
    "add_unique_constraint": _add_unique,
    "change_column": _change_column,
    "change_column_default": _change_default,
    "change_column_null": _change_null,
    "disable_ddl_transaction!": lambda *_: [],
    "execute": lambda a, *_: [a[0]],
    "remove_belongs_to": lambda a, _, d: _remove_columns([a[0], f"{a[1]}_id"], {}, d),
    "remove_check_constraint": lambda a, o, d: [
        f"{_table(a[0], d)} DROP CONSTRAINT {_quoted(_word(o['name']), d)}"
    ],
    "remove_column": lambda a, _, d: _remove_columns(a[:2], {}, d),
    "remove_columns": _remove_columns,
    "remove_index": _remove_index,
    "remove_reference": lambda a, o, d: _remove_columns(
        [a[0], f"{a[1]}_id", *([f"{a[1]}_type"] if "polymorphic" in o else [])], {}, d
    ),
    "remove_timestamps": lambda a, _, d: _remove_columns([a[0], "created_at", "updated_at"], {}, d),
    "rename_column": lambda a, _, d: [
        f"{_table(a[0], d)} RENAME COLUMN {_quoted(a[1], d)} TO {_quoted(a[2], d)}"
    ],
    "rename_enum_value": lambda a, o, _: [
        f"ALTER TYPE {a[0]} RENAME VALUE '{_word(o['from'])}' TO '{_word(o['to'])}'"
    ],
    "rename_schema": lambda a, *_: [f"ALTER SCHEMA {a[0]} RENAME TO {a[1]}"],
    "rename_table": lambda a, _, d: [f"{_table(a[0], d)} RENAME TO {_quoted(a[1], d)}"],
    "validate_check_constraint": _validate,
    "validate_foreign_key": _validate,
}
