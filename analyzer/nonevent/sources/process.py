"""Starts git: in a scratch folder, told by its environment what it may see."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from nonevent.error import UserError

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["EXECUTABLE", "start", "starter"]

EXECUTABLE = "GIT_PYTHON_GIT_EXECUTABLE"  # GitPython's name for the git that is to be used

_ENGLISH = {"LANGUAGE": "C", "LC_ALL": "C"}


def start(
    arguments: Sequence[str],
    scratch: str,
    environment: Mapping[str, str],
    given: IO[bytes] | None = None,
) -> "Popen[bytes]":
    """Return a git process that reads `given` and prints to a pipe; its complaints are dropped.

    Raises:
        UserError: git is not there.

    """
    from subprocess import DEVNULL, PIPE

    try:
        return starter()(
            [os.environ.get(EXECUTABLE) or "git", *arguments],
            cwd=scratch,
            env={**os.environ, **_ENGLISH, **environment},
            stdin=DEVNULL if given is None else given,
            stdout=PIPE,
            stderr=DEVNULL,
        )
    except (FileNotFoundError, PermissionError):
        raise UserError("git is not installed, or not on the PATH") from None


def starter() -> "Callable[..., Popen[bytes]]":
    """Return what starts a program that is found on the PATH.

    On Windows one in the working directory, which a change may bring, would come first: GitPython
    knows how to pass it by. Elsewhere it is not imported, which takes longer than all the rest of
    a check of what is staged.
    """
    if os.name != "nt":
        from subprocess import Popen

        return Popen
    from git.cmd import safer_popen

    return safer_popen
