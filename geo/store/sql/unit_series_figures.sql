-- Computed figures of the registry of one unit, all periods, within the scope.
SELECT f.period_id, f.indicator_id || CASE WHEN f.part = '' THEN '' ELSE '.' || f.part END AS series,
    f.value, f.numerator, f.denominator
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
CROSS JOIN period_run AS p
JOIN unit_figure AS f
    ON f.period_id = p.period_id AND f.unit_key = CAST(:key AS bigint)
    AND f.unit_key BETWEEN scope.low AND scope.high
ORDER BY p.starts_on
