"""What of a project leads other modules to a library's client."""

from collections.abc import Iterator, Sequence

from nonevent.facts import Class, FileFacts
from nonevent.link.modules import index
from nonevent.link.objects import Methods

__all__ = ["handed"]


def handed(files: Sequence[FileFacts], methods: Methods) -> list[tuple[str, str]]:
    """Return module and name of all in `files` that leads other modules to a library's client."""
    modules = index(files)
    ways = {place: way for facts in files for place, way in _ways(facts, methods)}
    through: dict[str, list[str]] = {}  # what is meant → who stands for it
    queue: list[str] = []
    for place, (module, kind) in ways.items():
        if kind in methods.clients:
            queue.append(place)
        else:
            through.setdefault(modules.meant(kind, module), []).append(place)
    leads: set[str] = set()
    for place in queue:  # grows while it is read
        name = place.partition("<")[0].removesuffix("()")
        owner = name.rpartition(".")[0]
        new = ({name, owner} if ":" in owner else {name}) - leads
        leads |= new
        queue += [other for one in new for other in through.get(one, ())]
    return sorted(
        {
            (module, name.partition(".")[0])
            for module, _, name in (place.partition(":") for place in leads)
        }
    )


def _ways(facts: FileFacts, methods: Methods) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what may lead to a client, with the module and the name that it stands for there."""
    module = facts.module
    for each in facts.held:
        yield f"{module}:{each.name}", (module, each.type)
    for name, target in facts.exports:
        if target not in methods.clients and name != "*":
            yield f"{module}:{name}", (module, target)
    for fact in facts.facts:
        if isinstance(fact, Class):
            for base in fact.bases:
                yield f"{module}:{fact.name}<{base}", (module, base)
