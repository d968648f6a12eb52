"""How likely a change is to go wrong as a finding, for formats that have only these."""

from nonevent.digest import blake2b
from nonevent.finding import Confidence, Finding, Severity
from nonevent.location import Location
from nonevent.prospect import Risk
from nonevent.reports.risk_text import sentence
from nonevent.reports.sarif_descriptors import RISK

__all__ = ["finding_of"]

FAMILY = "risk"
MOST = 3  # reasons


def finding_of(risk: Risk) -> Finding:
    """Return a note at the file with most of what changes; it fails no run."""
    why = [f"{each.group} ({each.points:+.2f})" for each in risk.reasons[:MOST]]
    told = sentence(risk).rstrip(".")
    return Finding(
        rule=RISK,
        family=FAMILY,
        location=Location(risk.place, 1, 1, 1, 1),
        message=f"{told}: {', '.join(why)}" if why else told,
        severity=Severity.NOTE,
        confidence=Confidence.LOW,
        fingerprint=blake2b(RISK.encode(), digest_size=16).hexdigest(),
    )
