-- Drug-free, assessed and assessable communes of every unit in scope.
SELECT array_agg(c.unit_key) AS unit_keys, array_agg(c.drug_free_count) AS drug_free,
    array_agg(c.assessed_count) AS assessed, array_agg(c.assessable_count) AS assessable
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_class AS c ON c.period_id = :period_id AND c.unit_key BETWEEN scope.low AND scope.high
