-- One count of every unit in scope: a keyed range read, packed into arrays so that a national
-- vector is one row. The last column is what lies in provinces: country less this is outside.
WITH counted AS (
    SELECT c.unit_key, c.reported_units, c.due_units,
        CASE CAST(:measure AS text)
            WHEN 'active_count' THEN c.active_count
            WHEN 'new_count' THEN c.new_count
            WHEN 'eliminated_count' THEN c.eliminated_count
            WHEN 'reformed_count' THEN c.reformed_count
        END AS value
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_count AS c
        ON c.period_id = :period_id AND c.unit_key BETWEEN scope.low AND scope.high
)
SELECT array_agg(unit_key) AS unit_keys, array_agg(value) AS found_values,
    array_agg(reported_units) AS reported, array_agg(due_units) AS due,
    (
        SELECT CAST(sum(p.value) AS bigint) FROM counted AS p
        JOIN unit_version AS u ON u.unit_key = p.unit_key AND u.level = 'province'
    ) AS top_value
FROM counted
