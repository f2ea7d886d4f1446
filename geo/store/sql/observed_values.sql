-- The newest revision of an entered figure for every unit in scope, as it was known at an instant:
-- what was recorded later, or taken back by then, is not in it. In thousandths, so that whole
-- numbers stay whole.
SELECT array_agg(v.unit_key) AS unit_keys,
    array_agg(CAST(round(v.value * 1000) AS bigint)) AS found_values,
    array_agg(CAST(round(v.numerator * 1000) AS bigint)) AS numerators,
    array_agg(CAST(round(v.denominator * 1000) AS bigint)) AS denominators,
    coalesce(bool_or(v.provenance = 'simulated'), false) AS simulated
FROM (
    SELECT DISTINCT ON (o.unit_key) o.unit_key, o.value, o.numerator, o.denominator, o.provenance
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN observation AS o
        ON o.period_id = :period_id AND o.indicator_id = :indicator_id
        AND o.unit_key BETWEEN scope.low AND scope.high
    WHERE o.recorded_at < CAST(:known_before AS timestamptz)
        AND NOT EXISTS (
            SELECT FROM import_undo AS u
            WHERE u.import_id = o.import_id
                AND u.recorded_at < CAST(:known_before AS timestamptz)
        )
    ORDER BY o.unit_key, o.revision DESC
) AS v
WHERE v.value IS NOT NULL
