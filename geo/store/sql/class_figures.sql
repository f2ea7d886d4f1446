-- Computed figures of the communes of one set for a period, by series.
SELECT f.indicator_id || CASE WHEN f.part = '' THEN '' ELSE '.' || f.part END AS series,
    array_agg(f.unit_key) AS unit_keys,
    array_agg(CAST(ceil(f.value) AS bigint)) AS found_values,
    array_agg(coalesce(f.numerator, -1)) AS numerators,
    array_agg(coalesce(f.denominator, -1)) AS denominators
FROM unit_figure AS f
WHERE f.period_id = :period_id AND f.unit_key >> 20 = CAST(:set_id AS bigint)
    AND f.indicator_id = ANY(CAST(:indicators AS text[]))
GROUP BY series
