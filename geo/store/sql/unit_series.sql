-- Computed counts of one unit for every period that ends after the first boundary set began, within
-- the scope.
SELECT p.period_id, c.active_count, c.new_count, c.eliminated_count, c.reformed_count,
    c.reported_units, c.due_units
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_count AS c
    ON c.unit_key = CAST(:key AS bigint) AND c.unit_key BETWEEN scope.low AND scope.high
JOIN period_run AS p USING (period_id)
WHERE p.ends_before > (SELECT min(valid_from) FROM boundary_set WHERE state = 'active')
ORDER BY p.starts_on
