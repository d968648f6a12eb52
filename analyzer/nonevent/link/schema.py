"""Schema steps in the context of the whole change: tables that it creates itself are new."""

from collections.abc import Collection, Iterable, Sequence

from nonevent.facts import FileFacts, Operation, SchemaStep

__all__ = ["link_schema"]


def link_schema(files: Sequence[FileFacts], added: Collection[str]) -> tuple[FileFacts, ...]:
    """Return the same facts; steps on tables that `added` files create are marked as on new ones.

    A table that comes with the change is used by no running version: whatever the change does to
    it in another file blocks nobody and breaks nobody.
    """
    makers: dict[str, set[str]] = {}
    for facts in files:
        if facts.path in added:
            for step in _steps(facts):
                if _creates(step):
                    makers.setdefault(_key(step.table), set()).add(facts.path)
    if not makers:
        return tuple(files)
    return tuple(
        facts._replace(
            facts=tuple(
                fact._replace(table_is_new=True)
                if isinstance(fact, SchemaStep)
                # Within one file its reader has said so, by the order of the steps.
                and makers.get(_key(fact.table), set()) - {facts.path}
                else fact
                for fact in facts.facts
            )
        )
        for facts in files
    )


def _creates(step: SchemaStep) -> bool:
    created = step.operation is Operation.CREATE_TABLE
    return created and step.direction == "up" and not step.keeps_data


def _steps(facts: FileFacts) -> Iterable[SchemaStep]:
    return (fact for fact in facts.facts if isinstance(fact, SchemaStep))


def _key(table: str) -> str:
    """Return the name by which two spellings of one table are equal: no schema, no case."""
    return table.rpartition(".")[2].strip('"`[]').lower()
