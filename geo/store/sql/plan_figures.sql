-- Computed figures of one series of the registry, by unit and period of a kind, within the scope.
SELECT f.unit_key, f.period_id, f.value, f.numerator, f.denominator
FROM unit_figure AS f
WHERE f.unit_key = ANY(CAST(:keys AS bigint[])) AND f.indicator_id = :indicator AND f.part = :part
    AND f.period_id LIKE CAST(:pattern AS text)
    AND EXISTS (
        SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        WHERE f.unit_key BETWEEN scope.low AND scope.high
    )
