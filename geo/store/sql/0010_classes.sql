-- Worked out classes are seen as `unit_class` is: row by row within the scope of the session. Which
-- periods were worked out, and what a version of a set asks for, says nothing about any commune.
ALTER TABLE class_result ENABLE ROW LEVEL SECURITY;
ALTER TABLE class_result FORCE ROW LEVEL SECURITY;
CREATE POLICY steward ON class_result TO bando_owner, bando_operator USING (true) WITH CHECK (true);
CREATE POLICY scope ON class_result FOR SELECT TO bando_service USING (
    unit_key >= (SELECT bando.scope_low())
    AND unit_key <= (SELECT bando.scope_high())
    AND (SELECT bando.scope()) @> unit_key);
GRANT SELECT ON class_result, class_run, criteria_version TO bando_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON class_result, class_run TO bando_operator;
GRANT SELECT, INSERT ON criteria_version TO bando_operator;
