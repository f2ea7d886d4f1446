"""Figures worked out from facts; they may be thrown away."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    func,
)

from geo.store.tables.base import CLASSES, metadata, one_of

period_run = Table(
    "period_run",
    metadata,
    Column("period_id", Text, primary_key=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_before", Date, nullable=False),
    # Hash of all inputs of the period; `bando compute` skips a period whose hash is unchanged.
    Column("input_hash", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("data_until", Date, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("computed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# The computed tables have no foreign keys: one writer makes them from facts that have, they
# may be thrown away at any time, and two look-ups for each of 2.7 million rows were half of the
# time.
unit_count = Table(
    "unit_count",
    metadata,
    Column("period_id", Text, nullable=False),
    Column("unit_key", BigInteger, nullable=False),
    Column("active_count", Integer, nullable=False),
    Column("new_count", Integer, nullable=False),
    Column("eliminated_count", Integer, nullable=False),
    Column("reformed_count", Integer, nullable=False),
    # Communes below (or the commune itself) that reported, and that owed a report.
    Column("reported_units", Integer, nullable=False),
    Column("due_units", Integer, nullable=False),
    PrimaryKeyConstraint("period_id", "unit_key"),
    CheckConstraint(
        "active_count >= 0 AND new_count >= 0 AND eliminated_count >= 0 AND reformed_count >= 0"
        " AND reported_units BETWEEN 0 AND due_units",
        name="counts",
    ),
)

cell_count = Table(
    "cell_count",
    metadata,
    Column("period_id", Text, nullable=False),
    Column("resolution", SmallInteger, nullable=False),
    Column("cell", BigInteger, nullable=False),
    # A cell can hold places of several communes: a feed adds only rows in scope (X6).
    Column("unit_key", BigInteger, nullable=False),
    Column("active_count", Integer, nullable=False),
    Column("new_count", Integer, nullable=False),
    Column("eliminated_count", Integer, nullable=False),
    Column("reformed_count", Integer, nullable=False),
    PrimaryKeyConstraint("period_id", "resolution", "cell", "unit_key"),
    CheckConstraint("resolution BETWEEN 5 AND 8", name="resolution"),
    # An H3 index holds its own resolution in bits 52 to 55.
    CheckConstraint("(cell >> 52) & 15 = resolution", name="cell_of_resolution"),
    CheckConstraint(
        "active_count >= 0 AND new_count >= 0 AND eliminated_count >= 0 AND reformed_count >= 0",
        name="counts",
    ),
)

unit_class = Table(
    "unit_class",
    metadata,
    Column("period_id", Text, nullable=False),
    Column("unit_key", BigInteger, nullable=False),
    # The decided class on the last day of the period; NULL above commune.
    Column("class", Text),
    Column("decided_on", Date),
    # The same in numbers, for the unit and all below it (numerator and denominator of I15).
    Column("drug_free_count", Integer, nullable=False),
    Column("assessed_count", Integer, nullable=False),
    Column("assessable_count", Integer, nullable=False),
    PrimaryKeyConstraint("period_id", "unit_key"),
    one_of("class", CLASSES, name="class"),
    CheckConstraint(
        "drug_free_count BETWEEN 0 AND assessed_count AND assessed_count <= assessable_count",
        name="counts",
    ),
)

# Computed figures of the registry beyond the counts above; a row is there where there is a figure.
unit_figure = Table(
    "unit_figure",
    metadata,
    Column("period_id", Text, nullable=False),
    Column("unit_key", BigInteger, nullable=False),
    Column("indicator_id", Text, nullable=False),
    # Name of the part, empty for an indicator's own figure.
    Column("part", Text, nullable=False, server_default=""),
    # Count, or share 0..1.
    Column("value", Numeric, nullable=False),
    Column("numerator", Integer),
    Column("denominator", Integer),
    PrimaryKeyConstraint("period_id", "unit_key", "indicator_id", "part"),
    CheckConstraint("value >= 0", name="value"),
    CheckConstraint(
        "(numerator IS NULL) = (denominator IS NULL)"
        " AND (numerator IS NULL OR numerator BETWEEN 0 AND denominator)",
        name="parts",
    ),
)
