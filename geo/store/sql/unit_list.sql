-- Units of a set in key order, with the names that their land had on earlier sets, as far back as
-- the changes go.
WITH RECURSIVE forerunner (unit_key, old_key) AS (
    SELECT to_key, from_key FROM unit_change
    WHERE to_key > CAST(:set_id AS bigint) << 20
      AND to_key < (CAST(:set_id AS bigint) + 1) << 20
    UNION
    SELECT f.unit_key, c.from_key
    FROM forerunner AS f JOIN unit_change AS c ON c.to_key = f.old_key
), former AS (
    SELECT named.unit_key, array_agg(named.name ORDER BY named.name) AS names
    FROM (
        SELECT DISTINCT f.unit_key, o.name
        FROM forerunner AS f
        JOIN unit_version AS u ON u.unit_key = f.unit_key
        JOIN unit_version AS o ON o.unit_key = f.old_key
        WHERE o.name_folded <> u.name_folded
    ) AS named
    GROUP BY named.unit_key
)
SELECT u.level, CAST(u.unit_key & 1048575 AS integer) AS ordinal, u.code, u.name, u.kind,
    CAST(u.parent_key & 1048575 AS integer) AS parent,
    ARRAY[round(CAST(ST_X(u.label) AS numeric), 4)::float8,
          round(CAST(ST_Y(u.label) AS numeric), 4)::float8] AS label,
    ARRAY[floor(ST_XMin(u.geom) * 10000) / 10000, floor(ST_YMin(u.geom) * 10000) / 10000,
          ceil(ST_XMax(u.geom) * 10000) / 10000, ceil(ST_YMax(u.geom) * 10000) / 10000] AS bbox,
    coalesce(former.names, '{}') AS former,
    u.assessable, round(CAST(u.area_m2 / 1000000 AS numeric), 2)::float8 AS area_km2
FROM unit_version AS u
LEFT JOIN former USING (unit_key)
WHERE u.set_id = :set_id AND u.level <> 'country'
ORDER BY u.unit_key
