"""Which database a SQL file is written for, told from what only that database understands."""

import re
from collections import Counter

__all__ = ["guess_dialect"]

# What is prose to a database: comments, and the inside of single quotes.
PROSE = re.compile(r"--[^\r\n]*+|/\*(?!!)(?:(?!\*/).)*+(?:\*/)?|'(?:[^']|'')*+'", re.DOTALL)
READ = 200_000  # characters that are looked at

SURE, LIKELY = 3, 1

# Pattern → weight. The words are those of each database's reference manual:
# postgresql.org/docs/current/sql-commands.html, dev.mysql.com/doc/refman/8.4/en/,
# learn.microsoft.com/sql/t-sql/, docs.oracle.com (SQL Language Reference), sqlite.org/lang.html
SIGNS = {
    "mysql": (
        (
            SURE,
            (
                r"^[ \t]*delimiter[ \t]+\S|\bengine\s*=\s*\w+|\bauto_increment\b|\bunsigned\b"
                r"|\butf8(?:mb[34])?\b|\b(?:tiny|medium|long)(?:text|blob)\b|\bmediumint\b|/\*!\d{5}"
                r"|\balgorithm\s*=\s*(?:inplace|instant|copy)\b|\bon\s+update\s+current_timestamp\b"
                r"|\bmodify\s+column\b|\bchange\s+column\b|\brename\s+table\b|\btinyint\(\d+\)"
                r"|\bdatetime\(\d\)|\badd\s+(?:unique\s+)?(?:key|index)\s|\b(?:un)?lock\s+tables\b"
            ),
        ),
        (LIKELY, r"`\w+`|\bdrop\s+foreign\s+key\b|\benum\s*\(|\bafter\s+\w+\s*(?:,|;|\Z)"),
    ),
    "mssql": (
        (
            SURE,
            (
                r"^[ \t]*go[ \t]*;?[ \t]*\r?$|\bnvarchar\b|\bsp_rename\b|\bidentity\s*\(\d+\s*,"
                r"|\bdatetime2\b|\buniqueidentifier\b|\bvarchar\s*\(\s*max\s*\)|\bwith\s+(?:no)?check\b"
                r"|\bobject_id\s*\(|\bnonclustered\b|\bbegin\s+tran\b|\bset\s+xact_abort\b|\bsp_executesql\b"
                r"|\bset\s+nocount\b|\[dbo\]"
            ),
        ),
        (LIKELY, r"(?<![\w\]'\"\[{$])\[[a-z_][\w ]*\]|\bdbo\.|\bgetdate\s*\(|\bclustered\b"),
    ),
    "oracle": (
        (
            SURE,
            (
                r"\bn?varchar2\b|\bnumber\s*\(|\bsysdate\b|\bsystimestamp\b|\bmodify\s*\(|\bfrom\s+dual\b"
            ),
        ),
        (LIKELY, r"^[ \t]*/[ \t]*\r?$|\bpurge\b|\bclob\b|\bnumber\b|\badd\s*\("),
    ),
    "sqlite": (
        (SURE, r"\bautoincrement\b|^[ \t]*pragma\s+\w|\bwithout\s+rowid\b|\bsqlite_\w+"),
        (LIKELY, r"\bstrict\s*;|\binsert\s+or\s+(?:replace|ignore)\b"),
    ),
    "postgresql": (
        (
            SURE,
            (
                r"\bconcurrently\b|\bjsonb\b|\b(?:big|small)?serial\b|\btimestamptz\b|\bplpgsql\b"
                r"|\bcreate\s+extension\b|\bvalidate\s+constraint\b|\bnot\s+valid\b|\busing\s+index\b"
                r"|\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\s|\balter\s+table\s+only\b"
                r"|\bcharacter\s+varying\b|\bbytea\b|\btsvector\b|\bset\s+local\b|\busing\s+gi(?:n|st)\b"
                r"|\block_timeout\b|\bwith(?:out)?\s+time\s+zone\b|\bgen_random_uuid\b|\buuid_generate_v"
                r"|\bon\s+conflict\s*\(.*\bexcluded\.|\balter\s+type\s+\S+\s+add\s+value\b"
                r"|\bcreate\s+type\b.*\bas\s+enum\b|\bowner\s+to\b|\brow\s+level\s+security\b"
                r"|^[ \t]*do[ \t]+\$|\bas[ \t\r\n]+\$\w*\$|[\w)\]'\"]::\s*\"?[a-z_]\w*"
            ),
        ),
        (LIKELY, r"\breturning\b|\bpublic\.|\b\w+\[\]|\bcascade\s*;|\bboolean\b|\buuid\b|\$\w*\$"),
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
LIQUIBASE = re.compile(r"^--\s*changeset\b.*\bdbms\s*:\s*\"?(\w+)", re.IGNORECASE | re.MULTILINE)


def guess_dialect(path: str, text: str) -> str:
    """Return "postgresql", "mysql", "sqlite", "mssql" or "oracle"; "" where nothing tells.

    Syntax decides, and counts with it a folder or a part of the file's name that is a database's
    name: `migrations/mysql/V1__x.sql`, `schema.sqlite.sql`.
    """
    head = text[:READ]
    bare = PROSE.sub(lambda prose: "''" if prose[0][0] == "'" else " ", head).lower()
    scores: Counter[str] = Counter()
    for dialect, groups in SIGNS.items():
        for weight, pattern in groups:
            seen = {found[0] for found in re.finditer(pattern, bare, re.MULTILINE)}
            scores[dialect] += weight * min(len(seen), 4)
    for named in LIQUIBASE.findall(head):
        scores[FOLDERS.get(named.lower(), "")] += SURE
    scores[_by_path(path)] += 2 * SURE
    scores.pop("", None)
    (best, most), (_, second) = scores.most_common(2)
    return best if most > second else ""


def _by_path(path: str) -> str:
    parts = re.split(r"[/._-]", path.lower())
    found = {FOLDERS[part] for part in parts if part in FOLDERS}
    return found.pop() if len(found) == 1 else ""
