"""What else in a project says something of a setting."""

from nonevent.facts import FileFacts, Kind, Role, Setting, Value
from nonevent.link.settings import rivals
from nonevent.location import Location


def setting(name: str, path: str) -> Setting:
    place = Location(path, 3, 1, 3, 9)
    return Setting(name, Value(Kind.CONSTANT, (3, 9, 3, 12), constant="x"), place)


BASE = setting("DATABASES", "shop/settings/base.py")
LIVE = setting("DATABASES", "shop/settings/live.py")
MEDIA = setting("MEDIA_ROOT", "shop/settings/base.py")
STORES = setting("STORAGES", "shop/settings/live.py")
OF_TESTS = setting("DATABASES", "tests/settings.py")
FILES = tuple(
    FileFacts(each.location.path, (each,)) for each in (BASE, LIVE, MEDIA, STORES, OF_TESTS)
)


def test_others_set_it_anew_or_decide_with_it() -> None:
    found = rivals(FILES, {OF_TESTS.location.path: Role.TEST})

    assert found.of(BASE) == (LIVE,)
    assert found.of(MEDIA) == (STORES,)
    assert found.of(STORES) == ()
