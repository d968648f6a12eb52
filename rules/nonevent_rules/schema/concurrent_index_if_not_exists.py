"""`concurrent-index-if-not-exists`: a retry that takes a failed build for the index."""

from collections.abc import Iterator

from nonevent.edit import Edit
from nonevent.facts import Operation, SchemaStep
from nonevent.rule import Problem, rule
from nonevent_rules.schema.live import bare, is_live, language, plain
from nonevent_rules.schema.mending import first


def find(step: SchemaStep) -> Iterator[Problem]:
    """Yield a problem for a concurrent build that a leftover of its name keeps from running."""
    if not is_live(step):
        return
    if not (step.concurrently and step.guarded) or _is_cleared(step):
        return
    name = plain(step.name) or "…"
    without = "the guarantee that values are unique" if step.unique else "an index to use"
    message = (
        f"a build of `{name}` that fails leaves an invalid index of this name, and the next try "
        f"skips it because of IF NOT EXISTS: the migration passes, without {without}"
    )
    yield Problem(message, _remedy(step, name), edits=_edits(step))


def _edits(step: SchemaStep) -> tuple[Edit, ...]:
    if step.framework != "sql" or not step.name or plain(step.name) != step.name:
        return ()
    schema = plain(step.table).rpartition(".")[0]
    name = f"{schema}.{step.name}" if schema and "." not in step.name else step.name
    return first(step, f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def _is_cleared(step: SchemaStep) -> bool:
    return any(
        one.operation is Operation.DROP_INDEX and bare(one.name) == bare(step.name)
        for one in step.earlier
    )


def _remedy(step: SchemaStep, name: str) -> str:
    if language(step) == "alembic":
        return (
            f'Call `op.drop_index("{name}", if_exists=True, postgresql_concurrently=True)` before '
            "it, and leave `if_not_exists` out"
        )
    return f"Run `DROP INDEX CONCURRENTLY IF EXISTS {name}` before it, and leave IF NOT EXISTS out"


RULE = rule(__file__, on=SchemaStep, of=(Operation.CREATE_INDEX,), find=find)
