-- How many features of each kind stand on a day and have a piece on one set within the scope.
SELECT f.kind, count(DISTINCT f.feature_id) AS count
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN feature_piece AS p ON p.unit_key BETWEEN scope.low AND scope.high
JOIN held_feature AS f USING (feature_id)
WHERE p.set_id = CAST(:set_id AS smallint) AND f.kind = ANY(CAST(:kinds AS text[]))
    AND p.feature_id IN (SELECT bando.features_on(CAST(:day AS date)))
GROUP BY f.kind
