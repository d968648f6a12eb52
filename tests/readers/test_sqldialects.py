"""Two readers of one statement: where sqlglot types it, the tokens say the same."""

import pytest

from nonevent.readers.sqldialects import ask_sqlglot
from nonevent.readers.sqllexer import significant, tokens_of
from nonevent.readers.sqltokens import read_tokens

STATEMENTS = {
    "mysql": (
        "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 5 AFTER b, DROP COLUMN c, DROP d",
        "ALTER TABLE t ADD UNIQUE INDEX i (a), ADD INDEX j (b), ADD PRIMARY KEY (c)",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id), ALGORITHM=INPLACE",
        "ALTER TABLE t DROP INDEX i, DROP FOREIGN KEY f, DROP PRIMARY KEY, DROP CHECK c",
        "ALTER TABLE t MODIFY a varchar(10) NOT NULL, CHANGE b c int, CHANGE d d int",
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT 5, ALTER b DROP DEFAULT",
        "ALTER TABLE t RENAME u",
        "ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j",
        "CREATE TABLE t (a int, `key` int, KEY i (a), UNIQUE KEY u (a)) ENGINE=InnoDB",
        "CREATE UNIQUE INDEX i ON t (a, b(10))",
        "DROP TABLE IF EXISTS a, b",
        "DROP INDEX i ON t",
    ),
    "mssql": (
        "ALTER TABLE [dbo].[t] ADD [a] int NOT NULL DEFAULT 0, b int NULL",
        "ALTER TABLE t ALTER COLUMN a nvarchar(10) NOT NULL",
        "ALTER TABLE t DROP COLUMN a, b",
        "ALTER TABLE t WITH CHECK ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)",
        "CREATE UNIQUE NONCLUSTERED INDEX i ON dbo.t (a DESC) INCLUDE (b)",
    ),
    "oracle": (
        "ALTER TABLE t ADD (a NUMBER(10) DEFAULT 0 NOT NULL, b VARCHAR2(10))",
        "ALTER TABLE t RENAME COLUMN a TO b",
        "ALTER TABLE t RENAME TO u",
        "DROP TABLE t CASCADE CONSTRAINTS PURGE",
    ),
    "sqlite": (
        "ALTER TABLE t ADD COLUMN a INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE t RENAME a TO b",
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a) WHERE a IS NOT NULL",
    ),
}


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        pytest.param(dialect, text, id=f"{dialect}: {text}")
        for dialect, texts in STATEMENTS.items()
        for text in texts
    ],
)
def test_agrees_with_the_tokens(dialect: str, text: str) -> None:
    drafts = read_tokens(text, significant(tokens_of(text, dialect)), dialect)
    said = ask_sqlglot(text, dialect)

    assert drafts is not None
    assert said is not None
    assert [draft.operation for draft in drafts] == [operation for operation, _ in said]
    for draft, (_, fields) in zip(drafts, said, strict=True):
        spelled = {key: value for key, value in draft.fields.items() if key in fields}
        assert spelled == fields


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FOO bar", id="an alias is not understood"),
        pytest.param("RENAME TABLE a TO b", id="a command is not typed"),
        pytest.param("ALTER TABLE t DROP PARTITION", id="an error"),
        pytest.param("SELECT " + "(" * 3000, id="too deep"),
        pytest.param("/* oops", id="its own slip"),
        pytest.param("", id="nothing"),
    ],
)
def test_does_not_claim_what_it_does_not_type(text: str) -> None:
    assert ask_sqlglot(text, "mysql") is None
