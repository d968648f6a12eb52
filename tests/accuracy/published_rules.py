"""Which rules of nonevent speak of the same matter as a rule of another tool."""

__all__ = ["HOW", "OUT_OF_SCOPE", "SAME", "STYLE_OF_SQUAWK"]

LOCKS = ("validating-constraint", "validation-under-lock")
INDEX = ("blocking-index-build",)
TIMEOUT = ("unbounded-lock-wait",)
REWRITE = ("rewriting-new-column", "volatile-default")
TYPE = ("column-type-change",)
REQUIRED = ("required-column-without-default",)
TRANSACTION = ("transaction-in-transaction", "transaction-left-open")

SAME: dict[str, tuple[str, ...]] = {
    # squawk
    "adding-field-with-default": REWRITE,
    "adding-foreign-key-constraint": LOCKS,
    "adding-not-nullable-field": LOCKS,
    "adding-serial-primary-key-field": (*LOCKS, *REWRITE),
    "adding-primary-key-constraint": (*LOCKS, *REWRITE),
    "adding-required-field": REQUIRED,
    "ban-alter-domain-with-add-constraint": ("validating-domain-constraint",),
    "ban-concurrent-index-creation-in-transaction": ("concurrently-in-transaction",),
    "ban-drop-column": ("dropped-column", "reused-column-name"),
    "ban-drop-database": ("dropped-schema",),
    "ban-drop-not-null": ("dropped-not-null",),
    "ban-drop-table": ("dropped-table",),
    "ban-truncate-cascade": ("truncated-table",),
    "ban-uncommitted-transaction": TRANSACTION,
    "changing-column-type": TYPE,
    "constraint-missing-not-valid": LOCKS,
    "disallowed-unique-constraint": LOCKS,
    "disallow-unique-constraint": LOCKS,
    "renaming-column": ("renamed-column", "renamed-object"),
    "renaming-table": ("renamed-table",),
    "require-concurrent-index-creation": INDEX,
    "require-concurrent-index-deletion": ("blocking-index-drop",),
    "require-concurrent-partition-detach": ("blocking-partition-detach",),
    "require-concurrent-reindex": ("blocking-reindex",),
    "require-timeout-settings": TIMEOUT,
    "require-lock-timeout": TIMEOUT,
    "require-statement-timeout": TIMEOUT,
    "transaction-nesting": TRANSACTION,
    "prefer-repack": ("table-rewrite",),
    # eugene
    "LOCKTIMEOUT_WARNING": TIMEOUT,
    "CREATE_INDEX_NONCONCURRENTLY": INDEX,
    "ADDING_VALID_CONSTRAINT": LOCKS,
    "VALIDATE_CONSTRAINT_WITH_LOCK": LOCKS,
    "ADDING_EXCLUSION_CONSTRAINT": LOCKS,
    "ADD_EXCLUSION_CONSTRAINT": LOCKS,
    "ADD_NEW_UNIQUE_CONSTRAINT_WITHOUT_USING_INDEX": LOCKS,
    "CREATING_UNIQUE_CONSTRAINT": LOCKS,
    "RUNNING_STATEMENT_WHILE_HOLDING_ACCESS_EXCLUSIVE": (
        "backfill-under-lock",
        "validation-under-lock",
    ),
    "MAKE_COLUMN_NOT_NULLABLE_WITH_LOCK": LOCKS,
    "MAKE_COLUMN_NOT_NULL_WITH_LOCK": LOCKS,
    "SET_COLUMN_TYPE_TO_JSON": ("json-column-without-equality", *TYPE),
    "ADD_JSON_COLUMN": ("json-column-without-equality", *TYPE),
    "CHANGE_COLUMN_TYPE": TYPE,
    "TYPE_CHANGE_REQUIRES_TABLE_REWRITE": TYPE,
    "ADD_SERIAL_COLUMN": REWRITE,
    "ADDING_SERIAL_COLUMN": REWRITE,
    "ADD_PRIMARY_KEY_USING_INDEX": LOCKS,
}
# What no deploy suffers from: names, spellings, types of new tables, advice on design.
OUT_OF_SCOPE = frozenset(
    (
        "ban-char-field",
        "ban-create-domain-with-constraint",
        "ban-duplicate-column-assignments",
        "identifier-too-long",
        "prefer-bigint-over-int",
        "prefer-bigint-over-smallint",
        "prefer-identity",
        "prefer-robust-stmts",
        "prefer-text-field",
        "prefer-timestamp-tz",
        "require-enum-value-ordering",
        "require-table-schema",
        "CREATING_ENUM",
        "MISSING_INDEX",
        "MULTIPLE_ALTER_TABLES_WHERE_ONE_WILL_DO",
    )
)
# How a migration is run, not what it does: asked of cases that are about that alone.
HOW = frozenset(
    (
        *TIMEOUT,
        *TRANSACTION,
        "half-applied-migration",
        "irreversible-migration",
    )
)
# The same of squawk.
STYLE_OF_SQUAWK = OUT_OF_SCOPE | {
    "require-lock-timeout",
    "require-statement-timeout",
    "require-timeout-settings",
    "syntax-error",
    "transaction-nesting",
    "ban-uncommitted-transaction",
}
