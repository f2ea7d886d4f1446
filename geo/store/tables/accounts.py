"""Accounts, their areas and sessions, and the trail of what was done."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.base import metadata, recorded_at

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
    recorded_at(),
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
    recorded_at(),
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
