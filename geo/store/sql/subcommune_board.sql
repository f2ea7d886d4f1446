-- Sub-communes of the land of a commune on a day with the last answer to each item, its day, and a
-- point where one is known; within the scope. A later first day or revision replaces the earlier.
WITH own AS MATERIALIZED (
    SELECT v.unit_key
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_version AS v ON v.unit_key BETWEEN scope.low AND scope.high
    WHERE v.unit_id = :unit_id AND v.level = 'commune'
), standing AS (
    SELECT DISTINCT ON (s.code) s.code, s.name, s.kind, s.valid_to,
        ST_PointOnSurface(s.geom) AS point, s.provenance = 'simulated' AS simulated
    FROM held_subcommune AS s JOIN own USING (unit_key)
    WHERE s.valid_from <= CAST(:day AS date)
    ORDER BY s.code, s.valid_from DESC, s.revision DESC
), told AS (
    SELECT DISTINCT ON (t.code, t.item) t.code, t.item, t.value, t.effective_on
    FROM held_subcommune_status AS t JOIN own USING (unit_key)
    WHERE t.effective_on <= CAST(:day AS date)
    ORDER BY t.code, t.item, t.effective_on DESC, t.status_id DESC
)
SELECT s.code, s.name, s.kind, ST_X(s.point) AS lng, ST_Y(s.point) AS lat, s.simulated,
    coalesce((SELECT jsonb_object_agg(t.item, jsonb_build_array(t.value, t.effective_on))
              FROM told AS t WHERE t.code = s.code), '{}') AS items
FROM standing AS s
WHERE s.valid_to IS NULL OR s.valid_to > CAST(:day AS date)
ORDER BY s.code
