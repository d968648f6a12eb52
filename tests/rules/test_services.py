"""Engines and settings without a limit, seen through whole projects."""

from functools import partial
from textwrap import dedent

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.finding import Persona
from nonevent.judge import audible
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())
ENGINE, SETTINGS = "engine-without-timeout", "settings-without-timeout"


def found(files: dict[str, str], persona: Persona = Persona.REGULAR) -> list[tuple[str, int, str]]:
    """Return path, line and rule of what is found of the two rules in a project."""
    texts = {path: dedent(text).encode() for path, text in files.items()}
    change = Change(tuple(ChangedFile(path, partial(texts.__getitem__, path)) for path in texts))
    heard = audible(examine(change, TASK).findings, persona)
    return [
        (one.location.path, one.location.line, one.rule)
        for one in heard
        if one.rule in {ENGINE, SETTINGS}
    ]


OPENED = """
    import os
    from sqlalchemy import create_engine
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
"""
DRIVERS = {
    "psycopg2": ("psycopg2-binary==2.9.9", [("shop/db.py", 4, ENGINE)]),
    "PyMySQL": ("PyMySQL", [("shop/db.py", 4, ENGINE)]),
    "psycopg 3": ("psycopg[binary]==3.2", []),
    "asyncpg": ("asyncpg", []),
    "pg8000": ("pg8000", [("shop/db.py", 4, ENGINE)]),
    "one of several, of other databases too": ("psycopg2\nsnowflake-sqlalchemy", []),
    "none": ("flask", []),
}


@pytest.mark.parametrize(("asked", "expected"), DRIVERS.values(), ids=DRIVERS)
def test_the_driver_that_the_project_asks_for_decides(
    asked: str, expected: list[tuple[str, int, str]]
) -> None:
    assert found({"shop/db.py": OPENED, "requirements.txt": asked}) == expected


PLACES = {
    "the environment of migrations": "alembic/env.py",
    "a command": "shop/cli/archive.py",
    "a test": "tests/test_db.py",
    "an example": "docs/examples/db.py",
}


@pytest.mark.parametrize("path", PLACES.values(), ids=PLACES)
def test_where_no_user_is_served_an_engine_is_no_finding(path: str) -> None:
    assert found({path: OPENED, "requirements.txt": "psycopg2"}) == []


CACHES = """
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "OPTIONS": {%s},
        }
    }
"""
CACHED = {
    "redis-py without a default": ("", "redis==7.1.0", [("shop/settings.py", 4, SETTINGS)]),
    "redis-py with one": ("", "redis==8.0.0", []),
    "redis-py of any version": ("", "redis", []),
    "a limit of its own": ('"SOCKET_TIMEOUT": 5', "redis==7.1.0", []),
    "a limit of its pool": (
        '"CONNECTION_POOL_KWARGS": {"socket_timeout": 5}',
        "redis==7.1.0",
        [],
    ),
    "options from elsewhere": ("**options()", "redis==7.1.0", []),
}


@pytest.mark.parametrize(("options", "asked", "expected"), CACHED.values(), ids=CACHED)
def test_a_cache_on_redis_waits_where_neither_its_options_nor_its_version_limit_it(
    options: str, asked: str, expected: list[tuple[str, int, str]]
) -> None:
    files = {"shop/settings.py": CACHES % options, "requirements.txt": asked}

    assert found(files) == expected


def test_the_database_of_tests_does_not_tell_which_driver_the_service_has() -> None:
    settings = """
        def configure(app):
            if app.config["TESTING"]:
                app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
            else:
                app.config["SQLALCHEMY_DATABASE_URI"] = app.address
                app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_timeout": 10}
    """
    asked = "flask-sqlalchemy\npsycopg2"

    assert found({"shop/app.py": settings, "requirements.txt": asked}) == [
        ("shop/app.py", 7, SETTINGS)
    ]


def test_a_setting_that_no_library_reads_is_none() -> None:
    settings = "app.config['SQLALCHEMY_DATABASE_URI'] = 'postgresql://db/shop'"
    files = {"shop/app.py": settings, "requirements.txt": "psycopg2"}

    assert found(files) == []
    assert found({**files, "requirements.txt": "psycopg2\nflask-sqlalchemy"}) == [
        ("shop/app.py", 1, SETTINGS)
    ]


MAIL = {
    "a host and no more": (["EMAIL_HOST = env('X')"], True),
    "a host and a limit": (["EMAIL_HOST = env('X')", "EMAIL_TIMEOUT = 10"], False),
    "a limit in another module": (["EMAIL_HOST = env('X')", "", "EMAIL_TIMEOUT = 10"], False),
    "another way to send": (
        ["EMAIL_HOST = env('X')", "EMAIL_BACKEND = 'django_ses.SESBackend'"],
        False,
    ),
    "an application that is not Django": (["app.config['EMAIL_HOST'] = env('X')"], False),
    "a limit that is none": (["EMAIL_TIMEOUT = None"], True),
}


@pytest.mark.parametrize(("lines", "expected"), MAIL.values(), ids=MAIL)
def test_mail_waits_where_no_setting_limits_it(lines: list[str], expected: bool) -> None:
    first, _, other = "\n".join(lines).partition("\n\n")
    files = {"shop/settings.py": first, "shop/mail.py": other}

    assert found(files) == ([("shop/settings.py", 1, SETTINGS)] if expected else [])


def test_a_setting_of_django_is_read_by_django_alone() -> None:
    database = "SQLALCHEMY_DATABASE_URI = env('Y')"
    files = {"shop/settings.py": f"EMAIL_HOST = env('X')\n{database}"}

    assert found({**files, "requirements.txt": "flask-sqlalchemy"}) == []
    assert found({**files, "requirements.txt": "Django==5.2\nflask-sqlalchemy"}) == [
        ("shop/settings.py", 1, SETTINGS)
    ]


CAST = """
    import dj_database_url
    from decouple import config
    ADDRESS = config("DATABASE_URL", cast=dj_database_url.parse)
    DATABASES = {"default": ADDRESS}
"""


def test_an_address_that_a_reader_of_settings_makes_into_an_entry_brings_no_limit() -> None:
    asked = {"requirements.txt": "psycopg2\ndjango"}
    limit = 'config(default="postgres://db/shop?connect_timeout=3", '
    limited = CAST.replace('config("DATABASE_URL", ', limit)

    assert found({"shop/settings.py": CAST, **asked}) == [("shop/settings.py", 5, SETTINGS)]
    assert found({"shop/settings.py": limited, **asked}) == []
