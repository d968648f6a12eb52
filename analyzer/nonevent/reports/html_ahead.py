"""What lies ahead of a release in HTML: schema changes with their locks, risk, its calibration."""

from collections.abc import Iterator
from itertools import groupby
from types import MappingProxyType

from nonevent.ahead import Ahead, Calibration, Migration, Step
from nonevent.finding import Finding
from nonevent.inventory import Inventory
from nonevent.prospect import Risk
from nonevent.reports.html_page import bar, body, rows, section, sentence, table, tag, where
from nonevent.reports.markup import Html, element, joined
from nonevent.reports.risk_text import sentence as told_of
from nonevent.reports.summary import counted
from nonevent.reports.verdict import any_of

__all__ = ["ahead_of"]

REASONS = 6
SHADES = MappingProxyType({"low": 0, "usual": 1, "high": 3})
SIDE, EDGE = 260, 44  # of the picture of tenths
STEPS = 200  # that are told; what is more stands in JSON
UNRELEASED = "Not released yet"


def ahead_of(inventory: Inventory) -> Html:
    """Return both sections; nothing where it was not asked for."""
    ahead = inventory.ahead
    if ahead is None:
        return Html("")
    return joined([_schema(ahead), _risk(ahead)])


def _schema(ahead: Ahead) -> Html:
    title = f"Schema changes to come since {ahead.since}"
    total = sum(len(each.steps) for each in ahead.migrations)
    if not total:
        return section(title, element("p", "None."), name="schema")
    held = sum(bool(step.findings) for each in ahead.migrations for step in each.steps)
    said = (
        f"{counted(total, 'step')} in {counted(len(ahead.migrations), 'migration')}, in the order "
        f"in which they run; {held} with findings. In bold: what waits for as long as the table is "
        "large."
    )
    bodies: list[Html] = []
    left = STEPS
    for release, migrations in groupby(ahead.migrations, key=lambda each: each.release):
        shown = []
        for migration in migrations:
            if left > 0:
                shown.append(_migration(migration, left))
            left -= len(migration.steps)
        if shown:
            head = element("th", release or UNRELEASED, scope="rowgroup", colspan=5, class_="group")
            bodies += [element("tbody", element("tr", head)), *shown]
    heads = ("Step", "Stage", "Lock", "Waits for it", "Work")
    parts = [table("Schema changes to come", heads, bodies, wide=(1, 4), fixed=True)]
    if left < 0:
        parts.append(element("p", f"{-left} more steps; --output json has all."))
    told = element("div", *parts, class_="steps")
    return section(title, element("p", said, class_="soft"), told, name="schema")


def _migration(migration: Migration, left: int) -> Html:
    head = element("th", where(migration.path), scope="rowgroup", colspan=5, class_="file")
    lines = [
        element(
            "tr",
            element("td", *_told(step)),
            element("td", step.stage, class_="wide"),
            element("td", step.lock or "–"),
            element("td", step.blocks or "not known", class_=_shade(step)),
            element("td", ", ".join(step.work), class_="wide"),
        )
        for step in migration.steps[:left]
    ]
    for found in migration.findings:
        said = element("td", *_finding(found), colspan=5)
        lines.append(element("tr", said))
    return element("tbody", element("tr", head), *lines)


def _shade(step: Step) -> str:
    """Return the style of a step that readers or writers wait for as long as a table is large."""
    return "hot" if step.work and "writes" in step.blocks else "calm"


def _told(step: Step) -> Iterator[Html]:
    yield element("code", step.what)
    for found in step.findings:
        yield element("div", *_finding(found), class_="why")


def _finding(found: Finding) -> Iterator[str]:
    yield tag(found.severity)
    yield " "
    yield from sentence(found.message)
    yield element("small", f" {found.rule}")


# -- risk ------------------------------------------------------------------------------------------


def _risk(ahead: Ahead) -> Html:
    parts: list[Html] = []
    if ahead.missing:
        parts.append(element("p", f"Not told: {ahead.missing}."))
    if ahead.risk is not None:
        parts += _whole(ahead.risk, ahead)
    elif not ahead.missing and not ahead.changes:
        parts.append(element("p", "Nothing changed that can be scored."))
    if ahead.changes:
        parts += _changes(ahead)
    if ahead.calibration is not None:
        parts += _calibration(ahead.calibration)
    return section("How risky what changed is", *parts, name="risk")


def _whole(risk: Risk, ahead: Ahead) -> Iterator[Html]:
    score = element("span", f"{risk.bad:.1%}", class_="score small")
    figure = element("div", score, element("p", f"{risk.band} risk"), class_="figure")
    more = (
        f"Rolled back within 30 days {risk.rollback:.1%}, hot-fixed within 7 days "
        f"{risk.hotfix:.1%}; riskier than {risk.rank:.0%} of changes. Told from {risk.knows}, as "
        f"if all since {ahead.since} ({counted(ahead.landed, 'change')}) landed at once."
    )
    apart = "Findings decide a run’s exit code; no probability takes one back."
    said = [
        element("p", element("strong", told_of(risk))),
        element("p", more),
        element("p", apart, class_="soft"),
    ]
    yield element("div", figure, element("div", *said), class_="verdict")
    if risk.reasons:
        lines = [
            (f"{reason.points:+.2f}", reason.group, "; ".join(reason.told))
            for reason in risk.reasons[:REASONS]
        ]
        heads = ("Log-odds", "What", "Of this change")
        yield element(
            "details",
            element("summary", "Why: what adds to it, against the usual change"),
            table("Reasons", heads, body(rows(lines, numbers=(0,))), numbers=(0,)),
        )


def _changes(ahead: Ahead) -> Iterator[Html]:
    most = max(change.bad for change in ahead.changes) or 1.0
    lines: list[tuple[str, ...]] = []
    for change in ahead.changes:
        why = "; ".join(f"{reason.group} {reason.points:+.2f}" for reason in change.reasons)
        number = joined([f"{change.bad:.1%} ", bar(change.bad / most, SHADES.get(change.band, 3))])
        title = joined([element("code", change.sha[:9]), " ", change.title])
        lines.append((title, change.day, number, change.band, why))
    some = f", the newest {len(ahead.changes)} of {ahead.landed:,}"
    yield element("h3", f"Change by change{some if ahead.landed > len(ahead.changes) else ''}")
    if len(lines) > 1:
        yield element("p", any_of(ahead), class_="soft")
    heads = ("Change", "Day", "Risk", "Band", "Why, in log-odds")
    told = body(rows(lines, numbers=(2,), wide=(1, 4)))
    listed = table("Changes", heads, told, numbers=(2,), wide=(1, 4), fixed=True)
    yield element("div", listed, class_="changes")


def _calibration(told: Calibration) -> Iterator[Html]:
    most = max(band.rate for band in told.bands)
    lines = [
        (
            band.name,
            f"{band.start:.1%} to {band.end:.1%}",
            f"{band.share:.0%}",
            joined([f"{band.rate:.1%} ", bar(band.rate / most, shade)]),
        )
        for band, shade in zip(told.bands, (0, 1, 3), strict=False)
    ]
    yield element("h3", "How far that can be trusted")
    yield element(
        "p",
        f"Measured on {told.rows:,} changes of {told.repositories} repositories whose "
        f"organisations the model had not seen; {told.usual:.1%} of all changes went wrong. "
        f"Calibration error {_figure(told.error)}, Brier skill {_figure(told.skill)}, AUC "
        f"{_figure(told.auc)}; in brackets intervals of 95 %. Model {told.model}.",
    )
    heads = ("Band", "Told", "Of changes", "Went wrong")
    yield table("Calibration", heads, body(rows(lines, numbers=(2, 3))), numbers=(2, 3))
    if told.own:
        yield element("h3", "On this repository’s own history")
        yield from _own(told)
    elif told.missing:
        yield element("p", f"On this repository’s own history: {told.missing}.", class_="soft")


def _figure(measured: tuple[float, float, float]) -> str:
    value, low, high = measured
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _own(told: Calibration) -> Iterator[Html]:
    """Yield what was told against what came, as a picture and as a table."""
    top = max(max(each.high, each.told) for each in told.own) or 1.0

    def across(value: float) -> float:
        return round(EDGE + SIDE * value / top, 1)

    def up(value: float) -> float:
        return round(12 + SIDE * (1 - value / top), 1)

    drawn = [
        element("line", x1=across(0), x2=across(top), y1=up(0), y2=up(0)),
        element("line", x1=across(0), x2=across(0), y1=up(0), y2=up(top)),
        element("polyline", points=f"{across(0)},{up(0)} {across(top)},{up(top)}", class_="line b"),
    ]
    for part in (0.0, top / 2, top):
        drawn.append(_label(f"{part:.0%}", across(part), up(0) + 18, "middle"))
        drawn.append(_label(f"{part:.0%}", EDGE - 8, up(part) + 4, "end"))
    for each in told.own:
        x = across(each.told)
        spot = f"{x},{up(max(each.low, 0))} {x},{up(each.high)}"
        drawn.append(element("polyline", points=spot, class_="line"))
        title = element("title", f"told {each.told:.1%}, came {each.came:.1%}")
        drawn.append(element("circle", title, cx=x, cy=up(each.came), r=3.5, class_="a"))
    drawn.append(_label("told", across(top), up(0) + 34, "end"))
    drawn.append(_label("came", across(0) + 6, 16, "start"))
    picture = element(
        "svg",
        element("title", "Tenths of the changes: what was told, and what came"),
        *drawn,
        class_="square",
        viewBox=f"0 0 {SIDE + EDGE + 24} {SIDE + 56}",
        role="img",
    )
    lines = [
        (f"{each.told:.1%}", f"{each.came:.1%}", f"{max(each.low, 0):.1%} to {each.high:.1%}")
        for each in told.own
    ]
    heads = ("Told", "Came", "Interval of 95 %")
    listed = table("Tenths", heads, body(rows(lines, numbers=(0, 1, 2))), numbers=(0, 1, 2))
    yield element(
        "p",
        "Tenths of equally many changes that had 30 days to go wrong; on the dashed line what was "
        "told is what came.",
        class_="soft",
    )
    yield element("div", picture, listed, class_="pair")


def _label(text: str, x: float, y: float, anchor: str) -> Html:
    return element("text", text, x=x, y=y, text_anchor=anchor)
