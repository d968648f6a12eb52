"""One parsed file: what all that look at it share."""

import _ast as ast

from nonevent.location import Location
from nonevent.readers.interests import Interests
from nonevent.readers.objects import Objects
from nonevent.readers.scope import Scope
from nonevent.readers.spans import spans
from nonevent.readers.values import Resolver

__all__ = ["MIGRATIONS", "View"]

# Every call below these is an operation of a migration.
MIGRATIONS = ("alembic.op.", "django.db.migrations.", "django.contrib.postgres.operations.")


class View:
    """One parsed file, its names resolved."""

    def __init__(self, path: str, text: str, module: str, wanted: Interests, root: Scope) -> None:
        self.path = path
        self.text = text
        self.wanted = wanted
        self.root = root
        self.span = spans(text)
        self.resolver = Resolver(module, self.span)
        self.objects = Objects(self.resolver, wanted.clients, wanted.foreign)
        self.migrates = any(
            binding.how == "import" and f"{binding.target}.".startswith(("alembic.", *MIGRATIONS))
            for scope in root.walk()
            for bindings in scope.bindings.values()
            for binding in bindings
        ) or _has_place(path, root)
        # A step of a migration is run by its tool and imported by nobody.
        of_django = root.bindings.get("Migration", ())
        self.is_step = self.migrates and (
            {"revision", "down_revision"} <= root.bindings.keys()
            or any(isinstance(binding.node, ast.ClassDef) for binding in of_django)
        )

    def locate(self, node: ast.AST) -> Location:
        """Return where a node stands."""
        return Location(self.path, *self.span(node))


def _has_place(path: str, root: Scope) -> bool:
    """Tell whether a file is a migration that may do nothing: it joins two others, or is empty."""
    if "down_revision" in root.bindings:
        return "revision" in root.bindings
    return "Migration" in root.bindings and "/migrations/" in f"/{path}"
