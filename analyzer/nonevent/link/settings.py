"""What else in a project sets a setting, or decides together with it."""

from collections.abc import Iterable, Iterator, Mapping

from nonevent.facts import FileFacts, Role, Setting
from nonevent.noun import NamedTuple

__all__ = ["Rivals", "deciding", "rivals"]

# Setting → others that decide whether it is in force: a folder for uploads is that of the storage
# on the local disk alone. https://docs.djangoproject.com/en/stable/ref/settings/#media-root
DECIDED_BY = {"MEDIA_ROOT": ("STORAGES", "DEFAULT_FILE_STORAGE")}
# Django's and Flask's, which one module sets and another one sets anew.
ANEW = frozenset({"DATABASES", "DEFAULT_FILE_STORAGE", "SQLALCHEMY_DATABASE_URI", "STORAGES"})


def deciding(names: Iterable[str]) -> Iterator[str]:
    """Yield the names under which other modules say whether these settings are in force."""
    for name in names:
        if name in ANEW:
            yield name
        yield from DECIDED_BY.get(name, ())


class Rivals(NamedTuple):
    """The settings of a project, by name; those of tests, scripts and migrations left out."""

    named: Mapping[str, tuple[Setting, ...]]

    def of(self, setting: Setting) -> tuple[Setting, ...]:
        """Return the other settings that say something of `setting`."""
        names = (setting.name, *DECIDED_BY.get(setting.name, ()))
        return tuple(
            each
            for name in names
            for each in self.named.get(name, ())
            if each.location != setting.location
        )


def rivals(files: Iterable[FileFacts], roles: Mapping[str, Role]) -> Rivals:
    """Return what `files` set; `roles` are those of whole files, by path."""
    named: dict[str, list[Setting]] = {}
    for facts in files:
        if facts.path not in roles:
            for fact in facts.facts:
                if isinstance(fact, Setting):
                    named.setdefault(fact.name, []).append(fact)
    return Rivals({name: tuple(found) for name, found in named.items()})
