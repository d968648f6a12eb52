"""Reading with more than one process: the same facts as with one."""

import os
from collections.abc import Callable

import pytest

from nonevent.facts import FileFacts
from nonevent.options import Options
from nonevent.pipeline import prepare
from nonevent.reading import read
from nonevent.workers import read_all

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")

ASKED = prepare(Options()).asked
TEXTS = {
    f"shop/part_{number}.py": f"import requests\nrequests.get({number})\nKEY = b'x' * {number}\n"
    for number in range(20)
}
SIZES = {path: len(text) * (number % 3) for number, (path, text) in enumerate(TEXTS.items())}
HOME = os.getpid()


def one(path: str) -> FileFacts:
    return read(path, TEXTS[path], ASKED)


def at_home(path: str) -> FileFacts:
    """Read in this process alone."""
    if os.getpid() != HOME and path.endswith("3.py"):
        os._exit(1)
    return one(path)


def loud(path: str) -> FileFacts:
    if os.getpid() != HOME:
        raise RuntimeError(path)
    return one(path)


def untold(path: str) -> FileFacts:
    """Say what has no form as text, in a worker."""
    facts = one(path)
    if os.getpid() != HOME and path.endswith("3.py"):
        return facts._replace(module=object())  # type: ignore[arg-type]
    return facts


@pytest.mark.parametrize("workers", [1, 2, 5, 21])
@pytest.mark.parametrize(
    "ask", [one, at_home, loud, untold], ids=["well", "dies", "fails", "cannot say"]
)
def test_workers_say_what_one_process_says(
    workers: int, ask: Callable[[str], FileFacts], capfd: pytest.CaptureFixture[str]
) -> None:
    found = read_all(SIZES, ask, workers)

    assert [(path, facts) for path, (facts, _) in found.items()] == [
        (path, one(path)) for path in TEXTS
    ]
    assert capfd.readouterr() == ("", "")


def test_a_mistake_of_this_process_leaves_no_worker_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    fork = os.fork

    def watched() -> int:
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", watched)

    def stop(path: str) -> FileFacts:
        if os.getpid() == HOME:
            raise KeyboardInterrupt
        return one(path)

    with pytest.raises(KeyboardInterrupt):
        read_all(SIZES, stop, 3)
    assert made
    for worker in made:  # not any child: servers that other tests started are some, too
        with pytest.raises(ChildProcessError):
            os.waitpid(worker, os.WNOHANG)
