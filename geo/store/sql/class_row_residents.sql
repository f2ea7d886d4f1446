-- Counts of residents of a commune's own land up to a day, the newest first, within the scope.
SELECT p.counted_on, p.revision, p.persons, p.document_no, p.recorded_at
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN held_population AS p ON p.unit_key BETWEEN scope.low AND scope.high
WHERE p.unit_key IN (SELECT unit_key FROM unit_version WHERE unit_id = :unit_id AND level = 'commune')
    AND p.basis = 'dang_cu_tru' AND p.counted_on <= CAST(:day AS date)
ORDER BY p.counted_on DESC, p.revision DESC
