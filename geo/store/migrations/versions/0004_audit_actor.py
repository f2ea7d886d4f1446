"""The web service signs the audit trail with its session's account, whatever name it gives."""

from alembic import op

revision = "0004"
down_revision = "0003"
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
# SQL slipped into a request must not write in somebody else's name.
SIGN = """
    IF session_user = 'bando_service' THEN
        SELECT a.login INTO signed FROM public.session AS s JOIN public.account AS a USING (account_id)
        WHERE s.token_sha256 = sha256(convert_to(current_setting('bando.token', true), 'UTF8'))
          AND s.expires_at > clock_timestamp();
        IF signed IS NULL THEN
            RAISE EXCEPTION 'audit_without_session' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
"""


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(APPEND.replace("{sign}", SIGN))


def downgrade() -> None:
    op.get_bind().connection.cursor().execute(APPEND.replace("{sign}", ""))
