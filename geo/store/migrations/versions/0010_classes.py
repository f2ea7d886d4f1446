"""Classes worked out by criteria sets: one row for each commune and period, with what it stands on."""

from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_version",
        sa.Column("criteria_id", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("input_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("row_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("criteria_id", "rule_version", name=op.f("pk_criteria_version")),
    )
    op.create_table(
        "class_run",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_class_run")),
    )
    op.create_table(
        "class_result",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("criteria_id", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("computed", sa.Text(), nullable=False),
        sa.Column("possible", sa.SmallInteger(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("inputs", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period_id", "unit_key", name=op.f("pk_class_result")),
        sa.ForeignKeyConstraint(
            ["criteria_id", "rule_version"],
            ["criteria_version.criteria_id", "criteria_version.rule_version"],
            name=op.f("fk_class_result_criteria_id"),
        ),
        sa.CheckConstraint(
            "computed IN ('loai_1', 'loai_2', 'loai_3', 'khong_trong_diem', 'khong_ma_tuy',"
            " 'chua_danh_gia')",
            name=op.f("ck_class_result_computed"),
        ),
        sa.CheckConstraint("possible BETWEEN 1 AND 31", name=op.f("ck_class_result_possible")),
        sa.CheckConstraint(
            "NOT is_final OR computed <> 'chua_danh_gia'", name=op.f("ck_class_result_final")
        ),
    )
    sql = files("geo.store").joinpath("sql/0010_classes.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(sql)


def downgrade() -> None:
    op.drop_table("class_result")
    op.drop_table("class_run")
    op.drop_table("criteria_version")
