"""Which database a SQL file is written for, told from what only that database understands."""

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["folder_dialect", "guess_dialect", "named_dialect"]

# What is prose to a database: comments, and the inside of single quotes.
PROSE = re.compile(r"--[^\r\n]*+|/\*(?!M?!)(?:(?!\*/).)*+(?:\*/)?|'(?:[^']|'')*+'", re.DOTALL)
READ = 200_000  # characters that are looked at
ENOUGH = 4  # different signs of one weight; more say no more

SURE, LIKELY = 3, 1
# What stands before a name rather than a type, and what comes after a type.
BEFORE_NAMES = (
    "add|and|as|asc|by|column|constraint|create|desc|distinct|drop|from|index|into|key|not|on|or|"
    "order|rename|select|set|table|then|to|unique|update|using|when|where"
)
AFTER_TYPES = r"(?:constraint|default|not|null|primary|unique)\b"

# Weight → patterns, each behind a text that stands wherever it matches: only the patterns whose
# text is there are searched for. The words are those of each database's reference manual:
# postgresql.org/docs/current/sql-commands.html, dev.mysql.com/doc/refman/8.4/en/,
# learn.microsoft.com/sql/t-sql/, docs.oracle.com (SQL Language Reference), sqlite.org/lang.html
SIGNS = {
    "mysql": (
        (
            SURE,
            (
                ("delimiter", r"^[ \t]*delimiter[ \t]+\S"),
                ("engine", r"\bengine\s*=\s*\w+"),
                ("auto_increment", r"\bauto_increment\b"),
                ("unsigned", r"\bunsigned\b"),
                ("utf8", r"\butf8(?:mb[34])?\b"),
                ("text", r"\b(?:tiny|medium|long)text\b"),
                ("blob", r"\b(?:tiny|medium|long)blob\b"),
                ("mediumint", r"\bmediumint\b"),
                ("/*!", r"/\*!\d{5}"),
                ("algorithm", r"\balgorithm\s*=\s*(?:inplace|instant|copy)\b"),
                ("current_timestamp", r"\bon\s+update\s+current_timestamp\b"),
                ("modify", r"\bmodify\s+column\b"),
                ("change", r"\bchange\s+column\b"),
                ("rename", r"\brename\s+table\b"),
                ("tinyint(", r"\btinyint\(\d+\)"),
                ("datetime(", r"\bdatetime\(\d\)"),
                ("key", r"\badd\s+(?:unique\s+)?key\s"),
                ("index", r"\badd\s+(?:unique\s+)?index\s"),
                ("lock", r"\b(?:un)?lock\s+tables\b"),
            ),
        ),
        (
            LIKELY,
            (
                ("`", r"`\w+`"),
                ("foreign", r"\bdrop\s+foreign\s+key\b"),
                ("enum", r"\benum\s*\("),
                ("after", r"\bafter\s+\w+\s*(?:,|;|\Z)"),
            ),
        ),
    ),
    "mssql": (
        (
            SURE,
            (
                ("go", r"^[ \t]*go[ \t]*;?[ \t]*\r?$"),
                ("nvarchar", r"\bnvarchar\b"),
                ("sp_rename", r"\bsp_rename\b"),
                ("identity", r"\bidentity\s*\(\d+\s*,"),
                ("datetime2", r"\bdatetime2\b"),
                ("uniqueidentifier", r"\buniqueidentifier\b"),
                ("max", r"\bvarchar\s*\(\s*max\s*\)"),
                ("check", r"\bwith\s+(?:no)?check\b"),
                ("object_id", r"\bobject_id\s*\("),
                ("nonclustered", r"\bnonclustered\b"),
                ("tran", r"\bbegin\s+tran\b"),
                ("xact_abort", r"\bset\s+xact_abort\b"),
                ("sp_executesql", r"\bsp_executesql\b"),
                ("nocount", r"\bset\s+nocount\b"),
                ("[dbo]", r"\[dbo\]"),
            ),
        ),
        (
            LIKELY,
            (
                ("[", r"(?<![\w\]'\"\[{$])\[[a-z_][\w ]*\]"),
                ("dbo.", r"\bdbo\."),
                ("getdate", r"\bgetdate\s*\("),
                ("clustered", r"\bclustered\b"),
            ),
        ),
    ),
    "oracle": (
        (
            SURE,
            (
                ("varchar2", r"\bn?varchar2\b"),
                ("number", r"\bnumber\s*\("),
                ("sysdate", r"\bsysdate\b"),
                ("systimestamp", r"\bsystimestamp\b"),
                ("modify", r"\bmodify\s*\("),
                ("dual", r"\bfrom\s+dual\b"),
            ),
        ),
        (
            LIKELY,
            (
                ("/", r"^[ \t]*/[ \t]*\r?$"),
                ("purge", r"\bpurge\b"),
                ("clob", r"\bclob\b"),
                ("number", rf"\b(?!(?:{BEFORE_NAMES})\b)\w+\s+number\s*(?:[,;)]|{AFTER_TYPES}|$)"),
                ("add", r"\badd\s*\("),
            ),
        ),
    ),
    "sqlite": (
        (
            SURE,
            (
                ("autoincrement", r"\bautoincrement\b"),
                ("pragma", r"^[ \t]*pragma\s+\w"),
                ("rowid", r"\bwithout\s+rowid\b"),
                ("sqlite_", r"\bsqlite_\w+"),
            ),
        ),
        (
            LIKELY,
            (
                ("strict", r"\bstrict\s*;"),
                ("insert", r"\binsert\s+or\s+(?:replace|ignore)\b"),
            ),
        ),
    ),
    "postgresql": (
        (
            SURE,
            (
                ("concurrently", r"\bconcurrently\b"),
                ("jsonb", r"\bjsonb\b"),
                ("serial", r"\b(?:big|small)?serial\b"),
                ("timestamptz", r"\btimestamptz\b"),
                ("plpgsql", r"\bplpgsql\b"),
                ("extension", r"\bcreate\s+extension\b"),
                ("validate", r"\bvalidate\s+constraint\b"),
                ("valid", r"\bnot\s+valid\b"),
                ("using", r"\busing\s+index\b"),
                ("type", r"\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\s"),
                ("only", r"\balter\s+table\s+only\b"),
                ("varying", r"\bcharacter\s+varying\b"),
                ("bytea", r"\bbytea\b"),
                ("tsvector", r"\btsvector\b"),
                ("local", r"\bset\s+local\b"),
                ("using", r"\busing\s+gi(?:n|st)\b"),
                ("lock_timeout", r"\block_timeout\b"),
                ("zone", r"\bwith(?:out)?\s+time\s+zone\b"),
                ("gen_random_uuid", r"\bgen_random_uuid\b"),
                ("uuid_generate_v", r"\buuid_generate_v"),
                ("excluded", r"\bon\s+conflict\s*\(.*\bexcluded\."),
                ("value", r"\balter\s+type\s+\S+\s+add\s+value\b"),
                ("enum", r"\bcreate\s+type\b.*\bas\s+enum\b"),
                ("owner", r"\bowner\s+to\b"),
                ("level", r"\brow\s+level\s+security\b"),
                ("$", r"^[ \t]*do[ \t]+\$"),
                ("$", r"\bas[ \t\r\n]+\$\w*\$"),
                ("::", r"[\w)\]'\"]::\s*\"?[a-z_]\w*"),
            ),
        ),
        (
            LIKELY,
            (
                ("returning", r"\breturning\b"),
                ("public.", r"\bpublic\."),
                ("[]", r"\b\w+\[\]"),
                ("cascade", r"\bcascade\s*;"),
                ("boolean", r"\bboolean\b"),
                ("uuid", r"\buuid\b"),
                ("$", r"\$\w*\$"),
            ),
        ),
    ),
}
FOLDERS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "pg": "postgresql",
    "pgsql": "postgresql",
    "psql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "mssql": "mssql",
    "sqlserver": "mssql",
    "oracle": "oracle",
}
# What MariaDB understands and MySQL does not. https://mariadb.com/kb/en/alter-table/,
# https://mariadb.com/kb/en/incompatibilities-and-feature-differences-between-mariadb-and-mysql/
MARIADB = re.compile(
    r"""(?x) \b(?:add|drop|modify|change)\s+(?:column\s+|index\s+|key\s+)?if\s+(?:not\s+)?exists\b
      | \b(?:create|drop)\s+(?:unique\s+)?index\s+if\s+(?:not\s+)?exists\b
      | \bcreate\s+or\s+replace\s+table\b | \bsystem\s+versioning\b | \balgorithm\s*=\s*nocopy\b
      | \bengine\s*=\s*aria\b | \bpage_compressed\s*= | /\*m!"""
)
LIQUIBASE = re.compile(r"^--\s*changeset\b.*\bdbms\s*:\s*\"?(\w+)", re.IGNORECASE | re.MULTILINE)


def guess_dialect(path: str, text: str) -> str:
    """Return "postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"; "" if nothing tells.

    Syntax decides, and counts with it a folder or a part of the file's name that is a database's
    name: `migrations/mysql/V1__x.sql`, `schema.sqlite.sql`.
    """
    head = text[:READ]
    bare = PROSE.sub(lambda prose: "''" if prose[0][0] == "'" else " ", head).lower()
    scores: Counter[str] = Counter()
    for dialect, groups in SIGNS.items():
        for weight, signs in groups:
            scores[dialect] += weight * _signs(bare, signs)
    for named in LIQUIBASE.findall(head):
        scores[FOLDERS.get(named.lower(), "")] += SURE
    scores[named_dialect(path)] += 2 * SURE
    scores.pop("", None)
    (best, most), (_, second) = scores.most_common(2)
    if most <= second:
        return ""
    of_mariadb = best == "mysql" and (MARIADB.search(bare) or "mariadb" in _parts(path))
    return "mariadb" if of_mariadb else best


def _signs(text: str, signs: Iterable[tuple[str, str]]) -> int:
    """Return how many different texts are one of the signs, up to what is enough."""
    pattern = "|".join(sign for held, sign in signs if held in text)
    if not pattern:
        return 0
    different: set[str] = set()
    for found in re.finditer(pattern, text, re.MULTILINE):
        different.add(found[0])
        if len(different) == ENOUGH:
            break
    return len(different)


def named_dialect(path: str) -> str:
    """Return the database that a part of a path, or of a name, names; "" if none or several."""
    found = {FOLDERS[part] for part in _parts(path) if part in FOLDERS}
    return found.pop() if len(found) == 1 else ""


def folder_dialect(path: str) -> str:
    """Return the database that a folder has its whole name from; "" if none or several."""
    found = {FOLDERS[folder] for folder in path.lower().split("/")[:-1] if folder in FOLDERS}
    return found.pop() if len(found) == 1 else ""


def _parts(path: str) -> list[str]:
    return re.split(r"[/._-]", path.lower())
