"""What scripts, images and manifests start: commands in which a rule may find something.

Those are workers of Celery, each told as a setting whose value is the command in one line, and web
servers with the time that they let a request take.
"""

import re
from collections.abc import Iterator

from nonevent.facts import FileFacts, Kind, Setting, Value
from nonevent.location import Location
from nonevent.readers import servers

__all__ = ["read", "speaks", "workers"]

SETTING = "celery worker"  # as rules ask for it
# The program and its command, as a shell has them or as a list of words.
# https://docs.celeryq.dev/en/stable/reference/cli.html#celery-worker
CELERY = re.compile(r"""(?:^|(?<=[\s"'/,\[=(]))celery["']?(?=[\s,"']|$)""")
WORKER = re.compile(r"""(?<=[\s"',\[])worker(?=$|[\s"',\]\\])""")
COMMENT = re.compile(r"\s*(?:#|//|;|--\s)")
# What begins a line that goes on with the command above: an option, or the next word of a list.
MORE = re.compile(r"""\s*(?:--?\w|-\s+["']?[^\s:]+["']?\s*$|["'][^"']*["'],?\s*$)""")
MOST = 20  # lines of one command


def speaks(data: bytes) -> bool:
    """Tell whether a file may start a web server, or a worker that has a scheduler inside."""
    if servers.speaks(data):
        return True
    return b"celery" in data and b"worker" in data and (b"-B" in data or b"--beat" in data)


def read(path: str, text: str) -> FileFacts:
    """Return the commands that a file starts."""
    return FileFacts(path, (*workers(path, text), *servers.said(path, text)))


def workers(path: str, text: str) -> Iterator[Setting]:
    """Yield the commands that start a worker of Celery."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        found = None if COMMENT.match(line) else CELERY.search(line)
        if found is None:
            continue
        parts = [line[found.start() :], *_more(lines, at)]
        command = " ".join(part.strip().rstrip("\\") for part in parts)
        if WORKER.search(command):
            span = (at + 1, found.start() + 1, at + 1, len(line) + 1)
            value = Value(Kind.CONSTANT, span, constant=" ".join(command.split()))
            yield Setting(SETTING, value, Location(path, *span))


def _more(lines: list[str], at: int) -> Iterator[str]:
    """Yield the lines that go on with the command of line `at`, from 0."""
    for before, line in zip(lines[at : at + MOST], lines[at + 1 :], strict=False):
        if not before.rstrip().endswith("\\") and not MORE.match(line):
            return
        yield line
