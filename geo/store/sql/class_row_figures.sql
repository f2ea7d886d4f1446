-- Every revision of an entered figure of a commune's own land for some periods, within the scope.
SELECT o.unit_key, o.period_id, o.revision, o.value, o.numerator, o.denominator, o.recorded_at
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_observation AS o ON o.unit_key BETWEEN scope.low AND scope.high
WHERE o.unit_key IN (SELECT unit_key FROM unit_version WHERE unit_id = :unit_id AND level = 'commune')
    AND o.period_id = ANY(CAST(:periods AS text[])) AND o.indicator_id = :indicator
ORDER BY o.period_id, o.revision DESC
