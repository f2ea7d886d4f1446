-- The decided class of some communes by computed month, within the scope.
SELECT g.key AS unit_key, p.period_id, c.class
FROM unnest(CAST(:keys AS bigint[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
    AS g (key, first, last)
JOIN period_run AS p ON p.period_id LIKE 'M%' AND p.ends_before - 1 BETWEEN g.first AND g.last
CROSS JOIN LATERAL (
    SELECT u.class
    FROM unit_class AS u
    WHERE u.period_id = p.period_id AND u.unit_key = g.key
        AND EXISTS (
            SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
            WHERE u.unit_key BETWEEN scope.low AND scope.high
        )
    OFFSET 0
) AS c
ORDER BY g.key, p.ends_before
