"""Many repositories for a person at a terminal, and as Markdown."""

from nonevent.inventory import Portfolio
from nonevent.plain import table
from nonevent.reports.gfm import code, prose
from nonevent.reports.inert import defuse, visible
from nonevent.reports.portfolio_sums import ANSWERS, families, kinds, rows, steps
from nonevent.reports.summary import counted

__all__ = ["markdown", "render"]

BAR = 10
NAME = 28  # letters of a name
KINDS = 8
ROWS = 24  # repositories; JSON, HTML and Markdown have all


def render(portfolio: Portfolio, *, color: bool = False) -> str:
    """Return the repositories, least ready first, and what most of them have."""
    found = rows(portfolio)
    answers = [row.answer for row in found]
    able = sum(map(bool, answers))
    head = f"{able} of {counted(len(found), 'repository')} may run two replicas: " + ", ".join(
        f"{answers.count(at)} {word}" for at, word in enumerate(ANSWERS) if at in answers
    )
    lines = [f"\x1b[1m{head}\x1b[0m" if color else head]
    total = families(found)
    if total:
        lines.append(", ".join(f"{count} {visible(name)}" for name, count in total.items()))
    lines.append("")
    cells = [("repository", "readiness", "", "blockers", *total, "lines")]
    for row in found[:ROWS]:
        filled = round(row.now.readiness / 100 * BAR)
        mine = dict(row.now.families)
        cells.append(
            (
                visible(row.entry.name)[:NAME],
                f"{row.now.readiness:>3}",
                "#" * filled + "." * (BAR - filled),
                str(row.now.blockers or "-"),
                *(str(mine.get(name, 0) or "-") for name in total),
                f"{row.now.lines:,}",
            )
        )
    lines += [f"  {line}" for line in table(cells).splitlines()]
    if len(found) > ROWS:
        lines.append(f"  and {len(found) - ROWS} more")
    common = kinds(found)[:KINDS]
    if common:
        lines += ["", "what most of them have: repositories, things"]
        lines += [
            f"  {kind.repositories:>4} {kind.things:>5}  {visible(kind.title)}" for kind in common
        ]
    unread = [entry for entry in portfolio.entries if entry.inventory is None]
    if unread:
        lines += ["", f"not read, {len(unread)}"]
        lines += [f"  {visible(entry.path)}: {visible(entry.error)}" for entry in unread]
    return defuse("\n".join(lines)) + "\n"


def markdown(portfolio: Portfolio) -> str:
    """Return the repositories as a table, what most of them have, and the plan."""
    found = rows(portfolio)
    total = families(found)
    names = [f"{name.capitalize()}" for name in total]
    heads = ("Repository", "Readiness", "Two replicas", "Blockers", *names, "Lines")
    rule = ["---", "---:", "---", "---:", *("---:" for _ in names), "---:"]
    lines = [f"# Deployment readiness of {counted(len(found), 'repository')}", ""]
    lines += [f"| {' | '.join(heads)} |", f"| {' | '.join(rule)} |"]
    for row in found:
        mine = dict(row.now.families)
        cells = (
            code(row.entry.name),
            str(row.now.readiness),
            ANSWERS[row.answer],
            str(row.now.blockers),
            *(str(mine.get(name, 0)) for name in total),
            f"{row.now.lines:,}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## What most of them have", ""]
    lines += ["| What | Rule | Repositories | Things |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {prose(kind.title)} | {code(kind.rule)} | {kind.repositories} | {kind.things} |"
        for kind in kinds(found)
    ]
    lines += ["", "## What first", ""]
    lines += [
        f"{number}. **{prose(step.title)}.** {counted(step.things, 'thing')} in "
        f"{counted(step.repositories, 'repository')}."
        for number, step in enumerate(steps(found), 1)
    ]
    unread = [entry for entry in portfolio.entries if entry.inventory is None]
    if unread:
        lines += ["", "## Not read", ""]
        lines += [f"- {code(entry.path)}: {prose(entry.error)}" for entry in unread]
    return defuse("\n".join(lines)) + "\n"
