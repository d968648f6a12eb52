"""Which settings are deployed: those of tests and of a developer's own machine are not."""

import re

from nonevent.facts import Setting

__all__ = ["is_deployed"]

# Words in the names of files, folders and classes that hold settings of tests and local machines.
ASIDE = frozenset(
    {"test", "tests", "testing", "conftest"}
    | {"dev", "devel", "develop", "development", "local", "debug", "ci", "docs", "examples"}
)
WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"  # "TestingConfig" is Testing and Config


def is_deployed(setting: Setting) -> bool:
    """Tell whether a setting may be in force where users are served."""
    words = re.findall(WORD, f"{setting.location.path} {setting.scope}")
    return ASIDE.isdisjoint(word.lower() for word in words)
