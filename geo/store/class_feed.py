"""Where the computed, proposed and decided class of communes differ, in feed order (C1)."""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, text

from geo.criteria.disagreement import compare
from geo.period import Period, parse_period
from geo.store.class_results import newest_period, read_results
from geo.store.feeds import KeyRanges, Vector, classes_vector, scope_lists, within_set
from geo.store.map_index import UnitOrder, query


def disagreement_revision(conn: Connection, *, period: Period) -> str:
    """Give a text that differs when worked out classes or proposals up to a period do."""
    row = conn.execute(
        text(
            "SELECT coalesce(string_agg(left(input_hash, 16), ',' ORDER BY period_id), '') AS runs,"
            " (SELECT count(*) || '.' || coalesce(max(assessment_id), 0) FROM held_assessment)"
            " AS told FROM class_run WHERE ends_before <= :ends_before"
        ),
        {"ends_before": period.ends_before},
    ).one()
    return f"{row.runs}.{row.told}"


def read_disagreements(
    conn: Connection,
    order: UnitOrder,
    *,
    ranges: KeyRanges,
    period: Period,
    values: Mapping[str, int],
) -> Vector:
    """Say for every commune how its three results stand to each other.

    Parameters
    ----------
    conn, order, ranges
        As in `feeds.read_counts`.
    period
        Of the decided class. The computed one is of the newest half-year, remainder or year that
        had ended by its last day.
    values
        Number of each `criteria.disagreement.Disagreement`; a commune without a decided class has
        status ``a``.
    """
    scope = within_set(ranges, order.set_id)
    rows = conn.execute(query("unit_classes"), {**scope_lists(scope), "period_id": period.id}).one()
    decided = dict(zip(*(column or () for column in rows), strict=True))
    computed_in = newest_period(conn, set_id=order.set_id, until=period.last_day)
    results = (
        read_results(conn, set_id=order.set_id, period_id=computed_in, ranges=scope)
        if computed_in
        else {}
    )
    proposed: dict[int, str] = {}
    last_day_of = cache(lambda period_id: parse_period(period_id).last_day)
    for key, period_id, decided_on, class_id in conn.execute(
        query("class_proposals"), {**scope_lists(scope), "set_id": order.set_id}
    ):
        if (decided_on or last_day_of(period_id)) <= period.last_day:
            proposed[key] = class_id
    found: dict[int, str] = {}
    for key, class_id in decided.items():
        result = results.get(key)
        told = compare(result.computed if result else None, proposed.get(key), class_id)
        # Where no class was worked out at all there is nothing to hold against the decision.
        if told is not None and result is not None:
            found[key] = told
    return classes_vector(order, found, scope=scope, class_values=values)
