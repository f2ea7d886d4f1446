"""What came in, with which file; what was taken back; how an office lays out its sheets."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.tables.base import PROVENANCES, metadata, one_of, recorded_at

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
    # Findings of severity error that were taken nevertheless, with the reason given.
    Column("accepted", JSONB, nullable=False, server_default=text("'[]'")),
    Column("provenance", Text, nullable=False),
    Column("actor", Text, nullable=False),
    recorded_at(),
    one_of("provenance", PROVENANCES, name="provenance"),
)

# A fact that takes an import back. Its rows stay; the views ``held_*`` leave them out.
import_undo = Table(
    "import_undo",
    metadata,
    Column(
        "import_id",
        BigInteger,
        ForeignKey("import_batch.import_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("reason_code", Text, nullable=False),
    Column("actor", Text, nullable=False),
    recorded_at(),
    CheckConstraint("reason_code ~ '^[a-z][a-z0-9_]{1,39}$'", name="reason_code"),
)

import_layout = Table(
    "import_layout",
    metadata,
    Column("layout_id", BigInteger, Identity(always=True), primary_key=True),
    # The newest row of a name holds; earlier ones say how older imports were read.
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("layout", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    recorded_at(),
    CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{1,59}$'", name="name"),
    Index("ix_import_layout_signature", "signature"),
)
