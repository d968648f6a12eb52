"""How the databases' own clients read a file: their lines, their batches, T-SQL without ends."""

import re

from nonevent.pattern import late

__all__ = [
    "ANYWHERE",
    "AT_LINE",
    "CLIENT",
    "COPY_END",
    "DELIMITER",
    "GO",
    "INCLUDES",
    "LINE",
    "ON_ITS_OWN",
    "RIGHTS",
    "SLASH",
    "SLASH_LINE",
    "TERMINATOR",
]

GO = re.compile(r"GO(?:[ \t]+\d+)?[ \t]*;?[ \t]*(?:--[^\r\n]*)?(?=[\r\n]|\Z)", re.IGNORECASE)
SLASH = re.compile(r"[/.][ \t]*(?=[\r\n]|\Z)")
SLASH_LINE = re.compile(r"^[ \t]*/[ \t]*\r?$", re.MULTILINE)
DELIMITER = re.compile(r"DELIMITER[ \t]+(\S+)[^\r\n]*", re.IGNORECASE)
LINE = re.compile(r"[^\r\n]*")
COPY_END = re.compile(r"^\\\.[ \t]*\r?$", re.MULTILINE)
# Firebird: `SET TERM ^ ;` makes ^ what ends a statement.
TERMINATOR = re.compile(r"SET[ \t]+TERM[ \t]+([^\s\w]+)[ \t]*[^\s\w]*", re.IGNORECASE)
# Lines that the database's own client reads; the server never sees them.
CLIENT = {
    "": late(r"\\|\#[\s-]*(?:---|!)"),
    "postgresql": late(r"\\|\#[\s-]*(?:---|!)"),
    "mysql": late(r"(?:SOURCE|USE)[ \t]+[^\s;]+[ \t]*;?[ \t]*(?=[\r\n]|\Z)|\\", re.IGNORECASE),
    "sqlite": late(r"\.[a-z]"),
    "mssql": late(r":(?:r|setvar|on|connect|out|error|list|listvar|reset)\b", re.IGNORECASE),
    "oracle": late(
        r"@|(?:PROMPT|SPOOL|WHENEVER|REM|REMARK|EXIT|QUIT|SHOW|DEFINE|UNDEFINE|ACCEPT|PAUSE|HOST"
        r"|CONNECT|START|TTITLE|BREAK|CLEAR|SET(?![ \t]+(?:TRANSACTION|ROLE|CONSTRAINTS?)\b)"
        r"|COLUMN|EXECUTE|EXEC)\b",
        re.IGNORECASE,
    ),
}

# Where a T-SQL statement begins although no semicolon ended the one before.
OBJECTS = (
    "TABLE|INDEX|UNIQUE|CLUSTERED|NONCLUSTERED|VIEW|PROC|PROCEDURE|FUNCTION|TRIGGER|SCHEMA|TYPE"
    "|SEQUENCE|DATABASE|USER|LOGIN|ROLE|STATISTICS|SYNONYM"
)
ANYWHERE = re.compile(
    rf"(?:CREATE|ALTER|DROP)\s+(?:{OBJECTS})\b|EXEC(?:UTE)?\s+[\w.\[\]]*sp_\w", re.IGNORECASE
)
AT_LINE = re.compile(
    r"(?:PRINT|DECLARE|IF|ELSE|BEGIN|END|COMMIT|ROLLBACK|EXEC|EXECUTE|GRANT|REVOKE|DENY|TRUNCATE"
    r"|USE|MERGE|GOTO|RAISERROR|THROW|WHILE|RETURN|WAITFOR|INSERT\s+INTO|INSERT\s+\[|DELETE\s+FROM"
    r"|CREATE|SET\s+(?:\w+_\w+|NOCOUNT|LANGUAGE|DATEFORMAT|TRANSACTION|@)"
    r"|UPDATE\s+TOP\b|UPDATE\s+(?!SET\b)"
    r"(?:\w|\[)+\S*\s+SET)\b",
    re.IGNORECASE,
)
ON_ITS_OWN = frozenset(("BEGIN", "END", "ELSE", "TRY", "CATCH"))
RIGHTS = frozenset(("GRANT", "REVOKE", "DENY"))


# Lines that read another file, by the client's word for it.
INCLUDES = re.compile(
    r"\\(?:i|ir|include|include_relative)\s|@|source\s|\.read\s|:r\s|start\s", re.IGNORECASE
)
