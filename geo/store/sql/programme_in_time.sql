-- Units whose first report of a period came before its due day.
SELECT period_id, array_agg(unit_key ORDER BY unit_key) AS unit_keys
FROM (
    SELECT DISTINCT ON (unit_key, period_id) unit_key, period_id, submitted_on, due_before
    FROM held_submission WHERE submitted_on <= CAST(:as_of AS date)
    ORDER BY unit_key, period_id, submitted_on, revision
) AS first
WHERE submitted_on < due_before
GROUP BY period_id
