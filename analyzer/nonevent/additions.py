"""What a project adds to the catalogues: rows of its own, named by `facts` in its settings.

They are data and never run. They are added after the packs were loaded: what is kept of a pack
between two runs knows nothing of them.
"""

import errno
import os
from collections.abc import Sequence

from nonevent.error import UserError
from nonevent.packs import Packs
from nonevent.sources.disk import is_inside, read_file, reason
from nonevent.sources.place import find_root

__all__ = ["LIMIT", "extend"]

LIMIT = 1_000_000  # bytes of one file: thousands of rows


def extend(installed: Packs, names: Sequence[str], folder: str) -> Packs:
    """Return the packs with the rows of the files `names`, relative to the settings' `folder`.

    A row replaces the one of the same key, be it a pack's or that of a file before.

    Raises:
        UserError: a file cannot be read or lies outside the project, or a row is not in order.

    """
    from nonevent.catalogue import read_sections

    for name in names:
        text = _text(name, folder)
        rows = read_sections(text, installed.catalogues(), installed.form, name)
        installed = installed.extended(rows)
    return installed


def _text(name: str, folder: str) -> str:
    """Return what a file of the project holds.

    A change under analysis can name any file: what lies outside is not read, nor shown.
    """
    if "\0" in name:
        raise UserError(f"facts: {name!r} is no name of a file")
    path = os.path.realpath(os.path.join(folder, name))
    if not is_inside(path, os.path.realpath(find_root(folder) or folder)):
        raise UserError(f"facts: '{name}' lies outside the project: name a file inside it")
    try:
        return read_file(path, LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}:{line}: the file is not UTF-8") from None
    except OSError as error:
        large = error.errno == errno.EFBIG
        why = f"larger than {LIMIT // 1_000_000} MB" if large else reason(error)
        raise UserError(f"facts: '{name}' cannot be read: {why}") from None
