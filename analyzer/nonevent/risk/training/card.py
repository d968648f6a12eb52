"""What a training run says of itself: metrics.json and MODEL_CARD.md, of the same numbers."""

import json
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from nonevent.risk.training.measures import GATES, Judged
from nonevent.risk.training.prior import Made

__all__ = ["card", "metrics"]

FORMS = {
    "change": "what the change alone tells: a fresh clone, a commit hook, a patch",
    "past": "the change and the history of its repository",
}
COLUMNS = (
    *("what", "by", "changes", "bad", "macro AUC", "micro AUC"),
    *("caught", "Brier skill", "calibration error"),
)
HEAD = """\
# The shipped risk model

Written by the training run, as metrics.json and the artifacts are; not by hand.

It tells how likely a change is to be **rolled back** (taken back within 30 days) or **hot-fixed**
(a fix rewrites its lines within 7 days), from the change itself and, where there is one, from the
history of its repository. It is a regularised logistic regression for each of the two, calibrated
on organisations that it was not fitted to.

## What it is not for

- It says nothing of a person. What became of an author's earlier changes is no feature, and a
  ranking of people by it is a misuse: larger and harder changes go to those who can make them.
- It decides nothing. Findings of rules end a run with an error; a low probability takes back none.
- It knows histories of services, not incidents: a change that is fixed forward silently counts as
  good, and one that is taken back because plans changed counts as bad.
- Libraries, firmware and whatever is not deployed many times a month is not what it has seen.

## Labels

They are read from histories: reverts by branch names, pull requests and commit ids, hot-fixes by
the lines that a fix rewrites. Of such reverts about three quarters tell of a failure in production
or in a deploy, and about three quarters of such hot-fixes are ones; no model can rank better than
its labels. Changes of programs, reverts, and changes of nothing but documentation, tests or
translations are neither learned from nor judged, nor are the first hundred of a repository.
Commits that landed within a minute of one another (a rebased pull request, a push) are one change:
they are deployed together, and went wrong where any of them did.
"""


def metrics(made: Mapping[str, Made]) -> str:
    """Return metrics.json: form → training card, bands and measures."""
    told = {
        form: {
            "knows": FORMS[form],
            "digest": each.model.digest,
            "trained": dict(each.model.trained),
            "bands": [band._asdict() for band in each.bands],
            "measured": {
                head: {name: _plain(judged) for name, judged in rows.items()}
                for head, rows in each.told.items()
            },
        }
        for form, each in made.items()
    }
    return json.dumps({"version": 1, "forms": told}, indent=1) + "\n"


def _plain(told: Judged) -> dict[str, Any]:
    values = told._asdict()
    return {name: _finite(value) for name, value in values.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5) if isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_finite(each) for each in value]
    return value


def card(made: Mapping[str, Made], repositories: Mapping[str, Mapping[str, Any]]) -> str:
    """Return MODEL_CARD.md; `repositories` is name → changes, span and rates of each."""
    return "\n".join([HEAD, *_measured(made), *_trained(repositories)]) + "\n"


def _measured(made: Mapping[str, Made]) -> Iterator[str]:
    gates = "/".join(f"{gate:.0%}".rstrip("%") for gate in GATES)
    yield "## Measured"
    yield ""
    yield (
        "Each organisation was left out once (large ones alone, small ones together, in twelve "
        "groups) and its last changes judged by a model fitted to the others (the last 30 % of "
        "each repository, without its last three months). *Macro* is the mean over repositories, "
        "*micro* over all changes; in brackets are intervals of 95 % over repositories drawn with "
        f"replacement. *Caught* is the share of bad ends among the riskiest {gates} % of changes."
    )
    for form, each in made.items():
        yield ""
        yield f"### `{form}`: {FORMS[form]}"
        yield ""
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|{'---|' * len(COLUMNS)}"
        for head, rows in each.told.items():
            yield from (_row(head, name, told) for name, told in rows.items())
        yield ""
        yield from _bands(each)


def _row(head: str, name: str, told: Judged) -> str:
    caught = "/".join(f"{each:.3f}" for each in told.captures)
    calibrated = isfinite(told.brier_skill)
    skill = f"{told.brier_skill:+.3f} {_between(told, 'brier_skill')}" if calibrated else ""
    error = (
        f"{told.calibration_error:.4f} {_between(told, 'calibration_error')}" if calibrated else ""
    )
    return (
        f"| {head} | {name} | {told.rows:,} | {told.bad:,} "
        f"| {told.macro_auc:.3f} {_between(told, 'macro_auc')} "
        f"| {told.micro_auc:.3f} {_between(told, 'micro_auc')} | {caught} | {skill} | {error} |"
    )


def _between(told: Judged, name: str) -> str:
    low, high = told.intervals[name]
    return f"[{low:.3f}, {high:.3f}]"


def _bands(made: Made) -> Iterator[str]:
    base = made.model.base
    yield "| band | share of changes | went wrong | times the usual |"
    yield "|---|---|---|---|"
    for band in made.bands:
        yield f"| {band.name} | {band.share:.0%} | {band.rate:.1%} | {band.rate / base:.2f} |"


def _trained(repositories: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield "## Trained on"
    yield ""
    yield "Changes are those that are learned from; rates are of these."
    yield ""
    yield "| repository | organisation | changes | from | to | rolled back | hot-fixed |"
    yield "|---|---|---|---|---|---|---|"
    for name, told in sorted(repositories.items()):
        yield (
            f"| {name} | {told['org']} | {told['changes']:,} | {told['first']} | {told['last']} "
            f"| {told['rollback']:.1%} | {told['hotfix']:.1%} |"
        )
