-- The second lock: who may touch what, and which rows a session sees.
--
-- bando_owner     owns the schema, runs migrations, takes simulated data out again
-- bando_operator  commands of the steward: import, compute; no definition of tables
-- bando_service   the web service: reads, row by row within the scope of its session
-- bando_login     accounts and sessions, nothing else
--
-- The scope is not a setting. The connection names a random token; only the row that bando_login
-- wrote under the token's hash says which keys it opens. Without that row: no key at all.

CREATE SCHEMA bando;
REVOKE ALL ON SCHEMA bando FROM PUBLIC;
GRANT USAGE ON SCHEMA bando TO bando_operator, bando_service, bando_login;

CREATE FUNCTION bando.scope() RETURNS int8multirange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT (
        SELECT range_agg(int8range(s.key_ranges[2 * i - 1], s.key_ranges[2 * i], '[]'))
        FROM generate_series(1, cardinality(s.key_ranges) / 2) AS i
    )
    FROM public.session AS s
    WHERE s.token_sha256 = sha256(convert_to(current_setting('bando.token', true), 'UTF8'))
      AND s.expires_at > clock_timestamp()
$$;

-- First and last key of the scope: plain bounds that a btree index can use.
CREATE FUNCTION bando.scope_low() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT lower(bando.scope())
$$;
CREATE FUNCTION bando.scope_high() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT upper(bando.scope()) - 1
$$;

-- Row-level security on every operational table, forced for its owner too.
DO $$
DECLARE
    locked record;
BEGIN
    FOR locked IN
        SELECT * FROM (VALUES
            ('hotspot', 'scope_key'), ('hotspot_event', 'scope_key'), ('hotspot_unit', 'unit_key'),
            ('submission', 'unit_key'), ('observation', 'unit_key'), ('assessment', 'unit_key'),
            ('unit_count', 'unit_key'), ('cell_count', 'unit_key'), ('unit_class', 'unit_key')
        ) AS t (name, key)
    LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', locked.name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', locked.name);
        EXECUTE format(
            'CREATE POLICY steward ON public.%I TO bando_owner, bando_operator
             USING (true) WITH CHECK (true)', locked.name);
        EXECUTE format(
            'CREATE POLICY scope ON public.%1$I FOR SELECT TO bando_service USING (
                 %2$I >= (SELECT bando.scope_low())
                 AND %2$I <= (SELECT bando.scope_high())
                 AND (SELECT bando.scope()) @> %2$I)', locked.name, locked.key);
        EXECUTE format('GRANT SELECT ON public.%I TO bando_service', locked.name);
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO bando_operator, bando_service, bando_login;
GRANT SELECT ON boundary_set, unit_version, unit_change, period_run TO bando_service;
GRANT SELECT ON boundary_set, unit_version, unit_change, account_area TO bando_login;
GRANT SELECT, UPDATE (failed_count, locked_until) ON account TO bando_login;
GRANT SELECT, INSERT, DELETE ON session TO bando_login;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO bando_operator;
REVOKE ALL ON account, session FROM bando_operator;
GRANT INSERT, DELETE, UPDATE (state, activated_at, valid_to) ON boundary_set TO bando_operator;
GRANT INSERT, DELETE, UPDATE (unit_id) ON unit_version TO bando_operator;
GRANT INSERT, DELETE ON unit_change TO bando_operator;
GRANT INSERT ON import_batch, submission, observation, assessment TO bando_operator;
GRANT INSERT, UPDATE (scope_key) ON hotspot, hotspot_event TO bando_operator;
GRANT INSERT, DELETE ON hotspot_unit TO bando_operator;
GRANT INSERT, UPDATE, DELETE ON period_run, unit_count, cell_count, unit_class TO bando_operator;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO bando_operator;

-- Facts are appended. A correction is a new row; only simulated rows can be taken out, by the owner.
CREATE FUNCTION bando.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.provenance = 'simulated' AND current_user = 'bando_owner' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'append_only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION bando.refuse_always() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DO $$
DECLARE
    fixed text;
    frozen text;
BEGIN
    FOREACH fixed IN ARRAY ARRAY['import_batch', 'hotspot', 'hotspot_event', 'submission', 'observation', 'assessment']
    LOOP
        -- scope_key follows the newest boundary set and is no fact.
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO frozen
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = fixed AND column_name <> 'scope_key';
        EXECUTE format(
            'CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF %s ON public.%I
             FOR EACH ROW EXECUTE FUNCTION bando.refuse_change()', frozen, fixed);
        EXECUTE format(
            'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.%I
             FOR EACH STATEMENT EXECUTE FUNCTION bando.refuse_always()', fixed);
    END LOOP;
END
$$;

-- A boundary set is edited only while it is a draft; afterwards its life moves, never its land.
CREATE FUNCTION bando.guard_boundary_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' OR (OLD.provenance = 'simulated' AND current_user = 'bando_owner') THEN
            RETURN OLD;
        END IF;
    ELSIF (OLD.state, NEW.state) IN (
        ('draft', 'draft'), ('draft', 'active'), ('active', 'active'), ('active', 'retired'), ('retired', 'retired')
    ) AND (OLD.activated_at IS NULL OR NEW.activated_at = OLD.activated_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'boundary_set_fixed: % on set %', TG_OP, OLD.set_id USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER life BEFORE UPDATE OR DELETE ON boundary_set
    FOR EACH ROW EXECUTE FUNCTION bando.guard_boundary_set();
CREATE TRIGGER fixed_content BEFORE UPDATE OF content_hash, title, valid_from, act, provenance,
    illustrative, source_name, source_sha256, recorded_at ON boundary_set
    FOR EACH ROW EXECUTE FUNCTION bando.refuse_always();

CREATE FUNCTION bando.guard_unit_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.boundary_set AS b WHERE b.set_id = OLD.set_id
          AND (b.state = 'draft' OR (b.provenance = 'simulated' AND current_user = 'bando_owner'))
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'boundary_set_fixed: DELETE on unit %', OLD.unit_key USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER fixed_units BEFORE DELETE ON unit_version
    FOR EACH ROW EXECUTE FUNCTION bando.guard_unit_version();
CREATE TRIGGER fixed_content BEFORE UPDATE OF unit_key, key_to, set_id, parent_key, level, code,
    name, kind, name_folded, assessable, area_m2, label, geom ON unit_version
    FOR EACH ROW EXECUTE FUNCTION bando.refuse_always();

-- The audit trail: one writer, one chain.
CREATE FUNCTION bando.audit_hash(
    previous bytea, seq bigint, at timestamptz, actor text, action text, subject jsonb
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(
        seq::text || '|' || (extract(epoch FROM at) * 1000000)::bigint::text
        || '|' || length(actor)::text || '|' || actor || '|' || length(action)::text || '|' || action
        || '|' || subject::text, 'UTF8'))
$$;
CREATE FUNCTION bando.audit_append(actor text, action text, subject jsonb) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    last public.audit_entry;
    entry public.audit_entry;
BEGIN
    -- One appender at a time, until its transaction ends: the chain has no forks.
    PERFORM pg_advisory_xact_lock(7420250701);
    SELECT * INTO last FROM public.audit_entry AS e ORDER BY e.seq DESC LIMIT 1;
    entry.seq := coalesce(last.seq, 0) + 1;
    entry.at := clock_timestamp();
    entry.actor := actor;
    entry.action := action;
    entry.subject := subject;
    entry.previous_hash := coalesce(last.hash, sha256(''));
    entry.hash := bando.audit_hash(entry.previous_hash, entry.seq, entry.at, actor, action, subject);
    INSERT INTO public.audit_entry VALUES (entry.*);
    RETURN entry.hash;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION bando.refuse_always();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bando FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bando.scope(), bando.scope_low(), bando.scope_high() TO bando_service;
GRANT EXECUTE ON FUNCTION bando.audit_append(text, text, jsonb)
    TO bando_operator, bando_service, bando_login;
GRANT EXECUTE ON FUNCTION bando.audit_hash(bytea, bigint, timestamptz, text, text, jsonb)
    TO bando_operator;
