"""How likely a change is to go wrong, in words: chances as people count them, and why."""

from collections.abc import Iterator

from nonevent.prospect import Alternative, Precedent, Reason, Risk
from nonevent.reports.inert import defuse, visible

__all__ = ["lines", "odds", "sentence"]

_OFTEN = 0.4  # from here "1 in 2" is too coarse
_RARELY = 0.001
_SHOWN = 6  # groups


def odds(probability: float) -> str:
    """Return "about 1 in 9"; where it is more than four in ten "about 6 in 10"."""
    if probability < _RARELY:
        return "fewer than 1 in 1,000"
    if probability < _OFTEN:
        return f"about 1 in {round(1 / probability):,}"
    return f"about {max(4, min(9, round(probability * 10)))} in 10"


def sentence(risk: Risk) -> str:
    """Return what the last line of a check says."""
    usual = odds(risk.usual).removeprefix("about ")
    return (
        f"{odds(risk.bad).capitalize()} changes like this one are rolled back or hot-fixed; "
        f"the usual is {usual}."
    )


def lines(risk: Risk) -> Iterator[str]:
    """Yield all that is known, for a person: three numbers first, then why.

    Titles of changes are written by whoever made them: no build server finds a command in one.
    """
    return map(defuse, _lines(risk))


def _lines(risk: Risk) -> Iterator[str]:
    yield sentence(risk)
    yield ""
    yield f"risk       {_share(risk.bad)}  {risk.band}: {_compared(risk)}"
    yield f"           {_share(risk.rollback)}  rolled back within 30 days"
    yield f"           {_share(risk.hotfix)}  hot-fixed within 7 days"
    yield f"blockers   {risk.blockers:>6}  findings that fail the run, whatever the risk"
    yield f"readiness  {risk.readiness:>6.0f}  of 100, from the risk and all findings"
    if risk.reasons:
        yield ""
        yield "why, in log-odds against the usual change"
        yield from (_reason(each) for each in risk.reasons[:_SHOWN])
    if risk.alternatives:
        yield ""
        yield "otherwise"
        yield from (_alternative(each) for each in risk.alternatives)
    if risk.precedents:
        yield ""
        yield "like this one, and went wrong"
        yield from (_precedent(each) for each in risk.precedents)
    yield ""
    yield f"Told from {visible(risk.knows)}; model {visible(risk.model)}, {visible(risk.measured)}."
    if risk.missing:
        yield f"The history is not used: {visible(risk.missing)}."


def _share(probability: float) -> str:
    return f"{probability:>6.1%}"


def _compared(risk: Risk) -> str:
    return f"riskier than {risk.rank:.0%} of changes; the usual is {risk.usual:.1%}"


def _reason(reason: Reason) -> str:
    return f"  {reason.points:+.2f}  {reason.group}: {'; '.join(map(visible, reason.told))}"


def _alternative(other: Alternative) -> str:
    both = odds(other.together).removeprefix("about ")
    return f"  {other.what}: {odds(other.each)} for each, {both} that one of them goes wrong"


def _precedent(past: Precedent) -> str:
    alike = f" (alike in {', '.join(past.shared)})" if past.shared else ""
    title = visible(past.title)
    return f"  {past.sha[:10]}  {past.day}  {visible(past.became)}: {title}{alike}"
