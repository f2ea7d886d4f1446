-- Communes of a unit that reported each of some months, within the scope.
SELECT c.period_id, array_agg(c.unit_key)
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_count AS c ON c.unit_key BETWEEN scope.low AND scope.high
WHERE c.unit_key BETWEEN CAST(:key AS bigint) AND CAST(:last AS bigint)
    AND c.period_id = ANY(CAST(:months AS text[]))
    AND c.due_units > 0 AND c.reported_units = c.due_units
GROUP BY c.period_id
