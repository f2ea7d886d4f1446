"""Imports of every kind, what was taken back, and a role for the web's imports."""

from importlib.resources import files

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND = """
CREATE OR REPLACE FUNCTION bando.audit_append(actor text, action text, subject jsonb) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last public.audit_entry;
    entry public.audit_entry;
    signed text := actor;
BEGIN
    {sign}
    -- One appender at a time, until its transaction ends: the chain has no forks.
    PERFORM pg_advisory_xact_lock(7420250701);
    SELECT * INTO last FROM public.audit_entry AS e ORDER BY e.seq DESC LIMIT 1;
    entry.seq := coalesce(last.seq, 0) + 1;
    entry.at := clock_timestamp();
    entry.actor := signed;
    entry.action := action;
    entry.subject := subject;
    entry.previous_hash := coalesce(last.hash, sha256(''));
    entry.hash := bando.audit_hash(entry.previous_hash, entry.seq, entry.at, signed, action, subject);
    INSERT INTO public.audit_entry VALUES (entry.*);
    RETURN entry.hash;
END
$$;
"""
# As 0004, with one role more. SQL slipped into a request must not write in somebody else's name.
SIGN = """
    IF session_user IN ({roles}) THEN
        SELECT a.login INTO signed FROM public.session AS s JOIN public.account AS a USING (account_id)
        WHERE s.token_sha256 = sha256(convert_to(current_setting('bando.token', true), 'UTF8'))
          AND s.expires_at > clock_timestamp();
        IF signed IS NULL THEN
            RAISE EXCEPTION 'audit_without_session' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
"""


VIEWS = (
    "hotspot",
    "hotspot_event",
    "submission",
    "observation",
    "assessment",
    "population",
    "campaign",
    "community_model",
    "subcommune",
    "subcommune_status",
    "feature",
    "patrol",
)
NEW = (
    "feature_piece",
    "feature",
    "patrol_track",
    "patrol_cell",
    "patrol",
    "population",
    "campaign",
    "community_model",
    "subcommune",
    "subcommune_status",
    "import_undo",
    "import_layout",
)
APPENDED_BEFORE = (
    "hotspot",
    "hotspot_event",
    "hotspot_unit",
    "submission",
    "observation",
    "assessment",
)


def _sign_for(*roles: str) -> None:
    named = ", ".join(f"'{role}'" for role in roles)
    statement = APPEND.replace("{sign}", SIGN.replace("{roles}", named))
    op.get_bind().connection.cursor().execute(statement)


def upgrade() -> None:
    sql = files("geo.store").joinpath("sql/0005_imports.sql").read_text(encoding="utf-8")
    # Straight to the driver: the file's own per cent signs are not parameters.
    op.get_bind().connection.cursor().execute(sql)
    _sign_for("bando_service", "bando_intake")


def downgrade() -> None:
    _sign_for("bando_service")
    for name in VIEWS:
        op.execute(f"DROP VIEW held_{name}")
    for name in APPENDED_BEFORE:
        op.execute(f"DROP POLICY intake_reads ON {name}")
        op.execute(f"DROP POLICY intake_appends ON {name}")
    for policy in ("steward", "own", "intake_appends"):
        op.execute(f"DROP POLICY {policy} ON import_batch")
    op.execute("ALTER TABLE import_batch NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE import_batch DISABLE ROW LEVEL SECURITY")
    for name in ("feature", "patrol", "import_undo"):
        for policy in ("scope", "intake_appends"):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {name}")
    for name in NEW:
        op.execute(f"DROP TABLE {name}")
    op.execute("DROP FUNCTION bando.guard_undo(), bando.actor(), bando.may_import()")
    op.execute(
        "DROP FUNCTION bando.open_imports(), bando.place_fits(bigint, bigint),"
        " bando.event_fits(bigint, bigint, bigint, bigint), bando.open_feature(bigint),"
        " bando.track_fits(bigint, bigint), bando.patrol_cell_fits(bigint, bigint),"
        " bando.layout_is_own(text), bando.fixes_files(), bando.unit_fits(bigint, geometry, float)"
    )
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM bando_intake")
    op.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM bando_intake")
    op.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bando FROM bando_intake")
    op.execute("REVOKE ALL ON SCHEMA public, bando FROM bando_intake")
    op.execute("REVOKE SELECT ON import_batch FROM bando_service")
    op.drop_column("import_batch", "accepted")
    op.drop_constraint("uq_hotspot_source_ref", "hotspot")
    op.drop_column("hotspot", "generation")
    op.create_unique_constraint("uq_hotspot_source_ref", "hotspot", ["source", "source_ref"])
