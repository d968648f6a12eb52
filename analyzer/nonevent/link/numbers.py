"""What the names of files and folders tell of a migration's place: numbers, times, releases."""

import re

from nonevent.pattern import late

__all__ = ["chain_of", "is_numbered", "natural", "number_of", "own_name"]

# One migration is a folder: Prisma, Diesel, sqlx, Hasura.
FOLDERS = frozenset(("migration.sql", "up.sql", "down.sql"))
# A number or a time first, behind a short word: "V2_1__x", "0003_y", "db_00007".
NUMBERED = late(r"(?i)^[a-z]{0,12}[._-]*(\d[\d._-]*)")
# Diesel's "2017-03-16-212734" is a time like "20170316212734", and "2017-03-16" one at midnight.
DATED = late(r"(?:19|20)\d\d-\d\d-\d\d")
TIMED = late(r"(?:19|20)\d{6,18}(?!\d)")
# A folder for each release, also with folders in it: "2.43", "3.0.0/ddl", "82".
RELEASES = late(r"(?:^|/)(?:v?\d+(?:\.\d+)+(?=(?:/[a-z]+)?$)|\d+$)")
FLYWAY = late(r"^[VUB]\d")  # whose number tells the release as well
DIGITS = 20  # of a time, down to fractions of a second
PIECES = late(r"\d+|\D+")


def chain_of(path: str) -> str:
    """Return the folder whose files make a chain with this one."""
    folder = _folder(path)
    return RELEASES.sub("", folder, count=1) if path.endswith(".sql") else folder


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key by which "v2" stands before "v10"."""
    return tuple(
        (0, int(piece[:40]), "")
        if piece[0].isdigit() and piece.isascii()
        else (1, 0, piece.lower())
        for piece in PIECES.findall(name)
    )


def is_numbered(path: str) -> bool:
    """Tell whether a migration has a number or a time, itself or by its release."""
    return bool(NUMBERED.match(own_name(path)) or RELEASES.search(_folder(path)))


def number_of(path: str) -> tuple[tuple[int, ...], object]:
    """Return a key by which files of SQL come in the order of their numbers and times."""
    name = own_name(path)
    release = None if FLYWAY.match(name) else RELEASES.search(_folder(path))
    numbers, rest = _number(name)
    if release is None:
        return numbers, rest
    return (*(int(part[:40]) for part in re.findall(r"\d+", release[0])), *numbers), rest


def _folder(path: str) -> str:
    """Return the folder that a migration stands in, also one that is a folder itself."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[0] if name in FOLDERS else folder


def own_name(path: str) -> str:
    """Return the name of a migration: of its file, or of the folder that it is."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name in FOLDERS else name


def _number(name: str) -> tuple[tuple[int, ...], object]:
    numbered = NUMBERED.match(name)
    written = numbered[1] if numbered else ""
    if DATED.match(written):
        written = re.sub(r"\D", "", written)
    if TIMED.match(written):
        written = TIMED.sub(lambda time: time[0].ljust(DIGITS, "0"), written, count=1)
    parts = re.findall(r"\d+", written)
    return tuple(int(part[:40]) for part in parts), natural(name)
