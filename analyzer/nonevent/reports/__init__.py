"""Report formats: each a module with `render`, a pure function from a report to text."""

from nonevent.report import Report

__all__ = ["FORMATS", "render"]

# Name on the command line → module. A format is imported when it is first asked for.
FORMATS = {
    "full": "nonevent.reports.full",
    "concise": "nonevent.reports.concise",
    "json": "nonevent.reports.as_json",
    "sarif": "nonevent.reports.sarif",
    "sarif-github": "nonevent.reports.sarif_github",
    "sarif-azure": "nonevent.reports.sarif_azure",
    "github": "nonevent.reports.github",
    "gitlab": "nonevent.reports.gitlab",
    "markdown": "nonevent.reports.markdown",
    "jsonl": "nonevent.reports.jsonl",
    "junit": "nonevent.reports.junit",
    "rdjson": "nonevent.reports.rdjson",
    "sonar": "nonevent.reports.sonar",
}

# Formats for people, who may ask for the numbers alone.
COUNTED = ("full", "concise")


def render(report: Report, name: str, *, color: bool = False) -> str:
    """Return `report` in the format `name`, ending in one line feed.

    Raises:
        KeyError: `name` is not in `FORMATS`.

    """
    from importlib import import_module

    module = FORMATS[name]
    if report.statistics and name in COUNTED:
        module = "nonevent.reports.statistics"
    text: str = import_module(module).render(report, color=color)
    return text
