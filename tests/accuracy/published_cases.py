"""The cases that other tools publish with their own tests, read from clones: one table of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.rails import sql_of

__all__ = ["SOURCES", "Case"]


class Case(NamedTuple):
    """A migration that somebody has called safe or not."""

    source: str
    name: str
    database: str
    unsafe: bool
    about: str  # the other tool's rule where its verdict is about one thing alone; "" all of it
    text: str
    before: tuple[str, ...] = ()  # migrations that ran before, in order
    suffix: str = "sql"
    path: str = ""  # where the file's place matters
    earlier: tuple[tuple[str, str], ...] = ()  # files that were there before: path, text


# -- squawk ------------------------------------------------------------------------------------

RUST_TEST = re.compile(r"#\[test\]\s*fn (\w+)\(\) \{(.*?)\n    \}", re.DOTALL)
RUST_TEXT = re.compile(r'r#"(.*?)"#|"((?:[^"\\]|\\.)*)"', re.DOTALL)
# A file's own helper names no rule: it asks about that of the file.
ASKED = re.compile(r"lint_(ok|errors)\(\s*&?sql,?\s*(?:Rule::(\w+))?,?\s*\)")


def squawk(clone: Path) -> Iterator[Case]:
    """Yield the cases of the linter's rules that ask with the preset settings."""
    for file in sorted(clone.glob("crates/squawk_linter/src/rules/*.rs")):
        for name, body in RUST_TEST.findall(file.read_text(encoding="utf-8")):
            texts = [raw or plain for raw, plain in RUST_TEXT.findall(body)]
            asked = ASKED.findall(body)
            if len(asked) == 1 and texts:
                verdict, rule = asked[0]
                yield Case(
                    "squawk",
                    f"{file.stem}::{name}",
                    "postgresql",
                    verdict == "errors",
                    _kebab(rule) if rule else file.stem.replace("_", "-"),
                    texts[0],
                )


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


# -- eugene ------------------------------------------------------------------------------------

SCRIPT = re.compile(r"^-- (\d+)\.sql$", re.MULTILINE)
MATCHED = re.compile(r"assert!\(\s*(!?)matched_lint_rule\(\s*&report,\s*rules::(\w+)", re.DOTALL)
# Where the numbers of its examples name a rule of its tests.
NUMBERS = {
    "E1": "VALIDATE_CONSTRAINT_WITH_LOCK",
    "E2": "MAKE_COLUMN_NOT_NULL_WITH_LOCK",
    "E3": "ADD_JSON_COLUMN",
    "E4": "RUNNING_STATEMENT_WHILE_HOLDING_ACCESS_EXCLUSIVE",
    "E5": "TYPE_CHANGE_REQUIRES_TABLE_REWRITE",
    "E6": "CREATE_INDEX_NONCONCURRENTLY",
    "E7": "CREATING_UNIQUE_CONSTRAINT",
    "E8": "ADD_EXCLUSION_CONSTRAINT",
    "E9": "LOCKTIMEOUT_WARNING",
    "E10": "TYPE_CHANGE_REQUIRES_TABLE_REWRITE",
    "E11": "ADDING_SERIAL_COLUMN",
    "E15": "MISSING_INDEX",
    "W12": "MULTIPLE_ALTER_TABLES_WHERE_ONE_WILL_DO",
    "W13": "CREATING_ENUM",
    "W14": "ADD_PRIMARY_KEY_USING_INDEX",
}


def eugene(clone: Path) -> Iterator[Case]:
    """Yield the examples of its pages and the assertions of its linter's tests."""
    for file in sorted(clone.glob("eugene/examples/*/*.sql")):
        number = file.parent.name
        if number not in NUMBERS or file.stem not in {"good", "bad"}:
            continue
        _, *parts = SCRIPT.split(file.read_text(encoding="utf-8"))
        scripts = parts[1::2]
        at = _examined(scripts)
        text = "\n".join(scripts[at:]) if file.stem == "bad" else "\n".join(scripts[at : at + 1])
        yield Case(
            "eugene",
            f"{number}/{file.stem}",
            "postgresql",
            file.stem == "bad",
            NUMBERS[number],
            f"BEGIN;\n{text}\nCOMMIT;\n" if "concurrently" not in text.lower() else text,
            tuple(scripts[:at]),
        )
    text = (clone / "eugene/src/lints.rs").read_text(encoding="utf-8")
    for name, body in RUST_TEST.findall(text):
        said = re.search(r"let sql = (.*?);\n", body, re.DOTALL)
        reports = re.split(r"\banon_lint\(", body)[1:]
        for at, report in enumerate(reports):
            script = _text(said[1] if said and report.startswith("sql") else report)
            for absent, rule in MATCHED.findall(report):
                label = f"{name}:{at}" if len(reports) > 1 else name
                yield Case("eugene", label, "postgresql", not absent, rule, script)


def _examined(scripts: list[str]) -> int:
    """Return which script of an example is the one it is about: the first that makes no table."""
    made = [at for at, script in enumerate(scripts) if "create table" in script.lower()]
    return min(made[-1] + 1 if made else 0, len(scripts) - 1)


def _text(report: str) -> str:
    found = RUST_TEXT.search(report)
    raw = (found[1] or found[2]) if found else ""
    return re.sub(r"\\\n\s*", "", raw).replace('\\"', '"').replace("\\n", "\n")


# -- strong_migrations -------------------------------------------------------------------------

RUBY_CLASS = re.compile(r"^class (\w+) < TestMigration\n(.*?)^end$", re.DOTALL | re.MULTILINE)
RUBY_TEST = re.compile(r"^  def (test_\w+)\n(.*?)^  end$", re.DOTALL | re.MULTILINE)
HEREDOC = re.compile(r"<<~EOF\n.*?^\s*EOF$", re.DOTALL | re.MULTILINE)
# What its tests start from: test/support/active_record.rb.
TABLES = {
    "postgresql": """
CREATE TABLE users (id bigserial primary key, name character varying, city character varying,
    credit_score decimal(10,5), deleted_at timestamp, country character varying(20),
    "interval" character varying, description text, code citext, order_id bigint);
CREATE TABLE orders (id bigserial primary key);
CREATE TABLE devices (id bigserial primary key);
CREATE TYPE task_status AS ENUM ('new', 'done');
""",
    "mysql": """
CREATE TABLE `users` (`id` bigint AUTO_INCREMENT PRIMARY KEY, `name` varchar(255),
    `city` varchar(255), `credit_score` decimal(10,5), `deleted_at` timestamp NULL,
    `country` varchar(20), `interval` varchar(255), `description` text, `order_id` bigint)
    CHARACTER SET utf8mb4;
CREATE TABLE `orders` (`id` bigint AUTO_INCREMENT PRIMARY KEY);
CREATE TABLE `devices` (`id` bigint AUTO_INCREMENT PRIMARY KEY);
""",
}


def strong_migrations(clone: Path) -> Iterator[Case]:
    """Yield its cases for PostgreSQL and for MySQL as the SQL that ActiveRecord would send."""
    bodies: dict[str, str] = {}
    for file in sorted(clone.glob("test/migrations/*.rb")):
        bodies.update(RUBY_CLASS.findall(file.read_text(encoding="utf-8")))
    for file in sorted(clone.glob("test/*_test.rb")):
        if file.stem == "safe_by_default_test":  # there the gem writes another migration
            continue
        for name, test in RUBY_TEST.findall(file.read_text(encoding="utf-8")):
            for database in ("postgresql", "mysql"):
                for unsafe, called in _asserted(test, database):
                    made = sql_of(bodies.get(called, ""), database)
                    if made is None:
                        continue
                    text = ";\n".join(made.judged) + ";\n"
                    if database == "postgresql":
                        alone = "-- migrate:up transaction:false\n"  # as dbmate has it
                        text = f"BEGIN;\n{text}COMMIT;\n" if made.in_transaction else alone + text
                    vouched = ";\n".join(made.before)
                    before = (TABLES[database], *([f"{vouched};\n"] if vouched else []))
                    label = f"{file.stem}::{name}::{called}"
                    yield Case("strong_migrations", label, database, unsafe, "", text, before)


def _asserted(test: str, database: str) -> Iterator[tuple[bool, str]]:
    """Yield what a test asserts on one database; nothing where a setting changes the verdict."""
    if "with_" in test or "without_" in test or "start_after" in test:
        return
    taken = [True]
    met = [False]
    for line in map(str.strip, HEREDOC.sub('"…"', test).splitlines()):
        word, _, condition = line.partition(" ")
        if word == "skip" and _holds(condition, database) and taken[-1]:
            return
        if word == "if":
            met.append(_holds(f"if {condition}", database))
            taken.append(met[-1])
        elif word == "elsif":
            taken[-1] = not met[-1] and _holds(f"if {condition}", database)
            met[-1] = met[-1] or taken[-1]
        elif word == "else":
            taken[-1] = not met[-1]
        elif word == "end" and len(taken) > 1:
            taken.pop()
            met.pop()
        elif all(taken) and (
            found := re.match(r"assert_(un)?safe (\w+)$|assert_(un)?safe (\w+), \"", line)
        ):
            yield bool(found[1] or found[3]), found[2] or found[4]


def _holds(condition: str, database: str) -> bool:
    """Return whether `if mysql? || mariadb?` or `unless postgresql?` holds for the database."""
    condition = re.sub(r'^"[^"]*" ', "", condition)
    names = re.findall(r"(\w+)\?", condition)
    holds = database in names or ("algorithm_option" in names and database == "mysql")
    holds = holds or ("lock_option" in names and database == "mysql")
    return not holds if condition.startswith("unless") else holds


# -- django-migration-linter -------------------------------------------------------------------

PYTHON_TEST = re.compile(
    r"^    def (test_\w+)\(self\):\n(.*?)(?=^    (?:def|@)|^class|\Z)", re.DOTALL | re.MULTILINE
)
PYTHON_CLASS = re.compile(r"^class (\w+)\(.*?\):\n(.*?)(?=^class |\Z)", re.DOTALL | re.MULTILINE)
PIECE = re.compile(
    r"sql = (.*?)\n\s*self\.assert(ValidSql|BackwardIncompatibleSql|WarningSql)\(", re.DOTALL
)
VENDOR = re.compile(r'database_vendor = "(\w+)"')


def django_migration_linter(clone: Path) -> Iterator[Case]:
    """Yield the statements of its analyser's tests and the migrations of its test project."""
    import ast

    text = (clone / "tests/unit/test_sql_analyser.py").read_text(encoding="utf-8")
    for group, body in PYTHON_CLASS.findall(text):
        vendor = VENDOR.search(body)
        database = vendor[1] if vendor else ""
        if database not in {"mysql", "postgresql", "sqlite"}:
            continue
        for name, test in PYTHON_TEST.findall(body):
            for number, (written, verdict) in enumerate(PIECE.findall(test)):
                try:
                    sql = ast.literal_eval(written.strip().rstrip(","))
                except (SyntaxError, ValueError):
                    continue
                script = "\n".join(sql) if isinstance(sql, (list, tuple)) else sql
                label = f"{group}::{name}:{number}"
                yield Case(
                    "django-migration-linter", label, database, verdict != "ValidSql", "", script
                )
    yield from _project(clone)


DETECTED = re.compile(
    r"def (test_\w+)\(self\):\n\s+app = fixtures\.(\w+)\n"
    r"\s+self\._test_linter_finds_(no_)?errors\(app\)"
)


def _project(clone: Path) -> Iterator[Case]:
    fixtures = (clone / "tests/fixtures.py").read_text(encoding="utf-8")
    places = dict(re.findall(r'^(\w+) = \(?\s*"(\w+)"', fixtures, re.MULTILINE))
    text = (clone / "tests/functional/test_migration_linter.py").read_text(encoding="utf-8")
    verdicts: dict[tuple[str, str], dict[str, bool]] = {}
    for group, body in PYTHON_CLASS.findall(text):
        kind = next((d for d in ("Sqlite", "MySql", "Postgresql") if d in group), "Base")
        for name, place, fine in DETECTED.findall(body):
            verdicts.setdefault((name, places.get(place, "")), {})[kind] = not fine
    for (name, place), said in verdicts.items():
        folder = clone / "tests/test_project" / place / "migrations"
        files = sorted(folder.glob("0*.py")) if place else []
        if not files:
            continue
        earlier = tuple(
            (f"{place}/migrations/{f.name}", f.read_text(encoding="utf-8")) for f in files[:-1]
        )
        unsafe = said.get("Postgresql", said.get("Base", False))
        yield Case(
            "django-migration-linter",
            f"project::{name}",
            "postgresql",
            unsafe,
            "",
            files[-1].read_text(encoding="utf-8"),
            suffix="py",
            path=f"{place}/migrations/{files[-1].name}",
            earlier=earlier,
        )


# -- atlas -------------------------------------------------------------------------------------

GO_TEST = re.compile(r"^func (Test\w+)\(.*?\n(.*?)^\}", re.DOTALL | re.MULTILINE)
GO_TEXT = re.compile(r'Text:\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)')
TELLS = re.compile(r"(?i)^\W*(?!alter table \S+$)\w+")
LINTED = re.compile(
    r"^-- (?:migrations\w*/)?(\d+)\.sql --\n(.*?)(?=^-- |\Z)", re.DOTALL | re.MULTILINE
)


def atlas(clone: Path) -> Iterator[Case]:
    """Yield what the tests of its open analysers feed them, and its integration tests of lint."""
    folders = {
        "sql/sqlcheck": "mysql",
        "sql/mysql/mysqlcheck": "mysql",
        "sql/postgres/postgrescheck": "postgresql",
        "sql/sqlite/sqlitecheck": "sqlite",
    }
    for folder, database in folders.items():
        for file in sorted((clone / folder).rglob("*_test.go")):
            text = file.read_text(encoding="utf-8")
            for name, body in GO_TEST.findall(text):
                texts = [(plain or raw).replace('\\"', '"') for plain, raw in GO_TEXT.findall(body)]
                # Many a test says what changes by objects alone.
                if not all(map(TELLS.search, texts)) or "SkipTemporary" in name or not texts:
                    continue
                silent = "require.Nil(t, report" in body or "require.Empty(t, report.Diag" in body
                script = ";\n".join(texts) + ";\n"
                yield Case("atlas", f"{file.parent.name}::{name}", database, not silent, "", script)
    yield from _txtar(clone)


def _txtar(clone: Path) -> Iterator[Case]:
    for file in sorted(
        (clone / "internal/integration/testdata/sqlite").glob("cli-migrate-lint-*.txtar")
    ):
        if file.stem == "cli-migrate-lint-ignore":
            continue
        text = file.read_text(encoding="utf-8")
        files = LINTED.findall(text)
        for at, (number, script) in enumerate(files):
            said = re.search(rf"analyzing version {number}'\nstdout '([^']*)'", text)
            if said is None:
                continue
            unsafe = "detected" in said[1] or "L1" in said[1]
            before = tuple(body for _, body in files[:at])
            yield Case("atlas", f"{file.stem}::{number}", "sqlite", unsafe, "", script, before)


SOURCES = {
    "squawk": squawk,
    "eugene": eugene,
    "strong_migrations": strong_migrations,
    "django-migration-linter": django_migration_linter,
    "atlas": atlas,
}
