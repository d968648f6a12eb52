"""Web servers: how long one lets a request take, as its command line or configuration says."""

import pytest

from nonevent.facts import Setting
from nonevent.link.servers import patience
from nonevent.readers import hints, servers
from nonevent.reading import is_read, is_server

COMPOSE = """services:
  web:
    image: shop/gunicorn
    command:
      - gunicorn
      - shop.web:app
      - --timeout
      - "45"
    ports: ["80:80"]
"""
SCRIPT = """#!/bin/sh
# gunicorn --timeout 1 shop.web:app
pip install gunicorn
exec gunicorn shop.web:app \\
    --workers 4 \\
    --timeout "${TIMEOUT:-90}"
"""
SERVERLESS = """provider:
  name: aws
  timeout: 20
functions:
  web:
    timeout: 29
"""
SAID = {
    "gunicorn in a Procfile": ("Procfile", "web: gunicorn -t 20 shop.web", [("gunicorn", 20)]),
    "its default": ("Procfile", "web: gunicorn shop.web:app\n", [("gunicorn", 30)]),
    "one that is 0": ("Procfile", "web: gunicorn --timeout=0 shop.web:app", [("gunicorn", None)]),
    "threads": ("Procfile", "web: gunicorn --threads 8 -t 20 shop.web", [("gunicorn", None)]),
    "other workers": (
        "Dockerfile",
        'CMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-t", "20", "shop.web"]\n',
        [("gunicorn", None)],
    ),
    "a JSON array": (
        "Dockerfile.web",
        'RUN pip install gunicorn\nCMD ["gunicorn", "--timeout", "60", "shop.web:app"]\n',
        [("gunicorn", 60)],
    ),
    "a shell script": ("docker/entrypoint.sh", SCRIPT, [("gunicorn", 90)]),
    "what its module says": ("Procfile", "web: gunicorn -c python:shop.serve shop.web", []),
    "a server without a limit": ("Procfile", "web: uvicorn shop.web:app\n", [("uvicorn", None)]),
    "a module of gunicorn's": (
        "gunicorn.conf.py",
        "bind = ':80'\ntimeout = int(os.environ.get('TIMEOUT', '120'))\n",
        [("gunicorn", 120)],
    ),
    "a module with threads": (
        "gunicorn.conf.py",
        "threads = 4\ntimeout = 9\n",
        [("gunicorn", None)],
    ),
    "a module without a limit": ("gunicorn_conf.py", "bind = ':80'\n", [("gunicorn", 30)]),
    "uwsgi": ("deploy/uwsgi.ini", "[uwsgi]\nharakiri = 55\n", [("uWSGI", 55)]),
    "uwsgi without": ("uwsgi.ini", "[uwsgi]\nmaster = true\n", [("uWSGI", None)]),
    "uwsgi's command": ("Procfile", "web: uwsgi --harakiri 40 --http :80\n", [("uWSGI", 40)]),
    "a command without arguments": ("run.sh", "exec uwsgi \n", [("uWSGI", None)]),
    "functions on Lambda": ("serverless.yml", SERVERLESS, [("Lambda", 29)]),
    "a developer's own": ("Dockerfile.dev", "CMD gunicorn -t 5 shop.web\n", []),
    "the program's own tests": ("tests/Procfile", "web: gunicorn -t 5 shop.web\n", []),
}


@pytest.mark.parametrize(("path", "text", "expected"), SAID.values(), ids=SAID)
def test_a_limit_is_read_of(path: str, text: str, expected: list[tuple[str, int | None]]) -> None:
    found = [(each.owner, each.value.constant) for each in servers.said(path, text)]

    assert found == expected


def test_a_compose_file_says_it_beside_its_database() -> None:
    facts = hints.read("compose.yaml", COMPOSE).facts
    found = [(each.name, each.value.constant) for each in facts if isinstance(each, Setting)]

    assert found == [("server timeout", 45)]


def test_the_most_patient_server_counts_and_none_beside_one_without_a_limit() -> None:
    texts = ("web: gunicorn -t 20 shop.web", "web: gunicorn -t 50 shop.web", "web: daphne shop.web")
    one, two, three = (servers.read("Procfile", text) for text in texts)
    most = patience([one, two])

    assert most is not None
    assert (most.value.constant, patience([one, three]), patience([])) == (50, None, None)


NAMES = {
    "Procfile": True,
    "docker/Dockerfile.prod": True,
    "k8s/web.yaml": True,
    "bin/docker-entrypoint.sh": True,
    "etc/uwsgi.ini": True,
    "serverless.yaml": True,
    "etc/shop.ini": False,
    "alembic.ini": False,
}


@pytest.mark.parametrize(("path", "expected"), NAMES.items(), ids=NAMES)
def test_a_server_is_known_by_the_name_of_its_file(path: str, *, expected: bool) -> None:
    assert is_server(path) == expected
    assert is_read(path) or not expected


@pytest.mark.parametrize("name", ["gunicorn.conf.py", "deploy/gunicorn_config.py", "gunicorn.py"])
def test_a_module_of_gunicorns_is_known_by_its_name(name: str) -> None:
    assert is_server(name)
