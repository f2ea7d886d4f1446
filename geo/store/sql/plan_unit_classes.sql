-- The decided class of some communes by computed month, within the scope.
SELECT c.unit_key, c.period_id, c.class
FROM unit_class AS c
WHERE c.unit_key = ANY(CAST(:keys AS bigint[])) AND c.period_id LIKE 'M%'
    AND EXISTS (
        SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        WHERE c.unit_key BETWEEN scope.low AND scope.high
    )
ORDER BY c.unit_key, c.period_id
