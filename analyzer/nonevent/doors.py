"""Who comes into the code of a project, as far as it is recognised: requests, tasks, commands."""

from collections import Counter
from typing import TYPE_CHECKING

from nonevent.change import Side
from nonevent.link.modules import index
from nonevent.link.roles import APART, find, place_role
from nonevent.sight import Sight

if TYPE_CHECKING:
    from nonevent.outcome import Task

__all__ = ["doors"]


def doors(side: Side, task: "Task") -> tuple[tuple[str, int], ...]:
    """Return how many functions bear each role, "request handler" and its like, the most first.

    Every file of Python is read for it, but those of tests and migrations.
    """
    sight = Sight(side, task.asked, task.markers, None, None, tell=task.tell)
    markers = task.markers
    sight.read(
        path for path in side if path.endswith(".py") and place_role(path, markers) not in APART
    )
    files = sight.in_order()
    met = Counter(map(str, find(files, index(files), markers).functions.values()))
    return tuple(sorted(met.items(), key=lambda each: (-each[1], each[0])))
