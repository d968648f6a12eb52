"""What a project adds to the catalogues: rows of its own, named by `facts` in its settings.

They are data and never run. They are added after the packs were loaded: what is kept of a pack
between two runs knows nothing of them.
"""

import errno
import os
from collections.abc import Sequence
from typing import Any

from nonevent.error import UserError
from nonevent.packs import Packs
from nonevent.sources.disk import is_inside, read_file, reason
from nonevent.sources.place import find_root
from nonevent.sources.view import DISK, View

__all__ = ["LIMIT", "extend", "rows_of"]

LIMIT = 1_000_000  # bytes of one file: thousands of rows


Rows = dict[str, tuple[tuple[Any, ...], ...]]  # catalogue → rows, as plain values


def extend(installed: Packs, names: Sequence[str], folder: str, view: View = DISK) -> Packs:
    """Return the packs with the rows of the files `names`, relative to the settings' `folder`.

    A row replaces the one of the same key, be it a pack's or that of a file before.

    Raises:
        UserError: a file cannot be read or lies outside the project, or a row is not in order.

    """
    for name in names:
        installed = installed.extended(rows_of(installed, name, folder, view))
    return installed


def rows_of(installed: Packs, name: str, folder: str, view: View = DISK) -> Rows:
    """Return the rows of one file.

    Raises:
        UserError: the file cannot be read or lies outside the project, or a row is not in order.

    """
    from nonevent.catalogue import read_sections

    text = _text(name, folder, view)
    return read_sections(text, installed.catalogues(), installed.form, view.prefix + name)


def _text(name: str, folder: str, view: View = DISK) -> str:
    """Return what a file of the project holds.

    A change under analysis can name any file: what lies outside is not read, nor shown.

    Raises:
        UserError: it cannot be read or lies outside the project.

    """
    said = view.prefix + name
    if "\0" in name:
        raise UserError(f"facts: {name!r} is no name of a file")
    path, root = os.path.join(folder, name), find_root(folder) or folder
    if not view.commit:
        path, root = os.path.realpath(path), os.path.realpath(root)
    if not is_inside(os.path.abspath(path), root):
        raise UserError(f"facts: '{said}' lies outside the project: name a file inside it")
    try:
        return _data(path, view).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{said}:{line}: the file is not UTF-8") from None
    except OSError as error:
        large = error.errno == errno.EFBIG
        why = f"larger than {LIMIT // 1_000_000} MB" if large else reason(error)
        raise UserError(f"facts: '{said}' cannot be read: {why}") from None


def _data(path: str, view: View) -> bytes:
    if view is DISK:
        return read_file(path, LIMIT)
    data = view.read(path)
    if len(data) > LIMIT:
        raise OSError(errno.EFBIG, "too large", path)
    return data
