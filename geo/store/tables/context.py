"""Layers beside the figures: facilities, routes, patrol areas, and patrols that took place.

A feature is kept whole and cut by the communes of every boundary set: people see the pieces within
their area. The whole geometry serves the next set and is read by commands alone.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from geo.store.tables.base import (
    FEATURE_KINDS,
    SRID,
    UNIT_KEY_SHIFT,
    fact_columns,
    metadata,
    one_of,
)

feature = Table(
    "feature",
    metadata,
    Column("feature_id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("generation", SmallInteger, nullable=False, server_default="0"),
    # A feature that moved is a new row of the same ref with a later first day.
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("document_no", Text),
    Column("geom", Geometry("GEOMETRY", srid=SRID, spatial_index=False), nullable=False),
    *fact_columns(),
    UniqueConstraint(
        "source", "source_ref", "valid_from", "generation", name="uq_feature_source_ref"
    ),
    one_of("kind", FEATURE_KINDS, name="kind"),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
)

feature_piece = Table(
    "feature_piece",
    metadata,
    Column("feature_id", BigInteger, ForeignKey("feature.feature_id"), nullable=False),
    Column("set_id", SmallInteger, ForeignKey("boundary_set.set_id"), nullable=False),
    # A commune, or the country row for what lies in none.
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("geom", Geometry("GEOMETRY", srid=SRID, spatial_index=False), nullable=False),
    Column("length_m", Float, nullable=False),
    Column("area_m2", Float, nullable=False),
    PrimaryKeyConstraint("feature_id", "unit_key"),
    CheckConstraint(f"unit_key >> {UNIT_KEY_SHIFT} = set_id", name="key_of_set"),
    Index("ix_feature_piece_unit_key", "unit_key"),
    Index("ix_feature_piece_set_id", "set_id", "feature_id"),
)

patrol = Table(
    "patrol",
    metadata,
    Column("patrol_id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    # Of the shift; never of an officer or a device.
    Column("source_ref", Text, nullable=False),
    Column("generation", SmallInteger, nullable=False, server_default="0"),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Column("fix_count", Integer, nullable=False),
    # Doubled, impossible or jumping fixes that were left out.
    Column("dropped_count", Integer, nullable=False),
    Column("jump_count", Integer, nullable=False),
    Column("gap_count", Integer, nullable=False),
    Column("gap_s", Integer, nullable=False),
    Column("distance_m", Float, nullable=False),
    Column("moving_s", Integer, nullable=False),
    Column("standing_s", Integer, nullable=False),
    # Raw fixes lie in a partitioned GeoParquet below BANDO_HOME/fixes.
    Column("fixes_file", Text, nullable=False),
    Column("fixes_sha256", Text, nullable=False),
    # The shift's simplified track, whole; people see the pieces of `patrol_track`.
    Column("geom", Geometry("MULTILINESTRING", srid=SRID, spatial_index=False)),
    *fact_columns(),
    UniqueConstraint("source", "source_ref", "generation", name="uq_patrol_source_ref"),
    CheckConstraint("ended_at >= started_at", name="span"),
    CheckConstraint(
        "fix_count > 0 AND dropped_count >= 0 AND jump_count >= 0 AND gap_count >= 0 AND gap_s >= 0"
        " AND distance_m >= 0 AND moving_s >= 0 AND standing_s >= 0",
        name="counts",
    ),
)

patrol_track = Table(
    "patrol_track",
    metadata,
    Column("patrol_id", BigInteger, ForeignKey("patrol.patrol_id"), nullable=False),
    Column("set_id", SmallInteger, ForeignKey("boundary_set.set_id"), nullable=False),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("geom", Geometry("MULTILINESTRING", srid=SRID, spatial_index=False)),
    Column("distance_m", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    PrimaryKeyConstraint("patrol_id", "unit_key"),
    CheckConstraint(f"unit_key >> {UNIT_KEY_SHIFT} = set_id", name="key_of_set"),
    Index("ix_patrol_track_unit_key", "unit_key"),
)

patrol_cell = Table(
    "patrol_cell",
    metadata,
    Column("patrol_id", BigInteger, ForeignKey("patrol.patrol_id"), nullable=False),
    # First day of the month, local time.
    Column("month", Date, nullable=False),
    Column("cell", BigInteger, nullable=False),
    # A cell can hold land of several communes: a feed adds only rows in scope (X6).
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("fix_count", Integer, nullable=False),
    PrimaryKeyConstraint("patrol_id", "month", "cell", "unit_key"),
    CheckConstraint("(cell >> 52) & 15 = 9", name="cell_of_resolution"),
    CheckConstraint("seconds >= 0 AND fix_count >= 0", name="counts"),
    Index("ix_patrol_cell_unit_key", "unit_key", "month"),
)
