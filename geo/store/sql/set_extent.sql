-- Units per level and bounds of a set, with and without the units outside assessment (the
-- archipelagos), so that a first view can fit the mainland.
WITH boxes AS (
    SELECT level, assessable, Box2D(geom) AS box FROM unit_version WHERE set_id = :set_id
), extent AS (
    SELECT ST_Extent(box::geometry) AS every,
        ST_Extent(box::geometry) FILTER (WHERE assessable) AS main
    FROM boxes WHERE level = 'commune'
)
SELECT ST_XMin(every) AS west, ST_YMin(every) AS south,
    ST_XMax(every) AS east, ST_YMax(every) AS north,
    ST_XMin(main) AS main_west, ST_YMin(main) AS main_south,
    ST_XMax(main) AS main_east, ST_YMax(main) AS main_north,
    (
        SELECT jsonb_object_agg(c.level, c.count)
        FROM (
            SELECT level, count(*) AS count FROM boxes WHERE level <> 'country' GROUP BY level
        ) AS c
    ) AS counts
FROM extent
