-- The decided class of every commune in scope on the last day of a period.
SELECT array_agg(c.unit_key) AS unit_keys, array_agg(c.class) AS classes
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_class AS c ON c.period_id = :period_id AND c.unit_key BETWEEN scope.low AND scope.high
WHERE c.class IS NOT NULL
