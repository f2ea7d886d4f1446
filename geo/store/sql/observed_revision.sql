-- What differs when entered figures of an indicator and some periods do: a row more, one taken back.
SELECT coalesce(max(o.observation_id), 0) AS newest, count(*) AS rows
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_observation AS o
    ON o.period_id = ANY(CAST(:period_ids AS text[])) AND o.indicator_id = :indicator_id
    AND o.unit_key BETWEEN scope.low AND scope.high
