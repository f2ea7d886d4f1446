"""The programme beside its indicators: population, campaigns, models, sub-communes.

Everything hangs on a unit version; a row with a higher revision replaces the earlier one of the
same name, an event is added. No value of a sub-commune is derived from persons (N1).
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from geo.store.tables.base import (
    CAMPAIGN_KINDS,
    MODEL_KINDS,
    MODEL_STATES,
    POPULATION_BASES,
    SRID,
    SUBCOMMUNE_ITEMS,
    SUBCOMMUNE_KINDS,
    fact_columns,
    metadata,
    one_of,
)

population = Table(
    "population",
    metadata,
    Column("population_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("counted_on", Date, nullable=False),
    Column("basis", Text, nullable=False),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    Column("persons", Integer, nullable=False),
    Column("document_no", Text),
    *fact_columns(),
    UniqueConstraint("unit_key", "counted_on", "basis", "revision", name="uq_population_revision"),
    one_of("basis", POPULATION_BASES, name="basis"),
    CheckConstraint("persons >= 0 AND revision >= 1", name="counts"),
)

campaign = Table(
    "campaign",
    metadata,
    Column("campaign_id", BigInteger, Identity(), primary_key=True),
    # Where it is run: the unit and all below it.
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_before", Date, nullable=False),
    # A report handed in on this day is late.
    Column("due_before", Date),
    Column("document_no", Text),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    *fact_columns(),
    UniqueConstraint("unit_key", "ref", "revision", name="uq_campaign_revision"),
    one_of("kind", CAMPAIGN_KINDS, name="kind"),
    CheckConstraint("ends_before > starts_on", name="window"),
    CheckConstraint("revision >= 1", name="revision"),
)

community_model = Table(
    "community_model",
    metadata,
    Column("model_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("document_no", Text),
    *fact_columns(),
    one_of("kind", MODEL_KINDS, name="kind"),
    one_of("state", MODEL_STATES, name="state"),
    Index("ix_community_model_unit_key", "unit_key", "ref", "effective_on"),
)

subcommune = Table(
    "subcommune",
    metadata,
    Column("subcommune_id", BigInteger, Identity(), primary_key=True),
    # The commune, on the set in force on the first day.
    Column("unit_key", BigInteger, nullable=False),
    Column("level", Text, nullable=False, server_default="commune"),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    # A point or an area, or none.
    Column("geom", Geometry("GEOMETRY", srid=SRID, spatial_index=False)),
    *fact_columns(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    UniqueConstraint("unit_key", "code", "valid_from", "revision", name="uq_subcommune_revision"),
    one_of("kind", SUBCOMMUNE_KINDS, name="kind"),
    CheckConstraint("level = 'commune'", name="level"),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    CheckConstraint("revision >= 1", name="revision"),
)

subcommune_status = Table(
    "subcommune_status",
    metadata,
    Column("status_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("code", Text, nullable=False),
    Column("item", Text, nullable=False),
    # co, khong; for a model one of its states.
    Column("value", Text, nullable=False),
    Column("effective_on", Date, nullable=False),
    *fact_columns(),
    one_of("item", SUBCOMMUNE_ITEMS, name="item"),
    CheckConstraint(
        "value IN ('co', 'khong') AND item <> 'mo_hinh' OR item = 'mo_hinh' AND value IN ("
        + ", ".join(f"'{state}'" for state in MODEL_STATES)
        + ")",
        name="value",
    ),
    Index("ix_subcommune_status_unit_key", "unit_key", "code", "item", "effective_on"),
)
