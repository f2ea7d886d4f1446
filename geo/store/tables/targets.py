"""What is registered for targets of plans: numbers by year, marks of sentences without a number.

A row with a higher revision replaces the earlier one of the same unit, target and year.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from geo.store.tables.base import TARGET_MARKS, fact_columns, metadata, one_of

target_number = Table(
    "target_number",
    metadata,
    Column("number_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    # Ids of `geo.plans`.
    Column("plan", Text, nullable=False),
    Column("target", Text, nullable=False),
    # To be reached by its last day.
    Column("year", SmallInteger, nullable=False),
    # A share 0..1, or a count of communes; none beside a mark.
    Column("value", Numeric),
    Column("is_share", Boolean),
    Column("mark", Text),
    Column("document_no", Text),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    *fact_columns(),
    UniqueConstraint(
        "unit_key", "plan", "target", "year", "revision", name="uq_target_number_revision"
    ),
    one_of("mark", TARGET_MARKS, name="mark"),
    CheckConstraint("plan ~ '^[a-z0-9_]{1,40}$' AND target ~ '^[a-z0-9_]{1,40}$'", name="words"),
    CheckConstraint(
        "(value IS NULL) <> (mark IS NULL) AND (value IS NULL) = (is_share IS NULL)"
        " AND value >= 0 AND (NOT is_share OR value <= 1)",
        name="value",
    ),
    CheckConstraint("year BETWEEN 2000 AND 2100 AND revision >= 1", name="counts"),
)
