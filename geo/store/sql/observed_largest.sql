-- The largest entered figures per indicator, kind of period and scale, from which the classes of a
-- legend are cut. Sums of provinces and districts are those of the set that reported.
WITH scope AS (
    SELECT * FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)
), told AS MATERIALIZED (
    SELECT o.indicator_id, o.period_id, o.unit_key, max(o.value) AS value
    FROM scope JOIN held_observation AS o ON o.unit_key BETWEEN scope.low AND scope.high
    WHERE o.denominator IS NULL AND o.level = 'commune' AND o.value IS NOT NULL
    GROUP BY o.indicator_id, o.period_id, o.unit_key
), above AS (
    SELECT c.unit_key, p.unit_key AS above_key, p.level
    FROM unit_version AS p
    JOIN unit_version AS c
        ON c.unit_key BETWEEN p.unit_key AND p.key_to AND c.level = 'commune'
    WHERE p.level IN ('province', 'district')
)
SELECT indicator_id, left(period_id, 1) AS letter, 'commune' AS scale, ceil(max(value))::bigint
FROM told GROUP BY 1, 2
UNION ALL
SELECT indicator_id, left(period_id, 1), level, ceil(max(value))::bigint
FROM (
    SELECT t.indicator_id, t.period_id, a.level, a.above_key, sum(t.value) AS value
    FROM told AS t JOIN above AS a USING (unit_key)
    GROUP BY t.indicator_id, t.period_id, a.level, a.above_key
) AS sums
GROUP BY 1, 2, 3
