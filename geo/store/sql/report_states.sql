-- Last step of every report of a period within the keys, as it was known on a day.
SELECT u.unit_key, last.step, last.at_level,
    EXISTS (SELECT FROM observation AS o
            WHERE o.unit_key = u.unit_key AND o.period_id = :period_id
              AND o.recorded_at < CAST(:known_before AS timestamptz)
              AND NOT EXISTS (SELECT FROM import_undo AS i WHERE i.import_id = o.import_id
                              AND i.recorded_at < CAST(:known_before AS timestamptz))) AS has_figures,
    EXISTS (SELECT FROM submission AS s
            WHERE s.unit_key = u.unit_key AND s.period_id = :period_id
              AND s.recorded_at < CAST(:known_before AS timestamptz)
              AND NOT EXISTS (SELECT FROM import_undo AS i WHERE i.import_id = s.import_id
                              AND i.recorded_at < CAST(:known_before AS timestamptz))) AS is_handed_in
FROM unit_version AS u
JOIN unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS r (low, high) ON u.unit_key BETWEEN r.low AND r.high
LEFT JOIN LATERAL (
    SELECT t.step, t.at_level FROM report_step AS t
    WHERE t.period_id = :period_id AND t.unit_key = u.unit_key
      AND t.recorded_at < CAST(:known_before AS timestamptz)
    ORDER BY t.number DESC LIMIT 1
) AS last ON true
WHERE u.set_id = :set_id AND u.level = :level
ORDER BY u.unit_key
