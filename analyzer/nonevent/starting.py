"""`nonevent init`: settings, the hook and the build server's file, where there is a place."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from nonevent import config, merging, output, scaffold
from nonevent.config import OWN, Config
from nonevent.error import UserError
from nonevent.fixes.diff import unified
from nonevent.fixes.write import replace
from nonevent.options import complete
from nonevent.reports.inert import address, defuse, visible
from nonevent.reports.summary import counted
from nonevent.scaffold import Source
from nonevent.sources.disk import read_file, reason
from nonevent.sources.origin import remote_of
from nonevent.sources.place import find_place
from nonevent.survey import Survey, survey

__all__ = ["AUTO", "CHOICES", "begin", "dialect_of", "installed", "servers_of"]

AUTO, NONE = "auto", "none"
HOOKS = ".pre-commit-config.yaml"
LARGEST = 1_000_000  # bytes of a file that is added to
MANY = 3  # folders that are named
# A requirement goes into files of many kinds as it is.
REQUIREMENT = re.compile(r"[A-Za-z0-9_.+:/@~=-]+")
# Who runs or calls nonevent already.
ASKED = re.compile(rb"\bnonevent[\"']?\s+check\b|\bid:\s*[\"']?nonevent\b|/nonevent@")


class Server(NamedTuple):
    """A build server that files can be written for."""

    name: str
    path: str  # of the file
    hosts: str  # expression that the address of the remote holds
    signs: tuple[str, ...]  # files or folders that are its own
    make: Callable[[Source, str], str]  # what is there, "" nothing → what should be there
    what: str
    next: str = ""  # what remains to be done by hand


def _whole(make: Callable[[Source], str], source: Source, text: str) -> str:
    if text:
        raise merging.MergeError("something else stands there")
    return make(source)


def _job(source: Source, text: str) -> str:
    stages = merging.stages_of(text)
    wanted = ("test", "tests", "check", "checks", "lint", "verify", "quality")
    stage = next((name for name in wanted if name in stages), stages[0] if stages else "")
    job = scaffold.gitlab(source, stage)
    return merging.add_job(text, job) if text else job


SERVERS: Mapping[str, Server] = {
    "github": Server(
        "GitHub Actions",
        ".github/workflows/nonevent.yml",
        r"github",
        (".github",),
        partial(_whole, scaffold.github),
        "a workflow of its own",
    ),
    "gitlab": Server(
        "GitLab CI",
        ".gitlab-ci.yml",
        r"gitlab",
        (".gitlab-ci.yml",),
        _job,
        "the job `nonevent`, at the end",
    ),
    "azure": Server(
        "Azure Pipelines",
        "azure-pipelines-nonevent.yml",
        r"dev\.azure\.com|visualstudio\.com",
        ("azure-pipelines.yml", ".azure-pipelines", ".azuredevops"),
        partial(_whole, scaffold.azure),
        "a pipeline of its own",
        "make a pipeline of azure-pipelines-nonevent.yml and name it in the policy of the branch",
    ),
    "jenkins": Server(
        "Jenkins",
        "Jenkinsfile.nonevent",
        r"(?!)",
        ("Jenkinsfile",),
        partial(_whole, scaffold.jenkins),
        "a pipeline of its own",
        "make a multibranch pipeline whose script is Jenkinsfile.nonevent",
    ),
}
CHOICES = (AUTO, *SERVERS, NONE)


class Done(NamedTuple):
    """What became of a file."""

    path: str
    said: str
    before: bytes | None = None  # None: it was not there
    after: bytes | None = None  # None: nothing is to be written
    next: str = ""


def begin(*, ci: str, hook: bool, source: str, dry_run: bool) -> int:
    """Write what is missing, say what was found and done, and return the exit code.

    With `dry_run` nothing is written: standard output gets a diff, for `git apply`, and standard
    error the rest.

    Raises:
        UserError: settings that are there are not in order, or something cannot be written.

    """
    cwd = output.working_directory()
    place = find_place(cwd)
    root = place.root if place else cwd
    there = config.load(root)
    seen = survey(complete({}, there.settings), there, root)
    known = _named(source) if source else installed()
    servers = servers_of(root) if ci == AUTO else () if ci == NONE else (ci,)
    done = [_settings(root, there, seen)]
    if place:
        done += [_hook(root, known)] if hook else []
        done += [_server(root, SERVERS[name], known) for name in servers]
    if not dry_run:
        for each in done:
            _write(root, each)
    lines = [*_found(seen, servers, known), *_told(done, dry_run=dry_run, there=bool(place))]
    text = defuse("".join(f"{line}\n" for line in lines))
    if not dry_run:
        output.to_stdout(text)
        return 0
    if sys.stderr is not None:
        sys.stderr.write(text)
    output.to_stdout("".join(map(_diff, done)), "latin-1")
    return 0


# -- what is there -------------------------------------------------------------------------------


def servers_of(root: str) -> tuple[str, ...]:
    """Return the build servers of which a project has files, or in which it lies."""
    place = find_place(root)
    remote = remote_of(place) if place else ""
    return tuple(
        name
        for name, server in SERVERS.items()
        if re.search(rf"^\w+://[^/]*(?:{server.hosts})", remote)
        or any(os.path.lexists(os.path.join(root, sign)) for sign in server.signs)
    )


def dialect_of(seen: Survey) -> tuple[str, str]:
    """Return the one database that a project names, and where it does; "" where there is none.

    SQLite beside another one is a developer's own, or the tests'.
    """
    named = {each.dialect: each for each in reversed(seen.databases)}
    if len(named) > 1:
        named.pop("sqlite", None)
    if len(named) != 1:
        return "", ""
    ((dialect, each),) = named.items()
    return dialect, address(each.location.path, each.location.line)


def installed() -> Source | None:
    """Return where the running program was installed from; None where others cannot have it.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution("nonevent")
        said = json.loads(found.read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError, OSError):
        return None
    if not said:
        return Source(f"nonevent=={found.version}")
    commit = said.get("vcs_info", {}).get("commit_id", "")
    url = str(said.get("url", ""))
    requirement = f"git+{url}@{commit}"
    good = commit and not url.startswith("file:") and REQUIREMENT.fullmatch(requirement)
    return Source(requirement, url, commit) if good else None


def _named(text: str) -> Source:
    """Return the source that was named.

    Raises:
        UserError: it is none.

    """
    url, at, commit = text.removeprefix("git+").rpartition("@")
    if not REQUIREMENT.fullmatch(text):
        raise UserError(
            f"--source {text!r} is not what pip installs: git+URL@COMMIT or nonevent==1.0"
        )
    if not text.startswith("git+"):
        return Source(text)
    if not at or "/" in commit or not url:
        raise UserError(f"--source {text} names no commit: git+URL@COMMIT")
    return Source(text, url, commit)


def _found(seen: Survey, servers: tuple[str, ...], known: Source | None) -> Iterator[str]:
    """Yield what was found, in words."""
    yield "found"
    rows = {
        "files": _listed(seen.kinds),
        "in": _listed({f"{name}/" if name else "the root": n for name, n in seen.folders.items()}),
        "frameworks": ", ".join(list(seen.frameworks)[:6]),
        "migrations": ", ".join(
            f"{visible(framework)} in {visible(folder)} ({counted(files, 'file')})"
            for (framework, folder), files in list(seen.migrations.items())[:MANY]
        ),
        "database": _database(seen),
        "build server": ", ".join(SERVERS[name].name for name in servers),
        "nonevent": known.requirement if known else "installed from a folder of this machine",
    }
    for name, said in rows.items():
        yield f"  {name:<14}{said or 'none'}"


def _listed(counts: Mapping[str, int]) -> str:
    parts = [f"{visible(name)} {number}" for name, number in list(counts.items())[:MANY]]
    return ", ".join(parts) + (f" and {len(counts) - MANY} more" if len(counts) > MANY else "")


def _database(seen: Survey) -> str:
    dialect, where = dialect_of(seen)
    if dialect:
        return f"{dialect}, as {where} says"
    named = sorted({each.dialect for each in seen.databases})
    return f"{' and '.join(named)} are named, so none is set" if named else ""


# -- what is written -----------------------------------------------------------------------------


def _settings(root: str, there: Config, seen: Survey) -> Done:
    if there.path:
        return Done(os.path.relpath(there.path, root), "has settings already")
    make = partial(scaffold.settings, *dialect_of(seen))
    project = "pyproject.toml"
    if os.path.isfile(os.path.join(root, project)):
        done = _changed(root, project, lambda text: merging.add_table(text, make(table=True)))
        if done.after is not None:
            return done._replace(said="the table [tool.nonevent], at the end")
    return _changed(root, OWN, lambda _: make(table=False))._replace(said="settings")


def _hook(root: str, known: Source | None) -> Done:
    entry = scaffold.hook(known)
    done = _changed(
        root, HOOKS, lambda text: merging.add_hook(text, entry) if text.strip() else _repos(entry)
    )
    if done.after is None:
        return done
    said = "the hook `nonevent`" + (", the last of repos" if done.before else "")
    said += "" if known else ", which runs the program on the PATH"
    return done._replace(said=said, next="pre-commit install")


def _repos(entry: str) -> str:
    return "repos:\n" + "".join(f"  {line}\n" for line in entry.splitlines())


def _server(root: str, server: Server, known: Source | None) -> Done:
    if known is None:
        why = f"left out: {server.name} has to install nonevent, and from where is not known here: "
        return Done(server.path, f"{why}--source git+URL@COMMIT")
    caller = caller_of(root, server)
    if caller:
        return Done(caller, "runs nonevent already")
    done = _changed(root, server.path, partial(server.make, known))
    return done if done.after is None else done._replace(said=server.what, next=server.next)


def caller_of(root: str, server: Server) -> str:
    """Return the file of a build server that runs nonevent already; "" where none does."""
    folder = os.path.dirname(server.path)
    names = [server.path, *server.signs]
    if folder:
        with suppress(OSError):
            beside = sorted(os.listdir(os.path.join(root, folder)))
            names += [os.path.join(folder, name) for name in beside]
    for name in names:
        with suppress(OSError):
            if ASKED.search(read_file(os.path.join(root, name), LARGEST)):
                return name
    return ""


def _changed(root: str, path: str, make: Callable[[str], str]) -> Done:
    """Return what a file becomes; it is left alone where that cannot be done with certainty."""
    full = os.path.join(root, path)
    if os.path.islink(full) or os.path.realpath(os.path.dirname(full)) != os.path.join(
        os.path.realpath(root), os.path.dirname(path)
    ).rstrip(os.sep):
        return Done(path, "left alone: it is a link")
    before = None
    try:
        before = read_file(full, LARGEST) if os.path.lexists(full) else None
        if before is not None and ASKED.search(before):
            return Done(path, "runs nonevent already")
        text = make((before or b"").decode("utf-8"))
    except OSError as error:
        return Done(path, f"left alone: {reason(error)}")
    except UnicodeDecodeError:
        return Done(path, "left alone: it is not UTF-8")
    except merging.MergeError as error:
        return Done(path, f"left alone: {error}")
    return Done(path, "", before, text.encode("utf-8"))


def _write(root: str, done: Done) -> None:
    """Write one file.

    Raises:
        UserError: it cannot be written.

    """
    if done.after is None:
        return
    full = os.path.join(root, done.path)
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if done.before is None:
            with open(full, "xb") as stream:  # what came meanwhile is not overwritten
                stream.write(done.after)
            return
        why = replace(full, done.before, done.after)
    except OSError as error:
        why = reason(error)
    if why:
        raise UserError(f"'{visible(done.path)}' cannot be written: {why}")


def _told(done: list[Done], *, dry_run: bool, there: bool) -> Iterator[str]:
    """Yield what was done, and what remains to be done."""
    for head, rows in (
        ("to write" if dry_run else "written", [one for one in done if one.after is not None]),
        ("not written", [one for one in done if one.after is None]),
    ):
        if rows:
            yield head
            width = max(len(visible(one.path)) for one in rows) + 2
            yield from (f"  {visible(one.path):<{width}}{one.said}" for one in rows)
    if not there:
        yield "no git repository here: no hook and no build server's file"
    yield "next"
    yield "  nonevent check            what there is now"
    yield '  nonevent baseline create --reason "before we began"'
    yield "                            accept it, and hear of what is new"
    yield from (f"  {one.next}" for one in done if one.next)


def _diff(done: Done) -> str:
    if done.after is None:
        return ""
    text = unified(done.path, done.before or b"", done.after).decode("latin-1")
    if done.before is None:
        text = text.replace(f"--- a/{done.path}\n", "--- /dev/null\n", 1)
    return text
