-- Which features stand on a day, and how long that stays so.
--
-- A feature that moved out of a session's area has no piece left in sight there; its older row does,
-- and would be shown as if it still stood. The functions look beyond the area and give away numbers
-- of rows and days, nothing of a place.

CREATE FUNCTION bando.features_on(day date) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT last.feature_id FROM (
        SELECT DISTINCT ON (f.source, f.source_ref) f.feature_id, f.valid_to
        FROM public.feature AS f
        WHERE f.valid_from <= day
            AND NOT EXISTS (SELECT FROM public.import_undo AS u WHERE u.import_id = f.import_id)
        ORDER BY f.source, f.source_ref, f.valid_from DESC, f.generation DESC
    ) AS last
    WHERE last.valid_to IS NULL OR last.valid_to > day
$$;

CREATE FUNCTION bando.features_stay(day date) RETURNS daterange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT daterange(
        max(turn.day) FILTER (WHERE turn.day <= features_stay.day),
        min(turn.day) FILTER (WHERE turn.day > features_stay.day))
    FROM public.feature AS f
    CROSS JOIN LATERAL (VALUES (f.valid_from), (f.valid_to)) AS turn (day)
    WHERE NOT EXISTS (SELECT FROM public.import_undo AS u WHERE u.import_id = f.import_id)
$$;

REVOKE ALL ON FUNCTION bando.features_on(date), bando.features_stay(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bando.features_on(date), bando.features_stay(date)
    TO bando_operator, bando_service;
