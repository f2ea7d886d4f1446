-- One count of every unit in scope: a keyed range read, packed into arrays so that a national
-- vector is one row.
SELECT array_agg(c.unit_key) AS unit_keys,
    array_agg(
        CASE CAST(:measure AS text)
            WHEN 'active_count' THEN c.active_count
            WHEN 'new_count' THEN c.new_count
            WHEN 'eliminated_count' THEN c.eliminated_count
            WHEN 'reformed_count' THEN c.reformed_count
        END) AS found_values,
    array_agg(c.reported_units) AS reported, array_agg(c.due_units) AS due
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_count AS c ON c.period_id = :period_id AND c.unit_key BETWEEN scope.low AND scope.high
