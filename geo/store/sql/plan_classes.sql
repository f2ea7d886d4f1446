-- Drug-free, assessed and assessable communes of groups of units, by computed month, within the
-- scope; a group has a set of its own, on which its months are counted (A6).
SELECT g.number, p.period_id, sum(c.drug_free_count) AS drug_free,
    sum(c.assessed_count) AS assessed, sum(c.assessable_count) AS assessable, count(*) AS units
FROM unnest(CAST(:keys AS bigint[]), CAST(:numbers AS integer[]), CAST(:firsts AS date[]),
    CAST(:lasts AS date[])) AS g (key, number, first, last)
JOIN period_run AS p ON p.period_id LIKE 'M%' AND p.ends_before - 1 BETWEEN g.first AND g.last
CROSS JOIN LATERAL (
    SELECT u.drug_free_count, u.assessed_count, u.assessable_count
    FROM unit_class AS u
    WHERE u.period_id = p.period_id AND u.unit_key = g.key
        AND EXISTS (
            SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
            WHERE u.unit_key BETWEEN scope.low AND scope.high
        )
    -- One by one through the key of the table: months times units are few among all its rows.
    OFFSET 0
) AS c
GROUP BY g.number, p.period_id
