"""`sarif-github`: SARIF for code scanning on GitHub, and whoever else heeds no suppressions.

GitHub opens an alert for each result, also for one that is suppressed in the source or accepted
(https://github.com/github/codeql-action/issues/1230): here these are left out.
"""

from nonevent.report import Report
from nonevent.reports.sarif import log

__all__ = ["render"]


def render(report: Report, *, color: bool = False) -> str:
    """Return the SARIF log of what is open."""
    del color
    return log(report, whole=False)
