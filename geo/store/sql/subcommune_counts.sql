-- Communes of a set within the scope that have sub-communes on a day: how many, and how many of them
-- have said yes or no to each item. Rows follow the land, as `unit_subcommunes` does.
WITH own AS MATERIALIZED (
    SELECT u.unit_key, u.unit_id, u.code, u.name
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_version AS u ON u.unit_key BETWEEN scope.low AND scope.high
    WHERE u.set_id = :set_id AND u.level = 'commune'
), land AS MATERIALIZED (
    SELECT own.unit_key AS own_key, v.unit_key
    FROM own JOIN unit_version AS v ON v.unit_id = own.unit_id AND v.level = 'commune'
    JOIN unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        ON v.unit_key BETWEEN scope.low AND scope.high
), standing AS MATERIALIZED (
    -- One look-up each, whatever the planner thinks of tables that were filled just now.
    SELECT DISTINCT ON (land.own_key, s.code) land.own_key, s.code, s.valid_to
    FROM land CROSS JOIN LATERAL (
        SELECT * FROM held_subcommune AS h
        WHERE h.unit_key = land.unit_key AND h.valid_from <= CAST(:day AS date) OFFSET 0
    ) AS s
    ORDER BY land.own_key, s.code, s.valid_from DESC, s.revision DESC
), told AS MATERIALIZED (
    SELECT DISTINCT ON (land.own_key, t.code, t.item) land.own_key, t.code, t.item, t.value
    FROM land CROSS JOIN LATERAL (
        SELECT * FROM held_subcommune_status AS h
        WHERE h.unit_key = land.unit_key AND h.effective_on <= CAST(:day AS date) OFFSET 0
    ) AS t
    ORDER BY land.own_key, t.code, t.item, t.effective_on DESC, t.status_id DESC
), both_told AS (
    -- Put together by grouping instead of a join, which the planner would get wrong the same way.
    SELECT own_key, code, true AS stands, NULL AS item, NULL AS value
    FROM standing WHERE valid_to IS NULL OR valid_to > CAST(:day AS date)
    UNION ALL
    SELECT own_key, code, false, item, value FROM told
), counted AS (
    SELECT own_key, item, count(*) AS all_told,
        count(*) FILTER (WHERE value IN ('co', 'dang_hoat_dong')) AS yes
    FROM (
        SELECT *, bool_or(stands) OVER (PARTITION BY own_key, code) AS is_there FROM both_told
    ) AS marked
    WHERE is_there GROUP BY own_key, item
), summed AS MATERIALIZED (
    SELECT own_key, max(all_told) FILTER (WHERE item IS NULL) AS total,
        coalesce(jsonb_object_agg(item, jsonb_build_array(yes, all_told - yes))
            FILTER (WHERE item IS NOT NULL), '{}') AS items
    FROM counted GROUP BY own_key
)
SELECT own.unit_key, own.code, own.name, summed.total, summed.items
FROM own JOIN summed ON summed.own_key = own.unit_key
ORDER BY own.unit_key
