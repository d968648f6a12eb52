"""What marks a function's role: one row of the catalogue of frameworks."""

from typing import Literal

from nonevent.facts import Role
from nonevent.noun import NamedTuple

__all__ = ["Marker"]


class Marker(NamedTuple):
    """One way by which a framework makes a function a handler, a task or a command."""

    # Dotted name, "*.route" for any receiver; of parameters: the first one, or all with blanks
    # between them; of a place: a folder, or a module such as "test_*",
    # or how one with a hyphen ends, "*-client";
    # of programs: the folder above them, "scripts/*".
    marker: str
    by: Literal[
        "decorator",
        "base",
        "registration",
        "parameter",
        "callee",  # whoever calls it bears the role, and what it is given by `keyword`
        "folder",
        "top folder",
        "module",
        "program",  # a module with code under `if __name__ == "__main__":`
        "unreached",  # a folder or a module, as far as nothing else reaches what stands in it
        "worker",  # a folder or a module of programs among scripts that go on
    ]
    role: Role
    methods: tuple[str, ...] = ()  # of a base: which methods bear the role; empty: the verbs
    position: int | None = None  # of a registration: where the function stands
    keyword: str = ""  # or by which keyword it is given
    route: bool = False  # of a wildcard decorator: the first argument must look like a route
    # Of a wildcard or a parameter: one of these is a folder above the file, or the module itself.
    needs: tuple[str, ...] = ()
    # Of a base, or of a decorator of methods: one object of the class serves everybody, so that
    # what it holds lives as long as the process.
    single: bool = False
