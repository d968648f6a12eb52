"""`required-column-without-default`: a NOT NULL column that the running version does not fill."""

from collections.abc import Iterator

from nonevent.facts import Operation, SchemaStep
from nonevent.finding import Confidence, Severity
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import column_of, has_default, is_live, language, plain, weigh
from nonevent_rules.schema.mending import nullable_first
from nonevent_rules.schema.rebuilt import brought, place_of


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for an added NOT NULL column that the database does not fill itself."""
    if step.operation is Operation.CREATE_TABLE and step.dialect == "sqlite":
        yield from _rebuilt(step)
    if step.operation is not Operation.ADD_COLUMN or not is_live(step):
        return
    if step.nullable is not False or step.generated:
        return
    if has_default(step) and step.default_in_database:
        return
    if has_default(step):
        yield weigh(step, _dropped_again(step))
    elif step.dialect not in ("mysql", "mariadb"):
        yield weigh(step, _refused(step))
    # A required ENUM of MySQL defaults to its first value, also in strict mode:
    # https://dev.mysql.com/doc/refman/8.4/en/data-type-defaults.html
    elif not plain(step.type).strip().lower().startswith("enum"):
        yield weigh(step, _implicit(step))


def _rebuilt(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for each such column of a table that takes the place of another one."""
    table = place_of(step)
    for column in brought(step) if table else ():
        if column.nullable is not False or column.generated or column.default is not None:
            continue
        message = (
            f"`{plain(table)}` is made anew and gets `{plain(column.name)}`, NOT NULL without a "
            "default: INSERTs of the version still running fail after it"
        )
        made = step._replace(column=column.name, type=column.type)
        yield weigh(step, Problem(message, _remedy(made)))


def _dropped_again(step: SchemaStep) -> Problem:
    dropped = "Django drops its default" if step.framework == "django" else "its default is dropped"
    message = (
        f"{column_of(step)} is NOT NULL and {dropped} from the database again: "
        "INSERTs of the version still running fail until the roll is over"
    )
    return Problem(message, _remedy(step), severity=Severity.WARNING)


def _refused(step: SchemaStep) -> Problem:
    message = (
        f"{column_of(step)} is added NOT NULL without a default in the database: the step fails "
        "on a table with rows, and INSERTs of the version still running fail after it"
    )
    return Problem(message, _remedy(step), edits=nullable_first(step))


def _implicit(step: SchemaStep) -> Problem:
    server = "MariaDB" if step.dialect == "mariadb" else "MySQL"
    message = (
        f"{column_of(step)} is added NOT NULL without a default: {server} fills the existing rows "
        "with an implicit one, and in strict mode INSERTs of the version still running fail"
    )
    return Problem(message, _remedy(step), confidence=Confidence.MEDIUM, edits=nullable_first(step))


def _remedy(step: SchemaStep) -> str:
    column = plain(step.column) or "…"
    default, nullable = {
        "alembic": ("a `server_default`", "with `nullable=True`"),
        "django": ("a `db_default` (Django 5.0 and later)", "with `null=True`"),
    }.get(language(step), ("a `DEFAULT`", f"as `{column} {step.type or '…'} NULL`"))
    if step.references:  # no row of the other table is right for all
        return f"Add `{column}` {nullable} and require it in the next release"
    return f"Give `{column}` {default}, or add it {nullable} and require it in the next release"


RULE = rule(__file__, on=SchemaStep, of=(Operation.ADD_COLUMN, Operation.CREATE_TABLE), find=find)
