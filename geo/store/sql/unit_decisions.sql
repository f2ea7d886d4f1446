-- Assessments of the land of a unit, whichever set they were made on, within the scope.
SELECT a.period_id, a.computed_class, a.proposed_class, a.decided_class, a.decided_on,
    a.document_no
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_assessment AS a ON a.unit_key BETWEEN scope.low AND scope.high
WHERE a.unit_key IN (
    SELECT unit_key FROM unit_version WHERE unit_id = :unit_id AND level = :level
)
ORDER BY coalesce(a.decided_on, CAST(a.recorded_at AS date)), a.assessment_id
