"""Tables of the first house."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("failed_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'", name=op.f("ck_account_login")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "boundary_set",
        sa.Column("set_id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "accepted",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("daterange(valid_from, valid_to)"), "&&"),
            where=sa.text("state = 'active'"),
            using="gist",
            name="ex_boundary_set_one_active_per_day",
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (activated_at IS NULL)", name=op.f("ck_boundary_set_activated")
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_boundary_set_provenance"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'active', 'retired')", name=op.f("ck_boundary_set_state")
        ),
        sa.CheckConstraint(
            "set_id BETWEEN 1 AND 8191", name=op.f("ck_boundary_set_set_id_fits_key")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_boundary_set_validity")
        ),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_boundary_set")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_boundary_set_content_hash")),
    )
    op.create_table(
        "import_batch",
        sa.Column("import_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("refused_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_import_batch_provenance"),
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "period_run",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("data_until", sa.Date(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_period_run")),
    )
    op.create_table(
        "session",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key_ranges", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mod(cardinality(key_ranges), 2) = 0", name=op.f("ck_session_pairs")),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name=op.f("ck_session_token")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_session_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_session")),
    )
    op.create_geospatial_table(
        "unit_version",
        sa.Column("unit_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key_to", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_key", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("assessable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=True),
        sa.Column(
            "label",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(level = 'country') = (parent_key IS NULL)", name=op.f("ck_unit_version_parent")
        ),
        sa.CheckConstraint(
            "level = 'country' OR geom IS NOT NULL", name=op.f("ck_unit_version_geometry")
        ),
        sa.CheckConstraint(
            "level IN ('country', 'province', 'district', 'commune')",
            name=op.f("ck_unit_version_level"),
        ),
        sa.CheckConstraint("key_to >= unit_key", name=op.f("ck_unit_version_key_range")),
        sa.CheckConstraint("unit_key >> 20 = set_id", name=op.f("ck_unit_version_key_of_set")),
        sa.ForeignKeyConstraint(
            ["parent_key"], ["unit_version.unit_key"], name=op.f("fk_unit_version_parent_key")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["boundary_set.set_id"], name=op.f("fk_unit_version_set_id")
        ),
        sa.PrimaryKeyConstraint("unit_key", name=op.f("pk_unit_version")),
        sa.UniqueConstraint("set_id", "level", "code", name="uq_unit_version_code_in_set"),
        sa.UniqueConstraint("set_id", "unit_id", "level", name="uq_unit_version_identity_in_set"),
        sa.UniqueConstraint("unit_key", "level", name="uq_unit_version_key_level"),
    )
    op.create_geospatial_index(
        "ix_unit_version_geom",
        "unit_version",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_unit_version_parent_key", "unit_version", ["parent_key"], unique=False)
    op.create_index("ix_unit_version_unit_id", "unit_version", ["unit_id"], unique=False)
    op.create_table(
        "account_area",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=True),
        sa.Column("national", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("area_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("national = (unit_key IS NULL)", name=op.f("ck_account_area_one_area")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.account_id"],
            name=op.f("fk_account_area_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_key"], ["unit_version.unit_key"], name=op.f("fk_account_area_unit_key")
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_account_area")),
        sa.UniqueConstraint(
            "account_id",
            "unit_key",
            name="uq_account_area_account_id",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "assessment",
        sa.Column("assessment_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), server_default="commune", nullable=False),
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("computed_class", sa.Text(), nullable=True),
        sa.Column("proposed_class", sa.Text(), nullable=True),
        sa.Column("decided_class", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("workflow_state", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "computed_class IN ('loai_1', 'loai_2', 'loai_3', 'khong_trong_diem', 'khong_ma_tuy', 'chua_danh_gia')",
            name=op.f("ck_assessment_computed_class"),
        ),
        sa.CheckConstraint(
            "decided_class IN ('loai_1', 'loai_2', 'loai_3', 'khong_trong_diem', 'khong_ma_tuy', 'chua_danh_gia')",
            name=op.f("ck_assessment_decided_class"),
        ),
        sa.CheckConstraint("level = 'commune'", name=op.f("ck_assessment_level")),
        sa.CheckConstraint(
            "proposed_class IN ('loai_1', 'loai_2', 'loai_3', 'khong_trong_diem', 'khong_ma_tuy', 'chua_danh_gia')",
            name=op.f("ck_assessment_proposed_class"),
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_assessment_provenance"),
        ),
        sa.CheckConstraint(
            "workflow_state IN ('ra_soat', 'danh_gia', 'phan_loai', 'tham_dinh', 'cong_nhan', 'khong_dat', 'huy_bo')",
            name=op.f("ck_assessment_workflow_state"),
        ),
        sa.CheckConstraint(
            "(decided_class IS NULL) = (decided_on IS NULL)", name=op.f("ck_assessment_decided")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.import_id"], name=op.f("fk_assessment_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key", "level"],
            ["unit_version.unit_key", "unit_version.level"],
            name=op.f("fk_assessment_unit_key"),
        ),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_assessment")),
    )
    op.create_index(
        "ix_assessment_unit_key", "assessment", ["unit_key", "decided_on"], unique=False
    )
    op.create_table(
        "cell_count",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("resolution", sa.SmallInteger(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("active_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("eliminated_count", sa.Integer(), nullable=False),
        sa.Column("reformed_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "active_count >= 0 AND new_count >= 0 AND eliminated_count >= 0 AND reformed_count >= 0",
            name=op.f("ck_cell_count_counts"),
        ),
        sa.CheckConstraint("resolution BETWEEN 5 AND 8", name=op.f("ck_cell_count_resolution")),
        sa.PrimaryKeyConstraint(
            "period_id", "resolution", "cell", "unit_key", name=op.f("pk_cell_count")
        ),
    )
    op.create_geospatial_table(
        "hotspot",
        sa.Column("hotspot_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "position",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("position_precision", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('diem_phuc_tap', 'tu_diem_phuc_tap', 'diem_ban_le', 'diem_to_chuc_chua_chap', 'diem_nguy_co')",
            name=op.f("ck_hotspot_kind"),
        ),
        sa.CheckConstraint(
            "position_precision IN ('exact', 'h3_10')", name=op.f("ck_hotspot_position_precision")
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_hotspot_provenance"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.import_id"], name=op.f("fk_hotspot_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["scope_key"], ["unit_version.unit_key"], name=op.f("fk_hotspot_scope_key")
        ),
        sa.PrimaryKeyConstraint("hotspot_id", name=op.f("pk_hotspot")),
        sa.UniqueConstraint("source", "source_ref", name="uq_hotspot_source_ref"),
    )
    op.create_geospatial_index(
        "ix_hotspot_position",
        "hotspot",
        ["position"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_hotspot_scope_key", "hotspot", ["scope_key"], unique=False)
    op.create_table(
        "observation",
        sa.Column("observation_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("approval", sa.Text(), server_default="entered", nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "approval IN ('entered', 'submitted', 'approved', 'returned')",
            name=op.f("ck_observation_approval"),
        ),
        sa.CheckConstraint("indicator_id ~ '^I[0-9]{2}$'", name=op.f("ck_observation_indicator")),
        sa.CheckConstraint(
            "level = 'commune' OR indicator_id NOT IN ('I06', 'I07', 'I08', 'I09', 'I10', 'I11', 'I12')",
            name=op.f("ck_observation_person_derived_per_commune"),
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_observation_provenance"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_observation_revision")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.import_id"], name=op.f("fk_observation_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key", "level"],
            ["unit_version.unit_key", "unit_version.level"],
            name=op.f("fk_observation_unit_key"),
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "unit_key", "indicator_id", "period_id", "revision", name="uq_observation_revision"
        ),
    )
    op.create_table(
        "submission",
        sa.Column("submission_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_submission_provenance"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_submission_revision")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.import_id"], name=op.f("fk_submission_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key"], ["unit_version.unit_key"], name=op.f("fk_submission_unit_key")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission")),
        sa.UniqueConstraint("unit_key", "period_id", "revision", name="uq_submission_revision"),
    )
    op.create_table(
        "unit_change",
        sa.Column("from_key", sa.BigInteger(), nullable=False),
        sa.Column("to_key", sa.BigInteger(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("weight_basis", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('unchanged', 'rename', 'merge', 'split', 'transfer', 'abolish')",
            name=op.f("ck_unit_change_kind"),
        ),
        sa.CheckConstraint(
            "weight_basis IN ('population', 'area', 'addresses', 'none')",
            name=op.f("ck_unit_change_weight_basis"),
        ),
        sa.CheckConstraint(
            "from_key < to_key OR from_key > to_key", name=op.f("ck_unit_change_two_units")
        ),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name=op.f("ck_unit_change_weight")),
        sa.ForeignKeyConstraint(
            ["from_key"], ["unit_version.unit_key"], name=op.f("fk_unit_change_from_key")
        ),
        sa.ForeignKeyConstraint(
            ["to_key"], ["unit_version.unit_key"], name=op.f("fk_unit_change_to_key")
        ),
        sa.PrimaryKeyConstraint("from_key", "to_key", name=op.f("pk_unit_change")),
    )
    op.create_index("ix_unit_change_to_key", "unit_change", ["to_key"], unique=False)
    op.create_table(
        "unit_class",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("class", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("drug_free_count", sa.Integer(), nullable=False),
        sa.Column("assessed_count", sa.Integer(), nullable=False),
        sa.Column("assessable_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "class IN ('loai_1', 'loai_2', 'loai_3', 'khong_trong_diem', 'khong_ma_tuy', 'chua_danh_gia')",
            name=op.f("ck_unit_class_class"),
        ),
        sa.CheckConstraint(
            "drug_free_count BETWEEN 0 AND assessed_count AND assessed_count <= assessable_count",
            name=op.f("ck_unit_class_counts"),
        ),
        sa.PrimaryKeyConstraint("period_id", "unit_key", name=op.f("pk_unit_class")),
    )
    op.create_table(
        "unit_count",
        sa.Column("period_id", sa.Text(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("active_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("eliminated_count", sa.Integer(), nullable=False),
        sa.Column("reformed_count", sa.Integer(), nullable=False),
        sa.Column("reported_units", sa.Integer(), nullable=False),
        sa.Column("due_units", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "active_count >= 0 AND new_count >= 0 AND eliminated_count >= 0 AND reformed_count >= 0 AND reported_units BETWEEN 0 AND due_units",
            name=op.f("ck_unit_count_counts"),
        ),
        sa.PrimaryKeyConstraint("period_id", "unit_key", name=op.f("pk_unit_count")),
    )
    op.create_table(
        "hotspot_event",
        sa.Column("event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hotspot_id", sa.BigInteger(), nullable=False),
        sa.Column("scope_key", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("actor_role", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("supersedes", sa.BigInteger(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "provenance IN ('reported', 'computed', 'imported', 'simulated')",
            name=op.f("ck_hotspot_event_provenance"),
        ),
        sa.CheckConstraint(
            "state IN ('suspected', 'listed', 'in_action', 'eliminated', 'neutralised', 'watched', 'reformed', 'delisted')",
            name=op.f("ck_hotspot_event_state"),
        ),
        sa.ForeignKeyConstraint(
            ["hotspot_id"], ["hotspot.hotspot_id"], name=op.f("fk_hotspot_event_hotspot_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_batch.import_id"], name=op.f("fk_hotspot_event_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["scope_key"], ["unit_version.unit_key"], name=op.f("fk_hotspot_event_scope_key")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["hotspot_event.event_id"], name=op.f("fk_hotspot_event_supersedes")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key"], ["unit_version.unit_key"], name=op.f("fk_hotspot_event_unit_key")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_hotspot_event")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_hotspot_event_supersedes")),
    )
    op.create_index(
        "ix_hotspot_event_hotspot_id", "hotspot_event", ["hotspot_id", "effective_on"], unique=False
    )
    op.create_index("ix_hotspot_event_scope_key", "hotspot_event", ["scope_key"], unique=False)
    op.create_table(
        "hotspot_unit",
        sa.Column("hotspot_id", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_key", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.CheckConstraint("basis IN ('given', 'generalised')", name=op.f("ck_hotspot_unit_basis")),
        sa.CheckConstraint("unit_key >> 20 = set_id", name=op.f("ck_hotspot_unit_key_of_set")),
        sa.ForeignKeyConstraint(
            ["hotspot_id"], ["hotspot.hotspot_id"], name=op.f("fk_hotspot_unit_hotspot_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["boundary_set.set_id"], name=op.f("fk_hotspot_unit_set_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_key"], ["unit_version.unit_key"], name=op.f("fk_hotspot_unit_unit_key")
        ),
        sa.PrimaryKeyConstraint("hotspot_id", "set_id", name=op.f("pk_hotspot_unit")),
    )
    op.create_index("ix_hotspot_unit_unit_key", "hotspot_unit", ["unit_key"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_hotspot_unit_unit_key", table_name="hotspot_unit")
    op.drop_table("hotspot_unit")
    op.drop_index("ix_hotspot_event_scope_key", table_name="hotspot_event")
    op.drop_index("ix_hotspot_event_hotspot_id", table_name="hotspot_event")
    op.drop_table("hotspot_event")
    op.drop_table("unit_count")
    op.drop_table("unit_class")
    op.drop_index("ix_unit_change_to_key", table_name="unit_change")
    op.drop_table("unit_change")
    op.drop_table("submission")
    op.drop_table("observation")
    op.drop_index("ix_hotspot_scope_key", table_name="hotspot")
    op.drop_geospatial_index(
        "ix_hotspot_position", table_name="hotspot", postgresql_using="gist", column_name="position"
    )
    op.drop_geospatial_table("hotspot")
    op.drop_table("cell_count")
    op.drop_index("ix_assessment_unit_key", table_name="assessment")
    op.drop_table("assessment")
    op.drop_table("account_area")
    op.drop_index("ix_unit_version_unit_id", table_name="unit_version")
    op.drop_index("ix_unit_version_parent_key", table_name="unit_version")
    op.drop_geospatial_index(
        "ix_unit_version_geom",
        table_name="unit_version",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_geospatial_table("unit_version")
    op.drop_table("session")
    op.drop_table("period_run")
    op.drop_table("import_batch")
    op.drop_table("boundary_set")
    op.drop_table("audit_entry")
    op.drop_table("account")
