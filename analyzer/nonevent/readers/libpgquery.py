"""PostgreSQL's own grammar: libpg_query out of the postgast wheel, asked through ctypes.

postgast itself imports protobuf, which costs forty times what loading the library does; the
library's JSON tree needs neither.
"""

import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["RefusedError", "parse"]

NAMES = {"darwin": "libpg_query.dylib", "win32": "pg_query.dll"}


class RefusedError(ValueError):
    """PostgreSQL's grammar refuses the statement; the message is its own, one line."""


def parse(statement: str) -> list[dict[str, Any]]:
    """Return the trees of the statements in the text, `{"CreateStmt": {…}}`; offsets are bytes.

    Raises:
        RefusedError: the text is not PostgreSQL, is too deep, or there is no library here.

    """
    import json

    try:
        tree = json.loads(_parser()(statement.encode("utf-8", "replace")))
    except (ValueError, RecursionError, OSError, ImportError) as error:
        raise RefusedError(str(error).partition("\n")[0]) from None
    return [raw["stmt"] for raw in tree.get("stmts", ()) if "stmt" in raw]


@cache
def _parser() -> Callable[[bytes], bytes]:
    """Return a function from SQL to JSON, loading the library once.

    Raises:
        ImportError: postgast is not installed.
        OSError: its library cannot be loaded.

    """
    spec = find_spec("postgast")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("postgast is not installed")
    folder = spec.submodule_search_locations[0]
    try:
        return _from_library(os.path.join(folder, NAMES.get(sys.platform, "libpg_query.so")))
    except (OSError, AttributeError):
        return _from_package()


def _from_library(file: str) -> Callable[[bytes], bytes]:
    from ctypes import CDLL, POINTER, Structure, c_char_p, c_int

    # https://github.com/pganalyze/libpg_query/blob/17-latest/pg_query.h
    class Error(Structure):
        _fields_ = (
            ("message", c_char_p),
            ("funcname", c_char_p),
            ("filename", c_char_p),
            ("lineno", c_int),
            ("cursorpos", c_int),
            ("context", c_char_p),
        )

    class Result(Structure):
        _fields_ = (
            ("parse_tree", c_char_p),
            ("stderr_buffer", c_char_p),
            ("error", POINTER(Error)),
        )

    library = CDLL(file)
    ask, free = library.pg_query_parse, library.pg_query_free_parse_result
    ask.argtypes, ask.restype = [c_char_p], Result
    free.argtypes, free.restype = [Result], None

    return _asker(ask, free)


def _asker(ask: Any, free: Any) -> Callable[[bytes], bytes]:
    def tree(statement: bytes) -> bytes:
        result = ask(statement)
        try:
            if result.error:
                raise RefusedError(
                    (result.error.contents.message or b"").decode("utf-8", "replace")
                )
            return bytes(result.parse_tree)
        finally:
            free(result)

    return tree


def _from_package() -> Callable[[bytes], bytes]:
    """Return the same by postgast's own loader, which also finds a library of the system."""
    from importlib import import_module

    lib = import_module("postgast.native").lib
    return _asker(lib.pg_query_parse, lib.pg_query_free_parse_result)
