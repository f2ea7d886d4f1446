-- Pieces of the features that stand on a day, on one set and within the scope; one row more than
-- wanted tells that there are more. Facilities lie over lines, lines over areas.
SELECT f.kind, f.source_ref AS ref, CASE WHEN u.level = 'commune' THEN u.code END AS unit,
    f.valid_from, f.provenance, ST_AsGeoJSON(p.geom, 6) AS geometry
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN feature_piece AS p ON p.unit_key BETWEEN scope.low AND scope.high
JOIN held_feature AS f USING (feature_id)
JOIN unit_version AS u ON u.unit_key = p.unit_key
WHERE p.set_id = CAST(:set_id AS smallint) AND f.kind = ANY(CAST(:kinds AS text[]))
    AND p.feature_id IN (SELECT bando.features_on(CAST(:day AS date)))
ORDER BY ST_Dimension(p.geom) DESC, f.kind, p.feature_id, p.unit_key
LIMIT CAST(:most AS integer) + 1
