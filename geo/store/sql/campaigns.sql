-- Campaigns of units in scope, in their newest revision, the newest first.
SELECT c.unit_key, u.key_to, u.level, u.code, u.name, left(b.content_hash, 16) AS boundary_set,
    c.ref, c.kind, c.starts_on, c.ends_before, c.due_before, c.document_no,
    c.provenance = 'simulated' AS simulated
FROM (
    SELECT DISTINCT ON (h.unit_key, h.ref) h.*
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN held_campaign AS h ON h.unit_key BETWEEN scope.low AND scope.high
    ORDER BY h.unit_key, h.ref, h.revision DESC
) AS c
JOIN unit_version AS u USING (unit_key)
JOIN boundary_set AS b ON b.set_id = u.set_id AND b.state = 'active'
WHERE (CAST(:key AS bigint) IS NULL OR c.unit_key = CAST(:key AS bigint))
    AND (CAST(:ref AS text) IS NULL OR c.ref = CAST(:ref AS text))
ORDER BY c.starts_on DESC, u.unit_key, c.ref
