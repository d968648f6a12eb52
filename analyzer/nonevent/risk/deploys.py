"""A deploy as a log tells it, whatever the form of the log."""

from typing import NamedTuple

__all__ = ["BAD", "GOOD", "OUTCOMES", "Deploy", "outcome_of"]

GOOD = "ok"
# outcome → the words that logs use for it
OUTCOMES = {
    "ok": "ok success successful succeeded succeed good passed complete completed active inactive "
    "finished deployed done healthy true 1",
    "failed": "failed failure fail error errored broken unhealthy aborted timed_out timeout false "
    "0",
    "rolled back": "rolled_back rolledback rollback reverted revert superseded_by_rollback",
    "incident": "incident outage sev sev1 sev2 sev3 sev4 p1 p2 p3 degraded",
    "hotfix": "hotfix hotfixed fixed_forward patched mended",
}
BAD = tuple(outcome for outcome in OUTCOMES if outcome != GOOD)
_BY_WORD = {word: outcome for outcome, words in OUTCOMES.items() for word in words.split()}


class Deploy(NamedTuple):
    """One deploy."""

    environment: str
    sha: str  # full id of the commit; "" where it is not known yet
    named: str  # as the log names what was deployed: a commit, "#12", a version
    at: float  # seconds since 1970
    outcome: str  # "ok", "failed", "rolled back", "incident", "hotfix"
    severity: str = ""
    recovered: float | None = None  # seconds since 1970
    source: str = ""  # the name of the file or table


def outcome_of(word: str) -> str:
    """Return the outcome that a word of a log means; "" where it means none."""
    plain = word.strip().lower().replace("-", "_").replace(" ", "_")
    return _BY_WORD.get(plain, "")
