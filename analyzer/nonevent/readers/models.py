"""What a file says of columns, as far as code is put beside a schema: its models and its uses.

A second look at few files, taken only where a change holds steps that code may feel.
"""

from collections.abc import Collection

from nonevent.facts import Fact, FileFacts
from nonevent.mapped import ColumnUse
from nonevent.readers.mapping import models
from nonevent.readers.modelpage import ModelPage, last
from nonevent.readers.parsing import parse, refused
from nonevent.readers.queries import uses

__all__ = ["read"]


def read(path: str, text: str, wanted: Collection[str]) -> FileFacts:
    """Return the models of a file and its uses of `wanted` columns and tables, in lower case.

    There is a note instead where the file cannot be parsed.
    """
    if not path.endswith(".py"):
        return _read_sql(path, text, wanted)
    try:
        tree, text = parse(text)
        page = ModelPage(path, text, tree)
        facts: tuple[Fact, ...] = tuple(models(page))
        lower = text.lower()
        if any(word in lower for word in wanted):
            facts += tuple(uses(page, wanted))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return FileFacts(path, notes=(refused(path, error),))
    exports = (*page.imports.items(), *(("*", star) for star in page.stars))
    return FileFacts(path, facts, module=page.module, exports=tuple(exports))


def _read_sql(path: str, text: str, wanted: Collection[str]) -> FileFacts:
    """Return what the queries of a file of SQL use."""
    from nonevent.readers.sqlplaces import locator
    from nonevent.readers.sqluses import named

    locate = locator(path, text)
    return FileFacts(
        path,
        tuple(
            ColumnUse(one.table, one.column, locate(one.start, one.end), one.manner, "SQL")
            for one in named(text)
            if (one.column or last(one.table)).lower() in wanted
        ),
    )
