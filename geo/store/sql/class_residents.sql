-- Residents of the communes of one set as counted last by a day, of the commune's own land.
SELECT array_agg(v.unit_key) AS unit_keys, array_agg(v.persons) AS persons,
    coalesce(bool_or(v.provenance = 'simulated'), false) AS simulated
FROM (
    SELECT DISTINCT ON (here.unit_key) here.unit_key, p.persons, p.provenance
    FROM held_population AS p
    JOIN unit_version AS told ON told.unit_key = p.unit_key AND told.level = 'commune'
    JOIN unit_version AS here ON here.unit_id = told.unit_id AND here.level = 'commune'
        AND here.set_id = CAST(:set_id AS smallint)
    WHERE p.basis = 'dang_cu_tru' AND p.counted_on <= CAST(:day AS date)
    ORDER BY here.unit_key, p.counted_on DESC, (p.unit_key = here.unit_key) DESC, p.revision DESC
) AS v
