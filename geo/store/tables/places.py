"""Hotspots: places, what happened to them, their unit on each set."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from geo.store.tables.base import (
    HOTSPOT_KINDS,
    HOTSPOT_STATES,
    PROVENANCES,
    SRID,
    UNIT_KEY_SHIFT,
    metadata,
    one_of,
    recorded_at,
)

hotspot = Table(
    "hotspot",
    metadata,
    Column("hotspot_id", BigInteger, Identity(), primary_key=True),
    # The unit on the newest active set: what row-level security compares.
    Column("scope_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Geometry("POINT", srid=SRID, spatial_index=False), nullable=False),
    # h3_10: the centre of the cell, the position given was forgotten (N9). exact: allowed by owner.
    Column("position_precision", Text, nullable=False),
    Column("cell", BigInteger, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
    recorded_at(),
    # 0; one more after the import of the earlier place of that name was taken back.
    Column("generation", SmallInteger, nullable=False, server_default="0"),
    UniqueConstraint("source", "source_ref", "generation", name="uq_hotspot_source_ref"),
    one_of("kind", HOTSPOT_KINDS, name="kind"),
    one_of("position_precision", ("exact", "h3_10"), name="position_precision"),
    one_of("provenance", PROVENANCES, name="provenance"),
    Index("ix_hotspot_scope_key", "scope_key"),
    Index("ix_hotspot_position", "position", postgresql_using="gist"),
)

hotspot_event = Table(
    "hotspot_event",
    metadata,
    Column("event_id", BigInteger, Identity(), primary_key=True),
    Column("hotspot_id", BigInteger, ForeignKey("hotspot.hotspot_id"), nullable=False),
    Column("scope_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("state", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    # The unit on the set of the event's day, decided on the position given.
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("document_no", Text),
    Column("reason_code", Text),
    Column("supersedes", BigInteger, ForeignKey("hotspot_event.event_id"), unique=True),
    Column("provenance", Text, nullable=False),
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
    recorded_at(),
    one_of("state", HOTSPOT_STATES, name="state"),
    one_of("provenance", PROVENANCES, name="provenance"),
    Index("ix_hotspot_event_hotspot_id", "hotspot_id", "effective_on"),
    Index("ix_hotspot_event_scope_key", "scope_key"),
)

hotspot_unit = Table(
    "hotspot_unit",
    metadata,
    Column("hotspot_id", BigInteger, ForeignKey("hotspot.hotspot_id"), nullable=False),
    Column("set_id", SmallInteger, ForeignKey("boundary_set.set_id"), nullable=False),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    # given: decided on the position given. generalised: on the centre of its cell, later.
    Column("basis", Text, nullable=False),
    PrimaryKeyConstraint("hotspot_id", "set_id"),
    one_of("basis", ("given", "generalised"), name="basis"),
    CheckConstraint(f"unit_key >> {UNIT_KEY_SHIFT} = set_id", name="key_of_set"),
    Index("ix_hotspot_unit_unit_key", "unit_key"),
)
