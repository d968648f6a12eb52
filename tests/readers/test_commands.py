"""What scripts, images and manifests start."""

import pytest

from nonevent.readers import commands
from nonevent.reading import is_read, says_nothing

COMMANDS = {
    "a line of a script": ("celery -A shop worker -B", [(1, "celery -A shop worker -B")]),
    "one that goes on": (
        "exec gosu shop celery -A shop \\\n  worker \\\n  -B\necho done -B",
        [(1, "celery -A shop worker -B")],
    ),
    "a folded value of a Compose file": (
        "  command: >\n      celery -A shop worker\n      --beat\n  image: shop",
        [(2, "celery -A shop worker --beat")],
    ),
    "a list in one line": (
        'CMD ["celery", "-A", "shop", "worker", "-B"]',
        [(1, 'celery", "-A", "shop", "worker", "-B"]')],
    ),
    "a list, one word a line": (
        "args:\n  - celery\n  - worker\n  - -B\nimage: shop",
        [(2, "celery - worker - -B")],
    ),
    "a program by its path": (
        "ExecStart=/opt/shop/bin/celery -A shop worker -B",
        [(1, "celery -A shop worker -B")],
    ),
    "a comment": ("# celery -A shop worker -B", []),
    "a scheduler by itself": ("celery -A shop beat", []),
    "a name with the word in it": ("docker start celery-worker -B", []),
}


@pytest.mark.parametrize(("text", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_a_worker_is_told_with_its_command(text: str, expected: list[tuple[int, str]]) -> None:
    found = [(each.location.line, each.value.constant) for each in commands.workers("run.sh", text)]

    assert found == expected


@pytest.mark.parametrize(
    "path",
    [
        "docker/entrypoint",
        "Dockerfile.worker",
        "Procfile",
        "bin/start.sh",
        "docker-compose-deploy.yaml",
        "k8s/worker.yml",
        "etc/supervisord.conf",
        "shop.service",
    ],
)
def test_what_starts_programs_is_read(path: str) -> None:
    assert is_read(path)


@pytest.mark.parametrize("path", ["README.md", "shop/values.yaml", "nginx.conf", "web/app.js"])
def test_what_starts_none_is_not(path: str) -> None:
    assert not is_read(path)


def test_a_script_that_starts_no_scheduler_is_not_looked_into() -> None:
    assert says_nothing("bin/start.sh", b"celery -A shop worker")
    assert not says_nothing("bin/start.sh", b"celery -A shop worker -B")
