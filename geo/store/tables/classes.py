"""Classes worked out by criteria sets, with what each stands on (K3)."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from geo.store.tables.base import CLASSES, metadata, one_of

# What a version of a set asks for: so that a result of an older file can still be read.
criteria_version = Table(
    "criteria_version",
    metadata,
    Column("criteria_id", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("input_ids", ARRAY(Text), nullable=False),
    Column("row_ids", ARRAY(Text), nullable=False),
    PrimaryKeyConstraint("criteria_id", "rule_version"),
)

class_run = Table(
    "class_run",
    metadata,
    Column("period_id", Text, primary_key=True),
    Column("set_id", SmallInteger, nullable=False),
    Column("ends_before", Date, nullable=False),
    Column("input_hash", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
)

class_result = Table(
    "class_result",
    metadata,
    Column("period_id", Text, nullable=False),
    Column("unit_key", BigInteger, nullable=False),
    Column("criteria_id", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    # A class of the ladder, or not assessed where several are possible.
    Column("computed", Text, nullable=False),
    # Bits by `geo.class_ladder.LADDER`, the worst the lowest.
    Column("possible", SmallInteger, nullable=False),
    # One class is left, and the report that it stands on is approved to the top.
    Column("is_final", Boolean, nullable=False),
    # In the order of `criteria_version.input_ids`; NULL where missing.
    Column("inputs", ARRAY(BigInteger), nullable=False),
    # One letter for each of `criteria_version.row_ids`: m met, n not met, u unknown, d disabled.
    Column("verdicts", Text, nullable=False),
    PrimaryKeyConstraint("period_id", "unit_key"),
    ForeignKeyConstraint(
        ["criteria_id", "rule_version"],
        ["criteria_version.criteria_id", "criteria_version.rule_version"],
        name="fk_class_result_criteria_id",
    ),
    one_of("computed", CLASSES, name="computed"),
    CheckConstraint("possible BETWEEN 1 AND 31", name="possible"),
    CheckConstraint("NOT is_final OR computed <> 'chua_danh_gia'", name="final"),
)
