"""Which database the configuration of a tool names."""

import pytest

from nonevent.facts import Setting
from nonevent.readers import hints
from nonevent.reading import is_hint

TEXTS = {
    "Prisma's lock": (
        "prisma/migrations/migration_lock.toml",
        'provider = "postgresql"',
        "postgresql",
    ),
    "Prisma's lock of SQLite": (
        "prisma/migrations/migration_lock.toml",
        'provider = "sqlite"',
        "sqlite",
    ),
    "Prisma's schema": (
        "prisma/schema.prisma",
        (
            'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n'
            '  provider = "mysql"\n  url = env("DATABASE_URL")\n}\n'
        ),
        "mysql",
    ),
    "Alembic's address": ("alembic.ini", "sqlalchemy.url = mysql+pymysql://u:p@db/shop", "mysql"),
    "Alembic's placeholder": ("alembic.ini", "sqlalchemy.url = driver://user:pass@localhost/x", ""),
    "Alembic's SQLite, which an environment replaces": (
        "alembic.ini",
        "sqlalchemy.url = sqlite:///dev.db",
        "",
    ),
    "Flyway's address": ("flyway.conf", "flyway.url=jdbc:mariadb://db:3306/shop", "mariadb"),
    "Liquibase's address": (
        "liquibase.properties",
        "url: jdbc:sqlserver://db:1433;databaseName=x",
        "mssql",
    ),
    "Oracle's driver": ("flyway.conf", "flyway.url=jdbc:oracle:thin:@//db/x", "oracle"),
    "an engine": ("sqlc.yaml", 'sql:\n  - engine: "postgresql"\n', "postgresql"),
    "a container": (
        "docker-compose.yml",
        "services:\n  db:\n    image: docker.io/library/postgres:16\n  app:\n    image: shop\n",
        "postgresql",
    ),
    "two containers": (
        "compose.yaml",
        "services:\n  a:\n    image: mysql:8\n  b:\n    image: postgres\n",
        "",
    ),
    "a crate's feature": (
        "crates/client/Cargo.toml",
        '[dependencies]\nsqlx = { workspace = true, features = ["sqlite", "regexp"] }\n',
        "sqlite",
    ),
    "a crate for several": (
        "Cargo.toml",
        'diesel = { version = "2", features = [\n  "postgres_backend",\n  "mysql", "sqlite"] }\n',
        "",
    ),
    "a crate's comment": ("Cargo.toml", '# sqlx = { features = ["mysql"] }\n', ""),
    "a comment": ("flyway.conf", "# flyway.url=jdbc:mysql://localhost/x", ""),
    "another service": ("compose.yaml", "services:\n  a:\n    image: redis:7\n", ""),
}


@pytest.mark.parametrize(("path", "text", "expected"), TEXTS.values(), ids=TEXTS)
def test_names(path: str, text: str, expected: str) -> None:
    found = hints.read(path, text)

    assert is_hint(path)
    assert found.notes == ()
    databases = (fact for fact in found.facts if isinstance(fact, Setting) and fact.name != "sqlx")
    assert [fact.value.constant for fact in databases] == ([expected] if expected else [])


def test_says_where() -> None:
    (fact,) = hints.read("flyway.conf", "\nflyway.url=jdbc:mysql://x/y").facts

    assert fact.location == ("flyway.conf", 2, 17, 2, 22)


@pytest.mark.parametrize("path", ["pyproject.toml", "setup.cfg", "k8s/deployment.yaml", "tox.ini"])
def test_other_files_are_none(path: str) -> None:
    assert not is_hint(path)
