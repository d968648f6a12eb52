"""The rules that are installed: known by their pages, imported when a fact needs them."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from nonevent.entrypoints import entry_points
from nonevent.error import UserError
from nonevent.facts import SchemaStep
from nonevent.index import (
    SHARED,
    Entry,
    Index,
    Shelf,
    head_page,
    import_pack,
    import_rule,
    open_page,
)
from nonevent.nearest import hint
from nonevent.rule import Page, Rule

__all__ = ["GROUP", "Packs", "load"]

GROUP = "nonevent.rules"
# First fields of catalogues outside which a rule has nothing to say.
SUBJECTS = ("call", "setting")


class Packs:
    """All rules of the installed packs. Modules and rows are read once, when they are asked for."""

    __slots__ = ("_entries", "_packs", "_rows", "heads")

    heads: Mapping[str, Page]  # by rule id, sorted; without their bodies

    def __init__(self, packs: Iterable[tuple[Index, str]]) -> None:
        """Take the index and the folder of each pack.

        Raises:
            UserError: two packs have a rule of one name.

        """
        self._entries: dict[str, tuple[Entry, Index, str]] = {}
        self._packs = tuple(packs)
        for index, folder in self._packs:
            for rule_id, entry in index.entries.items():
                if rule_id in self._entries:
                    other = self._entries[rule_id][0].module
                    raise UserError(f"rule packs: '{rule_id}' is both {other} and {entry.module}")
                self._entries[rule_id] = entry, index, folder
        self.heads = {
            rule_id: head_page(self._entries[rule_id][0].head) for rule_id in sorted(self._entries)
        }
        self._rows: dict[tuple[str, str], Mapping[str, Any]] = {}

    def find(self, rule_id: str) -> Rule:
        """Return a rule, ready to be asked.

        Raises:
            UserError: there is none of that name.

        """
        return import_rule(self._entry(rule_id)[0].module)

    def asked(self, kind: str) -> tuple[tuple[str, frozenset[str] | None], ...]:
        """Return id and subjects of the rules on facts of the type named `kind`, sorted by id.

        A rule with a catalogue of calls or settings has something to say of these alone, and one
        that names operations of theirs; None stands for all facts.
        """
        found = []
        for rule_id in self.heads:
            entry, index, _ = self._entries[rule_id]
            if entry.on == kind:
                shelf = index.shelves.get(entry.table)
                listed = shelf.rows if shelf is not None and shelf.key in SUBJECTS else None
                keys = None if listed is None else frozenset(row[0] for row in listed)
                if entry.of:
                    keys = frozenset(entry.of)
                found.append((rule_id, keys))
        return tuple(found)

    def page(self, rule_id: str) -> Page:
        """Return a rule's page with its body.

        Raises:
            UserError: there is no rule of that name.

        """
        entry, _, folder = self._entry(rule_id)
        return open_page(folder, entry.page, rule_id, self.heads[rule_id].family)

    def rows(self, rule: Rule) -> Mapping[str, Any]:
        """Return key → row of the catalogue that the rule is asked with; {} where it has none."""
        entry, index, folder = self._entry(rule.id)
        if rule.table is None:
            return {}
        shelf = folder, entry.table
        if shelf not in self._rows:
            from nonevent.catalogue import typed

            self._rows[shelf] = typed(rule.table.row, index.shelves[entry.table].rows)
        return self._rows[shelf]

    def shared(self, name: str, row: Any) -> tuple[Any, ...]:
        """Return the rows, named tuples `row`, of the catalogue `name` at the root of each pack."""
        from nonevent.catalogue import typed

        shelves = [index.shelves[name] for index, _ in self._packs if name in index.shelves]
        return tuple(made for shelf in shelves for made in typed(row, shelf.rows).values())

    def keys(self, field: str) -> frozenset[str]:
        """Return the keys of all catalogues whose rows begin with `field`: "call", "setting"."""
        return frozenset(row[0] for shelf in self._shelves(field) for row in shelf.rows)

    def bounded(self) -> frozenset[str]:
        """Return the callees to which a limit can be passed."""
        shelves = [shelf for shelf in self._shelves("call") if shelf.timeout >= 0]
        return frozenset(row[0] for shelf in shelves for row in shelf.rows)

    def words(self, field: str) -> Mapping[str, frozenset[frozenset[str]]]:
        """Return key → sets of words, all of one of which stand where a rule speaks of it.

        They are the `needs` of each row, beside the key itself: a client that waits five seconds
        unless told otherwise is no finding in a file without `None`, or `async`.
        """
        found: dict[str, frozenset[frozenset[str]]] = {}
        for shelf in self._shelves(field):
            for row in shelf.rows:
                needs = frozenset(row[shelf.needs] if shelf.needs >= 0 else ())
                found[row[0]] = found.get(row[0], frozenset()) | {needs}
        return found

    def forecasts(self) -> tuple[Callable[[SchemaStep], tuple[Any, ...]], ...]:
        """Return what says, of each pack that can, what a schema step will lock and do.

        A pack names the module by FORECAST; it has `forecast(step, tables)`, and in TABLES the
        catalogues that it reads.

        Raises:
            UserError: the module cannot be imported.

        """
        names = {entry.module.rsplit(".", 2)[0] for entry, _, _ in self._entries.values()}
        found = []
        for name in sorted(names):
            stem = getattr(import_pack(name), "FORECAST", "")
            if stem:
                module = import_pack(f"{name}.{stem}")
                tables = {table: self._table(table) for table in module.TABLES}
                found.append(partial(module.forecast, tables=tables))
        return tuple(found)

    def _table(self, name: str) -> Mapping[str, Any]:
        from nonevent.catalogue import typed

        rows = (
            row
            for index, _ in self._packs
            if name in index.shelves
            for row in index.shelves[name].rows
        )
        return typed(self.form(name), rows)

    def catalogues(self) -> tuple[str, ...]:
        """Return the names of all catalogues: "timeouts/clients", or "roles" at a pack's root."""
        return tuple(sorted({name for index, _ in self._packs for name in index.shelves}))

    def form(self, name: str) -> Any:
        """Return the named tuple that is a row of the catalogue `name`.

        Raises:
            KeyError: there is no such catalogue.

        """
        for shared, module, row in SHARED:
            if shared == name:
                from importlib import import_module

                return getattr(import_module(module), row)
        table = {entry.table: entry.module for entry, _, _ in self._entries.values()}
        return import_rule(table[name]).table.row  # type: ignore[union-attr]  # it has this table

    def extended(self, rows: Mapping[str, tuple[tuple[Any, ...], ...]]) -> "Packs":
        """Return the packs with more rows, catalogue → plain values; the last of a key counts."""
        rest = dict(rows)
        packs = []
        for index, folder in self._packs:
            shelves = {
                name: shelf._replace(
                    rows=tuple({row[0]: row for row in (*shelf.rows, *rest.pop(name, ()))}.values())
                )
                for name, shelf in index.shelves.items()
            }
            packs.append((index._replace(shelves=shelves), folder))
        return Packs(packs)

    def _shelves(self, field: str) -> list[Shelf]:
        """Return the catalogues whose rows begin with `field`."""
        every = (shelf for index, _ in self._packs for shelf in index.shelves.values())
        return [shelf for shelf in every if shelf.key == field]

    def content(self) -> tuple[tuple[Index, str], ...]:
        """Return the index of each pack, with what the project adds to it, and its folder."""
        return self._packs

    def versioned(self) -> frozenset[str]:
        """Return the libraries of which a version decides: "redis" for a row on `redis.Redis`.

        A library is known by the first part of the callee, which package indexes call it as well.
        With them come the drivers that decide by being there, the settings that ask for them, and
        the libraries without which nobody reads a setting.
        """
        found: set[str] = set()
        for shelf in (*self._shelves("call"), *self._shelves("setting")):
            for row in shelf.rows:
                drivers = row[shelf.drivers] if shelf.drivers >= 0 else ()
                found.update(row[shelf.users] if shelf.users >= 0 else ())
                if drivers or (shelf.since >= 0 and row[shelf.since]):
                    found.update((row[0].partition(".")[0], *drivers))
        return frozenset(found)

    def choose(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
        """Return the ids of the rules that `select` names, all if it is empty, but `ignore`'s.

        Each name is a rule's id or a family.

        Raises:
            UserError: a name is neither.

        """
        chosen = self.named(select, "select") or frozenset(self.heads)
        return chosen - self.named(ignore, "ignore")

    def named(self, names: Iterable[str], said: str) -> frozenset[str]:
        """Return the ids of the rules that names stand for, each a rule's id or a family.

        Raises:
            UserError: a name is neither; `said` is what named it.

        """
        found: set[str] = set()
        for name in names:
            ids = [rule for rule, page in self.heads.items() if name in (rule, page.family)]
            if not ids:
                known = {*self.heads, *(page.family for page in self.heads.values())}
                raise UserError(f"{said}: no rule or family '{name}'{hint(name, known)}")
            found.update(ids)
        return frozenset(found)

    def _entry(self, rule_id: str) -> tuple[Entry, Index, str]:
        try:
            return self._entries[rule_id]
        except KeyError:
            raise UserError(f"no rule '{rule_id}'{hint(rule_id, self.heads)}") from None


def load(*, cache: bool = True) -> Packs:
    """Return the rules of all installed packs.

    Raises:
        UserError: a pack cannot be imported or is not in order, or two packs share a rule's name.

    """
    from nonevent import indexcache

    names = dict.fromkeys(point.value for point in entry_points(GROUP, sys.path))
    return Packs(indexcache.load(name, cache=cache) for name in names)
