"""What a SQL statement is by its first words: most need no parser, hence no import."""

from enum import StrEnum

from nonevent.readers.sqlcolumns import Tokens, name_at
from nonevent.readers.sqllexer import words
from nonevent.readers.sqltokens import is_index, is_table

__all__ = ["Sort", "data_table", "sort_of"]


class Sort(StrEnum):
    """How a statement is read."""

    SCHEMA = "schema"  # its actions matter: parsed
    DATA = "data"  # rows come, go or change
    OTHER = "other"  # known, and nothing a step has a field for
    BLOCK = "block"  # PostgreSQL's DO: statements inside a string
    CALL = "call"  # T-SQL's EXEC: a statement inside a string, or sp_rename
    UNKNOWN = "unknown"  # no word that is known: a parser is asked


DATA = words("INSERT UPDATE DELETE MERGE REPLACE UPSERT")
OTHER = words(
    "SET RESET SHOW GRANT REVOKE DENY COMMENT ANALYZE ANALYSE VACUUM EXPLAIN BEGIN START COMMIT"
    " ROLLBACK SAVEPOINT RELEASE ABORT END LOCK UNLOCK USE PRAGMA ATTACH DETACH REINDEX REFRESH"
    " CLUSTER NOTIFY LISTEN UNLISTEN DISCARD CHECKPOINT DEALLOCATE PREPARE CALL DECLARE FETCH"
    " CLOSE SECURITY IMPORT REASSIGN TRUNCATE FLUSH OPTIMIZE REPAIR CHECK PURGE KILL HANDLER PRINT"
    " IF ELSE WHILE RAISERROR THROW RETURN WAITFOR DBCC BACKUP RESTORE ENABLE DISABLE DESCRIBE"
    " DESC VALUES TABLE SIGNAL AUDIT NOAUDIT FLASHBACK OPEN MOVE INSTALL UNINSTALL SAVE TRY CATCH"
    " SELECT GO BULK RECONFIGURE GOTO REPACK EXIT QUIT ASSOCIATE"
)
# What CREATE, ALTER and DROP make beside tables and indexes.
OBJECTS = words(
    "DATABASE SCHEMA VIEW MATERIALIZED FUNCTION PROCEDURE PROC TRIGGER TYPE DOMAIN EXTENSION"
    " SEQUENCE ROLE USER GROUP POLICY PUBLICATION SUBSCRIPTION STATISTICS RULE EVENT AGGREGATE"
    " OPERATOR CAST COLLATION CONVERSION LANGUAGE SERVER WRAPPER TEXT TABLESPACE ACCESS TRANSFORM"
    " SYNONYM PACKAGE LOGIN CERTIFICATE PRIVILEGES SYSTEM SESSION OBJECT ROUTINE INDEX OWNED"
    " PROFILE DIRECTORY CONTEXT LIBRARY JAVA CLUSTER RESOURCE SPATIAL LOGFILE INSTANCE DEFAULT"
    " FULLTEXT PARTITION QUEUE SERVICE MESSAGE CONTRACT ROUTE ENDPOINT ASSEMBLY CREDENTIAL"
    " SYMMETRIC ASYMMETRIC MASTER KEY XML EXTERNAL SECURITY WORKLOAD AVAILABILITY SEARCH"
    " CONSTRAINT MACRO DIMENSION OUTLINE EDITION PROPERTY DICTIONARY"
)


def sort_of(tokens: Tokens, dialect: str) -> Sort:
    """Return how the statement is to be read."""
    first = tokens[0].word
    second = tokens[1].word if len(tokens) > 1 else ""
    if first in {"CREATE", "ALTER", "DROP"}:
        return _made(tokens, first)
    if first in {"WITH", "("}:
        return _with(tokens)
    if first in DATA or (first == "LOAD" and second in {"DATA", "XML"}):
        return Sort.DATA
    if first == "COPY":
        return Sort.DATA if "FROM" in {token.word for token in tokens[:40]} else Sort.OTHER
    if first == "RENAME":
        return Sort.OTHER if second == "USER" else Sort.SCHEMA
    if first == "DO":
        return Sort.BLOCK if dialect in {"", "postgresql"} else Sort.OTHER
    if first in {"EXEC", "EXECUTE"} or first.startswith("SP_"):
        return Sort.CALL
    if first == "SELECT" and dialect in {"", "postgresql", "mssql"} and _selects_into(tokens):
        return Sort.SCHEMA
    if first == "SET" and second in {"@", "="}:
        return Sort.OTHER
    return Sort.OTHER if first in OTHER else Sort.UNKNOWN


def _made(tokens: Tokens, first: str) -> Sort:
    if is_table(tokens) or (is_index(tokens) and (first != "ALTER" or _renames(tokens))):
        return Sort.SCHEMA
    if first == "ALTER" and any(token.word == "TABLE" for token in tokens[1:3]):
        return Sort.SCHEMA
    return Sort.OTHER if any(token.word in OBJECTS for token in tokens[1:13]) else Sort.UNKNOWN


def _renames(tokens: Tokens) -> bool:
    return any(token.word == "RENAME" for token in tokens[3:9])


def _with(tokens: Tokens) -> Sort:
    """Tell rows that are changed, also inside a common table expression, from rows read."""
    words = [token.word for token in tokens]
    for word, after in zip(words, [*words[1:], ""], strict=True):
        into = (word == "INSERT" and after == "INTO") or (word == "DELETE" and after == "FROM")
        if into or (word == "MERGE" and after == "INTO"):
            return Sort.DATA
    updates = [i for i, word in enumerate(words) if word == "UPDATE"]
    if any(words[i - 1] in {")", "("} for i in updates if i):  # not `FOR UPDATE`, `ON UPDATE`
        return Sort.DATA
    return Sort.OTHER if "SELECT" in words or "VALUES" in words else Sort.UNKNOWN


def _selects_into(tokens: Tokens) -> bool:
    """Tell `SELECT … INTO t FROM` from `INTO @variable` and `INTO OUTFILE`."""
    depth = 0
    for index, token in enumerate(tokens[:-1]):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        after = tokens[index + 1]
        if not depth and token.word == "INTO":
            return not after.word.startswith("@") and after.word not in {"OUTFILE", "DUMPFILE"}
        if not depth and token.word == "FROM":
            return False
    return False


BEFORE_NAME = words(
    "INTO FROM ONLY IGNORE LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK OR REPLACE ROLLBACK ABORT FAIL"
    " OVERWRITE TABLE"
)


def data_table(text: str, tokens: Tokens) -> str:
    """Return the table whose rows change; "" where that takes more than the first words."""
    if tokens[0].word in {"WITH", "(", "LOAD"}:
        return ""
    at = 1
    while at < len(tokens) and tokens[at].word in BEFORE_NAME:
        at += 1
    return name_at(text, tokens, at)[0] if tokens[at:] and tokens[at].word != "TOP" else ""
