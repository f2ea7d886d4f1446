-- The largest counts per scale and kind of period, from which the classes of a legend are cut. Each
-- period counts on the boundary set in force on its last day: three times fewer rows than all.
WITH scope AS (
    SELECT * FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)
), windows AS MATERIALIZED (
    -- Worked out first, so that each is one range of the primary key.
    SELECT p.period_id, left(p.period_id, 1) AS letter,
        greatest(scope.low, CAST(b.set_id AS bigint) << 20) AS low,
        least(scope.high, ((CAST(b.set_id AS bigint) + 1) << 20) - 1) AS high
    FROM scope
    CROSS JOIN period_run AS p
    JOIN boundary_set AS b
        ON b.state = 'active' AND b.valid_from < p.ends_before
        AND (b.valid_to IS NULL OR b.valid_to >= p.ends_before)
), cells AS (
    SELECT c.resolution, left(c.period_id, 1) AS letter,
        sum(c.active_count) AS active_count, sum(c.new_count) AS new_count,
        sum(c.eliminated_count) AS eliminated_count, sum(c.reformed_count) AS reformed_count
    FROM cell_count AS c
    WHERE EXISTS (SELECT FROM scope WHERE c.unit_key BETWEEN scope.low AND scope.high)
    GROUP BY c.period_id, c.resolution, c.cell
)
SELECT u.level AS scale, w.letter, max(c.active_count) AS active_count,
    max(c.new_count) AS new_count, max(c.eliminated_count) AS eliminated_count,
    max(c.reformed_count) AS reformed_count
FROM windows AS w
JOIN unit_count AS c ON c.period_id = w.period_id AND c.unit_key BETWEEN w.low AND w.high
JOIN unit_version AS u ON u.unit_key = c.unit_key
GROUP BY u.level, w.letter
UNION ALL
SELECT 'cells_' || resolution, letter, max(active_count), max(new_count), max(eliminated_count),
    max(reformed_count)
FROM cells GROUP BY resolution, letter
