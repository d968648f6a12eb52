"""SQL that Python puts together: what of it is known before it runs."""

import pytest

from nonevent.readers import alembic, python
from nonevent.readers.interests import interests
from nonevent.readers.templates import spelled

X = "nonevent_computed"
SPELLED = {
    "an f-string": (
        'f"ALTER TABLE {schema}.{table!r} ADD a int"',
        f"ALTER TABLE {X}.{X} ADD a int",
    ),
    "braces that stay": ('f"DROP TABLE a{{}}, {t}"', f"DROP TABLE a{{}}, {X}"),
    "format": ("'DROP TYPE {name}'.format(name=x)", f"DROP TYPE {X}"),
    "percents": ("'DROP TABLE %s, %(a)s' % t", f"DROP TABLE {X}, {X}"),
    "a percent that stays": ('"DROP TABLE a%%, %s" % t', f"DROP TABLE a%, {X}"),
    "a sum": ("'DROP TABLE ' + name + ' CASCADE'", f"DROP TABLE {X} CASCADE"),
    "literals that Python joins": (
        "('ALTER TABLE a '\n    f'ADD {b} int')",
        f"ALTER TABLE a ADD {X} int",
    ),
    "a text over lines": ('f"""\n  DROP TABLE {t}\n"""', f"\n  DROP TABLE {X}\n"),
    "escapes": (r"f'DROP \n TABLE \'{t}\''", f"DROP \n TABLE '{X}'"),
    "a raw text": (r"rf'SELECT \d, {t}'", rf"SELECT \d, {X}"),
    "what begins with something unknown": ("verb + ' TABLE t'", ""),
    "no literal at all": ("statement", ""),
}


@pytest.mark.parametrize(("written", "expected"), SPELLED.values(), ids=SPELLED)
def test_spells(written: str, expected: str) -> None:
    assert spelled(written) == expected


STEPS = {
    'op.execute(f"ALTER TABLE {t} ADD COLUMN a int")': ("add column", "", "a"),
    'op.execute("ALTER TABLE {} DROP COLUMN {}".format(t, c))': ("drop column", "", ""),
    'op.execute("CREATE INDEX i ON " + t + " (a)")': ("create index", "", ""),
    'op.execute(f"ALTER TABLE carts ALTER COLUMN {c} TYPE text")': (
        "alter column type",
        "carts",
        "",
    ),
    'op.execute(f"DROP TYPE {name}")': ("drop object", "", ""),
    'op.execute(f"ALTER TABLE t {change}")': ("unknown", "", ""),
}


@pytest.mark.parametrize(("line", "expected"), STEPS.items(), ids=STEPS)
def test_steps(line: str, expected: tuple[str, str, str]) -> None:
    source = f"from alembic import op\n\ndef upgrade():\n    {line}\n"
    (step,), notes = alembic.view(python.read("a.py", source, interests()), source)

    assert (step.operation.value, step.table, step.column) == expected
    assert bool(notes) is (expected[0] == "unknown")
    assert step.location.line == 4
