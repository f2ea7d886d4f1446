"""Steps of reports: handed in, approved level by level, returned, corrected; approved is locked."""

from importlib.resources import files

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0008_approval.sql").read_text(encoding="utf-8")
    # Straight to the driver: the file's own per cent signs are not parameters.
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.execute("DROP TRIGGER locked ON observation")
    op.execute("DROP TRIGGER handed_in ON submission")
    op.execute("DROP TRIGGER locked ON import_undo")
    op.execute("DROP TABLE report_step")
    op.execute(
        "DROP FUNCTION bando.guard_report_step(), bando.guard_locked_figures(), bando.hand_in(),"
        " bando.guard_locked_import(), bando.import_is_locked(bigint),"
        " bando.may_decide(bigint, text, date, text, text), bando.actor_role(),"
        " bando.report_entered_by(bigint, text, text),"
        " bando.step_decided_at(bigint, text, date, text, text),"
        " bando.report_approved_at(bigint, text, date, text, text),"
        " bando.report_waits_for(bigint, text, date, text, text),"
        " bando.report_is_locked(bigint, text), bando.report_state(bigint, text),"
        " bando.report_figures(bigint, text), bando.report_unit_fits(bigint, text),"
        " bando.report_ladder(bigint, text, date), bando.period_last_day(text),"
        " bando.level_rank(text), bando.duty_holds(text, date)"
    )
