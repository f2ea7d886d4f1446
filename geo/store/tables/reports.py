"""What offices report, propose and decide about units."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from geo.store.tables.base import (
    CLASSES,
    PERSON_DERIVED_INDICATORS,
    PROVENANCES,
    WORKFLOW_STATES,
    metadata,
    one_of,
    recorded_at,
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
    recorded_at(),
    UniqueConstraint("unit_key", "period_id", "revision", name="uq_submission_revision"),
    CheckConstraint("revision >= 1", name="revision"),
    one_of("provenance", PROVENANCES, name="provenance"),
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
    recorded_at(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    UniqueConstraint(
        "unit_key", "indicator_id", "period_id", "revision", name="uq_observation_revision"
    ),
    Index("ix_observation_period_id", "period_id", "indicator_id", "unit_key"),
    one_of("provenance", PROVENANCES, name="provenance"),
    one_of("approval", ("entered", "submitted", "approved", "returned"), name="approval"),
    CheckConstraint("indicator_id ~ '^I[0-9]{2}(\\.[a-z_0-9]+)?$'", name="indicator"),
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
    # Of what came with a file; what a step decided has the step instead.
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id")),
    Column("step_id", BigInteger, ForeignKey("assessment_step.step_id"), unique=True),
    recorded_at(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    CheckConstraint("level = 'commune'", name="level"),
    one_of("computed_class", CLASSES, name="computed_class"),
    one_of("proposed_class", CLASSES, name="proposed_class"),
    one_of("decided_class", CLASSES, name="decided_class"),
    one_of("workflow_state", WORKFLOW_STATES, name="workflow_state"),
    one_of("provenance", PROVENANCES, name="provenance"),
    CheckConstraint("(decided_class IS NULL) = (decided_on IS NULL)", name="decided"),
    CheckConstraint("(import_id IS NULL) = (step_id IS NOT NULL)", name="origin"),
    Index("ix_assessment_unit_key", "unit_key", "decided_on"),
)
