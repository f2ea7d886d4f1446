-- Worked out classes of a period on one set, within the scope.
SELECT c.unit_key, c.period_id, c.computed, c.possible, c.is_final, c.criteria_id, c.rule_version,
    c.inputs, c.verdicts, v.input_ids, v.row_ids, r.simulated
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN class_result AS c
    ON c.period_id = :period_id AND c.unit_key BETWEEN scope.low AND scope.high
JOIN class_run AS r ON r.period_id = c.period_id AND r.set_id = CAST(:set_id AS smallint)
JOIN criteria_version AS v USING (criteria_id, rule_version)
WHERE c.unit_key >> 20 = CAST(:set_id AS bigint)
ORDER BY c.unit_key
