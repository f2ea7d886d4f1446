-- A unit and those above it, itself first, with whether its set is in force on a day.
WITH RECURSIVE up AS (
    SELECT u.level, u.unit_key, u.parent_key, u.set_id FROM unit_version AS u
    WHERE u.unit_key = :key
    UNION ALL
    SELECT p.level, p.unit_key, p.parent_key, p.set_id
    FROM up JOIN unit_version AS p ON p.unit_key = up.parent_key
)
SELECT up.level, up.unit_key,
    b.state = 'active' AND b.valid_from <= CAST(:last_day AS date)
        AND (b.valid_to IS NULL OR CAST(:last_day AS date) < b.valid_to) AS in_force
FROM up JOIN boundary_set AS b USING (set_id)
ORDER BY up.unit_key DESC
