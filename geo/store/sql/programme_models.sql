-- Every state that a community model was in, oldest first.
SELECT array_agg(unit_key ORDER BY effective_on, unit_key, ref, model_id), array_agg(ref ORDER BY effective_on, unit_key, ref, model_id),
    array_agg(effective_on - DATE '1970-01-01' ORDER BY effective_on, unit_key, ref, model_id),
    array_agg(array_position(CAST(:states AS text[]), state) - 1 ORDER BY effective_on, unit_key, ref, model_id),
    coalesce(bool_or(provenance = 'simulated'), false)
FROM held_community_model WHERE effective_on <= CAST(:as_of AS date)
