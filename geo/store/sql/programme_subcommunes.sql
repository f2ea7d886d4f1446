-- Sub-communes that stood by a day; a later first day or revision of a code replaces the earlier.
SELECT array_agg(unit_key ORDER BY valid_from, unit_key, code, revision), array_agg(code ORDER BY valid_from, unit_key, code, revision),
    array_agg(valid_from - DATE '1970-01-01' ORDER BY valid_from, unit_key, code, revision),
    array_agg(coalesce(valid_to, DATE '9999-01-01') - DATE '1970-01-01' ORDER BY valid_from, unit_key, code, revision),
    coalesce(bool_or(provenance = 'simulated'), false)
FROM held_subcommune WHERE valid_from <= CAST(:as_of AS date)
