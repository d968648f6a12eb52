"""The parts of a code base, for a map: folders, neither too large to tell nor too many."""

from collections.abc import Collection, Mapping

from nonevent.inventory import Area

__all__ = ["area_of", "areas"]

MOST = 24  # tiles that a person takes in
FEW = 9  # folders into which one is taken apart; the smallest stay together under its name
SHARE = 0.12  # of all lines: a larger folder is shown by what lies in it


def areas(lines: Mapping[str, int]) -> tuple[Area, ...]:
    """Return the areas of files (posix path → lines of code), the largest first.

    The largest is taken apart into its folders, and again, while there is room for more; what is
    left of it keeps its name.
    """
    whole = sum(lines.values())
    parts = {".": dict(lines)}
    kept: dict[str, dict[str, int]] = {}
    while parts:
        name = max(parts, key=lambda each: (sum(parts[each].values()), each))
        files = parts.pop(name)
        room = min(MOST - len(parts) - len(kept), FEW)
        large = name == "." or sum(files.values()) > SHARE * whole
        if not large or room < 1:
            kept[name] = files
            continue
        apart = _apart(name, files)
        own = apart.pop(name, {})
        largest = sorted(apart, key=lambda part: (-sum(apart[part].values()), part))
        for part in largest[:room]:
            parts[part] = apart[part]
        for part in largest[room:]:
            own.update(apart[part])
        kept[name] = own
    found = [Area(name, len(files), sum(files.values())) for name, files in kept.items() if files]
    return tuple(sorted(found, key=lambda area: (-area.lines, area.name)))


def _apart(name: str, files: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the files of a folder by the folder in it that holds them; its own under its name."""
    before = 0 if name == "." else len(name) + 1
    result: dict[str, dict[str, int]] = {}
    for path, count in files.items():
        folder, slash, _ = path[before:].partition("/")
        part = f"{path[:before]}{folder}" if slash else name
        result.setdefault(part, {})[path] = count
    return result


def area_of(path: str, names: Collection[str]) -> str:
    """Return the area in which a file lies, the nearest folder above that is one; "." at last."""
    folder = path
    while "/" in folder:
        folder = folder.rpartition("/")[0]
        if folder in names:
            return folder
    return "."
