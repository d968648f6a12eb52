"""What the comments of a change suppress that nothing suppressed before.

A comment stays in force: who reviews the change sees it beside the line. But a change that is not
trusted could silence any finding by it, so what it silences is told, as severe as it was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from nonevent.altered import Alteration, Altered, Turn, altered
from nonevent.finding import Finding, Suppressed
from nonevent.identity import matched, squeezed, traits
from nonevent.judge import listener
from nonevent.location import Location, line_at
from nonevent.outcome import Outcome
from nonevent.suppression import OF_FILE

__all__ = ["hushes"]

Weighed = Callable[[Finding], Finding | None]


def hushes(
    after: Outcome, before: Outcome, moved: Mapping[str, str], weighed: Weighed
) -> Iterator[Alteration]:
    """Yield each comment with what it suppresses and nothing suppressed before.

    `moved` tells of renamed files: old path → new path; `weighed` returns a finding as the settings
    want it, None where they leave it out. What a comment on a whole file suppresses is left out
    where the file had that comment before.
    """
    old = [
        trait._replace(path=moved.get(trait.path, trait.path))
        for trait in traits([one.finding for one in before.silenced], before.lines)
    ]
    known = {(moved.get(path, path), text) for path, text in _of_files(before)}
    spoken = set(_of_files(after)) & known
    found: defaultdict[tuple[Location, str], list[Turn]] = defaultdict(list)
    same = matched(traits([one.finding for one in after.silenced], after.lines), old)
    for one, index in zip(after.silenced, same, strict=True):
        heard = weighed(one.finding)
        if heard is None or one.comment is None or index >= 0 or _of_file(one, after) in spoken:
            continue
        turn = Turn(
            heard.rule,
            after=one.reason,
            path=heard.location.path,
            severity=heard.severity,
            persona=listener(heard),
        )
        found[one.comment, one.reason].append(turn)
    for (location, _), turns in found.items():
        yield altered(Altered.SUPPRESSION, location, turns)


def _of_files(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield path and text of the comments on whole files that suppress something."""
    for one in outcome.silenced:
        path, text = _of_file(one, outcome)
        if OF_FILE in text:
            yield path, text


def _of_file(one: Suppressed, outcome: Outcome) -> tuple[str, str]:
    """Return path and text of the line of a comment."""
    place = one.comment or one.finding.location
    return place.path, squeezed(line_at(outcome.lines, place))
