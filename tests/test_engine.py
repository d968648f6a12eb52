"""One piece of work for many things: in order, wherever it is done, and said plainly where not."""

from math import factorial

import pytest

from nonevent.engine import Engine, each, opened
from nonevent.error import UserError

NUMBERS = range(7)


@pytest.mark.parametrize("jobs", [1, 2])
def test_work_comes_back_in_order(jobs: int) -> None:
    done = each(factorial, NUMBERS, Engine(jobs=jobs))

    assert list(done) == [1, 1, 2, 6, 24, 120, 720]


def test_nothing_to_do_needs_no_cluster() -> None:
    assert list(each(factorial, [], Engine("dask", "tcp://127.0.0.1:1"))) == []


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        (Engine("dask"), "--scheduler names none; expected tcp://HOST:PORT"),
        (Engine("local", "tcp://127.0.0.1:1"), "--scheduler is for --engine dask"),
        (Engine("dask", "tcp://127.0.0.1:1"), "no Dask scheduler answers"),
        (Engine("dask", "nowhere"), "no Dask scheduler answers: missing port number"),
        (Engine("dask", "tcp://127.0.0.1:port"), "no Dask scheduler answers: invalid literal"),
    ],
)
def test_an_engine_that_cannot_be_had_is_said(engine: Engine, said: str) -> None:
    if engine.scheduler and engine.name == "dask":
        pytest.importorskip("distributed", reason="distributed is not installed")
    with pytest.raises(UserError, match=said), opened(engine):
        pass


@pytest.mark.slow
def test_work_comes_back_in_order_from_a_cluster(scheduler: str) -> None:
    done = each(factorial, NUMBERS, Engine("dask", scheduler))

    assert list(done) == [1, 1, 2, 6, 24, 120, 720]
