-- The largest count per scale and kind of period: what the classes of a legend are cut from.
WITH scope AS (
    SELECT * FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)
), units AS (
    SELECT c.unit_key, left(c.period_id, 1) AS letter, max(
        CASE CAST(:measure AS text)
            WHEN 'active_count' THEN c.active_count
            WHEN 'new_count' THEN c.new_count
            WHEN 'eliminated_count' THEN c.eliminated_count
            WHEN 'reformed_count' THEN c.reformed_count
        END) AS value
    FROM unit_count AS c
    WHERE EXISTS (SELECT FROM scope WHERE c.unit_key BETWEEN scope.low AND scope.high)
    GROUP BY c.unit_key, left(c.period_id, 1)
), cells AS (
    -- Cells of one boundary set at a time: the same place stands on each set once.
    SELECT c.resolution, left(c.period_id, 1) AS letter, sum(
        CASE CAST(:measure AS text)
            WHEN 'active_count' THEN c.active_count
            WHEN 'new_count' THEN c.new_count
            WHEN 'eliminated_count' THEN c.eliminated_count
            WHEN 'reformed_count' THEN c.reformed_count
        END) AS value
    FROM cell_count AS c
    WHERE EXISTS (SELECT FROM scope WHERE c.unit_key BETWEEN scope.low AND scope.high)
    GROUP BY c.period_id, c.resolution, c.cell, c.unit_key >> 20
)
SELECT u.level AS scale, units.letter, CAST(max(units.value) AS bigint) AS value
FROM units JOIN unit_version AS u USING (unit_key)
GROUP BY u.level, units.letter
UNION ALL
SELECT 'cells_' || resolution, letter, CAST(max(value) AS bigint)
FROM cells GROUP BY resolution, letter
