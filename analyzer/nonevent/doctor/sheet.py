"""What a check-up found, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nonevent.reports.inert import defuse, visible
from nonevent.reports.serial import dumps
from nonevent.reports.summary import counted

__all__ = ["Advice", "Problem", "Section", "as_json", "as_text"]

VERSION = 1  # of the JSON


class Problem(NamedTuple):
    """What keeps nonevent from working well here."""

    what: str  # one sentence without full stop
    do: str  # the one thing to do


class Advice(NamedTuple):
    """What could be had in addition, and is no problem."""

    what: str
    do: str


class Section(NamedTuple):
    """One part of the check-up."""

    title: str
    rows: Sequence[tuple[str, str]]  # name and what is said of it
    problems: Sequence[Problem] = ()
    advice: Sequence[Advice] = ()


def as_text(sections: Sequence[Section]) -> str:
    """Return the sheet for a terminal, problems first."""
    return defuse("".join(f"{line}\n".replace(" \n", "\n") for line in _lines(sections)))


def _lines(sections: Sequence[Section]) -> Iterator[str]:
    problems = [problem for section in sections for problem in section.problems]
    advice = [each for section in sections for each in section.advice]
    if problems:
        yield counted(len(problems), "problem")
        yield from _asked(problems)
    else:
        yield "No problems."
    for section in sections:
        yield ""
        yield section.title
        width = max((len(name) for name, _ in section.rows), default=0)
        for name, said in section.rows:
            yield f"  {visible(name):<{width}}  {visible(said)}"
    if advice:
        yield ""
        yield "could be added"
        yield from _asked(advice)


def _asked(listed: Sequence[Problem | Advice]) -> Iterator[str]:
    for each in listed:
        yield f"  {visible(each.what)}"
        yield f"    do: {visible(each.do)}"


def as_json(sections: Sequence[Section]) -> str:
    """Return the sheet for programs."""
    document = {
        "version": VERSION,
        "problems": [each._asdict() for section in sections for each in section.problems],
        "advice": [each._asdict() for section in sections for each in section.advice],
        "sections": {
            section.title: [{"name": name, "value": value} for name, value in section.rows]
            for section in sections
        },
    }
    return dumps(document)
