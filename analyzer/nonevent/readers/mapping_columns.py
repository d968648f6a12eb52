"""What one attribute of a mapped class says of its column: SQLAlchemy's, Django's, SQLModel's."""

import _ast as ast
from collections.abc import Mapping

from nonevent.mapped import Column
from nonevent.readers.modelpage import ModelPage, called, last, text_in
from nonevent.readers.sqllexer import words

__all__ = ["column_of", "field_of"]

COLUMNS = frozenset(("Column", "mapped_column"))
AROUND = frozenset(("deferred", "column_property"))  # hold the column in their first argument
# What a class may hold beside columns, by the last part of the callee.
OTHERS = frozenset(("relationship", "relation", "backref", "synonym", "association_proxy"))
FILLED = frozenset(("Identity", "Computed", "FetchedValue", "Sequence"))
FOREIGN = ("ForeignKey", "OneToOneField", "ForeignKeyField", "ParentalKey", "OneToOne")
MANY = ("ManyToManyField", "ManyToMany", "TaggableManager", "ParentalManyToManyField")
VIRTUAL = ("GenericForeignKey", "GenericRelation", "CompositePrimaryKey", "ForeignObject")
FORMS = words(
    "forms serializers filters filtersets django_filters rest_framework wtforms marshmallow"
    " graphene strawberry"
)
ENUMS = frozenset(("Enum", "ENUM"))
# Keywords of Django's fields that a column's type hangs on.
SIZES = ("max_length", "max_digits", "decimal_places")


def column_of(
    attribute: str, value: ast.expr | None, annotation: ast.expr | None, page: ModelPage
) -> Column | None:
    """Return the column of SQLAlchemy's that an attribute is; None where it is none."""
    mapped = _inside_mapped(annotation)
    if isinstance(value, ast.Call):
        kind = called(value)
        if kind in AROUND and value.args and called(value.args[0]) in COLUMNS:
            found = column_of(attribute, value.args[0], annotation, page)
            return found._replace(deferred=kind == "deferred") if found is not None else None
        if kind in COLUMNS:
            return _column(attribute, value, mapped, page)
        if kind in OTHERS or not attribute:
            return None
        if mapped is None and "column" in kind.lower() and kind != "column_property":
            return _opaque(attribute, value, page)  # a function of the project that makes one
    if mapped is not None and value is None:
        place = page.line_of(mapped)
        return Column(
            attribute,
            attribute,
            place,
            type=page.cut(mapped),
            nullable=_is_optional(mapped),
            text=page.line(place),
        )
    return None


def _opaque(attribute: str, value: ast.Call, page: ModelPage) -> Column:
    place = page.line_of(value)
    return Column(attribute, attribute, place, default=True, text=page.line(place))


def _column(attribute: str, value: ast.Call, mapped: ast.expr | None, page: ModelPage) -> Column:
    words = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
    arguments = [one for one in value.args if not isinstance(one, ast.Starred)]
    named = page.text_of(arguments[0]) if arguments else ""
    name = named or page.text_of(words.get("name")) or attribute
    rest = arguments[1:] if named else arguments
    kinds = {called(one): one for one in rest}
    type_ = words.get("type_") or next((one for one in rest if not _is_schema_item(one)), None)
    place = page.line_of(value)
    primary = _flag(words.get("primary_key")) is True
    nullable = _flag(words["nullable"]) if "nullable" in words else None
    if nullable is None and "nullable" not in words:
        nullable = _is_optional(mapped) if mapped is not None else not primary
    foreign = kinds.get("ForeignKey")
    return Column(
        attribute or name,
        name,
        place,
        type=page.cut(type_) if type_ is not None else (page.cut(mapped) if mapped else ""),
        nullable=nullable and not primary,
        default=any(key in words for key in ("default", "default_factory", "insert_default")),
        filled=_is_filled(words, kinds, type_) or (primary and foreign is None),
        deferred=_flag(words.get("deferred")) is True,
        references=_reference(foreign, page),
        values=_values(type_),
        unique=_flag(words.get("unique")) is True,
        primary=primary,
        text=page.line(place),
    )


def _is_schema_item(node: ast.expr) -> bool:
    kind = called(node)
    return kind in FILLED or kind.endswith(("ForeignKey", "Constraint")) or kind == "info"


def _is_filled(
    words: Mapping[str, ast.expr], kinds: Mapping[str, ast.expr], type_: ast.expr | None
) -> bool:
    default = words.get("server_default")
    given = default is not None and not (isinstance(default, ast.Constant) and not default.value)
    del type_
    return given or "server_onupdate" in words or not FILLED.isdisjoint(kinds)


def _reference(foreign: ast.expr | None, page: ModelPage) -> str:
    if isinstance(foreign, ast.Call) and foreign.args:
        return page.text_of(foreign.args[0]) or page.name(foreign.args[0])
    return ""


def _values(type_: ast.expr | None) -> tuple[str, ...]:
    if isinstance(type_, ast.Call) and called(type_) in ENUMS:
        return tuple(text for one in type_.args if (text := text_in(one)) is not None)
    return ()


def _inside_mapped(annotation: ast.expr | None) -> ast.expr | None:
    """Return X of `Mapped[X]`."""
    if isinstance(annotation, ast.Subscript):
        value = annotation.value
        name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
        if name == "Mapped":
            return annotation.slice
    return None


def _is_optional(annotation: ast.expr) -> bool:
    """Tell whether an annotation allows None: `str | None`, `Optional[str]`, or a text of these."""
    if isinstance(annotation, ast.Constant):
        return annotation.value is None or (
            isinstance(annotation.value, str)
            and ("None" in annotation.value or "Optional" in annotation.value)
        )
    if isinstance(annotation, ast.BinOp):
        return _is_optional(annotation.left) or _is_optional(annotation.right)
    if isinstance(annotation, ast.Subscript):
        value = annotation.value
        name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
        if name == "Optional":
            return True
        if name == "Union" and isinstance(annotation.slice, ast.Tuple):
            return any(map(_is_optional, annotation.slice.elts))
        if name == "Annotated" and isinstance(annotation.slice, ast.Tuple):
            return _is_optional(annotation.slice.elts[0])
    return False


def _flag(node: ast.expr | None) -> bool | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


# -- fields --------------------------------------------------------------------------------------


def field_of(
    attribute: str, value: ast.expr | None, annotation: ast.expr | None, page: ModelPage
) -> Column | None:
    """Return the column that a field of Django, peewee or SQLModel is, where its class is one's."""
    kind = called(value)
    if annotation is not None and not kind.endswith(("Field", "Key")):
        return _annotated(attribute, value, annotation, page)
    if annotation is not None and kind == "Field":
        return _annotated(attribute, value, annotation, page)
    if not isinstance(value, ast.Call) or not (
        kind.endswith(("Field", "Key", "AutoField", "Manager")) or kind in VIRTUAL
    ):
        return None
    if (kind.endswith("Manager") and kind not in MANY) or _is_of_form(page.name(value.func)):
        return None
    words = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
    foreign = kind.endswith(FOREIGN) and kind not in VIRTUAL
    relation = "many to many" if kind in MANY or kind.endswith("ManyToManyField") else ""
    relation = "virtual" if kind in VIRTUAL or kind.endswith("GenericForeignKey") else relation
    named = page.text_of(words.get("db_column")) or page.text_of(words.get("column_name"))
    name = named or (f"{attribute}_id" if foreign else attribute)
    place = page.line_of(value)
    primary = _flag(words.get("primary_key")) is True
    null = _flag(words.get("null")) if "null" in words else kind == "NullBooleanField"
    return Column(
        attribute,
        "" if relation else name,
        place,
        type=_typed(kind, words, page),
        nullable=null,
        default="default" in words
        or "auto_now" in words
        or "auto_now_add" in words
        or (not null and _flag(words.get("blank")) is True and kind in {"CharField", "TextField"}),
        filled="db_default" in words or kind.endswith("AutoField") or kind == "GeneratedField",
        references=_target(value, words, page) if foreign or relation else "",
        relation=relation,
        unique=_flag(words.get("unique")) is True,
        primary=primary,
        text=page.line(place),
        values=(page.text_of(words.get("db_table")),) if relation and "db_table" in words else (),
    )


def _is_of_form(name: str) -> bool:
    """Tell whether a field is one of a form, a serializer or a filter."""
    parts = name.split(".")
    return not FORMS.isdisjoint(parts) or parts[-1].endswith(("ChoiceField", "MethodField"))


def _typed(kind: str, words: Mapping[str, ast.expr], page: ModelPage) -> str:
    sizes = [f"{key}={page.cut(words[key])}" for key in SIZES if key in words]
    return f"{kind}({', '.join(sizes)})" if sizes else kind


def _target(value: ast.Call, words: Mapping[str, ast.expr], page: ModelPage) -> str:
    node = words.get("to") or words.get("model") or (value.args[0] if value.args else None)
    return page.text_of(node) or page.name(node)


def _annotated(
    attribute: str, value: ast.expr | None, annotation: ast.expr, page: ModelPage
) -> Column | None:
    """Return what `name: str = Field(…)` is in a class of SQLModel's, and in no other one."""
    kind = called(value)
    if kind == "Relationship" or _inside_mapped(annotation) is not None:
        return None
    text = page.cut(annotation)
    if text.startswith(("ClassVar", "typing.ClassVar", "Mapped")):
        return None
    words: dict[str, ast.expr] = {}
    if isinstance(value, ast.Call) and last(kind) == "Field":
        words = {keyword.arg: keyword.value for keyword in value.keywords if keyword.arg}
        inner = words.get("sa_column")
        if called(inner) in COLUMNS:
            return column_of(attribute, inner, None, page)
    place = page.line_of(annotation)
    primary = _flag(words.get("primary_key")) is True
    default = value is not None and (not words or "default" in words or "default_factory" in words)
    return Column(
        attribute,
        attribute,
        place,
        type=text,
        nullable=_is_optional(annotation) and not primary,
        default=default or primary,
        references=page.text_of(words.get("foreign_key")),
        relation="annotated",
        unique=_flag(words.get("unique")) is True,
        primary=primary,
        text=page.line(place),
    )
