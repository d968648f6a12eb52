"""What nouns are made of: named tuples whose classes are made fast, and copied fast.

The library's `typing.NamedTuple` compiles a constructor for each class as its module is imported:
a commit hook would compile fifty and use a dozen. Here a class compiles its own when it makes its
first noun. `_replace` copies the tuple and sets what is new, where the library's asks for each
field by its name. All else is as it is there, and a type checker sees the library's.
"""

import sys
from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING or sys.version_info >= (3, 14):  # a class body holds no annotations any more
    from typing import NamedTuple
else:
    from collections import _tuplegetter, namedtuple

    # What the library gives every class alike, whatever its fields.
    _SHARED = {
        name: vars(namedtuple("Noun", ()))[name]  # noqa: PYI024 - a pattern, no noun
        for name in ("_asdict", "__getnewargs__")
    }

    class _Kind(type):
        """Makes the class of a noun of a body with annotated fields."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            del bases  # `NamedTuple` alone
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            replace = _replacing(fields)
            members = {
                **_SHARED,
                "__slots__": (),
                "__match_args__": fields,
                "__new__": _first(fields, tuple(defaults.values())),
                "__repr__": _shown,
                "__replace__": replace,
                "_fields": fields,
                "_field_defaults": defaults,
                "_make": classmethod(_made),
                "_replace": replace,
                **{field: _tuplegetter(at, None) for at, field in enumerate(fields)},
                **body,
            }
            return type(name, (tuple,), members)

    def _first(fields: tuple[str, ...], defaults: tuple[object, ...]) -> object:
        """Return a constructor that puts a compiled one in its place when it is first called."""

        def new(kind: type, /, *values: object, **named: object) -> tuple[object, ...]:
            names = ", ".join(fields)
            code = f"lambda _cls, {names}: _new(_cls, ({names},))"
            maker = eval(code, {"_new": tuple.__new__, "__builtins__": {}})  # noqa: S307 - ours
            maker.__defaults__ = defaults
            maker.__name__ = "__new__"
            kind.__new__ = maker
            return maker(kind, *values, **named)

        return new

    def _made(kind: type, values: object) -> tuple[object, ...]:
        made = tuple.__new__(kind, values)
        if len(made) != len(kind._fields):
            raise TypeError(f"{len(kind._fields)} values make a {kind.__name__}, not {len(made)}")
        return made

    def _replacing(fields: tuple[str, ...]) -> object:
        places = {field: at for at, field in enumerate(fields)}
        new = tuple.__new__

        def replace(self: tuple[object, ...], /, **named: object) -> tuple[object, ...]:
            values = [*self]
            try:
                for name, value in named.items():
                    values[places[name]] = value
            except KeyError as error:
                raise ValueError(f"no field: {error}") from None
            return new(self.__class__, values)

        return replace

    def _shown(self: tuple[object, ...]) -> str:
        said = zip(self._fields, self, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in said)})"

    NamedTuple = type.__new__(_Kind, "NamedTuple", (), {})
