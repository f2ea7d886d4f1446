-- Proposals for the communes of one set, of their own land, oldest first, within the scope.
SELECT here.unit_key, a.period_id, a.decided_on, a.proposed_class
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_version AS here ON here.unit_key BETWEEN scope.low AND scope.high
    AND here.set_id = CAST(:set_id AS smallint) AND here.level = 'commune'
JOIN unit_version AS told ON told.unit_id = here.unit_id AND told.level = 'commune'
JOIN held_assessment AS a ON a.unit_key = told.unit_key
WHERE a.proposed_class IS NOT NULL
ORDER BY coalesce(a.decided_on, CAST(a.recorded_at AS date)), a.assessment_id
