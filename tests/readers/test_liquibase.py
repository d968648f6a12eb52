"""Liquibase's changelogs in XML, YAML and JSON: changesets and the steps that they stand for."""

import json
from textwrap import indent
from typing import Any

import pytest

from nonevent.facts import FileFacts, Part, Rows, SchemaStep, Setting
from nonevent.readers import liquibase

COMMON = {"framework": "liquibase", "in_transaction": True}
APART = ("location", "text", "operation", "parts")


def xml(changes: str, changeset: str = "", around: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">\n'
        f'{around}<changeSet id="1" author="x" {changeset}>\n{changes}\n'
        "</changeSet>\n</databaseChangeLog>\n"
    )


def read(text: str, name: str = "db/changelog/a.xml", dialect: str = "") -> FileFacts:
    return liquibase.read(name, text, dialect)


def steps(facts: FileFacts) -> list[SchemaStep]:
    return [fact for fact in facts.facts if isinstance(fact, SchemaStep)]


def told(facts: FileFacts) -> list[tuple[str, dict[str, Any]]]:
    assert facts.notes == ()
    return [
        (
            step.operation.value,
            {
                key: value
                for key, value in step._asdict().items()
                if key not in APART
                and value != COMMON.get(key, SchemaStep._field_defaults.get(key))
            },
        )
        for step in steps(facts)
    ]


T = {"table": "t"}
CHANGES = {
    "columns are added, one step each": (
        (
            '<addColumn tableName="t" schemaName="s">'
            '<column name="a" type="int" defaultValueNumeric="1">'
            '<constraints nullable="false"/></column><column name="b" type="text" '
            'valueComputed="upper(c)"/></addColumn>'
        ),
        [
            (
                "add column",
                {"table": "s.t", "column": "a", "type": "int", "default": "1", "nullable": False},
            ),
            ("add column", {"table": "s.t", "column": "b", "type": "text"}),
            ("data", {"table": "s.t", "rows": Rows.ALL}),
        ],
    ),
    "a column with a foreign key": (
        (
            '<addColumn tableName="t"><column name="a" type="int"><constraints foreignKeyName="f" '
            'references="o(id)"/></column></addColumn>'
        ),
        [
            (
                "add column",
                {**T, "column": "a", "type": "int", "constraint": "foreign key", "references": "o"},
            )
        ],
    ),
    "tables go and get other names": (
        (
            '<dropTable tableName="t" cascadeConstraints="true"/>'
            '<renameTable oldTableName="t" newTableName="u"/>'
        ),
        [("drop table", {**T, "cascade": True}), ("rename table", {**T, "new_name": "u"})],
    ),
    "columns go, in both ways to say so": (
        (
            '<dropColumn tableName="t" columnName="a"/>'
            '<dropColumn tableName="t"><column name="b"/><column name="c"/></dropColumn>'
        ),
        [("drop column", {**T, "column": name}) for name in "abc"],
    ),
    "a column gets another name, another type": (
        (
            '<renameColumn tableName="t" oldColumnName="a" newColumnName="b" columnDataType="int"/>'
            '<modifyDataType tableName="t" columnName="a" newDataType="varchar(20)"/>'
        ),
        [
            ("rename column", {**T, "column": "a", "new_name": "b"}),
            ("alter column type", {**T, "column": "a", "type": "varchar(20)"}),
        ],
    ),
    "types change as they did once": (
        '<modifyColumn tableName="t"><column name="a" type="text"/></modifyColumn>',
        [("alter column type", {**T, "column": "a", "type": "text"})],
    ),
    "NOT NULL, its rows filled first": (
        (
            '<addNotNullConstraint tableName="t" columnName="a" defaultNullValue="0"/>'
            '<dropNotNullConstraint tableName="t" columnName="a"/>'
        ),
        [
            ("data", {**T, "rows": Rows.MANY}),
            ("set not null", {**T, "column": "a", "nullable": False}),
            ("drop not null", {**T, "column": "a", "nullable": True}),
        ],
    ),
    "defaults": (
        (
            '<addDefaultValue tableName="t" columnName="a" defaultValue="it\'s"/>'
            '<addDefaultValue tableName="t" columnName="a" defaultValueComputed="now()"/>'
            '<dropDefaultValue tableName="t" columnName="a"/>'
        ),
        [
            ("set default", {**T, "column": "a", "default": "'it''s'"}),
            ("set default", {**T, "column": "a", "default": "now()"}),
            ("drop default", {**T, "column": "a"}),
        ],
    ),
    "constraints": (
        (
            '<addPrimaryKey tableName="t" columnNames="a, b" constraintName="p"/>'
            '<addUniqueConstraint tableName="t" columnNames="a" constraintName="u"/>'
            '<addForeignKeyConstraint baseTableName="t" baseColumnNames="a" constraintName="f" '
            'referencedTableName="o" referencedColumnNames="id" validate="false"/>'
            '<dropForeignKeyConstraint baseTableName="t" constraintName="f"/>'
            '<dropUniqueConstraint tableName="t" constraintName="u"/>'
            '<dropPrimaryKey tableName="t"/>'
        ),
        [
            (
                "add constraint",
                {**T, "columns": ("a", "b"), "name": "p", "constraint": "primary key"},
            ),
            ("add constraint", {**T, "columns": ("a",), "name": "u", "constraint": "unique"}),
            (
                "add constraint",
                {
                    **T,
                    "columns": ("a",),
                    "name": "f",
                    "constraint": "foreign key",
                    "references": "o",
                    "valid": False,
                },
            ),
            ("drop constraint", {**T, "name": "f", "constraint": "foreign key"}),
            ("drop constraint", {**T, "name": "u", "constraint": "unique"}),
            ("drop constraint", {**T, "constraint": "primary key"}),
        ],
    ),
    "indexes": (
        (
            '<createIndex tableName="t" indexName="i" unique="true"><column name="a"/>'
            '<column name="lower(b)" computed="true"/></createIndex>'
            '<dropIndex tableName="t" indexName="i"/>'
        ),
        [
            ("create index", {**T, "name": "i", "columns": ("a", "lower(b)"), "unique": True}),
            ("drop index", {**T, "name": "i"}),
        ],
    ),
    "rows": (
        (
            '<insert tableName="t"><column name="a" value="1"/></insert>'
            '<update tableName="t"><column name="a" value="1"/><where>b = 1</where></update>'
            '<delete tableName="t"/><loadData tableName="t" file="a.csv"/>'
        ),
        [("data", {**T, "rows": rows}) for rows in (Rows.NEW, Rows.MANY, Rows.ALL, Rows.NEW)],
    ),
    "views and sequences": (
        (
            '<createView viewName="v" replaceIfExists="true">SELECT 1</createView>'
            '<dropSequence sequenceName="s"/>'
        ),
        [
            ("create object", {"object": "view", "name": "v", "replaces": True}),
            ("drop object", {"object": "sequence", "name": "s"}),
        ],
    ),
    "what changes no schema": (
        (
            '<comment>why</comment><tagDatabase tag="v1"/><empty/>'
            '<setTableRemarks tableName="t" remarks="x"/>'
        ),
        [("other", {})],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), CHANGES.values(), ids=CHANGES)
def test_changes(changes: str, expected: list[tuple[str, dict[str, Any]]]) -> None:
    assert told(read(xml(changes))) == expected


TABLE = (
    '<createTable tableName="t"><column name="id" type="bigint" autoIncrement="true">'
    '<constraints primaryKey="true" primaryKeyName="p"/></column>'
    '<column name="n" type="${text}" defaultValue="x"><constraints nullable="false" unique="true" '
    'uniqueConstraintName="u"/></column></createTable>'
)
PARTS = (
    Part("column", "id", type="bigint", nullable=False, generated=True),
    Part("column", "n", type="clob", nullable=False, default="'x'"),
    Part("unique", "u", ("n",)),
    Part("primary key", "p", ("id",)),
)


def test_a_table_has_its_parts() -> None:
    (step,) = steps(read(xml(TABLE, around='<property name="text" value="clob"/>')))

    assert (step.table, step.columns, step.parts) == ("t", ("id", "n"), PARTS)


def test_a_table_is_new_within_its_changeset_alone() -> None:
    index = '<createIndex tableName="t" indexName="i"><column name="n"/></createIndex>'
    text = xml(f'{TABLE}{index}</changeSet><changeSet id="2" author="x">{index}')

    assert [step.table_is_new for step in steps(read(text))] == [True, True, False]


CHANGESETS = {
    "without a transaction": ('runInTransaction="false"', "", {"in_transaction": False}),
    "for one database": ('dbms="postgresql, h2"', "", {"dialect": "postgresql"}),
    "for several": ('dbms="postgresql,mysql"', "", {}),
    "behind a condition": (
        "",
        (
            '<preConditions onFail="MARK_RAN">'
            '<not><columnExists tableName="t" columnName="a"/></not>'
            "</preConditions>"
        ),
        {"guarded": True},
    ),
    "behind a condition that stops all": (
        "",
        '<preConditions onFail="HALT"><dbms type="oracle"/></preConditions>',
        {},
    ),
    "rewritten to build concurrently": (
        "",
        (
            '<modifySql dbms="postgresql"><replace replace="CREATE INDEX" '
            'with="CREATE INDEX CONCURRENTLY"/></modifySql>'
        ),
        {"concurrently": True},
    ),
}


@pytest.mark.parametrize(("changeset", "around", "more"), CHANGESETS.values(), ids=CHANGESETS)
def test_a_changeset(changeset: str, around: str, more: dict[str, Any]) -> None:
    index = '<createIndex tableName="t" indexName="i"><column name="a"/></createIndex>'

    assert told(read(xml(around + index, changeset))) == [
        ("create index", {**T, "name": "i", "columns": ("a",), **more})
    ]


OTHERS = {
    "of a test's database": ('dbms="h2"', "", 0),
    "of another database": ('dbms="oracle"', "postgresql", 0),
    "of all but this one": ('dbms="!postgresql"', "postgresql", 0),
    "of this one": ('dbms="postgresql"', "postgresql", 1),
    "of all but another": ('dbms="!oracle"', "postgresql", 1),
}


@pytest.mark.parametrize(("changeset", "dialect", "count"), OTHERS.values(), ids=OTHERS)
def test_changesets_are_read(changeset: str, dialect: str, count: int) -> None:
    found = read(xml('<dropTable tableName="t"/>', changeset), dialect=dialect)

    assert len(steps(found)) == count


def test_the_way_back() -> None:
    text = xml(
        '<addColumn tableName="t"><column name="a" type="int"/></addColumn>'
        '<rollback><dropColumn tableName="t" columnName="a"/></rollback>'
        "<rollback>DROP TABLE u; DROP INDEX i</rollback><rollback/>"
    )

    assert [(step.operation.value, step.direction) for step in steps(read(text))] == [
        ("add column", "up"),
        ("drop column", "down"),
        ("drop table", "down"),
        ("drop index", "down"),
    ]


def test_what_a_program_does_is_not_known() -> None:
    found = read(xml('<customChange class="x.Y"/>'))

    assert [step.operation.value for step in steps(found)] == ["unknown"]
    assert [(note.line, note.message) for note in found.notes] == [
        (4, "change `customChange` is a program's own: what it does is not judged")
    ]


def included(facts: FileFacts) -> list[str]:
    return [str(fact.value.constant) for fact in facts.facts if isinstance(fact, Setting)]


def test_includes_are_told() -> None:
    around = (
        '<property name="where" value="db"/><include file="classpath:/db/b.xml"/>'
        '<include file="../c.yaml" relativeToChangelogFile="true"/><includeAll path="${where}/d"/>'
    )
    found = read(xml('<sqlFile path="db/e.sql"/>', around=around))

    assert included(found) == ["db/b.xml", "db/c.yaml", "db/d/", "db/e.sql"]


# -- places ----------------------------------------------------------------------------------------


def shown(text: str, facts: FileFacts) -> list[str]:
    """Return what stands at the place of each step."""
    lines = text.splitlines()
    found = []
    for step in steps(facts):
        _, line, column, end_line, end_column = step.location
        assert line == end_line
        found.append(lines[line - 1][column - 1 : end_column - 1])
    return found


def test_places_in_xml() -> None:
    text = xml(
        '<comment>größer</comment>  <addColumn tableName="t">\n  <column name="a" type="int"/>\n'
        "</addColumn>\n<sql>\n  -- ä\n  UPDATE t SET a = '&lt;' ;  DROP TABLE u\n</sql>"
        "<sql><![CDATA[ALTER TABLE t DROP b;]]></sql>"
    )

    assert shown(text, read(text)) == [
        "<column",
        "UPDATE t SET a = '&lt;'",
        "DROP TABLE u",
        "DROP b",
    ]


YAML = """\
databaseChangeLog:
  - property: {name: kind, value: int}
  - include: {file: b.yaml, relativeToChangelogFile: true}
  - changeSet:
      id: 1
      author: x
      runInTransaction: false
      preConditions:
        - onFail: MARK_RAN
        - tableExists: {tableName: t}
      changes:
        - addColumn:
            tableName: t
            columns:
              - column: {name: a, type: "${kind}"}
              - column:
                  name: b
                  type: text
                  constraints:
                    nullable: false
        - sql: {sql: "DROP TABLE u"}
        - sql:
            sql: |
              -- a comment
              ALTER TABLE t
                DROP c;
              DROP TABLE v;
      rollback:
        - dropColumn: {tableName: t, columnName: a}
"""


def test_yaml() -> None:
    found = read(YAML, "db/changelog/a.yaml")
    common = {"in_transaction": False, "guarded": True}

    assert included(found) == ["db/changelog/b.yaml"]
    assert told(found) == [
        ("add column", {**T, **common, "column": "a", "type": "int"}),
        ("add column", {**T, **common, "column": "b", "type": "text", "nullable": False}),
        ("drop table", {**common, "table": "u"}),
        ("drop column", {**T, **common, "column": "c"}),
        ("drop table", {**common, "table": "v"}),
        ("drop column", {**T, **common, "column": "a", "direction": "down"}),
    ]
    assert shown(YAML, found) == [
        "column",
        "column",
        "DROP TABLE u",
        "DROP c",
        "DROP TABLE v",
        "dropColumn",
    ]


@pytest.mark.parametrize("by", ["\t", 2, None], ids=["tabs", "blanks", "one line"])
def test_json(by: Any) -> None:
    changeset = {
        "id": "1",
        "author": "x",
        "changes": [{"addColumn": {"tableName": "t", "columns": [{"column": {"name": "a"}}]}}],
        "rollback": "ALTER TABLE t DROP a",
    }
    text = json.dumps({"databaseChangeLog": [{"changeSet": changeset}]}, indent=by)
    found = read(text, "db/changelog/a.json")

    assert told(found) == [
        ("add column", {**T, "column": "a"}),
        ("drop column", {**T, "column": "a", "direction": "down"}),
    ]
    assert shown(text, found) == ['"column"', "DROP a"]


# -- what is refused -------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BODY = (
    "<databaseChangeLog><changeSet id='1' author='x'><sql>&l9;</sql></changeSet>"
    "</databaseChangeLog>"
)
TRAPS = {
    "a billion laughs": ("a.xml", f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>{BODY}'),
    "a file of the machine": (
        "a.xml",
        f'<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>{BODY}',
    ),
    "a document type from elsewhere": ("a.xml", f'<!DOCTYPE a SYSTEM "http://localhost/x">{BODY}'),
    "an entity that nobody declares": ("a.xml", BODY),
    "elements a thousand deep": (
        "a.xml",
        "<databaseChangeLog>" + "<a>" * 1000 + "</a>" * 1000 + "</databaseChangeLog>",
    ),
    "XML that ends too early": ("a.xml", "<databaseChangeLog><changeSet"),
    "aliases of aliases": (
        "a.yaml",
        "databaseChangeLog:\n- a: &a [x]\n- b: &b [*a, *a]\n- c: [*b, *b]\n",
    ),
    "lists a thousand deep": ("a.yaml", "databaseChangeLog: " + "[" * 1000 + "]" * 1000),
    "YAML that is none": ("a.yaml", "databaseChangeLog:\n  - a: [\n"),
}


@pytest.mark.parametrize(("name", "text"), TRAPS.values(), ids=TRAPS)
def test_is_refused_with_a_note(name: str, text: str) -> None:
    found = read(text, f"db/changelog/{name}")

    assert found.facts == ()
    assert [note.message.partition(":")[0] for note in found.notes] == ["not read"]


NONE = {
    "another root": ("a.xml", "<project><!-- databaseChangeLog --></project>"),
    "a key further down": ("a.yaml", "spec:\n  databaseChangeLog: x\n"),
    "no mapping": ("a.yaml", "- databaseChangeLog\n"),
    "a text": ("a.json", '"databaseChangeLog"'),
    "a number in its place": ("a.json", '{"databaseChangeLog": 3}'),
    "names that are no texts": (
        "a.yaml",
        "databaseChangeLog:\n- 1\n- changeSet:\n- ? [a]\n  : b\n",
    ),
    "nothing at all": ("a.yaml", ""),
}


@pytest.mark.parametrize(("name", "text"), NONE.values(), ids=NONE)
def test_says_nothing(name: str, text: str) -> None:
    assert read(text, f"db/changelog/{name}") == FileFacts(f"db/changelog/{name}")


def test_a_large_changelog_is_read() -> None:
    change = '<addColumn tableName="t"><column name="a" type="int"/></addColumn>'
    sets = [f'<changeSet id="{n}" author="x">{change}</changeSet>' for n in range(3000)]
    text = f"<databaseChangeLog>{indent(chr(10).join(sets), '  ')}</databaseChangeLog>"

    assert len(steps(read(text))) == 3000
