-- Every revision of every figure of a report, the newest first.
SELECT o.indicator_id, o.revision, o.value, o.numerator, o.denominator, o.observation_id,
    o.recorded_at, o.provenance
FROM held_observation AS o
WHERE o.unit_key = :key AND o.period_id = :period_id
ORDER BY o.indicator_id, o.revision DESC
