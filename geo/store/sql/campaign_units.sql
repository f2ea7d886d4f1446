-- Communes of a unit within the scope, in key order.
SELECT u.unit_key, CAST(u.unit_key & 1048575 AS integer) AS ordinal, u.code, u.name, u.kind,
    u.assessable
FROM unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS scope (low, high)
JOIN unit_version AS u ON u.unit_key BETWEEN scope.low AND scope.high
WHERE u.level = 'commune' AND u.unit_key BETWEEN CAST(:key AS bigint) AND CAST(:last AS bigint)
ORDER BY u.unit_key
