-- One row per commune that is assessed for a cycle: its last step, what each body last said, what a
-- file brought, and the class of its land before. Keys within the scope.
WITH own AS MATERIALIZED (
    SELECT u.unit_key, u.unit_id, u.code, u.name
    FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
    JOIN unit_version AS u ON u.unit_key BETWEEN scope.low AND scope.high
    WHERE u.set_id = :set_id AND u.level = 'commune' AND u.assessable
), steps AS MATERIALIZED (
    SELECT s.unit_key, s.number, s.step, s.back_to, s.class_id, s.verdict, s.effective_on,
        s.document_no, s.provenance
    FROM own JOIN assessment_step AS s USING (unit_key)
    WHERE s.period_id = :period_id AND s.done_on <= CAST(:until AS date)
), last AS (
    SELECT DISTINCT ON (unit_key) unit_key, number, coalesce(back_to, step) AS state, effective_on,
        provenance = 'simulated' AS simulated,
        CASE WHEN step IN ('cong_nhan', 'khong_dat', 'huy_bo') THEN class_id END AS decided
    FROM steps ORDER BY unit_key, number DESC
), said AS (
    SELECT unit_key,
        (array_agg(class_id ORDER BY number DESC) FILTER (WHERE step = 'danh_gia'))[1] AS proposed,
        (array_agg(class_id ORDER BY number DESC) FILTER (WHERE step = 'phan_loai'))[1] AS classified,
        (array_agg(verdict ORDER BY number DESC) FILTER (WHERE step = 'tham_dinh'))[1] AS verdict,
        (array_agg(document_no ORDER BY number DESC) FILTER (WHERE document_no IS NOT NULL))[1] AS document_no
    FROM steps GROUP BY unit_key
), given AS MATERIALIZED (
    -- One look-up each, whatever the planner thinks of tables that were filled just now.
    SELECT own.unit_key, a.* FROM own
    CROSS JOIN LATERAL (
        SELECT a.assessment_id, a.computed_class, a.proposed_class, a.decided_class, a.decided_on,
            a.document_no
        FROM held_assessment AS a
        WHERE a.unit_key = own.unit_key AND a.period_id = :period_id
        ORDER BY a.decided_on DESC NULLS LAST, a.assessment_id DESC LIMIT 1
    ) AS a
), land AS MATERIALIZED (
    SELECT own.unit_key AS own_key, v.unit_key, last.effective_on, last.decided,
        CASE WHEN last.unit_key IS NULL THEN given.decided_on END AS given_on,
        CASE WHEN last.unit_key IS NULL THEN given.assessment_id END AS given_id
    FROM own
    JOIN unit_version AS v ON v.unit_id = own.unit_id AND v.level = 'commune'
    LEFT JOIN last ON last.unit_key = own.unit_key
    LEFT JOIN given ON given.unit_key = own.unit_key
), before AS (
    SELECT DISTINCT ON (land.own_key) land.own_key AS unit_key, a.decided_class
    FROM land
    CROSS JOIN LATERAL (
        SELECT a.assessment_id, a.decided_class, a.decided_on FROM held_assessment AS a
        WHERE a.unit_key = land.unit_key AND a.decided_class IS NOT NULL
            AND a.decided_on <= coalesce(land.effective_on, land.given_on, CAST(:until AS date))
            AND a.assessment_id IS DISTINCT FROM land.given_id
            AND NOT (a.period_id = :period_id AND land.decided IS NOT NULL AND a.decided_on = land.effective_on)
        ORDER BY a.decided_on DESC, a.assessment_id DESC LIMIT 1
    ) AS a
    ORDER BY land.own_key, a.decided_on DESC, a.assessment_id DESC
)
SELECT own.unit_key, own.code, own.name, last.number, last.state, last.effective_on, last.decided,
    last.simulated, said.proposed, said.classified, said.verdict, said.document_no,
    before.decided_class AS previous,
    given.unit_key IS NOT NULL AS is_given,
    coalesce(result.computed, given.computed_class) AS computed,
    given.proposed_class AS given_proposed, given.decided_class AS given_decided,
    given.decided_on AS given_on, given.document_no AS given_document
FROM own
LEFT JOIN last USING (unit_key)
LEFT JOIN said USING (unit_key)
LEFT JOIN given USING (unit_key)
LEFT JOIN before USING (unit_key)
LEFT JOIN class_result AS result ON result.unit_key = own.unit_key AND result.period_id = :period_id
ORDER BY own.unit_key
