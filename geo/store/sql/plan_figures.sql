-- Computed figures of one series of the registry, by unit and period of a kind, within the scope.
SELECT g.key AS unit_key, p.period_id, c.value, c.numerator, c.denominator
FROM unnest(CAST(:keys AS bigint[])) AS g (key)
JOIN period_run AS p ON p.period_id LIKE CAST(:pattern AS text)
CROSS JOIN LATERAL (
    SELECT u.value, u.numerator, u.denominator
    FROM unit_figure AS u
    WHERE u.period_id = p.period_id AND u.unit_key = g.key AND u.indicator_id = :indicator
        AND u.part = :part
        AND EXISTS (
            SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
            WHERE u.unit_key BETWEEN scope.low AND scope.high
        )
    OFFSET 0
) AS c
