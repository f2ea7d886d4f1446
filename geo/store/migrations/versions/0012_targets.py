"""Yearly numbers of targets that provinces register, and how sentences without a number stand."""

from importlib.resources import files

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0012_targets.sql").read_text(encoding="utf-8")
    # Straight to the driver: the file's own per cent signs are not parameters.
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.execute("DROP VIEW held_target_number")
    op.drop_table("target_number")
    op.execute("DROP FUNCTION bando.may_set_targets()")
