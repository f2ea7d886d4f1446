-- What was told of sub-communes by a day, oldest first; 1 is yes.
SELECT array_agg(unit_key ORDER BY effective_on, unit_key, code, item, status_id), array_agg(code ORDER BY effective_on, unit_key, code, item, status_id),
    array_agg(effective_on - DATE '1970-01-01' ORDER BY effective_on, unit_key, code, item, status_id),
    array_agg(array_position(CAST(:items AS text[]), item) - 1 ORDER BY effective_on, unit_key, code, item, status_id),
    array_agg(CAST(value = 'co' AS integer) ORDER BY effective_on, unit_key, code, item, status_id),
    coalesce(bool_or(provenance = 'simulated'), false)
FROM held_subcommune_status
WHERE effective_on <= CAST(:as_of AS date) AND item = ANY(CAST(:items AS text[]))
