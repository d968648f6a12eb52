"""A small report with all that a format has to show."""

import pytest

from nonevent.edit import Edit, Fix, Replacement
from nonevent.facts import Reach, Role
from nonevent.finding import Confidence, Finding, Persona, Related, Severity, Subject, Suppressed
from nonevent.location import Location
from nonevent.note import Note, NoteKind
from nonevent.report import Build, Gone, Origin, Report
from nonevent.rule import Page

VIEWS = """\
import requests
from flask import Flask, request

app = Flask(__name__)
SESSIONS = {}


@app.post("/login")
def login():
    user = request.form["user"]
    SESSIONS[request.cookies.get("sid")] = {"user": user}
    answer = requests.get("https://auth.internal/check?u=" + user)
    return answer.text
"""

MIGRATION = """\
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index(
        "ix_orders_created",
        "orders",
        ["created"],
    )
"""

BODY = """\
# Outbound call without a timeout

## What it finds

A call of `requests.get` and its like
without `timeout`.

## Why it hurts a deploy

## What to do instead

## When it is silent
"""


def page(rule: str, family: str, severity: Severity, title: str) -> Page:
    return Page(
        rule=rule,
        family=family,
        severity=severity,
        confidence=Confidence.HIGH,
        persona=Persona.REGULAR,
        since="0.1.0",
        tags=("reliability",),
        title=title,
        summary="A call of `requests.get` and its like without `timeout`.",
        body=BODY,
    )


PAGES = (
    page("blocking-index-build", "schema", Severity.WARNING, "Index built under a lock"),
    page("call-without-timeout", "timeouts", Severity.ERROR, "Outbound call without a timeout"),
    page("module-state-in-handler", "state", Severity.ERROR, "Module state in a handler"),
)

INDEX = Finding(
    rule="blocking-index-build",
    family="schema",
    location=Location("migrations/0002_index.py", 8, 5, 12, 6),
    message="index on `orders` is built under a SHARE lock: writes wait until it is done",
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    fingerprint="00000000000000aa",
)
STATE = Finding(
    rule="module-state-in-handler",
    family="state",
    location=Location("shop/views.py", 11, 5, 11, 41),
    message="`SESSIONS` is changed by the request handler `login` and lives in one process: "
    "a restart loses it and another replica never sees it",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    fingerprint="00000000000000bb",
    remedy="keep it in a store that all replicas share",
    related=(Related(Location("shop/views.py", 5, 1, 5, 9), "`SESSIONS` is made here"),),
)
TIMEOUT = Finding(
    rule="call-without-timeout",
    family="timeouts",
    location=Location("shop/views.py", 12, 14, 12, 26),
    message="`requests.get` can wait for ever: this worker cannot drain",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    fingerprint="00000000000000cc",
    remedy="add `timeout=10`",
)
NOTES = (
    Note("", NoteKind.HISTORY, "the merge base is not in this shallow clone"),
    Note("legacy/old.py", NoteKind.SYNTAX, "Python 2: this file was skipped", 3),
)


@pytest.fixture
def report() -> Report:
    """Two files with three findings, two notes and a suppression."""
    return Report(
        findings=(INDEX, STATE, TIMEOUT),
        notes=NOTES,
        pages=PAGES,
        sources={"migrations/0002_index.py": MIGRATION, "shop/views.py": VIEWS},
        files=14,
        suppressed=2,
        version="0.1.0",
        exit_code=1,
        fail_on="warning",
        head="6bd66b9f3c0f5d1ce0d7a5a8d3b6f6a0a1f0c2d4",
    )


@pytest.fixture
def whole(report: Report) -> Report:
    """All that a record can tell: ways, weaknesses, what is accepted, where it comes from."""
    index, state, timeout = report.findings
    entry = Location("shop/views.py", 9, 5, 9, 10)
    reach = (Reach(Role.HANDLER, "login", (entry,), ("login",)),)
    made = Location("shop/views.py", 5, 1, 5, 9)
    state = state._replace(
        subject=Subject("SESSIONS", "dict", made, "item assignment", "login", reach)
    )
    dropped = Location("migrations/0002_index.py", 7, 5, 7, 10)
    uses = Related(entry, "class `Order` maps `note` here", "    note: str", "the running version")
    index = index._replace(
        location=dropped, related=(uses,), subject=Subject("drop column orders note", scope="up")
    )
    call = timeout.location
    comment = Location("shop/views.py", 12, 40, 12, 65)
    old = timeout._replace(fingerprint="00000000000000dd")
    known = timeout._replace(fingerprint="00000000000000ee")
    timed = PAGES[1]._replace(cwe=("1088",))
    return report._replace(
        findings=(index, state, timeout),
        pages=(PAGES[0], timed, PAGES[2]),
        silenced=(Suppressed(old, "a sidecar: it `cannot` hang", "", "2027-01-31", comment),),
        baselined=(Suppressed(known._replace(location=call), "before we began", "web"),),
        accepted=1,
        stale=1,
        compared=True,
        gone=(Gone("dropped-column", "migrations/0001.py"),),
        arguments=("check", "--output", "sarif:a b.sarif"),
        origin=Origin("https://example.org/shop.git", report.head, "main"),
        build=Build(
            "azuredevops/pipeline/build/contoso/11111111-1111-1111-1111-111111111111/42/"
            "22222222-2222-2222-2222-222222222222/refs/heads/main/98765",
            "42",
            "Nightly",
            "22222222-2222-2222-2222-222222222222",
            "Build",
        ),
    )


@pytest.fixture
def fixable(report: Report) -> Report:
    """The report on a work tree; one finding is cleared by a safe edit, one by an unsafe one."""
    index, state, timeout = report.findings
    call = Location("shop/views.py", 12, 14, 12, 65)
    end = Location("shop/views.py", 12, 64, 12, 64)
    cells = Location("shop/views.py", 5, 12, 5, 14)
    top = Location("shop/views.py", 3, 1, 3, 1)
    passed = Fix("Pass `timeout=10`", True, (Replacement(end, ", timeout=10"),))
    shared = (Replacement(top, "import shop\n"), Replacement(cells, "shop.Shared()"))
    timeout = timeout._replace(edits=(Edit(call, "timeout=10", adds=True),), fix=passed)
    state = state._replace(
        edits=(Edit(cells, "shop.Shared()", imports=("shop",), safe=False),),
        fix=Fix("Replace `{}` by `shop.Shared()`", False, shared),
    )
    return report._replace(findings=(index, state, timeout), mends=True, head="")


@pytest.fixture
def clean() -> Report:
    """Nothing found, nothing left out."""
    return Report(findings=(), notes=(), pages=PAGES, sources={}, files=14, version="0.1.0")


EVIL = "::error::x\r\n::error::y%0A\x1b[31m\u202e\u200b\udce9##[add-mask]z `](1) 🛒"


@pytest.fixture
def hostile() -> Report:
    """A report in which every text that the analysed code can choose is an attack."""
    path = f"::error file=a.py::{EVIL}/../#?%"
    place = Location(path, 2, 1, 3, 4)
    return Report(
        findings=(
            STATE._replace(
                location=place,
                message=EVIL,
                remedy=EVIL,
                related=(Related(place, EVIL), Related(Location("gone.py", 1, 1, 1, 1), EVIL)),
            ),
            TIMEOUT._replace(
                location=Location(path, 9, 9, 9, 9),
                rule="rule-without-page",
                fix=Fix(EVIL, False, (Replacement(place, EVIL),)),
            ),
        ),
        notes=(Note(path, NoteKind.ENCODING, EVIL, 3), Note("", NoteKind.PATCH, EVIL)),
        pages=PAGES,
        sources={path: f"{EVIL}\n{EVIL}\n"},
        files=1,
        version="0.1.0",
        exit_code=1,
    )


@pytest.fixture
def terse(report: Report) -> Report:
    """The report with no more of its pages than their heads."""
    return report._replace(pages=tuple(page._replace(body="") for page in report.pages))
