-- West, south, east, north of the communes of a unit; islands far from all others are left out, or
-- the rest would be a speck in a corner.
WITH commune AS (
    SELECT ST_X(label) AS x, ST_Y(label) AS y, geom FROM unit_version
    WHERE level = 'commune' AND unit_key BETWEEN CAST(:key AS bigint) AND CAST(:last AS bigint)
), fence AS (
    SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY x) AS x1,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY x) AS x3,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY y) AS y1,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY y) AS y3
    FROM commune
)
SELECT min(ST_XMin(geom)), min(ST_YMin(geom)), max(ST_XMax(geom)), max(ST_YMax(geom))
FROM commune, fence
WHERE x BETWEEN x1 - 2 * (x3 - x1) AND x3 + 2 * (x3 - x1)
    AND y BETWEEN y1 - 2 * (y3 - y1) AND y3 + 2 * (y3 - y1)
