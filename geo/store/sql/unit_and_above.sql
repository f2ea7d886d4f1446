-- A unit by level and code, then the units above it, the country left out.
WITH RECURSIVE chain AS (
    SELECT u.*, 0 AS step FROM unit_version AS u
    WHERE u.set_id = :set_id AND u.level = :level AND u.code = :code AND u.level <> 'country'
    UNION ALL
    SELECT up.*, chain.step + 1
    FROM chain JOIN unit_version AS up ON up.unit_key = chain.parent_key
    WHERE up.level <> 'country'
)
SELECT unit_key, unit_id, CAST(unit_key & 1048575 AS integer) AS ordinal, code, name,
    kind, level, round(CAST(area_m2 / 1000000 AS numeric), 2)::float8 AS area_km2, assessable
FROM chain ORDER BY step
