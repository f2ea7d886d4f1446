-- Cells with a count above zero; rows of units out of scope are not added.
WITH counted AS (
    SELECT c.cell, sum(
        CASE CAST(:measure AS text)
            WHEN 'active_count' THEN c.active_count
            WHEN 'new_count' THEN c.new_count
            WHEN 'eliminated_count' THEN c.eliminated_count
            WHEN 'reformed_count' THEN c.reformed_count
        END) AS value
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN cell_count AS c ON c.unit_key BETWEEN scope.low AND scope.high
    WHERE c.period_id = :period_id AND c.resolution = CAST(:resolution AS smallint)
    GROUP BY c.cell
)
SELECT array_agg(to_hex(cell) ORDER BY cell) AS cells,
    array_agg(CAST(value AS bigint) ORDER BY cell) AS found_values
FROM counted WHERE value > 0
