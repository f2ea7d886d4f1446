-- What was computed for one unit and period, within the scope.
SELECT c.active_count, c.new_count, c.eliminated_count, c.reformed_count, c.reported_units,
    c.due_units, coalesce(k.drug_free_count, 0) AS drug_free_count,
    coalesce(k.assessed_count, 0) AS assessed_count,
    coalesce(k.assessable_count, 0) AS assessable_count
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_count AS c
    ON c.period_id = :period_id AND c.unit_key = CAST(:key AS bigint)
    AND c.unit_key BETWEEN scope.low AND scope.high
LEFT JOIN unit_class AS k ON k.period_id = c.period_id AND k.unit_key = c.unit_key
