"""What earlier runs kept in a folder, put to use: a whole outcome, or what single files said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nonevent.change import Side
from nonevent.indexcache import files_of
from nonevent.outcome import Meets, Outcome, Task, found, lines_of, said

if TYPE_CHECKING:
    from nonevent.cache import Memory

__all__ = ["question", "recollected", "remembered"]


class _Sources(dict[str, Sequence[str]]):
    """Lines of the files that are asked for; a file is read when it is."""

    def __init__(self, side: Side) -> None:
        super().__init__()
        self.side = side

    def __missing__(self, path: str) -> Sequence[str]:
        self[path] = lines = lines_of(path, self.side)
        return lines

    def get(self, path: str, default: Any = None) -> Any:
        """Return the lines of a file, as `[]` does; `default` where it is not of the version."""
        return self[path] if path in self.side else default


def remembered(side: Side, task: Task, folder: str, meets: Meets) -> Outcome:
    """Return the outcome of a whole project, as before where nothing has changed since."""
    from nonevent.cache import remember
    from nonevent.wire import dump

    asked = dump(task.asked)
    memory = remember(folder, side, question(task))
    if memory is None:
        return found(said(side, task, meets=meets), task)
    known = memory.outcome(Outcome)
    if known is None:
        memory.ask(asked)
        outcome = found(said(side, task, memory=memory, meets=meets), task)
        if not outcome.dated:
            memory.keep_outcome(outcome._replace(lines={}), outcome.notes)
    else:
        outcome = known._replace(lines=_Sources(side))
    memory.save()
    return outcome


def recollected(side: Side, task: Task, folder: str) -> "Memory | None":
    """Return what runs on the whole project learned of the files around a change."""
    from nonevent.cache import remember
    from nonevent.wire import dump

    memory = remember(folder, side, question(task), part=True)
    if memory is not None:
        memory.ask(dump(task.asked))
    return memory


def question(task: Task) -> bytes:
    """Return what tells all that a run asks from what another does."""
    from nonevent.wire import dump

    packs = task.judge.packs
    states = [sorted(files_of(place)) for _, place in packs.content()]
    whole = (task.asked, task.markers, sorted(task.judge.chosen), packs.content(), states)
    return dump(whole) + bytes([task.filtered])
