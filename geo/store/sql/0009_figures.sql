-- Computed figures are seen as `unit_count` is: row by row within the scope of the session.
ALTER TABLE unit_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE unit_figure FORCE ROW LEVEL SECURITY;
CREATE POLICY steward ON unit_figure TO bando_owner, bando_operator USING (true) WITH CHECK (true);
CREATE POLICY scope ON unit_figure FOR SELECT TO bando_service USING (
    unit_key >= (SELECT bando.scope_low())
    AND unit_key <= (SELECT bando.scope_high())
    AND (SELECT bando.scope()) @> unit_key);
GRANT SELECT ON unit_figure TO bando_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON unit_figure TO bando_operator;
