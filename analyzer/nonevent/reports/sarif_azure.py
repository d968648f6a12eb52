"""`sarif-azure`: SARIF for Advanced Security in Azure DevOps, which wants to know the build.

https://learn.microsoft.com/en-us/azure/devops/repos/security/github-advanced-security-code-scanning-third-party
"""

from nonevent.report import Report
from nonevent.reports.sarif import log

__all__ = ["render"]


def render(report: Report, *, color: bool = False) -> str:
    """Return the SARIF log of what is open, in the name of the build."""
    del color
    return log(report, report.build, whole=False)
