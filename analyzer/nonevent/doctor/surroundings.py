"""What nonevent runs in: its version and extras, settings, git, the build server."""

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from nonevent import __version__
from nonevent.additions import extend
from nonevent.alterations import line_of, toml
from nonevent.config import OWN, Config
from nonevent.doctor.sheet import Advice, Problem, Section
from nonevent.error import UserError
from nonevent.options import CHECK, SETTINGS, Options, field
from nonevent.packs import Packs
from nonevent.policy import resolved
from nonevent.sources.ci import event_of, server_of
from nonevent.sources.clone import BASES, look
from nonevent.sources.place import find_place
from nonevent.starting import ASKED, HOOKS, SERVERS, caller_of, installed, servers_of

__all__ = ["extras", "git", "programs", "server", "settings"]

# What each extra brings; one that is not listed is for who develops nonevent.
BRINGS = {
    "lsp": "`nonevent server`, findings in the editor",
    "prove": "`nonevent prove` on a PostgreSQL that it starts itself",
    "risk": "`nonevent train`, `nonevent evaluate` and `history import --from`",
}
NAME = re.compile(r"[A-Za-z0-9._-]+")
EXTRA = re.compile(r"extra\s*==\s*[\"'](?P<name>[\w-]+)[\"']")


def programs() -> Section:
    """Return what runs."""
    source = installed()
    rows = [
        ("nonevent", __version__),
        ("installed from", source.requirement if source else "a folder of this machine"),
        ("Python", f"{platform.python_version()}, {sys.executable}"),
        ("system", platform.platform()),
    ]
    return Section("program", rows)


# -- extras --------------------------------------------------------------------------------------


def extras() -> Section:
    """Return which extras are installed, whole or in part; nothing of them is imported."""
    wanted = _extras()
    rows, advice = [], []
    for name, brings in BRINGS.items():
        missing = [each for each in wanted.get(name, ()) if not _is_installed(each)]
        if name in wanted and not missing:
            rows.append((name, f"installed: {brings}"))
        else:
            lacking = f" ({', '.join(missing)} missing)" if missing else ""
            rows.append((name, f"not installed{lacking}: {brings}"))
            advice.append(Advice(f"the extra {name}: {brings}", f"pip install 'nonevent[{name}]'"))
    return Section("extras", rows, advice=advice)


def _extras() -> Mapping[str, list[str]]:
    """Return extra → names of the packages that it asks for."""
    from importlib.metadata import PackageNotFoundError, requires

    found: dict[str, list[str]] = {}
    try:
        listed = requires("nonevent") or []
    except PackageNotFoundError:
        return found
    for requirement in listed:
        name, extra = NAME.match(requirement), EXTRA.search(requirement)
        if name and extra:
            found.setdefault(extra["name"], []).append(name[0])
    return found


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


# -- settings ------------------------------------------------------------------------------------


def settings(there: Config, options: Options, cwd: str, wrong: str, packs: Packs) -> Section:
    """Return which settings are in force and where each comes from; `wrong` is with the file."""
    name = os.path.relpath(there.path, cwd) if there.path else ""
    problems = [Problem(wrong, "mend the file: until then every command ends with exit code 2")]
    problems = problems if wrong else list(_unknown(there, options, packs))
    none = f"none: no {OWN} and no pyproject.toml with [tool.nonevent]"
    rows = [("file", "not in order" if wrong else name or none)]
    rows += _values(there, options, name)
    return Section("settings", rows, problems)


def _values(there: Config, options: Options, name: str) -> Iterator[tuple[str, str]]:
    lines = _lines(there)
    for option in (*CHECK, *SETTINGS):
        if not option.setting:
            continue
        key = option.name[2:]
        value = getattr(options, field(option))
        said = field(option) in there.settings
        where = f"{name}:{line_of(key, lines) or 1}" if said else "default"
        none = "all" if key == "select" else "none"
        yield key, f"{toml(value) if value not in ('', ()) else none}  ({where})"
    if there.policy:
        for rule, severity in there.policy.severity.items():
            where = f"{name}:{line_of(f'severity.{rule}', lines) or 1}"
            yield f"severity.{rule}", f"{toml(severity)}  ({where})"
        if there.policy.overrides:
            where = f"{name}:{line_of('overrides', lines) or 1}"
            yield "overrides", f"{len(there.policy.overrides)}  ({where})"


def _lines(there: Config) -> list[str]:
    try:
        return there.view.read(there.path).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _unknown(there: Config, options: Options, packs: Packs) -> Iterator[Problem]:
    """Yield what settings name and there is not."""
    try:
        packs.choose(options.select, options.ignore)
        if there.policy:
            resolved(there.policy, packs.named)
        if options.facts:
            extend(packs, options.facts, there.root)
    except UserError as error:
        do = "mend the settings: until then every command ends with exit code 2"
        yield Problem(f"what the settings name is not in order: {error}", do)


# -- git and the build server --------------------------------------------------------------------


class Build(NamedTuple):
    """The build server that this runs on."""

    name: str
    base: str = ""
    foreign: bool = False
    wrong: str = ""  # why it names no base


def build_of(environment: Mapping[str, str]) -> Build | None:
    """Return the build server that the variables tell of; None where they do not."""
    known = server_of(environment)
    if known is None:
        return None
    try:
        event = event_of(environment)
    except UserError as error:
        return Build(known.name, wrong=str(error))
    return Build(known.name, event.base, event.foreign)


def git(cwd: str, environment: Mapping[str, str]) -> Section:
    """Return what the clone holds."""
    build = build_of(environment)
    try:
        clone = look(cwd, build.base if build else "")
    except UserError as error:
        return Section("git", [("clone", str(error))], [Problem(str(error), _deeper(str(error)))])
    if clone is None:
        none = "none here: check reads folders, --diff and --staged need a repository"
        return Section("git", [("repository", none)])
    rows = [("program", clone.program), ("repository", clone.root)]
    where = f"{clone.head[:10]} on {clone.branch or 'no branch'}" if clone.head else "no commit yet"
    rows += [("at", where), ("history", "shallow" if clone.shallow else "whole")]
    if clone.parted:
        rows.append(("base", f"{clone.base}, parted at {clone.parted[:10]}"))
        return Section("git", rows)
    if clone.base and clone.head:
        what = f"the history does not reach back to where {clone.base} was left"
        rows.append(("base", f"{clone.base}, and nothing in common with it"))
        return Section("git", rows, [Problem(what, _deeper("shallow" if clone.shallow else ""))])
    rows.append(("base", f"none of {', '.join(BASES)}: name it, --diff BASE"))
    return Section("git", rows)


def _deeper(why: str) -> str:
    if "not installed" in why:
        return "install git, or put it on the PATH: --diff, --staged and history need it"
    if "shallow" in why:
        return "git fetch --unshallow; on a build server let it clone the whole history"
    return "name another base, --diff BASE"


def server(root: str, environment: Mapping[str, str]) -> Section:
    """Return on which build server this runs, and which files have nonevent run."""
    build = build_of(environment)
    rows = [("this run", _build(build))]
    problems = []
    if build and build.wrong:
        do = "name the base, --diff BASE, where the build is of a change"
        problems.append(Problem(f"{build.name} names no base of this build", do))
    callers = {SERVERS[name].name: caller_of(root, SERVERS[name]) for name in servers_of(root)}
    rows += [(name, caller or "does not run nonevent") for name, caller in callers.items()]
    hook, installs = _hook(root)
    rows.append(("pre-commit", hook))
    advice = list(_lacking(name for name, caller in callers.items() if not caller))
    if installs:
        advice.append(
            Advice("the hook of pre-commit is set and not installed in this clone", installs)
        )
    return Section("build server and hook", rows, problems, advice)


def _lacking(names: Iterable[str]) -> Iterator[Advice]:
    for name in names:
        yield Advice(f"a check of each change by {name}", "nonevent init")


def _build(build: Build | None) -> str:
    if build is None:
        return "on no build server that is known"
    if build.wrong:
        return build.name
    foreign = ", of a change from a fork: --trust base" if build.foreign else ""
    return f"{build.name}, base {build.base}{foreign}"


def _hook(root: str) -> tuple[str, str]:
    """Return what pre-commit has of nonevent, and what remains to be done, "" for nothing."""
    path = os.path.join(root, HOOKS)
    if not os.path.isfile(path):
        return f"no {HOOKS}", ""
    with open(path, "rb") as file:
        if not ASKED.search(file.read()):
            return f"{HOOKS} does not name nonevent", ""
    place = find_place(root)
    if place and os.path.isfile(os.path.join(place.common_dir, "hooks", "pre-commit")):
        return f"{HOOKS}, installed", ""
    return f"{HOOKS}, not installed in this clone", "pre-commit install"
