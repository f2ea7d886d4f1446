-- Units of the neighbouring sets that share land with a unit: the older or the newer ones, each
-- with its last class decided up to a day, within the scope. What was abolished has no newer unit.
WITH other AS (
    SELECT CASE WHEN :older THEN from_key ELSE to_key END AS unit_key, kind, weight
    FROM unit_change
    WHERE CASE WHEN :older THEN to_key ELSE from_key END = CAST(:key AS bigint)
)
SELECT left(b.content_hash, 16) AS boundary_set, u.code, u.name, top.name AS province,
    other.kind AS change, other.weight,
    (
        SELECT a.decided_class
        FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        JOIN held_assessment AS a ON a.unit_key BETWEEN scope.low AND scope.high
        WHERE a.unit_key = u.unit_key AND a.decided_class IS NOT NULL
            AND a.decided_on <= CAST(:until AS date)
        ORDER BY a.decided_on DESC, a.assessment_id DESC LIMIT 1
    ) AS last_class
FROM other
JOIN unit_version AS u ON u.unit_key = other.unit_key AND u.level <> 'country'
JOIN boundary_set AS b ON b.set_id = u.set_id AND b.state = 'active'
LEFT JOIN unit_version AS top
    ON top.set_id = u.set_id AND top.level = 'province' AND u.level <> 'province'
    AND u.unit_key BETWEEN top.unit_key AND top.key_to
ORDER BY b.valid_from, other.weight DESC, u.unit_key
