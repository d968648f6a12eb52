"""Workers that have the scheduler of periodic tasks inside."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nonevent.facts import Setting
from nonevent.rule import Problem, Table, rule
from nonevent_rules.stage import is_deployed


class Worker(NamedTuple):
    """A row of `worker_commands.yaml`: a command that may start a scheduler inside a worker."""

    setting: str  # the name under which readers tell such commands
    inside: tuple[str, ...]  # options that put the scheduler into it
    locks: tuple[str, ...] = ()  # words for schedulers of which one works at a time


def find(setting: Setting, rows: Mapping[str, Worker]) -> Iterator[Problem]:
    """Yield a problem where each worker sends the periodic tasks."""
    row = rows.get(setting.name)
    command = setting.value.constant
    if row is None or not isinstance(command, str) or not is_deployed(setting.location.path):
        return
    words = command.replace('"', " ").replace("'", " ").replace(",", " ").split()
    option = next((word for word in words if word in row.inside), "")
    known = f"{command} {' '.join(setting.libraries)}".lower()
    if option and not any(lock in known for lock in row.locks):
        yield Problem(
            f"`{option}` runs the scheduler inside a worker: each worker, old and new during a "
            "deploy, sends every periodic task once more",
            remedy="Start `celery beat` once, in a container of its own",
        )


RULE = rule(__file__, on=Setting, find=find, table=Table("worker_commands", Worker))
