"""One operation of a Django migration: its arguments by the names of its parameters."""

from nonevent.facts import Call, SchemaStep, Value
from nonevent.noun import NamedTuple
from nonevent.readers.django_field import Field, field, string
from nonevent.readers.django_models import Models
from nonevent.readers.excerpt import Source

__all__ = ["MODELS", "PARAMETERS", "Move", "is_djangos", "name_of"]

PREFIXES = ("django.db.migrations.", "django.contrib.postgres.operations.")
# Where Django defines them; everybody else takes them from the package.
MODULES = ("operations.", "fields.", "models.", "special.")

# Positional parameters. https://docs.djangoproject.com/en/5.2/ref/migration-operations/
PARAMETERS = {
    "AddConstraint": ("model_name", "constraint"),
    # Of django-add-default-value and of django-pgtrigger.
    "AddDefaultValue": ("model_name", "name", "value"),
    "AddTrigger": ("model_name", "trigger"),
    "RemoveTrigger": ("model_name", "name"),
    "AddConstraintNotValid": ("model_name", "constraint"),
    "AddField": ("model_name", "name", "field"),
    "AddIndex": ("model_name", "index"),
    "AddIndexConcurrently": ("model_name", "index"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "AlterField": ("model_name", "name", "field"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterModelManagers": ("name", "managers"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "CreateCollation": ("name", "locale"),
    "CreateExtension": ("name",),
    "CreateModel": ("name", "fields", "options"),
    "DeleteModel": ("name",),
    "RemoveCollation": ("name", "locale"),
    "RemoveConstraint": ("model_name", "name"),
    "RemoveField": ("model_name", "name"),
    "RemoveIndex": ("model_name", "name"),
    "RemoveIndexConcurrently": ("model_name", "name"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "RenameIndex": ("model_name", "new_name"),
    "RenameModel": ("old_name", "new_name"),
    "RunPython": ("code", "reverse_code"),
    "RunSQL": ("sql", "reverse_sql", "state_operations"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
    "ValidateConstraint": ("model_name", "name"),
}
# Operations whose first parameter is the model.
MODELS = frozenset(name for name in PARAMETERS if "Model" in name) | {
    "AlterIndexTogether",
    "AlterOrderWithRespectTo",
    "AlterUniqueTogether",
}


def is_djangos(dotted: str) -> bool:
    """Tell whether a name is one of Django's migrations, or of its operations for PostgreSQL."""
    return dotted.startswith(PREFIXES)


def name_of(dotted: str) -> str:
    """Return the name of an operation of Django; "" for what is none of Django's migrations."""
    name = next((dotted.removeprefix(one) for one in PREFIXES if dotted.startswith(one)), "")
    for module in MODULES:
        name = name.removeprefix(module)
    return name


class Move(NamedTuple):
    """One operation of a migration and what all its steps have in common."""

    name: str  # "AddField"
    call: Call
    step: SchemaStep  # framework, dialect, location, transaction, table, text
    source: Source
    models: Models  # what the file itself says of its models, as it stands before this operation

    def value(self, name: str) -> Value | None:
        """Return the argument for a parameter, by keyword or by position."""
        places = PARAMETERS.get(self.name, ())
        return self.call.argument(name, places.index(name) if name in places else None)

    def text(self, name: str) -> str:
        """Return a constant text; "" where it is computed."""
        return string(self.value(name))

    def model(self) -> str:
        """Return the model's name in lower case, as Django compares it."""
        parameter = PARAMETERS[self.name][0] if self.name in MODELS else "model_name"
        return self.text(parameter).lower()

    def field(self) -> Field:
        """Return the field that is given."""
        value = self.value("field")
        name = self.text("name")
        if value is None:
            return Field(column=name)
        return field(name, value, self.source, self.models.app, self.step.table)
