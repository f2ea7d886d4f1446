"""The steps of a report on its way: handed in, approved, returned, approval taken back, corrected.

The present state of a report follows from its last step (`geo.approval`); nothing is changed.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from geo.store.tables.base import LEVELS, PROVENANCES, metadata, one_of, recorded_at

REPORT_STEPS = ("submitted", "approved", "returned", "unapproved", "corrected")
# Why a report goes back, an approval is taken back, or approved figures are corrected.
REPORT_REASONS = (
    "thieu_so_lieu",
    "sai_so_lieu",
    "sai_ky",
    "khong_khop",
    "chua_ro_nguon",
    "duyet_nham",
    "nhap_sai",
    "bo_sung",
    "doi_chieu_lai",
)

report_step = Table(
    "report_step",
    metadata,
    Column("step_id", BigInteger, Identity(), primary_key=True),
    Column("unit_key", BigInteger, ForeignKey("unit_version.unit_key"), nullable=False),
    Column("period_id", Text, nullable=False),
    # Place among the steps of its report, from 1: of two at once the second is refused.
    Column("number", SmallInteger, nullable=False),
    Column("step", Text, nullable=False),
    # Where the step is made; of an approval taken back, the level that had given it.
    Column("at_level", Text, nullable=False),
    # The figures that the step is about, as `bando.report_figures` names them.
    Column("figures_hash", Text),
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
    Column("import_id", BigInteger, ForeignKey("import_batch.import_id")),
    recorded_at(),
    UniqueConstraint("period_id", "unit_key", "number", name="uq_report_step_number"),
    one_of("step", REPORT_STEPS, name="step"),
    one_of("at_level", LEVELS, name="at_level"),
    one_of("reason_code", REPORT_REASONS, name="reason_code"),
    one_of("provenance", PROVENANCES, name="provenance"),
    CheckConstraint(
        "(step IN ('submitted', 'approved')) = (reason_code IS NULL)", name="reason_given"
    ),
    CheckConstraint("step <> 'approved' OR figures_hash IS NOT NULL", name="figures"),
    CheckConstraint("(step = 'corrected') <= (import_id IS NOT NULL)", name="correction"),
    CheckConstraint("actor_role ~ '^[a-z_]{2,30}$'", name="actor_role"),
    CheckConstraint("number >= 1", name="number"),
)
