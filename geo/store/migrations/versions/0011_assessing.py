"""Steps of assessments; what a step decides is a row of `assessment` without a file."""

from importlib.resources import files

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0011_assessing.sql").read_text(encoding="utf-8")
    # Straight to the driver: the file's own per cent signs are not parameters.
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.execute("DROP TRIGGER steps ON assessment")
    op.execute("DROP TRIGGER append_only_step ON assessment")
    op.execute("ALTER TABLE assessment DROP CONSTRAINT ck_assessment_origin")
    op.execute("ALTER TABLE assessment DROP COLUMN step_id")
    # Fails while decisions of steps are there: nothing is thrown away silently.
    op.execute("ALTER TABLE assessment ALTER COLUMN import_id SET NOT NULL")
    op.execute("DROP TABLE assessment_step")
    op.execute(
        "DROP FUNCTION bando.own_assessment_steps(bigint, text),"
        " bando.may_assess(bigint, text, text, date), bando.guard_imported_decision(),"
        " bando.decide_by_step(), bando.computed_class(bigint, text),"
        " bando.guard_assessment_step(), bando.assessment_steps_of(bigint, text, text),"
        " bando.assess_duty(text, text), bando.assessment_state(bigint, text),"
        " bando.unit_at_level(bigint, text), bando.assess_level(text, date),"
        " bando.class_before(bigint, date), bando.cycle_first_day(text), bando.class_rung(text)"
    )
