-- Events of the places in a unit within the scope, as the unit's own set has the places.
SELECT e.event_id, e.hotspot_id, p.unit_key, e.state, e.effective_on, coalesce(e.supersedes, 0)
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN hotspot_unit AS p ON p.unit_key BETWEEN scope.low AND scope.high
JOIN held_hotspot_event AS e ON e.hotspot_id = p.hotspot_id
WHERE p.unit_key BETWEEN CAST(:key AS bigint) AND CAST(:last AS bigint)
ORDER BY e.event_id
