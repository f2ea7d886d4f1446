-- One row per report owed: unit, when it was first handed in, last step. Keys within the scope.
WITH due AS (
    SELECT * FROM unnest(CAST(:periods AS text[]), CAST(:set_ids AS int[]), CAST(:due_days AS date[]), CAST(:levels AS text[]))
        AS d (period_id, set_id, due_before, level)
),
owes AS (
    SELECT d.period_id, d.due_before, u.unit_key, u.code, u.name, u.set_id, u.level
    FROM due AS d
    JOIN unit_version AS u ON u.set_id = d.set_id AND u.level = d.level AND u.assessable
    JOIN unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS r (low, high) ON u.unit_key BETWEEN r.low AND r.high
),
-- The units asked about and those before them: of a country all, of one commune a dozen.
wanted AS MATERIALIZED (
    SELECT unit_key FROM owes
    UNION
    SELECT c.from_key FROM owes AS o JOIN unit_change AS c ON c.to_key = o.unit_key
),
given AS (
    SELECT s.unit_key, s.period_id, min(s.submitted_on) AS submitted_on,
        max(s.revision) AS revision,
        (array_agg(s.due_before ORDER BY s.revision))[1] AS due_before
    FROM wanted JOIN held_submission AS s USING (unit_key)
    WHERE s.period_id = ANY(CAST(:periods AS text[])) AND s.submitted_on <= CAST(:as_of AS date)
    GROUP BY s.unit_key, s.period_id
),
-- What all predecessors of a unit handed in before it came to be counts for it.
before AS (
    SELECT o.unit_key, o.period_id, max(g.submitted_on) AS submitted_on,
        max(g.revision) AS revision
    FROM owes AS o
    JOIN unit_change AS c ON c.to_key = o.unit_key
    LEFT JOIN given AS g ON g.unit_key = c.from_key AND g.period_id = o.period_id
    WHERE NOT EXISTS (SELECT FROM given AS own
                      WHERE own.unit_key = o.unit_key AND own.period_id = o.period_id)
    GROUP BY o.unit_key, o.period_id
    HAVING count(*) = count(g.unit_key)
),
figures AS (
    SELECT DISTINCT o.unit_key, o.period_id FROM wanted JOIN held_observation AS o USING (unit_key)
    WHERE o.period_id = ANY(CAST(:periods AS text[]))
)
SELECT o.period_id, o.set_id, o.unit_key, o.code, o.name, o.level,
    coalesce(g.submitted_on, b.submitted_on) AS submitted_on,
    coalesce(g.due_before, o.due_before) AS due_before,
    coalesce(g.revision, b.revision) AS revision,
    f.unit_key IS NOT NULL AS has_figures, last.step, last.at_level
FROM owes AS o
LEFT JOIN given AS g USING (unit_key, period_id)
LEFT JOIN before AS b USING (unit_key, period_id)
LEFT JOIN figures AS f USING (unit_key, period_id)
LEFT JOIN LATERAL (
    SELECT s.step, s.at_level FROM report_step AS s
    WHERE s.period_id = o.period_id AND s.unit_key = o.unit_key AND s.done_on <= CAST(:as_of AS date)
    ORDER BY s.number DESC LIMIT 1
) AS last ON true
ORDER BY o.unit_key, o.period_id
