-- Events of the places in some communes of a set, within the scope. No position is read.
SELECT e.event_id, e.hotspot_id, e.state, e.effective_on, coalesce(e.supersedes, 0) AS supersedes
FROM hotspot_unit AS p
JOIN held_hotspot_event AS e ON e.hotspot_id = p.hotspot_id
WHERE p.unit_key = ANY(CAST(:keys AS bigint[]))
    AND EXISTS (
        SELECT FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
        WHERE p.unit_key BETWEEN scope.low AND scope.high
    )
ORDER BY e.event_id
