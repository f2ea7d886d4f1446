"""The steps of an assessment: reviewed, assessed, classified, appraised, decided, returned.

Where an assessment stands follows from its steps (`geo.assessing`); nothing is changed.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from geo.assessing import REASONS
from geo.store.tables.base import (
    CLASSES,
    LEVELS,
    PROVENANCES,
    WORKFLOW_STATES,
    metadata,
    one_of,
    recorded_at,
)

ASSESSMENT_STEPS = (*WORKFLOW_STATES, "tra_lai")


def _reasons() -> str:
    # A recognition needs its reason only when it goes down, which a check cannot know.
    cases = " ".join(
        f"WHEN '{step}' THEN coalesce(reason_code IN ({', '.join(repr(r) for r in listed)}),"
        f" {'true' if step == 'cong_nhan' else 'false'})"
        for step, listed in REASONS.items()
    )
    return f"CASE step {cases} ELSE reason_code IS NULL END"


assessment_step = Table(
    "assessment_step",
    metadata,
    Column("step_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, nullable=False),
    Column("level", Text, nullable=False, server_default="commune"),
    Column("period_id", Text, nullable=False),
    # Place among the steps of its assessment, from 1: of two at once the second is refused.
    Column("number", SmallInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("back_to", Text),
    # The level whose rights the step needed.
    Column("at_level", Text, nullable=False),
    Column("class_id", Text),
    Column("verdict", Text),
    # The day on which it holds, as its document says.
    Column("effective_on", Date, nullable=False),
    Column("document_no", Text),
    Column("reason_code", Text),
    Column(
        "done_on",
        Date,
        nullable=False,
        server_default=text("((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)"),
    ),
    Column("actor", Text, nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    # Of the demo's only.
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id")),
    recorded_at(),
    ForeignKeyConstraint(["unit_key", "level"], ["unit_version.unit_key", "unit_version.level"]),
    UniqueConstraint("period_id", "unit_key", "number", name="uq_assessment_step_number"),
    one_of("step", ASSESSMENT_STEPS, name="step"),
    one_of("back_to", ("ra_soat", "danh_gia", "phan_loai"), name="back_to"),
    one_of("at_level", LEVELS, name="at_level"),
    one_of("class_id", CLASSES, name="class_id"),
    one_of("verdict", ("dat", "khong_dat"), name="verdict"),
    one_of("provenance", PROVENANCES, name="provenance"),
    CheckConstraint("level = 'commune'", name="level"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("period_id ~ '^(Y[0-9]{4}|H[0-9]{4}-1)$'", name="cycle"),
    CheckConstraint(
        "(step IN ('danh_gia', 'phan_loai', 'cong_nhan', 'khong_dat', 'huy_bo'))"
        " = (class_id IS NOT NULL)",
        name="class_given",
    ),
    CheckConstraint("(step = 'tham_dinh') = (verdict IS NOT NULL)", name="verdict_given"),
    CheckConstraint("(step = 'tra_lai') = (back_to IS NOT NULL)", name="return_given"),
    CheckConstraint(_reasons(), name="reason_code"),
    CheckConstraint(
        "document_no ~ '^[^ ]{1,60}$' AND document_no ~ '[0-9].*/' AND document_no !~ '[0-9]{7}'",
        name="document_no",
    ),
    CheckConstraint(
        "step NOT IN ('cong_nhan', 'khong_dat', 'huy_bo') OR document_no IS NOT NULL",
        name="document_given",
    ),
    CheckConstraint("effective_on <= done_on", name="days"),
    CheckConstraint("actor_role ~ '^[a-z_]{2,30}$'", name="actor_role"),
    CheckConstraint("import_id IS NULL OR provenance = 'simulated'", name="batch"),
)
