"""Features that the change alone tells: its size, its spread, what it touches and what it says."""

from nonevent.risk.features.feature import Feature, Group, Sums, of_change, share
from nonevent.risk.record import Record

__all__ = ["FEATURES"]

# file kind → sentence; those of configuration and dependencies stand in a group of their own
KINDS = {
    "migration": "Files of database migrations.",
    "sql": "Files of SQL.",
    "template": "Templates.",
    "frontend": "Scripts and styles of the browser.",
    "data": "Files of data: JSON, YAML, CSV.",
    "auth": "Files about login, sessions or permissions.",
    "payment": "Files about payment or orders.",
    "worker": "Files of background tasks.",
    "view": "Files of request handlers and their routes.",
    "model": "Files of data models.",
}
CONFIGURATION = {
    "dependencies": "Files that name dependencies.",
    "lock": "Lock files of dependencies.",
    "settings": "Files of settings.",
    "infrastructure": "Files of containers, servers or infrastructure.",
    "ci": "Files of the build and test service.",
}
# sign → what the added lines have to do with
SIGNS = {
    "condition": "conditions",
    "loop": "loops",
    "function": "functions",
    "class": "classes",
    "import": "imports",
    "decorator": "decorators",
    "exception": "exceptions raised or caught",
    "broad_except": "handlers that catch every exception",
    "concurrency": "threads, locks or coroutines",
    "transaction": "transactions",
    "http": "requests to other services",
    "database": "queries",
    "queue": "queues and background tasks",
    "cache": "caches",
    "cloud": "cloud storage",
    "file": "files",
    "process": "other programs",
    "environment": "environment variables",
    "flag": "feature flags",
    "timeout": "timeouts and retries",
    "log": "logs and metrics",
    "todo": "notes of what is left to do",
    "url": "routes",
    "deletion": "deletion",
    "schema": "schema operations",
    "time": "dates and times",
    "serialisation": "serialisation",
    "nothing": "null values",
    "permission": "permissions and tokens",
}
DELETED = ("condition", "function", "class", "import", "exception", "database", "log", "timeout")
# word of the title → sentence
PURPOSE = {
    "fix": "The title calls it a fix.",
    "hotfix": "The title calls it a hot-fix.",
    "feature": "The title says that something is added.",
    "refactor": "The title says that code is moved or cleaned.",
    "removal": "The title says that something is removed.",
    "upgrade": "The title says that a dependency changes.",
    "speed": "The title speaks of speed.",
    "migration": "The title speaks of the database.",
    "configuration": "The title speaks of configuration or deployment.",
    "rollout": "The title says that something is switched on.",
    "documentation": "The title speaks of documentation.",
    "test": "The title speaks of tests.",
    "security": "The title speaks of security.",
    "concurrency": "The title speaks of concurrency, queues or tasks.",
    "cache": "The title speaks of a cache.",
}


def _largest(record: Record, _sums: Sums) -> float:
    return max((file.added + file.deleted for file in record.files), default=0)


def _average_hunk(_record: Record, sums: Sums) -> float:
    return share(sums.added + sums.deleted, sums.hunks)


def _deleted_share(_record: Record, sums: Sums) -> float:
    return share(sums.deleted, sums.added + sums.deleted)


def _even_spread(record: Record, sums: Sums) -> float:
    return share(sums.entropy, (len(record.files)).bit_length())


def _test_share(_record: Record, sums: Sums) -> float:
    tests = sums.lines_by_kind.get("test", 0)
    return share(tests, tests + sums.source_added)


def _without_tests(_record: Record, sums: Sums) -> float:
    return "test" not in sums.kinds and sums.source_added + sums.source_deleted > 0


def _only(kinds: frozenset[str], record: Record) -> bool:
    from nonevent.risk.places import kinds_of

    return bool(record.files) and all(kinds_of(file.path) & kinds for file in record.files)


def _lost_functions(_record: Record, sums: Sums) -> float:
    return sums.signs_deleted.get("function", 0) - sums.signs_added.get("function", 0) > 0


def _with_status(status: str, record: Record) -> int:
    return sum(file.status == status for file in record.files)


SIZE = (
    of_change("lines_added", Group.SIZE, "Lines added.", lambda _, s: s.added),
    of_change("lines_deleted", Group.SIZE, "Lines deleted.", lambda _, s: s.deleted),
    of_change("source_added", Group.SIZE, "Lines added to source.", lambda _, s: s.source_added),
    of_change(
        "source_deleted", Group.SIZE, "Lines deleted from source.", lambda _, s: s.source_deleted
    ),
    of_change(
        "python_added",
        Group.SIZE,
        "Lines of Python added.",
        lambda _, s: s.lines_by_kind.get("python", 0),
    ),
    of_change(
        "frontend_added",
        Group.SIZE,
        "Lines of scripts and styles added.",
        lambda _, s: s.lines_by_kind.get("frontend", 0),
    ),
    of_change("largest_file", Group.SIZE, "Lines changed in the file with most.", _largest),
    of_change("lines_per_hunk", Group.SIZE, "Lines of one place that changes.", _average_hunk),
    of_change("deleted_share", Group.SIZE, "Deleted lines among the changed.", _deleted_share),
)
SPREAD = (
    of_change("files", Group.SPREAD, "Files changed.", lambda r, _: len(r.files)),
    of_change("source_files", Group.SPREAD, "Source files changed.", lambda _, s: len(s.source)),
    of_change("folders", Group.SPREAD, "Folders changed.", lambda _, s: len(s.folders)),
    of_change(
        "top_folders",
        Group.SPREAD,
        "Top folders changed.",
        lambda _, s: len({folder.partition("/")[0] for folder in s.folders}),
    ),
    of_change("hunks", Group.SPREAD, "Places that change.", lambda _, s: s.hunks),
    of_change("entropy", Group.SPREAD, "How far the lines are spread.", lambda _, s: s.entropy),
    of_change("even_spread", Group.SPREAD, "How evenly the lines are spread.", _even_spread),
    of_change(
        "files_added", Group.SPREAD, "Files that are new.", lambda r, _: _with_status("A", r)
    ),
    of_change(
        "files_deleted", Group.SPREAD, "Files that are deleted.", lambda r, _: _with_status("D", r)
    ),
    of_change(
        "files_renamed", Group.SPREAD, "Files that are renamed.", lambda r, _: _with_status("R", r)
    ),
    of_change(
        "binary_files", Group.SPREAD, "Binary files.", lambda r, _: sum(f.binary for f in r.files)
    ),
)


def _of_kind(kind: str, group: Group, sentence: str) -> Feature:
    return of_change(f"in_{kind}", group, sentence, lambda _, sums: sums.kinds.get(kind, 0))


TOUCHED = (
    *(_of_kind(kind, Group.CONTENT, sentence) for kind, sentence in KINDS.items()),
    *(_of_kind(kind, Group.CONFIGURATION, sentence) for kind, sentence in CONFIGURATION.items()),
    of_change(
        "only_dependencies",
        Group.CONFIGURATION,
        "Nothing but dependencies changes.",
        lambda record, _: _only(frozenset({"dependencies", "lock"}), record),
    ),
    of_change(
        "only_configuration",
        Group.CONFIGURATION,
        "Nothing but configuration changes.",
        lambda record, _: _only(frozenset(CONFIGURATION), record),
    ),
    of_change(
        "only_frontend",
        Group.CONTENT,
        "Nothing but what the browser gets changes.",
        lambda record, _: _only(frozenset({"frontend", "template"}), record),
    ),
    of_change("tests_share", Group.TESTS, "Tests among the added lines.", _test_share),
    of_change("without_tests", Group.TESTS, "Source changes and no test does.", _without_tests),
    of_change("in_test", Group.TESTS, "Files of tests.", lambda _, s: s.kinds.get("test", 0)),
    of_change("in_doc", Group.TESTS, "Files of documentation.", lambda _, s: s.kinds.get("doc", 0)),
)


def _adds(sign: str, words: str) -> Feature:
    return of_change(
        f"adds_{sign}",
        Group.CONTENT,
        f"Added lines have to do with {words}.",
        lambda _, sums: sums.signs_added.get(sign, 0),
    )


def _deletes(sign: str) -> Feature:
    return of_change(
        f"deletes_{sign}",
        Group.CONTENT,
        f"Deleted lines have to do with {SIGNS[sign]}.",
        lambda _, sums: sums.signs_deleted.get(sign, 0),
    )


CONTENT = (
    *(_adds(sign, words) for sign, words in SIGNS.items()),
    *(_deletes(sign) for sign in DELETED),
    of_change("loses_functions", Group.CONTENT, "More functions go than come.", _lost_functions),
)


def _says(word: str, group: Group, sentence: str) -> Feature:
    return of_change(f"says_{word}", group, sentence, lambda _, sums: word in sums.words)


TITLE = (
    *(_says(word, Group.PURPOSE, sentence) for word, sentence in PURPOSE.items()),
    _says("unfinished", Group.RELAND, "The title speaks of a trial or of unfinished work."),
    _says("again", Group.RELAND, "The title says that it is done again."),
    of_change(
        "reland",
        Group.RELAND,
        "It brings again what was taken back.",
        lambda _, sums: sums.undoing.layers > 0 and not sums.undoing.odd,
    ),
    of_change(
        "title_length", Group.PURPOSE, "Letters of the title.", lambda record, _: len(record.title)
    ),
    of_change(
        "body_length",
        Group.PURPOSE,
        "Letters of the description.",
        lambda record, _: len(record.body),
    ),
)

FEATURES = (*SIZE, *SPREAD, *TOUCHED, *CONTENT, *TITLE)
