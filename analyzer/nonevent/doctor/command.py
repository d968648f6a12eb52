"""The check-up as a whole."""

import os

from nonevent import config, output, packs
from nonevent.config import Config
from nonevent.doctor import project, surroundings
from nonevent.doctor.sheet import Section, as_json, as_text
from nonevent.error import UserError
from nonevent.options import Given, Options, complete
from nonevent.sources.place import find_root
from nonevent.survey import survey

__all__ = ["run"]


def run(given: Given, form: str) -> int:
    """Print what nonevent sees in the working directory; return 1 where it found problems.

    Raises:
        UserError: something that was named is not there.

    """
    cwd = output.working_directory()
    sections = examine(given, cwd)
    output.to_stdout(as_json(sections) if form == "json" else as_text(sections))
    return int(any(section.problems for section in sections))


def examine(given: Given, cwd: str) -> list[Section]:
    """Return what nonevent sees in a folder."""
    there, options, wrong = _settings(given, cwd)
    repository = find_root(cwd)
    root = there.root or repository or cwd
    installed = packs.load()
    told = surroundings.settings(there, options, cwd, wrong, installed)
    counting = Options() if told.problems else options
    if told.problems:
        there = Config()
    seen = survey(counting, there, root)
    sections = [
        surroundings.programs(),
        told,
        project.project(seen, counting),
        surroundings.git(cwd, os.environ),
        surroundings.server(repository or cwd, os.environ),
    ]
    if not told.problems:
        sections.append(project.baseline(given))
    sections.append(project.cache(root, counting, sum(seen.kinds.values())))
    if repository:
        sections.append(project.history(cwd))
    return [*sections, surroundings.extras()]


def _settings(given: Given, cwd: str) -> tuple[Config, Options, str]:
    """Return the settings, and what is wrong with them; then they are the defaults."""
    named = str(given.get("config", ""))
    try:
        there = config.load(cwd, named)
        return there, complete({}, there.settings), ""
    except UserError as error:
        if named:  # here and now: a slip of the caller
            raise
        return Config(), Options(), str(error)
