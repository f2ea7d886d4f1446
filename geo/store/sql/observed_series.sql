-- The newest revision of every entered figure of some units, as it was known at an instant, in
-- thousandths; rows of units outside the scope stay out.
SELECT v.indicator_id, v.period_id, array_agg(v.unit_key) AS unit_keys,
    array_agg(CAST(round(v.value * 1000) AS bigint)) AS found_values,
    array_agg(CAST(round(v.numerator * 1000) AS bigint)) AS numerators,
    array_agg(CAST(round(v.denominator * 1000) AS bigint)) AS denominators,
    bool_or(v.provenance = 'simulated') AS simulated
FROM (
    SELECT DISTINCT ON (o.unit_key, o.indicator_id, o.period_id) o.unit_key, o.indicator_id,
        o.period_id, o.value, o.numerator, o.denominator, o.provenance
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN observation AS o
        ON o.unit_key = ANY(CAST(:keys AS bigint[]))
        AND o.unit_key BETWEEN scope.low AND scope.high
        AND o.indicator_id = ANY(CAST(:indicators AS text[]))
    WHERE o.recorded_at < CAST(:known_before AS timestamptz)
        AND NOT EXISTS (
            SELECT FROM import_undo AS u
            WHERE u.import_id = o.import_id
                AND u.recorded_at < CAST(:known_before AS timestamptz)
        )
    ORDER BY o.unit_key, o.indicator_id, o.period_id, o.revision DESC
) AS v
WHERE v.value IS NOT NULL
GROUP BY v.indicator_id, v.period_id
