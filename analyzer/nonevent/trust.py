"""Whose word counts: settings, baseline and rows of the version before a change, or its own.

Who opens a pull request writes its settings, too. With `--trust base` they say nothing of how the
change is judged; what it alters in them is told as facts, on which rules of the family `nonevent`
speak.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from nonevent import alterations, config
from nonevent.additions import rows_of
from nonevent.alterations import Table, Text
from nonevent.altered import Alteration
from nonevent.baseline import Baseline, find, read
from nonevent.config import Config
from nonevent.error import UserError
from nonevent.options import Given, Options, complete
from nonevent.packs import load
from nonevent.sources.disk import is_inside, relative_path
from nonevent.sources.snapshot import Sides, sides
from nonevent.sources.view import DISK, View

__all__ = ["Settled", "Told", "settle", "told"]


class Told(NamedTuple):
    """What a change alters, and the files in which it does."""

    facts: tuple[Alteration, ...] = ()
    lines: Mapping[str, Sequence[str]] = {}  # by path


class Settled(NamedTuple):
    """What counts in a run, and what the change would have otherwise."""

    options: Options
    config: Config
    baseline: Baseline | None
    told: Told


class Asked(NamedTuple):
    """What a run was told, and where."""

    given: Given
    cwd: str
    root: str  # folder of the project, absolute


def settle(given: Given, cwd: str, target: str = "") -> Settled:
    """Return settings and baseline of the version before the change that `given` names.

    `target` is the tip of the branch that it goes to, where `given` names an older commit of it.

    Raises:
        UserError: there is no such version, or what it holds is not in order.

    """
    complete(given, {})  # what is wrong with the command line goes before what is with the project
    both = sides(cwd, str(given.get("diff", "")), target)
    asked = Asked(given, cwd, both.root)
    try:
        settings = _config(asked, both.base)
        options = complete(given, settings.settings)
        accepted = _baseline(asked, settings, both.base)
        return Settled(options, settings, accepted, told(given, cwd, both))
    except UserError as error:
        if both.base.prefix and both.base.prefix in str(error):
            raise UserError(f"--trust base: {error}") from None
        raise


def _config(asked: Asked, view: View) -> Config:
    """Return the settings of a version; a file outside the project is nobody's but the caller's."""
    named = str(asked.given.get("config", ""))
    inside = is_inside(os.path.abspath(os.path.join(asked.cwd, named)), asked.root)
    return config.load(asked.cwd, named, view if inside else DISK)


def _baseline(asked: Asked, settings: Config, view: View) -> Baseline | None:
    """Return the baseline of a version; None where it has none, or none is wanted."""
    options = complete(asked.given, settings.settings)
    if options.no_baseline:
        return None
    path = _place_of(asked, options, settings, view)
    if not is_inside(os.path.abspath(path), asked.root):
        view = DISK
    if not options.baseline and not view.is_file(path):
        return None
    return read(path, view.prefix + os.path.relpath(path, asked.cwd), view)


def _place_of(asked: Asked, options: Options, settings: Config, view: View) -> str:
    """Return the path of a version's baseline."""
    said = bool(asked.given.get("baseline"))
    return find(options.baseline, said, settings.root, asked.cwd, view)


# -- what the change alters ----------------------------------------------------------------------


def told(given: Given, cwd: str, both: Sides) -> Told:
    """Return what a change alters in settings, rows and baseline.

    Raises:
        UserError: neither the version before the change nor the base is in order.

    """
    teller = _Teller(Asked(given, cwd, both.root))
    try:
        old = teller.version(both.before)
    except UserError:  # mended since
        old = teller.version(both.base)
    return teller.compared(old, both.after)


class _Version(NamedTuple):
    """What one version says."""

    config: Config
    rows: Table
    baseline: Baseline


class _Teller:
    """Reads both versions, and keeps the lines of the files in which something is altered."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.lines: dict[str, Sequence[str]] = {}

    def version(self, view: View) -> _Version:
        """Return what a version says.

        Raises:
            UserError: it is not in order.

        """
        settings = _config(self.asked, view)
        return _Version(settings, self.rows(settings), self.baseline(settings, view))

    def rows(self, settings: Config) -> Table:
        """Return the rows that a version adds to the catalogues."""
        found: dict[tuple[str, object], tuple[object, ...]] = {}
        names = _facts(settings)
        if not names:
            return found
        packs = load()
        for name in names:
            for catalogue, rows in rows_of(packs, name, settings.root, settings.view).items():
                found.update(((catalogue, row[0]), row) for row in rows)
        return found

    def baseline(self, settings: Config, view: View) -> Baseline:
        """Return what a version accepts, its paths relative to the root of the project."""
        found = _baseline(self.asked, settings, view)
        if found is None:
            return Baseline()
        entries = tuple(
            entry._replace(
                path=relative_path(os.path.join(found.folder, entry.path), self.asked.root)
            )
            for entry in found.entries
        )
        return found._replace(entries=entries)

    def compared(self, old: _Version, view: View) -> Told:
        """Return what the version in `view` says otherwise."""
        facts: list[Alteration] = []
        try:
            after = _config(self.asked, view)
            facts += self.of_settings(old.config, after, view)
        except UserError as error:
            facts += alterations.broken(self.text(self.broken(old.config, view), view), str(error))
            after = old.config._replace(view=view)
        facts += self.of_rows(old, after)
        facts += self.of_baseline(old, after, view)
        return Told(tuple(facts), self.lines)

    def of_settings(self, old: Config, new: Config, view: View) -> Iterator[Alteration]:
        """Yield what the settings say otherwise, and that they stand elsewhere."""
        text = self.text(new.path or old.path, view)
        changed = list(alterations.settings(old, new, text))
        yield from alterations.moved(self.name(old.path), self.name(new.path), text, changed)
        if new.path:
            yield from changed

    def of_rows(self, old: _Version, new: Config) -> Iterator[Alteration]:
        """Yield which rows of catalogues are altered."""
        names = tuple(dict.fromkeys((*_facts(new), *_facts(old.config))))
        if not names:
            return
        texts = [
            self.text(os.path.join(new.root or self.asked.root, name), new.view) for name in names
        ]
        try:
            rows = self.rows(new)
        except UserError as error:
            yield from alterations.broken(texts[0], str(error))
            return
        packs = load()
        fields = {catalogue: packs.form(catalogue)._fields for catalogue, _ in {*old.rows, *rows}}
        yield from alterations.rows(old.rows, rows, fields, texts)

    def of_baseline(self, old: _Version, new: Config, view: View) -> Iterator[Alteration]:
        """Yield what is accepted more, or for longer."""
        options = complete(self.asked.given, new.settings)
        if options.no_baseline:
            return
        text = self.text(_place_of(self.asked, options, new, view), view)
        try:
            after = self.baseline(new, view)
        except UserError as error:
            yield from alterations.broken(text, str(error))
            return
        yield from alterations.entries(old.baseline, after, text)

    def broken(self, old: Config, view: View) -> str:
        """Return the file of the settings that cannot be read."""
        places = (
            os.path.join(folder, config.OWN) for folder in (old.root, self.asked.cwd) if folder
        )
        return next(filter(view.is_file, (*filter(None, [old.path]), *places)), self.asked.cwd)

    def name(self, path: str) -> str:
        """Return a file's name as reports have it; "" for none."""
        return relative_path(path, self.asked.root) if path else ""

    def text(self, path: str, view: View) -> Text:
        """Return a file of the version after, and keep its lines for the report."""
        name = self.name(path)
        if name not in self.lines:
            try:
                data = view.read(path) if view.is_file(path) else b""
            except OSError:  # a link that is not followed
                data = b""
            self.lines[name] = data.decode("utf-8", "replace").splitlines()
        return Text(name, self.lines[name])


def _facts(settings: Config) -> tuple[str, ...]:
    names = settings.settings.get("facts", ())
    return names if isinstance(names, tuple) else ()
