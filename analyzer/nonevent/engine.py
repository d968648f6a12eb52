"""One piece of work done for many things: one after the other, by processes, or on a cluster.

What is done and what comes back goes from process to process: a function of a module and plain
values. On a cluster nonevent is installed at every worker, and paths mean what they mean there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import NamedTuple, TypeVar

from nonevent.error import UserError

__all__ = ["ENGINES", "Engine", "each", "opened"]

ENGINES = ("local", "dask")
PATIENCE = 10.0  # seconds to reach a scheduler

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Engine(NamedTuple):
    """Where work is done."""

    name: str = "local"  # one of ENGINES
    scheduler: str = ""  # address of a Dask scheduler: "tcp://host:8786"
    jobs: int = 1  # processes on this machine; a cluster has its own


@contextmanager
def opened(engine: Engine) -> Iterator[None]:
    """Let what joblib does inside be done where the engine says.

    Raises:
        UserError: the engine lacks its scheduler, or what it needs is not installed or not there.

    """
    if engine.name == "local":
        if engine.scheduler:
            raise UserError("--scheduler is for --engine dask")
        yield
        return
    if not engine.scheduler:
        raise UserError("--engine dask: --scheduler names none; expected tcp://HOST:PORT")
    if find_spec("distributed") is None or find_spec("joblib") is None:
        raise UserError("--engine dask: install 'nonevent[cluster]'")
    from distributed import Client
    from joblib import parallel_config

    try:
        _reach(engine.scheduler)
        client = Client(engine.scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = f"--scheduler {engine.scheduler!r}: no Dask scheduler answers"
        raise UserError(f"{message}: {error}") from None
    with client, parallel_config(backend="dask", client=client, pure=False):
        yield


def _reach(address: str) -> None:
    """Try whether somebody listens there: a client that found nobody takes long to give up.

    Raises:
        OSError: nobody does.
        ValueError: it is no address.

    """
    from socket import create_connection

    from distributed.comm import get_address_host_port

    create_connection(get_address_host_port(address), PATIENCE).close()


def each(
    work: Callable[[Thing], Result], things: Sequence[Thing], engine: Engine
) -> Iterator[Result]:
    """Yield what the work makes of each thing, in their order, as soon as it is there.

    Raises:
        UserError: see `opened`.

    """
    alone = engine.name == "local" and (engine.jobs == 1 or find_spec("joblib") is None)
    if alone or not things:
        yield from map(work, things)
        return
    with opened(engine):
        from joblib import Parallel, delayed

        jobs = engine.jobs if engine.name == "local" else -1
        yield from Parallel(n_jobs=jobs, return_as="generator")(map(delayed(work), things))
