"""How long a web server lets a request take, as its command line or configuration says."""

import re
from collections.abc import Iterator

from nonevent.facts import FileFacts, Kind, Setting, Value
from nonevent.location import Location

__all__ = ["read", "said", "speaks"]

SETTING = "server timeout"  # as `link.servers` looks for it
# A module that Gunicorn runs to be configured.
CONFIGURED = ".py"
# Files of a developer's own.
ASIDE = re.compile(r"(?i)(?:^|[/._-])(?:ci|dev|devel|development|example|local|override|tests?)\b")
# A server at the start of a command or behind what wraps it; "pip install gunicorn" is none.
STARTED = re.compile(
    r"""(?m)(?:^|[\s"'=\[/&;])(gunicorn|uwsgi|uvicorn|daphne|hypercorn|granian|waitress-serve)"""
    r"""(?=["'\s,])"""
)
WORDS = (b"gunicorn", b"uwsgi", b"uvicorn", b"daphne", b"hypercorn", b"granian", b"waitress-serve")
INSTALLED = re.compile(r"\b(?:apk|apt|apt-get|add|install|pip3?|conda)\b|\bimage:")
# Where a command of a YAML file ends: at the next key.
KEY = re.compile(r"\n[ \t]*[\w.-]+:(?:\s|$)")
WORD = re.compile(r"""[\s"',\[\]]+""")
# `${TIMEOUT:-60}` is 60 where nobody says otherwise; so is `os.environ.get("TIMEOUT", "60")`.
FALLBACK = re.compile(r"^\$\{\w+:?-(\d+)\}$")
NUMBER = re.compile(r"""(?:^|[\s(,"'=])(\d+)["')\s]*$""")
# https://docs.gunicorn.org/en/stable/settings.html#timeout: of the worker class `sync` it limits a
# request; other workers only have to show that they live
DEFAULT = 30
PLAIN = "sync"
# https://www.serverless.com/framework/docs/providers/aws/guide/functions: six seconds
LAMBDA = 6
ASSIGNED = re.compile(r"(?m)^(timeout|worker_class|threads)[ \t]*=[ \t]*([^\n#]+)")
# https://uwsgi-docs.readthedocs.io/en/latest/Options.html#harakiri
HARAKIRI = re.compile(r"(?m)^[ \t]*harakiri[ \t]*=[ \t]*(\d+)")
FUNCTION = re.compile(r"(?m)^[ \t]+timeout:[ \t]*(\d+)[ \t]*$")

Found = tuple[str, int | None, int]  # server, seconds (None: without limit), place in the text


def speaks(data: bytes) -> bool:
    """Tell whether a file may start a web server."""
    return any(word in data for word in WORDS)


def read(path: str, text: str) -> FileFacts:
    """Return the limits of the servers that a file starts or configures."""
    return FileFacts(path, tuple(said(path, text)))


def said(path: str, text: str) -> Iterator[Setting]:
    """Yield a setting for each server: its seconds, or None where it has no limit."""
    if ASIDE.search(path):
        return
    for server, seconds, start in _found(path, text):
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        place = Location(path, line, column, line, column + len(server))
        value = Value(Kind.CONSTANT, place[1:], constant=seconds)
        yield Setting(SETTING, value, place, owner=server)


def _found(path: str, text: str) -> Iterator[Found]:
    if path.endswith(CONFIGURED):
        yield _configured(text)
    elif path.endswith(".ini"):
        found = HARAKIRI.search(text)
        yield ("uWSGI", int(found[1]), found.start(1)) if found else ("uWSGI", None, 0)
    elif path.endswith(("serverless.yml", "serverless.yaml")):
        given = [(int(found[1]), found.start(1)) for found in FUNCTION.finditer(text)]
        seconds, start = max(given, default=(LAMBDA, 0))
        yield "Lambda", seconds, start
    else:
        yield from _started(text, is_yaml=path.endswith((".yml", ".yaml")))


def _configured(text: str) -> Found:
    """Return what a module says that configures Gunicorn."""
    given = {found[1]: found for found in ASSIGNED.finditer(text)}
    worker = given["worker_class"][2] if "worker_class" in given else PLAIN
    if "threads" in given or PLAIN not in worker:
        return "gunicorn", None, 0
    limit = given.get("timeout")
    if limit is None:
        return "gunicorn", DEFAULT, 0
    number = NUMBER.search(limit[2].strip())
    return "gunicorn", int(number[1]) or None if number else None, limit.start(1)


def _started(text: str, *, is_yaml: bool) -> Iterator[Found]:
    for found in STARTED.finditer(text):
        start = found.start(1)
        line = text[text.rfind("\n", 0, start) + 1 : start]
        if line.lstrip().startswith(("#", "//")) or INSTALLED.search(line):
            continue
        command = _command(text[found.end(1) :], is_yaml=is_yaml)
        words = [word for word in WORD.split(command) if word not in {"", "-"}]
        if found[1] == "gunicorn":
            if not {"-c", "--config"}.isdisjoint(words) or any(
                word.startswith("--config=") for word in words
            ):
                continue  # its module says it
            yield "gunicorn", _gunicorn(words), start
        elif found[1] == "uwsgi":
            if any(word.endswith(".ini") for word in words):
                continue
            given = _option(words, ("--harakiri",))
            yield "uWSGI", _number(given) if given else None, start
        else:
            yield found[1], None, start


def _command(text: str, *, is_yaml: bool) -> str:
    """Return the rest of a command: of a shell's line with what continues it."""
    if is_yaml:
        end = KEY.search(text)
        return text[: end.start()] if end else text
    lines = text.split("\n")
    size = next((at for at, line in enumerate(lines) if not line.rstrip().endswith("\\")), 0)
    return " ".join(line.rstrip().rstrip("\\") for line in lines[: size + 1])


def _gunicorn(words: list[str]) -> int | None:
    worker = _option(words, ("-k", "--worker-class")) or PLAIN
    if worker != PLAIN or _option(words, ("--threads",)):
        return None
    given = _option(words, ("-t", "--timeout"))
    return _number(given) if given else DEFAULT


def _option(words: list[str], names: tuple[str, ...]) -> str:
    """Return the value of an option; "" where it is not given."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in names:
            return following
        name, _, value = word.partition("=")
        if value and name in names:
            return value
    return ""


def _number(text: str) -> int | None:
    """Return a number of seconds; None for 0, which is no limit, and for what is not read."""
    fallback = FALLBACK.match(text)
    digits = fallback[1] if fallback else text
    return int(digits) or None if digits.isdigit() else None
