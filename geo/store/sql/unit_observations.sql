-- Entered figures of one unit in their newest revision, oldest period first, within the scope.
SELECT DISTINCT ON (o.indicator_id, right(o.period_id, -1), o.period_id)
    o.indicator_id, o.period_id, o.value, o.numerator, o.denominator
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_observation AS o
    ON o.unit_key = CAST(:key AS bigint) AND o.unit_key BETWEEN scope.low AND scope.high
WHERE o.indicator_id = ANY(CAST(:indicators AS text[]))
ORDER BY o.indicator_id, right(o.period_id, -1), o.period_id, o.revision DESC
