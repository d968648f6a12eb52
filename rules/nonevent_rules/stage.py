"""Which code is deployed: that of tests and of a developer's own machine is not."""

import re

from nonevent.facts import MAIN

__all__ = ["LIVE", "WORD", "is_deployed", "is_live"]

# Words in the names of files, folders and classes that hold settings of tests and local machines.
ASIDE = frozenset(
    {"test", "tests", "testing", "conftest", "unittest", "unittests"}
    | {"dev", "devel", "develop", "development", "devstack", "local", "debug", "ci", "docs"}
    | {"examples"}
)
# Words of conditions: what holds where they fail is a developer's own.
LIVE = frozenset({"deployed", "live", "prod", "production", "staging"})
# A switch that says where files go, and no developer's machine: `if LOCAL_STORAGE:`.
PLACES = re.compile(r"local_(?:disk|files?|media|storage)", re.IGNORECASE)
WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"  # "TestingConfig" is Testing and Config


def is_deployed(path: str, scope: str = "", condition: str = "") -> bool:
    """Tell whether code may be in force where users are served.

    What stands under `if DEBUG:` may not; what stands under `if not DEBUG:` may. What stands under
    `if __name__ == "__main__":` is not: a server imports the module.
    """
    fails = condition.startswith("not ")
    if not fails and MAIN in condition.split():
        return False
    if fails and is_live(condition):
        return False
    holds = "" if fails else PLACES.sub("", condition)
    words = re.findall(WORD, f"{path} {scope} {holds}")
    return ASIDE.isdisjoint(word.lower() for word in words)


def is_live(text: str) -> bool:
    """Tell whether a path or a condition names the place where users are served."""
    return not LIVE.isdisjoint(re.findall("[a-z]+", text.lower()))
