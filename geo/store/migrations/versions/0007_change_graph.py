"""Where a change of units comes from; facts are recorded when they come; figures by period.

A change rests on a list, which is the law, or on an overlay of two drawings.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FACTS = ("hotspot_event", "submission", "observation", "assessment")
# The day of recording answers "what was known on a day": nobody but a simulation sets it.
GUARD = """
CREATE FUNCTION bando.guard_recorded_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'recorded_at: % is recorded when it comes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""
TRIGGER = """
CREATE TRIGGER recorded_now BEFORE INSERT ON public.{fact} FOR EACH ROW
WHEN (NEW.recorded_at <> now()
      AND (NEW.provenance <> 'simulated' OR current_user = 'bando_intake'))
EXECUTE FUNCTION bando.guard_recorded_at()
"""


def upgrade() -> None:
    op.execute(GUARD)
    for fact in FACTS:
        op.execute(TRIGGER.format(fact=fact))
    op.create_index(
        "ix_observation_period_id", "observation", ["period_id", "indicator_id", "unit_key"]
    )
    op.add_column(
        "unit_change", sa.Column("source", sa.Text(), nullable=False, server_default="overlay")
    )
    op.add_column("unit_change", sa.Column("import_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_unit_change_import_id"),
        "unit_change",
        "import_batch",
        ["import_id"],
        ["import_id"],
    )
    op.create_check_constraint(
        op.f("ck_unit_change_source"), "unit_change", "source IN ('list', 'overlay')"
    )


def downgrade() -> None:
    op.drop_index("ix_observation_period_id", "observation")
    for fact in FACTS:
        op.execute(f"DROP TRIGGER recorded_now ON {fact}")
    op.execute("DROP FUNCTION bando.guard_recorded_at()")
    op.drop_constraint(op.f("ck_unit_change_source"), "unit_change")
    op.drop_constraint(op.f("fk_unit_change_import_id"), "unit_change")
    op.drop_column("unit_change", "import_id")
    op.drop_column("unit_change", "source")
