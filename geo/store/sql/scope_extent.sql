-- Bounds of the communes of a set within a scope; of those subject to assessment if there are any, so
-- that a province with an archipelago is not a speck at the edge of the sea.
WITH boxes AS (
    SELECT u.assessable, Box2D(u.geom)::geometry AS box
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_version AS u ON u.unit_key BETWEEN scope.low AND scope.high
    WHERE u.set_id = :set_id AND u.level = 'commune'
), extent AS (
    SELECT coalesce(ST_Extent(box) FILTER (WHERE assessable), ST_Extent(box)) AS box FROM boxes
)
SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north
FROM extent
