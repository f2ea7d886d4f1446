-- Drug-free, assessed and assessable communes of groups of units, by computed month, within the
-- scope; a group has a set of its own, on which its months are counted (A6).
SELECT g.number, c.period_id, sum(c.drug_free_count) AS drug_free,
    sum(c.assessed_count) AS assessed, sum(c.assessable_count) AS assessable, count(*) AS units
FROM unnest(CAST(:keys AS bigint[]), CAST(:numbers AS integer[])) AS g (key, number)
JOIN unit_class AS c ON c.unit_key = g.key AND c.period_id LIKE 'M%'
WHERE EXISTS (
    SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    WHERE c.unit_key BETWEEN scope.low AND scope.high
)
GROUP BY g.number, c.period_id
