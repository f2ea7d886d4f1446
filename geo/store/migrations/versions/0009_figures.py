"""Computed figures of the registry by unit and period; figures of parts of an indicator."""

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_figure",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, server_default=""),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("numerator", sa.Integer()),
        sa.Column("denominator", sa.Integer()),
        sa.PrimaryKeyConstraint(
            "period_id", "unit_key", "indicator_id", "part", name=op.f("pk_unit_figure")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_unit_figure_value")),
        sa.CheckConstraint(
            "(numerator IS NULL) = (denominator IS NULL)"
            " AND (numerator IS NULL OR numerator BETWEEN 0 AND denominator)",
            name=op.f("ck_unit_figure_parts"),
        ),
    )
    # A part has its name behind a dot: I14.area.
    op.drop_constraint(op.f("ck_observation_indicator"), "observation")
    op.create_check_constraint(
        op.f("ck_observation_indicator"),
        "observation",
        "indicator_id ~ '^I[0-9]{2}(\\.[a-z_0-9]+)?$'",
    )
    sql = files("geo.store").joinpath("sql/0009_figures.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.drop_table("unit_figure")
    # Fails while figures of parts are there: nothing is thrown away silently.
    op.drop_constraint(op.f("ck_observation_indicator"), "observation")
    op.create_check_constraint(
        op.f("ck_observation_indicator"), "observation", "indicator_id ~ '^I[0-9]{2}$'"
    )
