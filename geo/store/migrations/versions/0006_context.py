"""Which features stand on a day, also where a session sees only the older of two places."""

from importlib.resources import files

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0006_context.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.execute("DROP FUNCTION bando.features_on(date), bando.features_stay(date)")
