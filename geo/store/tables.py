"""Tables of the store and the rules that must hold for ever.

    boundary_set --< unit_version >-- unit_change          whose land, when
    import_batch --< hotspot --< hotspot_event             places and what happened to them
                        `--< hotspot_unit                  the unit of a place on each set
    unit_version --< submission, observation, assessment   what offices reported and decided
    period_run, unit_count, cell_count, unit_class         computed, may be thrown away
    account --< account_area, session                      who may see what
    audit_entry                                            what was done, chained

Keys. ``unit_key = set_id << 20 | ordinal``; the units of a set are numbered so that a unit and all
below it are the range ``unit_key .. key_to``. Ordinal 0 is the country itself and also holds what
lies in no commune, so that totals stay exact. Every operational table carries a ``bigint`` key of
that kind, and row-level security compares it with the ranges of the session (`sql/0002_locks.sql`).

Geometry is EPSG:4326, lon before lat. Days are local dates of Asia/Ho_Chi_Minh, intervals
half-open.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

UNIT_KEY_SHIFT = 20
SRID = 4326

LEVELS = ("country", "province", "district", "commune")
CLASSES = ("loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy", "chua_danh_gia")
HOTSPOT_KINDS = (
    "diem_phuc_tap",
    "tu_diem_phuc_tap",
    "diem_ban_le",
    "diem_to_chuc_chua_chap",
    "diem_nguy_co",
)
HOTSPOT_STATES = (
    "suspected",
    "listed",
    "in_action",
    "eliminated",
    "neutralised",
    "watched",
    "reformed",
    "delisted",
)
CHANGE_KINDS = ("unchanged", "rename", "merge", "split", "transfer", "abolish")
WEIGHT_BASES = ("population", "area", "addresses", "none")
PROVENANCES = ("reported", "computed", "imported", "simulated")
WORKFLOW_STATES = (
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
)
PERSON_DERIVED_INDICATORS = ("I06", "I07", "I08", "I09", "I10", "I11", "I12")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...], *, name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


def _recorded_at() -> Column[object]:
    return Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now())


boundary_set = Table(
    "boundary_set",
    metadata,
    Column("set_id", SmallInteger, Identity(always=True), primary_key=True),
    Column("content_hash", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("act", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("provenance", Text, nullable=False),
    Column("illustrative", Boolean, nullable=False, server_default=text("false")),
    Column("source_name", Text, nullable=False),
    Column("source_sha256", Text, nullable=False),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("accepted", JSONB, nullable=False, server_default=text("'[]'")),
    _recorded_at(),
    Column("activated_at", DateTime(timezone=True)),
    _one_of("state", ("draft", "active", "retired"), name="state"),
    _one_of("provenance", PROVENANCES, name="provenance"),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
    CheckConstraint("(state = 'draft') = (activated_at IS NULL)", name="activated"),
    CheckConstraint("set_id BETWEEN 1 AND 8191", name="set_id_fits_key"),
    ExcludeConstraint(
        (text("daterange(valid_from, valid_to)"), "&&"),
        where=text("state = 'active'"),
        name="ex_boundary_set_one_active_per_day",
    ),
)

unit_version = Table(
    "unit_version",
    metadata,
    Column("unit_key", BigInteger, primary_key=True, autoincrement=False),
    Column("key_to", BigInteger, nullable=False),
    Column("set_id", SmallInteger, ForeignKey("boundary_set.set_id"), nullable=False),
    # The identity that lives through renames: equal on two sets when the land is the same.
    Column("unit_id", BigInteger, nullable=False),
    Column("parent_key", BigInteger, ForeignKey("unit_version.unit_key")),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("assessable", Boolean, nullable=False, server_default=text("true")),
    Column("area_m2", Float),
    Column("label", Geometry("POINT", srid=SRID, spatial_index=False)),
    Column("geom", Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False)),
    UniqueConstraint("set_id", "level", "code", name="uq_unit_version_code_in_set"),
    UniqueConstraint("unit_key", "level", name="uq_unit_version_key_level"),
    UniqueConstraint("set_id", "unit_id", "level", name="uq_unit_version_identity_in_set"),
    _one_of("level", LEVELS, name="level"),
    CheckConstraint(f"unit_key >> {UNIT_KEY_SHIFT} = set_id", name="key_of_set"),
    CheckConstraint("key_to >= unit_key", name="key_range"),
    CheckConstraint("(level = 'country') = (parent_key IS NULL)", name="parent"),
    CheckConstraint("level = 'country' OR geom IS NOT NULL", name="geometry"),
    Index("ix_unit_version_geom", "geom", postgresql_using="gist"),
    Index("ix_unit_version_unit_id", "unit_id"),
    Index("ix_unit_version_parent_key", "parent_key"),
)

unit_change = Table(
    "unit_change",
    metadata,
    Column("from_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("to_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("changed_on", Date, nullable=False),
    Column("act", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # Share of the old unit that goes to the new one, 0..1, by `weight_basis`.
    Column("weight", Float, nullable=False),
    Column("weight_basis", Text, nullable=False),
    PrimaryKeyConstraint("from_key", "to_key"),
    _one_of("kind", CHANGE_KINDS, name="kind"),
    _one_of("weight_basis", WEIGHT_BASES, name="weight_basis"),
    CheckConstraint("weight > 0 AND weight <= 1", name="weight"),
    CheckConstraint("from_key < to_key OR from_key > to_key", name="two_units"),
    Index("ix_unit_change_to_key", "to_key"),
)

import_batch = Table(
    "import_batch",
    metadata,
    Column("import_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("source_sha256", Text, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("refused_count", Integer, nullable=False, server_default="0"),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("provenance", Text, nullable=False),
    Column("actor", Text, nullable=False),
    _recorded_at(),
    _one_of("provenance", PROVENANCES, name="provenance"),
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
    _recorded_at(),
    UniqueConstraint("source", "source_ref", name="uq_hotspot_source_ref"),
    _one_of("kind", HOTSPOT_KINDS, name="kind"),
    _one_of("position_precision", ("exact", "h3_10"), name="position_precision"),
    _one_of("provenance", PROVENANCES, name="provenance"),
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
    _recorded_at(),
    _one_of("state", HOTSPOT_STATES, name="state"),
    _one_of("provenance", PROVENANCES, name="provenance"),
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
    _one_of("basis", ("given", "generalised"), name="basis"),
    CheckConstraint(f"unit_key >> {UNIT_KEY_SHIFT} = set_id", name="key_of_set"),
    Index("ix_hotspot_unit_unit_key", "unit_key"),
)

submission = Table(
    "submission",
    metadata,
    Column("submission_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("period_id", Text, nullable=False),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    Column("due_before", Date, nullable=False),
    Column("submitted_on", Date, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
    _recorded_at(),
    UniqueConstraint("unit_key", "period_id", "revision", name="uq_submission_revision"),
    CheckConstraint("revision >= 1", name="revision"),
    _one_of("provenance", PROVENANCES, name="provenance"),
)

observation = Table(
    "observation",
    metadata,
    Column("observation_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, nullable=False),
    Column("level", Text, nullable=False),
    Column("indicator_id", Text, nullable=False),
    Column("period_id", Text, nullable=False),
    Column("revision", SmallInteger, nullable=False, server_default="1"),
    Column("value", Numeric),
    # For shares: both parts, so that a rate can be recomputed after a merge (A4).
    Column("numerator", Numeric),
    Column("denominator", Numeric),
    Column("approval", Text, nullable=False, server_default="entered"),
    Column("provenance", Text, nullable=False),
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
    _recorded_at(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    UniqueConstraint(
        "unit_key", "indicator_id", "period_id", "revision", name="uq_observation_revision"
    ),
    _one_of("provenance", PROVENANCES, name="provenance"),
    _one_of("approval", ("entered", "submitted", "approved", "returned"), name="approval"),
    CheckConstraint("indicator_id ~ '^I[0-9]{2}$'", name="indicator"),
    CheckConstraint("revision >= 1", name="revision"),
    # N1: person-derived totals exist per commune and nowhere else.
    CheckConstraint(
        "level = 'commune' OR indicator_id NOT IN ("
        + ", ".join(f"'{i}'" for i in PERSON_DERIVED_INDICATORS)
        + ")",
        name="person_derived_per_commune",
    ),
)

assessment = Table(
    "assessment",
    metadata,
    Column("assessment_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, nullable=False),
    Column("level", Text, nullable=False, server_default="commune"),
    Column("period_id", Text, nullable=False),
    Column("computed_class", Text),
    Column("proposed_class", Text),
    Column("decided_class", Text),
    Column("decided_on", Date),
    Column("workflow_state", Text, nullable=False),
    Column("document_no", Text),
    Column("provenance", Text, nullable=False),
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id"), nullable=False),
    _recorded_at(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    CheckConstraint("level = 'commune'", name="level"),
    _one_of("computed_class", CLASSES, name="computed_class"),
    _one_of("proposed_class", CLASSES, name="proposed_class"),
    _one_of("decided_class", CLASSES, name="decided_class"),
    _one_of("workflow_state", WORKFLOW_STATES, name="workflow_state"),
    _one_of("provenance", PROVENANCES, name="provenance"),
    CheckConstraint("(decided_class IS NULL) = (decided_on IS NULL)", name="decided"),
    Index("ix_assessment_unit_key", "unit_key", "decided_on"),
)

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

# The three computed tables have no foreign keys: one writer makes them from facts that have, they
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
    _one_of("class", CLASSES, name="class"),
    CheckConstraint(
        "drug_free_count BETWEEN 0 AND assessed_count AND assessed_count <= assessable_count",
        name="counts",
    ),
)

account = Table(
    "account",
    metadata,
    Column("account_id", Integer, Identity(always=True), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("failed_count", SmallInteger, nullable=False, server_default="0"),
    Column("locked_until", DateTime(timezone=True)),
    _recorded_at(),
    CheckConstraint("login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'", name="login"),
)

account_area = Table(
    "account_area",
    metadata,
    Column(
        "account_id", Integer, ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False
    ),
    # The right as given: a unit and all below it. Whole country: national = true, no unit.
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key")),
    Column("national", Boolean, nullable=False, server_default=text("false")),
    Column("area_id", Integer, Identity(always=True), primary_key=True),
    _recorded_at(),
    CheckConstraint("national = (unit_key IS NULL)", name="one_area"),
    UniqueConstraint(
        "account_id",
        "unit_key",
        name="uq_account_area_account_id",
        postgresql_nulls_not_distinct=True,
    ),
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column(
        "account_id", Integer, ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False
    ),
    # Ranges of unit keys that the session sees, worked out when it is opened: lo, hi, lo, hi, ...
    Column("key_ranges", ARRAY(BigInteger), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("octet_length(token_sha256) = 32", name="token"),
    CheckConstraint("mod(cardinality(key_ranges), 2) = 0", name="pairs"),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", JSONB, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
