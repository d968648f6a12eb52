"""Settings that a change from outside alters."""

from collections.abc import Iterator

from nonevent.facts import Alteration, Altered, Turn
from nonevent.finding import Severity
from nonevent.rule import Problem, rule

# Worst last: a later one reports less.
SCALES = {
    "fail-on": ("note", "warning", "error", "never"),
    "persona": ("auditor", "pedantic", "regular"),
    "strict": ("true", "false"),
    "severity": ("error", "warning", "note"),
}
DEFAULTS = {"fail-on": "warning", "persona": "regular", "strict": "false"}
MANY = 160  # characters of a value that are shown whole
QUIETER = "less is reported from the merge on"
LOUDER = "more is reported from the merge on"
SAME = "that was the default, nothing is reported otherwise"
OTHERWISE = "what is reported is another from the merge on"


def find(alteration: Alteration) -> Iterator[Problem]:
    """Yield a problem for the settings that one line alters."""
    if alteration.what is not Altered.SETTING:
        return
    effects = [_effect(turn) for turn in alteration.turns]
    effect = next(each for each in (QUIETER, OTHERWISE, LOUDER, SAME) if each in effects)
    here = "" if effect == SAME else ", this run heeds the base"
    yield Problem(
        f"{'; '.join(map(_said, alteration.turns))}: {effect}{here}",
        remedy="Have the owner of the settings agree to it, or take it out of this change",
        severity=Severity.NOTE if effect in (LOUDER, SAME) else None,
    )


def _said(turn: Turn) -> str:
    before, after = _short(turn.before, turn.fewer), _short(turn.after, turn.more)
    if not turn.before:
        return f"`{turn.key}` is set to `{after}`"
    if not turn.after:
        return f"`{turn.key}`, which was `{before}`, is gone"
    return f"`{turn.key}` goes from `{before}` to `{after}`"


def _short(said: str, part: tuple[str, ...]) -> str:
    """Return a value whole, or where that is long what it has and the other has not."""
    if len(said) <= MANY:
        return said
    listed = ", ".join(part)
    return f"[…, {listed[:MANY]}{'…' if len(listed) > MANY else ''}]"


def _effect(turn: Turn) -> str:
    name, _, of_rule = turn.key.partition(".")
    if name in SCALES:
        return _on_scale(turn, SCALES[name], DEFAULTS.get(name, ""), of_rule)
    if name in ("ignore", "exclude"):
        return QUIETER if turn.more else LOUDER
    if name == "select":
        return LOUDER if not turn.after or (turn.before and not turn.fewer) else QUIETER
    if name == "overrides":
        return QUIETER if turn.more else OTHERWISE
    return OTHERWISE


def _on_scale(turn: Turn, scale: tuple[str, ...], default: str, of_rule: str) -> str:
    before, after = (said.strip('"') or default for said in (turn.before, turn.after))
    if of_rule and not before:  # what it was stands on the rule's page
        return LOUDER if after == scale[0] else QUIETER
    if of_rule and not after:
        return LOUDER if before == scale[-1] else QUIETER
    if before == after:
        return SAME
    return QUIETER if scale.index(after) > scale.index(before) else LOUDER


RULE = rule(__file__, on=Alteration, find=find)
