-- The class that the map draws for one commune and period, within the scope.
SELECT c.class
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_class AS c
    ON c.period_id = :period_id AND c.unit_key = CAST(:key AS bigint)
    AND c.unit_key BETWEEN scope.low AND scope.high
