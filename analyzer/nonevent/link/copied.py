"""Which folders hold other people's libraries, copied into the project."""

import re
from collections.abc import Collection, Iterable

__all__ = ["copied"]

# Folders that are called so, wherever they stand.
CALLED = re.compile(r"(?:^|/)(?:_?vendor(?:ed)?|third_party|thirdparty|site-packages)/")
# Libraries that most Python programs bring along, as their modules are called.
WELL_KNOWN = frozenset(
    {
        "attr",
        "blinker",
        "bs4",
        "certifi",
        "chardet",
        "charset_normalizer",
        "click",
        "dateutil",
        "future",
    }
    | {"decorator", "flask", "html5lib", "idna", "itsdangerous", "jinja2", "lxml", "markupsafe"}
    | {"pkg_resources", "pygments", "pytz", "requests", "rich", "setuptools", "simplejson", "six"}
    | {"soupsieve", "sqlalchemy", "tqdm", "tzlocal", "urllib3", "waitress", "websocket"}
    | {"werkzeug", "wtforms", "yaml", "zipp"}
)
# So many of them beside each other are no accident.
ENOUGH = 4


def copied(paths: Iterable[str]) -> Collection[str]:
    """Return those of the paths that lie in a folder of copied libraries."""
    every = list(paths)
    found = {path for path in every if CALLED.search(path)}
    known: dict[str, set[str]] = {}
    for path in every:
        parts = path.removesuffix(".py").split("/")
        for at, part in enumerate(parts):
            if at and part in WELL_KNOWN:
                known.setdefault("/".join(parts[:at]) + "/", set()).add(part)
    holders = tuple(folder for folder, names in known.items() if len(names) >= ENOUGH)
    if holders:
        found.update(path for path in every if path.startswith(holders))
    return found
