-- What happened to the places in a unit, as it was known at an instant, within the scope: nothing
-- unless the whole unit is in sight. A place stands in one unit of each set; no position is read.
WITH scope AS (
    SELECT * FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)
), undone AS (
    SELECT import_id FROM import_undo WHERE recorded_at < CAST(:known_before AS timestamptz)
)
SELECT h.hotspot_id, h.kind, e.event_id, e.state, e.effective_on, e.recorded_at, e.document_no,
    e.supersedes,
    EXISTS (
        SELECT FROM hotspot_event AS later
        WHERE later.supersedes = e.event_id
            AND later.recorded_at < CAST(:known_before AS timestamptz)
            AND later.import_id NOT IN (SELECT import_id FROM undone)
    ) AS superseded
FROM scope
JOIN hotspot_unit AS w ON w.unit_key BETWEEN CAST(:first AS bigint) AND CAST(:last AS bigint)
    AND scope.low <= CAST(:first AS bigint) AND scope.high >= CAST(:last AS bigint)
JOIN hotspot AS h USING (hotspot_id)
JOIN hotspot_event AS e USING (hotspot_id)
WHERE EXISTS (SELECT FROM scope AS own WHERE h.scope_key BETWEEN own.low AND own.high)
    AND EXISTS (SELECT FROM scope AS own WHERE e.scope_key BETWEEN own.low AND own.high)
    AND e.effective_on <= CAST(:until AS date)
    AND e.recorded_at < CAST(:known_before AS timestamptz)
    AND h.import_id NOT IN (SELECT import_id FROM undone)
    AND e.import_id NOT IN (SELECT import_id FROM undone)
ORDER BY h.hotspot_id, e.effective_on, e.event_id
