"""Which database a SQL file is written for."""

import pytest

from nonevent.readers.sqlguess import guess_dialect

ROWS = {
    "concurrently": ("CREATE INDEX CONCURRENTLY i ON t (a)", "postgresql"),
    "a cast": ("SELECT a::text", "postgresql"),
    "a dollar quote": ("CREATE FUNCTION f() RETURNS int AS $$ x $$ LANGUAGE plpgsql", "postgresql"),
    "jsonb": ("CREATE TABLE t (a jsonb)", "postgresql"),
    "serial": ("CREATE TABLE t (id serial)", "postgresql"),
    "timestamptz": ("ALTER TABLE t ADD a timestamptz", "postgresql"),
    "backticks": ("ALTER TABLE `t` DROP `a`", "mysql"),
    "engine": ("CREATE TABLE t (a int) ENGINE=InnoDB", "mysql"),
    "auto-increment": ("CREATE TABLE t (a int AUTO_INCREMENT)", "mysql"),
    "dollars after DELIMITER are MySQL's": ("DELIMITER $$\nDROP TABLE t $$", "mysql"),
    "a column of MariaDB that may be there": (
        "ALTER TABLE `t` ADD COLUMN IF NOT EXISTS `a` int",
        "mariadb",
    ),
    "an index of MariaDB that may be there": ("DROP INDEX IF EXISTS `i` ON `t`", "mariadb"),
    "a table of MariaDB that may be there": ("DROP TABLE IF EXISTS `t`", "mysql"),
    "MariaDB's own comment": ("ALTER TABLE `t` /*M!100301 ADD SYSTEM VERSIONING */", "mariadb"),
    "what PostgreSQL says as well": (
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a jsonb",
        "postgresql",
    ),
    "GO": ("ALTER TABLE t ADD a int\nGO\n", "mssql"),
    "brackets": ("ALTER TABLE [t] ADD [a] int", "mssql"),
    "nvarchar": ("ALTER TABLE t ADD a nvarchar(10)", "mssql"),
    "sp_rename": ("EXEC sp_rename 'a', 'b'", "mssql"),
    "varchar2": ("ALTER TABLE t ADD (a VARCHAR2(10))", "oracle"),
    "number": ("ALTER TABLE t ADD (a NUMBER(10))", "oracle"),
    "number without digits": ("CREATE TABLE t (a NUMBER NOT NULL, b NUMBER)", "oracle"),
    "a column called so": ("SELECT id FROM t WHERE number = 5 ORDER BY number;", ""),
    "such a column that goes": ("ALTER TABLE t DROP COLUMN number;", ""),
    "such a column that comes": ("ALTER TABLE t ADD COLUMN number int NOT NULL", ""),
    "autoincrement": ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite"),
    "pragma": ("PRAGMA foreign_keys=OFF;", "sqlite"),
    "plain SQL tells nothing": ("ALTER TABLE t ADD COLUMN a int NOT NULL", ""),
    "prose tells nothing": ("-- like `x` in MySQL: ENGINE=InnoDB\n/* GO */ DROP TABLE t", ""),
    "text tells nothing": ("INSERT INTO t VALUES ('nvarchar ENGINE=x')", ""),
    "an array is no bracketed name": ("ALTER TABLE t ADD a int[]", "postgresql"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*row, id=name) for name, row in ROWS.items()]
)
def test_tells_by_syntax(text: str, expected: str) -> None:
    assert guess_dialect("a.sql", text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("migrations/mysql/V1__x.sql", "mysql"),
        ("migrations/mariadb/V1__x.sql", "mariadb"),
        ("schema.sqlite.sql", "sqlite"),
        ("postgres-to-mysql/x.sql", ""),
        ("mysqlish/x.sql", ""),
    ],
)
def test_takes_a_name_for_a_sign(path: str, expected: str) -> None:
    assert guess_dialect(path, "DROP TABLE t") == expected


def test_more_of_the_same_signs_does_not_outweigh_others() -> None:
    """Four signs of a weight say all that signs of this weight can say."""
    columns = "a jsonb, b serial, c bigserial, d smallserial, e timestamptz, f bytea, g tsvector"
    mysql = "`h` tinytext, i mediumblob, j mediumint, k longtext, l int unsigned"

    assert guess_dialect("a.sql", f"CREATE TABLE t ({columns}, {mysql})") == "mysql"
