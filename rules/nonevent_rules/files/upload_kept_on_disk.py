"""Uploads that are kept on the disk of the instance that happened to receive them."""

from collections.abc import Iterator, Mapping

from nonevent.facts import Call
from nonevent.finding import Confidence, Persona
from nonevent.rule import Problem, Table, rule
from nonevent_rules.files.sink import Sink, Weight, Write, is_elsewhere, weigh, write
from nonevent_rules.served import standing


def find(call: Call, rows: Mapping[str, Sink]) -> Iterator[Problem]:
    """Yield a problem where what a user sent stays on the local disk."""
    row = rows.get(call.callee)
    made = write(call, row) if row is not None else None
    if row is None or made is None or not made.upload:
        return
    weight = weigh(call, row, made)
    if weight is None and (call.reach or not row.upload):
        return
    where = f" {standing(call, weight.reach)}" if weight is not None else ""
    confidence, persona = _said(call, row, weight, made)
    callee = call.callee.replace("[]", "[…]").replace("request.filename.save", "save")
    yield Problem(
        f"`{callee}` keeps an upload on the local disk{where}: only this instance can serve it "
        "and a deploy loses it",
        remedy="Save it through an object store, such as S3 with `upload_fileobj`",
        confidence=confidence,
        persona=persona,
    )


def _said(
    call: Call, row: Sink, weight: Weight | None, made: Write
) -> tuple[Confidence, Persona | None]:
    """Return how sure it is; who saves an upload handles a request, seen or not."""
    if weight is None:
        low = row.certainty is Confidence.LOW or is_elsewhere(call, row)
        return (Confidence.LOW, Persona.AUDITOR) if low else (Confidence.MEDIUM, None)
    if row.upload and row.certainty is Confidence.HIGH and made.known:
        return weight.confidence, None
    return weight.confidence, weight.persona


RULE = rule(__file__, on=Call, find=find, table=Table("sinks", Sink))
