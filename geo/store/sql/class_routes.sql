-- Key routes that stand on a day, with a length inside each commune of one set (K1).
SELECT array_agg(v.unit_key) AS unit_keys, array_agg(v.number) AS numbers
FROM (
    SELECT p.unit_key, count(DISTINCT p.feature_id) AS number
    FROM feature_piece AS p
    JOIN held_feature AS f USING (feature_id)
    WHERE p.set_id = CAST(:set_id AS smallint) AND f.kind = 'tuyen_trong_diem' AND p.length_m > 0
        AND p.feature_id IN (SELECT bando.features_on(CAST(:day AS date)))
    GROUP BY p.unit_key
) AS v
