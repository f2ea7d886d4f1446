"""Roles' rights, row-level security, append-only rules, audit chain."""

from importlib.resources import files

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LOCKED = (
    "hotspot",
    "hotspot_event",
    "hotspot_unit",
    "submission",
    "observation",
    "assessment",
    "unit_count",
    "cell_count",
    "unit_class",
)


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0002_locks.sql").read_text(encoding="utf-8")
    # Straight to the driver: the file's own per cent signs are not parameters.
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    for table in LOCKED:
        op.execute(f"DROP POLICY scope ON {table}")
        op.execute(f"DROP POLICY steward ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP SCHEMA bando CASCADE")
    op.execute(
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM bando_operator, bando_service, bando_login"
    )
    op.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM bando_operator")
