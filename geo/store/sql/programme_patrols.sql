-- Seconds of patrols by local day on which the shift began, cell and unit.
SELECT array_agg(day), array_agg(cell), array_agg(unit_key), array_agg(seconds),
    coalesce(bool_or(simulated), false)
FROM (
    SELECT CAST(p.started_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) - DATE '1970-01-01' AS day,
        c.cell, c.unit_key, CAST(round(sum(c.seconds)) AS bigint) AS seconds,
        bool_or(p.provenance = 'simulated') AS simulated
    FROM held_patrol AS p JOIN patrol_cell AS c USING (patrol_id)
    WHERE p.started_at < (CAST(:as_of AS date) + 1) AT TIME ZONE 'Asia/Ho_Chi_Minh'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
) AS spent
