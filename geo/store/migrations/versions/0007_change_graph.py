"""Where a change of units comes from: a list, which is the law, or an overlay of two drawings."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.drop_constraint(op.f("ck_unit_change_source"), "unit_change")
    op.drop_constraint(op.f("fk_unit_change_import_id"), "unit_change")
    op.drop_column("unit_change", "import_id")
    op.drop_column("unit_change", "source")
