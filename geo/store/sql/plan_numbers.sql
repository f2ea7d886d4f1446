-- What is registered for the targets of a plan, in its newest revision, within the scope.
SELECT DISTINCT ON (n.unit_key, n.target, n.year) n.unit_key, u.key_to, u.level, n.target, n.year,
    n.value, n.is_share, n.mark, n.document_no, n.provenance = 'simulated' AS simulated
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_target_number AS n ON n.unit_key BETWEEN scope.low AND scope.high
JOIN unit_version AS u USING (unit_key)
WHERE n.plan = :plan
ORDER BY n.unit_key, n.target, n.year, n.revision DESC
