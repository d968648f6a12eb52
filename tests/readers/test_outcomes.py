"""What the Python reader says of work that a function starts."""

from textwrap import indent

import pytest

from nonevent.facts import Call, Outcome
from nonevent.readers import python
from nonevent.readers.interests import interests

IMPORTS = """
import asyncio
from subprocess import Popen
from threading import Thread
from concurrent.futures import ThreadPoolExecutor
"""
WANTED = interests(
    (
        "asyncio.create_task",
        "concurrent.futures.ThreadPoolExecutor.submit",
        "subprocess.Popen",
        "threading.Thread.start",
    )
)


def outcomes(body: str) -> list[Outcome]:
    text = f"{IMPORTS}\nasync def work(wait):\n{indent(body, '    ')}\n"
    facts = python.read("shop/work.py", text, WANTED).facts
    return [fact.outcome for fact in facts if isinstance(fact, Call)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Popen(['x'])", Outcome.LEFT, id="a result that nobody takes"),
        pytest.param("child = Popen(['x'])", Outcome.LEFT, id="a name that nobody reads"),
        pytest.param(
            "task = asyncio.create_task(f())\ntask.add_done_callback(print)",
            Outcome.LEFT,
            id="a task that only says when it is done",
        ),
        pytest.param(
            "task = asyncio.create_task(f())\nrunning.add(task)\n"
            "task.add_done_callback(running.discard)",
            Outcome.KEPT,
            id="a task that is kept from the garbage collector",
        ),
        pytest.param("child = Popen(['x'])\nchild.wait()", Outcome.WAITED, id="a process"),
        pytest.param("return asyncio.create_task(f())", Outcome.UNKNOWN, id="a task handed on"),
        pytest.param("await asyncio.create_task(f())", Outcome.WAITED, id="an awaited task"),
        pytest.param(
            "tasks = []\ntasks.append(asyncio.create_task(f()))\nawait asyncio.gather(*tasks)",
            Outcome.WAITED,
            id="a list of tasks that are gathered",
        ),
        pytest.param(
            "running.add(asyncio.create_task(f()))", Outcome.KEPT, id="a task put into a set"
        ),
        pytest.param("self.task = asyncio.create_task(f())", Outcome.OWNED, id="an attribute"),
        pytest.param(
            "task = asyncio.create_task(f())\nyield\ntask.cancel()\nawait task",
            Outcome.ENDED,
            id="a task that is cancelled later",
        ),
        pytest.param(
            "with ThreadPoolExecutor() as pool:\n    pool.submit(f)",
            Outcome.WAITED,
            id="a pool that is closed at the end",
        ),
        pytest.param("t = Thread()\nt.start()\nt.join()", Outcome.WAITED, id="a joined thread"),
        pytest.param(
            "t = Thread()\nt.start()\nif wait:\n    t.join()",
            Outcome.UNKNOWN,
            id="a thread that is joined if the caller asks for it",
        ),
        pytest.param("Thread().start()", Outcome.LEFT, id="a thread without a name"),
        pytest.param("t = Thread()\nt.start()\nreturn t", Outcome.WAITED, id="a thread given back"),
        pytest.param(
            "pool = ThreadPoolExecutor()\npool.submit(f)\npool.shutdown()",
            Outcome.WAITED,
            id="a pool shut down",
        ),
        pytest.param(
            "pool = ThreadPoolExecutor()\npool.submit(f)\npool.shutdown(wait=False)",
            Outcome.LEFT,
            id="a pool shut down without a wait",
        ),
        pytest.param(
            "todo = []\nt = asyncio.create_task(f())\ntodo.append(t)\nawait asyncio.gather(*todo)",
            Outcome.WAITED,
            id="a task in a list that is waited for",
        ),
    ],
)
def test_what_becomes_of_work_is_told(body: str, expected: Outcome) -> None:
    assert outcomes(body) == [expected]
