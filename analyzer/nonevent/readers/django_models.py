"""What one Django migration says of its models: tables, fields, and what Django leaves alone."""

from nonevent.readers.django_field import Field

__all__ = ["Models"]


class Models:
    """The models of an app as far as the operations of one file have told.

    It changes while the operations are read in their order; nothing of it leaves the reader.
    """

    def __init__(self, path: str) -> None:
        """Start with nothing known but the app, by the path: `shop/migrations/0002_x.py`."""
        parts = path.split("/")
        self.app = parts[-3] if len(parts) > 2 else ""  # noqa: PLR2004  # app, folder, file
        self._tables: dict[str, str] = {}  # model → table, where `db_table` names it
        self._fields: dict[tuple[str, str], Field] = {}
        self._untouched: set[str] = set()  # proxies and unmanaged models

    def table(self, model: str) -> str:
        """Return the model's table; "" where the model is computed."""
        model = model.lower()
        if not model:
            return ""
        return self._tables.get(model) or self.usual(model)

    def usual(self, model: str) -> str:
        """Return the name that Django gives to the model's table, where `db_table` gives none."""
        return f"{self.app}_{model.lower()}" if self.app else model.lower()

    def is_named(self, model: str) -> bool:
        """Tell whether `db_table` names the model's table, so that renaming the model does not."""
        return model.lower() in self._tables

    def name_table(self, model: str, table: str) -> None:
        """Remember the table that `db_table` names; "" for Django's own name."""
        self._tables.pop(model.lower(), None)
        if table:
            self._tables[model.lower()] = table

    def leave(self, model: str) -> None:
        """Remember a model whose table Django does not touch."""
        self._untouched.add(model.lower())

    def is_left(self, model: str) -> bool:
        """Tell whether Django does not touch the model's table."""
        return model.lower() in self._untouched

    def know(self, model: str, name: str, field: Field) -> None:
        """Remember a field as it is from here on."""
        self._fields[model.lower(), name] = field

    def known(self, model: str, name: str) -> Field | None:
        """Return the field as this file has it so far; None where another file has it."""
        return self._fields.get((model.lower(), name))

    def forget(self, model: str, name: str) -> None:
        """Forget a field that is removed."""
        self._fields.pop((model.lower(), name), None)

    def rename(self, old: str, new: str) -> None:
        """Carry over all that is known of a model to its new name."""
        old, new = old.lower(), new.lower()
        if old in self._tables:
            self._tables[new] = self._tables.pop(old)
        if old in self._untouched:
            self._untouched.add(new)
        for model, name in [key for key in self._fields if key[0] == old]:
            self._fields[new, name] = self._fields.pop((model, name))
