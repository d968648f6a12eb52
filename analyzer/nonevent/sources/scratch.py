"""The scratch git directory: what of a repository is copied into it, and checked before."""

import errno
import os
import re
from contextlib import suppress

from nonevent.error import UserError
from nonevent.sources.disk import read_file, reason
from nonevent.sources.place import Place, read_text

__all__ = ["check_objects", "copy_index", "copy_shallow", "furnish", "read_algorithm"]

_INDEX_LIMIT = 500_000_000  # bytes
_ENTRY = 62  # bytes that an index entry takes at least

# Commit graphs and multi-pack indexes repeat what the objects say, and may repeat it wrongly.
_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = true
\tcommitGraph = false
\tmultiPackIndex = false
[extensions]
\tobjectFormat = {algorithm}
"""
_PLAIN = _CONFIG.partition("[extensions]")[0]


def read_algorithm(place: Place) -> str:
    """Return the hash by which the repository names its objects: "sha1" or "sha256".

    Raises:
        UserError: it is another one.

    """
    config = read_text(os.path.join(place.common_dir, "config"))
    match = re.search(r"^\s*objectformat\s*=\s*\"?(\w+)", config, re.IGNORECASE | re.MULTILINE)
    algorithm = match[1].lower() if match else "sha1"
    if algorithm not in {"sha1", "sha256"}:
        raise UserError(f"this repository names its objects by {algorithm!r}, which is not known")
    return algorithm


def furnish(scratch: str, algorithm: str) -> None:
    """Make an empty folder a git directory without references and objects of its own."""
    for folder in ("objects", "refs"):
        os.mkdir(os.path.join(scratch, folder))
    plain = algorithm == "sha1"
    template = _PLAIN if plain else _CONFIG
    config = template.format(version=0 if plain else 1, algorithm=algorithm)
    for name, text in (("config", config), ("HEAD", "ref: refs/heads/none\n")):
        with open(os.path.join(scratch, name), "w", encoding="ascii") as file:
            file.write(text)


def check_objects(objects: str) -> None:
    """Refuse what git would wait for without end.

    Raises:
        UserError: a pipe stands in the place of a file.

    """
    listed = [os.path.join(objects, "info", "alternates")]
    with suppress(OSError), os.scandir(os.path.join(objects, "pack")) as packs:
        listed += [pack.path for pack in packs if not pack.is_file(follow_symlinks=False)]
    for path in listed:
        if os.path.lexists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            raise UserError(f"the repository is damaged: {os.path.basename(path)!r} is no file")


def _copy(path: str, scratch: str, name: str) -> bytes | None:
    """Copy one file into the scratch folder and return its bytes; None where there is none."""
    try:
        data = read_file(path, _INDEX_LIMIT)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            return None
        message = f"the repository is damaged: {name!r} cannot be read: {reason(error)}"
        raise UserError(message) from None
    with open(os.path.join(scratch, name), "wb") as file:
        file.write(data)
    return data


def copy_shallow(place: Place, scratch: str) -> bool:
    """Copy the list of commits at which the history was cut; False where it is whole."""
    return _copy(os.path.join(place.common_dir, "shallow"), scratch, "shallow") is not None


def copy_index(path: str, scratch: str, algorithm: str) -> None:
    """Copy an index file, and what it shares with others, to where git looks for its own.

    Raises:
        UserError: it cannot be read or is corrupt.

    """
    data = _copy(path, scratch, "index")
    if data is None:
        return  # nothing was ever staged
    # git believes the number of entries and asks for memory for all of them.
    # https://git-scm.com/docs/index-format
    entries = int.from_bytes(data[8:12], "big")
    if data[:4] != b"DIRC" or entries * _ENTRY > len(data) or not _is_whole(data, algorithm):
        raise UserError("the repository's index is corrupt")
    folder = os.path.dirname(path)
    for name in os.listdir(folder):
        if name.startswith("sharedindex."):
            _copy(os.path.join(folder, name), scratch, name)


def _is_whole(data: bytes, algorithm: str) -> bool:
    """Tell whether an index ends with its own checksum, or with none (`index.skipHash`)."""
    import hashlib

    digest = hashlib.new(algorithm, usedforsecurity=False)
    size = digest.digest_size
    digest.update(data[:-size])
    return data[-size:] in {digest.digest(), bytes(size)}
