-- Events of the places of a commune up to a day, each place's last one last, within the scope.
SELECT h.source_ref AS code, h.kind, e.effective_on, e.state
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN hotspot_unit AS u ON u.unit_key = CAST(:key AS bigint) AND u.unit_key BETWEEN scope.low AND scope.high
JOIN held_hotspot AS h USING (hotspot_id)
JOIN held_hotspot_event AS e USING (hotspot_id)
WHERE e.effective_on <= CAST(:day AS date)
    AND NOT EXISTS (SELECT FROM held_hotspot_event AS c WHERE c.supersedes = e.event_id)
ORDER BY h.source_ref, e.effective_on, e.event_id
