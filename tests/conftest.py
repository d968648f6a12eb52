"""What holds for all tests."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

# Small trees are grown in no time by one thread; several that wait for each other spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True, scope="session")
def _kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what nonevent keeps for a user out of this user's home."""
    kept = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    if kept is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = kept


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> Iterator[None]:
    """Undo that a shell has what it starts with `&` ignore interrupts; programs inherit that."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a Dask scheduler and two workers, each a process, and return the address."""
    pytest.importorskip("distributed", reason="distributed is not installed")
    pytest.importorskip("joblib", reason="joblib is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard", "--no-nanny"]
    commands = [
        [*dask, "--host", "127.0.0.1", "--port", str(port)],
        *[[*worker, "--nthreads", "1", address]] * 2,
    ]
    with (folder / "log").open("wb") as log:
        started = [
            subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            for command in commands
        ]
    try:
        _wait_for_workers(address, 2)
        yield address
    finally:
        for process in started:
            process.kill()  # a worker that is asked may wait for the scheduler for ever
        for process in started:
            process.wait(30)


def _wait_for_workers(address: str, number: int) -> None:
    from distributed import Client

    until = time.monotonic() + 60
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(number, timeout=60)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="session")
def browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium: apt-get install chromium")
