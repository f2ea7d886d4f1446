-- Entered figures of a period by indicator, in their newest revision, on the communes of one set: a
-- commune's own, else those of the same land on another set. Values in hundredths, rounded up.
SELECT v.indicator_id, array_agg(v.unit_key) AS unit_keys,
    array_agg(CAST(ceil(v.value * 100) AS bigint)) AS found_values,
    array_agg(CAST(coalesce(ceil(v.numerator), -1) AS bigint)) AS numerators,
    array_agg(CAST(coalesce(floor(v.denominator), -1) AS bigint)) AS denominators,
    bool_or(v.provenance = 'simulated') AS simulated
FROM (
    SELECT DISTINCT ON (here.unit_key, o.indicator_id) here.unit_key, o.indicator_id, o.value,
        o.numerator, o.denominator, o.provenance
    FROM held_observation AS o
    JOIN unit_version AS told ON told.unit_key = o.unit_key AND told.level = 'commune'
    JOIN unit_version AS here ON here.unit_id = told.unit_id AND here.level = 'commune'
        AND here.set_id = CAST(:set_id AS smallint)
    WHERE o.period_id = :period_id AND o.indicator_id = ANY(CAST(:indicators AS text[]))
    ORDER BY here.unit_key, o.indicator_id, (o.unit_key = here.unit_key) DESC, o.revision DESC
) AS v
WHERE v.value IS NOT NULL
GROUP BY v.indicator_id
