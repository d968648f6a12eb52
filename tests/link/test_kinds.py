"""What sort of value a type holds."""

import pytest

from nonevent.link.kinds import kind_of, length_of


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("varchar(20)", "text"),
        ("sa.String(length=20)", "text"),
        ("CharField(max_length=20)", "text"),
        ("str | None", "text"),
        ("Optional[str]", "text"),
        ("character varying(20)", "text"),
        ("db.BigInteger()", "number"),
        ("int", "number"),
        ("numeric(10, 2)", "number"),
        ("postgresql.UUID(as_uuid=True)", "uuid"),
        ("timestamp with time zone", "time"),
        ("sa.DateTime(timezone=True)", "time"),
        ("postgresql.ARRAY(sa.String())", "array"),
        ("text[]", "array"),
        ("list[str]", "array"),
        ("postgresql.JSONB(astext_type=sa.Text())", "json"),
        ("NullBooleanField", "boolean"),
        ("shop.types.Money", ""),
        ("", ""),
    ],
)
def test_a_type_holds_one_sort_of_value(written: str, kind: str) -> None:
    assert kind_of(written) == kind


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("varchar(20)", 20),
        ("sa.String(length=20)", 20),
        ("CharField(max_length=20)", 20),
        ("character varying(20)", 20),
        ("text", 0),
        ("numeric(10, 2)", 0),
    ],
)
def test_a_type_of_text_may_have_a_length(written: str, length: int) -> None:
    assert length_of(written) == length
