-- Computed figures of one unit, of each the period asked for or else the newest up to a day, within
-- the scope. Of two periods that end together the longer one holds.
SELECT DISTINCT ON (f.indicator_id, f.part)
    f.indicator_id || CASE WHEN f.part = '' THEN '' ELSE '.' || f.part END AS series,
    f.period_id, f.value, f.numerator, f.denominator
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
CROSS JOIN period_run AS p
JOIN unit_figure AS f
    ON f.period_id = p.period_id AND f.unit_key = CAST(:key AS bigint)
    AND f.unit_key BETWEEN scope.low AND scope.high
WHERE p.ends_before <= CAST(:until AS date) + 1
ORDER BY f.indicator_id, f.part, f.period_id = CAST(:period_id AS text) DESC,
    p.ends_before DESC, p.starts_on
