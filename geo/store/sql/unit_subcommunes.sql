-- Sub-communes of the land of a commune on a day, each with what was last told of its items, within
-- the scope. A code that comes again on a later day, or in a later revision, replaces the earlier.
WITH own AS (
    SELECT v.unit_key
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_version AS v ON v.unit_key BETWEEN scope.low AND scope.high
    WHERE v.unit_id = :unit_id AND v.level = 'commune'
), standing AS (
    SELECT DISTINCT ON (s.code) s.code, s.name, s.kind, s.valid_to
    FROM held_subcommune AS s JOIN own USING (unit_key)
    WHERE s.valid_from <= CAST(:day AS date)
    ORDER BY s.code, s.valid_from DESC, s.revision DESC
), told AS (
    SELECT DISTINCT ON (t.code, t.item) t.code, t.item, t.value
    FROM held_subcommune_status AS t JOIN own USING (unit_key)
    WHERE t.effective_on <= CAST(:day AS date)
    ORDER BY t.code, t.item, t.effective_on DESC, t.status_id DESC
)
SELECT s.code, s.name, s.kind,
    coalesce(
        (SELECT jsonb_object_agg(t.item, t.value) FROM told AS t WHERE t.code = s.code), '{}'
    ) AS items
FROM standing AS s
WHERE s.valid_to IS NULL OR s.valid_to > CAST(:day AS date)
ORDER BY s.code
