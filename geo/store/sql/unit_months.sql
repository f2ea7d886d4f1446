-- Counts of one unit for every computed month up to a day, within the scope. Months before the
-- first boundary set are no part of it: nobody owed a report then.
SELECT p.period_id, c.active_count, c.new_count, c.eliminated_count, c.reformed_count,
    c.reported_units, c.due_units
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_count AS c
    ON c.unit_key = CAST(:key AS bigint) AND c.unit_key BETWEEN scope.low AND scope.high
JOIN period_run AS p USING (period_id)
WHERE p.period_id LIKE 'M%' AND p.ends_before <= CAST(:until AS date) + 1
    AND p.ends_before > (SELECT min(valid_from) FROM boundary_set WHERE state = 'active')
ORDER BY p.starts_on
