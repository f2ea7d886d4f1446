-- Counts of places of some units together, by computed period of a kind, within the scope.
SELECT c.period_id, sum(c.active_count) AS active_count, sum(c.new_count) AS new_count,
    sum(c.eliminated_count) AS eliminated_count, sum(c.reformed_count) AS reformed_count,
    sum(c.reported_units) AS reported, sum(c.due_units) AS due
FROM unit_count AS c
WHERE c.unit_key = ANY(CAST(:keys AS bigint[])) AND c.period_id LIKE CAST(:pattern AS text)
    AND EXISTS (
        SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        WHERE c.unit_key BETWEEN scope.low AND scope.high
    )
GROUP BY c.period_id
