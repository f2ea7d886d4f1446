-- Key routes that stand on a day, with their length inside a commune, within the scope.
SELECT f.source_ref AS code, p.length_m, f.valid_from, f.document_no
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN feature_piece AS p ON p.unit_key = CAST(:key AS bigint) AND p.unit_key BETWEEN scope.low AND scope.high
JOIN held_feature AS f USING (feature_id)
WHERE f.kind = 'tuyen_trong_diem' AND p.length_m > 0
    AND p.feature_id IN (SELECT bando.features_on(CAST(:day AS date)))
ORDER BY f.source_ref
