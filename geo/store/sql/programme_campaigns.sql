-- Campaigns that had begun by a day, in their newest revision.
SELECT array_agg(c.unit_key ORDER BY c.unit_key, c.ref),
    array_agg(c.starts_on - DATE '1970-01-01' ORDER BY c.unit_key, c.ref),
    array_agg(c.ends_before - 1 - DATE '1970-01-01' ORDER BY c.unit_key, c.ref),
    array_agg(CAST(c.kind = 'tong_khao_sat' AS integer) ORDER BY c.unit_key, c.ref),
    coalesce(bool_or(c.provenance = 'simulated'), false)
FROM (
    SELECT DISTINCT ON (unit_key, ref) * FROM held_campaign ORDER BY unit_key, ref, revision DESC
) AS c
WHERE c.starts_on <= CAST(:as_of AS date)
