-- Counts of places of some units together, by computed period of a kind, within the scope.
SELECT p.period_id, sum(c.active_count) AS active_count, sum(c.new_count) AS new_count,
    sum(c.eliminated_count) AS eliminated_count, sum(c.reformed_count) AS reformed_count,
    sum(c.reported_units) AS reported, sum(c.due_units) AS due
FROM unnest(CAST(:keys AS bigint[])) AS g (key)
JOIN period_run AS p ON p.period_id LIKE CAST(:pattern AS text)
CROSS JOIN LATERAL (
    SELECT u.active_count, u.new_count, u.eliminated_count, u.reformed_count, u.reported_units,
        u.due_units
    FROM unit_count AS u
    WHERE u.period_id = p.period_id AND u.unit_key = g.key
        AND EXISTS (
            SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
            WHERE u.unit_key BETWEEN scope.low AND scope.high
        )
    OFFSET 0
) AS c
GROUP BY p.period_id
