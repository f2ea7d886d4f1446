-- The largest entered figures per indicator, kind of period and scale, from which the classes of a
-- legend are cut. Sums of provinces and districts are those of the set that reported.
WITH scope AS (
    SELECT * FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)
), told AS MATERIALIZED (
    SELECT o.indicator_id, o.period_id, o.unit_key, max(o.value) AS value
    FROM scope JOIN held_observation AS o ON o.unit_key BETWEEN scope.low AND scope.high
    WHERE o.denominator IS NULL AND o.level = 'commune' AND o.value IS NOT NULL
    GROUP BY o.indicator_id, o.period_id, o.unit_key
), placed AS (
    -- By keys, not by ranges: each is one look-up, whatever the planner thinks of the number of rows.
    SELECT t.indicator_id, t.period_id, t.value,
        CASE WHEN a.level = 'district' THEN a.unit_key END AS district_key,
        CASE WHEN a.level = 'district' THEN a.parent_key ELSE a.unit_key END AS province_key
    FROM told AS t
    JOIN unit_version AS u ON u.unit_key = t.unit_key
    JOIN unit_version AS a ON a.unit_key = u.parent_key
)
SELECT indicator_id, left(period_id, 1) AS letter, 'commune' AS scale, ceil(max(value))::bigint
FROM told GROUP BY 1, 2
UNION ALL
SELECT indicator_id, left(period_id, 1), 'province', ceil(max(value))::bigint
FROM (
    SELECT indicator_id, period_id, province_key, sum(value) AS value
    FROM placed GROUP BY 1, 2, 3
) AS sums GROUP BY 1, 2
UNION ALL
SELECT indicator_id, left(period_id, 1), 'district', ceil(max(value))::bigint
FROM (
    SELECT indicator_id, period_id, district_key, sum(value) AS value
    FROM placed WHERE district_key IS NOT NULL GROUP BY 1, 2, 3
) AS sums GROUP BY 1, 2
