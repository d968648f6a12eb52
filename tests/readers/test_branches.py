"""In which branch of an `if` a line of a migration stands, and for which database."""

import pytest

from nonevent.readers.branches import branches

CHAIN = """
def upgrade():
    is_pg = op.get_bind().dialect.name == "postgresql"
    if is_pg:
        op.first()
    elif op.get_context().dialect.name in ("mysql", "mariadb"):
        op.second()
    else:
        op.third()
"""
LEAVES = """
def upgrade():
    if bind.engine.name == "sqlite":
        op.first()
        return
    op.second()
    if not dialect == "postgresql" and wanted:
        _rest()

def _rest():
    op.third()
"""
OTHER = """
def upgrade():
    if "orders" in tables:
        op.first()
    op.second()
    for name in names:
        if dialect_name != "sqlite":
            op.third()
"""
BROKEN = "def upgrade():\n    if dialect ==\n        op.first()\n"
TOLD = {
    "a chain of three": (CHAIN, [("postgresql", 0), ("mysql", 1), ("sqlite", 2)]),
    "what follows a branch that leaves": (LEAVES, [("sqlite", 0), ("", 1), ("sqlite", 0)]),
    "conditions on other things": (OTHER, [("", 0), ("", None), ("", 0)]),
    "no Python": (BROKEN, [("", None)]),
}


@pytest.mark.parametrize(("text", "expected"), TOLD.values(), ids=TOLD)
def test_a_line_stands_in_a_branch(text: str, expected: list[tuple[str, int | None]]) -> None:
    stands = branches(text)
    lines = [at for at, line in enumerate(text.splitlines(), 1) if line.strip().startswith("op.")]
    found = [stands(line) for line in lines]

    assert [(each.dialect, each.branch[-1][1] if each.branch else None) for each in found] == (
        expected
    )
