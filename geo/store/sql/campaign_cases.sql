-- Cases (I01) that the communes of a unit entered for some months, within the scope.
SELECT DISTINCT ON (o.unit_key, o.period_id) o.unit_key, o.period_id, o.value
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_observation AS o ON o.unit_key BETWEEN scope.low AND scope.high
WHERE o.unit_key BETWEEN CAST(:key AS bigint) AND CAST(:last AS bigint)
    AND o.indicator_id = 'I01' AND o.period_id = ANY(CAST(:months AS text[]))
ORDER BY o.unit_key, o.period_id, o.revision DESC
