"""`nonevent history mine` of many repositories: each into a store of its own, side by side."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from nonevent.engine import Engine, each
from nonevent.error import UserError
from nonevent.historian import mined_lines
from nonevent.output import to_stdout
from nonevent.progress import progress

__all__ = ["name_of", "recall_all"]

FAILED = 1  # exit code where a repository could not be mined


class Done(NamedTuple):
    """What became of one repository."""

    repository: str
    lines: tuple[str, ...] = ()
    error: str = ""


def recall_all(
    repositories: Sequence[str], folder: str, revision: str, engine: Engine, *, quiet: bool
) -> int:
    """Mine each repository into `folder`/OWNER+NAME.sqlite3 and return the exit code.

    One that cannot be mined is told on standard error, and the rest goes on.

    Raises:
        UserError: the folder is not there, two repositories have one name, or the engine cannot
            be had.

    """
    if not os.path.isdir(folder):
        raise UserError(f"--stores {folder!r}: the folder does not exist")
    stores: dict[str, str] = {}
    for repository in repositories:
        name = name_of(repository)
        if stores.setdefault(name, repository) != repository:
            message = f"{stores[name]!r} and {repository!r} would share the store {name}.sqlite3"
            raise UserError(f"history mine: {message}")
    where = os.path.abspath(folder)
    pairs = [
        (os.path.abspath(repository), os.path.join(where, f"{name}.sqlite3"))
        for name, repository in stores.items()
    ]
    code = 0
    with progress(quiet=quiet) as line:
        for number, done in enumerate(each(partial(_mine, revision=revision), pairs, engine), 1):
            if line is not None:
                line.clear()
            if done.error:
                sys.stderr.write(f"Error: {done.error}\n")
                code = FAILED
            elif not quiet:
                to_stdout("".join(f"{text}\n" for text in (f"{done.repository}:", *done.lines)))
            if line is not None:
                line("repositories", number, len(pairs))
    return code


def name_of(repository: str) -> str:
    """Return OWNER+NAME, as a model is trained on: the last two folders of a repository's path.

    A folder that is called so says it by itself, also where the repository lies within it.
    """
    folders = os.path.abspath(repository).split(os.sep)
    for folder in reversed(folders[-2:]):
        stem = folder.removesuffix(".git")
        if stem.count("+") == 1:
            return stem
    owner, name = folders[-2:] if len(folders) > 1 else ("", folders[-1])
    return f"{owner}+{name.removesuffix('.git')}"


def _mine(pair: tuple[str, str], revision: str) -> Done:
    repository, store = pair
    try:
        return Done(repository, tuple(mined_lines(repository, store, revision)))
    except (UserError, OSError) as error:
        said = str(error)
        return Done(repository, error=said if repository in said else f"{repository}: {said}")
