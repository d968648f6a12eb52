"""What marks a function's role: one row of the catalogue of frameworks."""

from typing import Literal, NamedTuple

from nonevent.facts import Role

__all__ = ["Marker"]


class Marker(NamedTuple):
    """One way by which a framework makes a function a handler, a task or a command."""

    marker: str  # dotted name; "*.route": any receiver; for `path` a regular expression
    by: Literal["decorator", "base", "registration", "path", "parameter"]
    role: Role
    methods: tuple[str, ...] = ()  # of a base: which methods bear the role; empty: the verbs
    position: int | None = None  # of a registration: where the function stands
    keyword: str = ""  # or by which keyword it is given
    route: bool = False  # of a wildcard decorator: the first argument must look like a route
    needs: str = ""  # of a wildcard or a parameter: the file's path must match this
