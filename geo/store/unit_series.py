"""Series of one unit over all periods: computed counts, and entered figures carried onto its set.

Only the units behind the one that is asked for are read and carried, so a page costs little
whatever the size of the country.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from geo.indicators import SERIES
from geo.period import Period, make_period, parse_period
from geo.store.carried_figures import CarriedFigures, as_vector
from geo.store.feeds import KeyRanges, count_status, merge_ranges, percent, scope_lists
from geo.store.figures import (
    carry_entered,
    indicator_is_share,
    make_entered,
)
from geo.store.known import known_before
from geo.store.map_index import UnitOrder, query
from geo.store.remainders import subtract
from geo.store.unit_graph import UnitGraph, cut_graph
from geo.store.unit_page import UnitHead

_COUNTS = (
    ("I02", "active_count"),
    ("I03", "eliminated_count"),
    ("I04", "new_count"),
    ("I05", "reformed_count"),
)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of a series; shares in percent with their parts.

    `status` is one of the characters of `feeds` and `figures`.
    """

    period: Period
    value: float | None
    numerator: int | None
    denominator: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator's figures of one kind of period, oldest first."""

    indicator: str
    kind: str
    points: tuple[Point, ...]


def unit_series(
    conn: Connection,
    graph: UnitGraph,
    head: UnitHead,
    *,
    ranges: KeyRanges,
    indicators: Collection[str],
    known: date | None = None,
) -> list[Series]:
    """Give every series of a unit within a scope.

    Parameters
    ----------
    conn, graph
        Connection within the session's scope, and the sets in force.
    head
        The unit.
    ranges
        Ranges of unit keys in sight.
    indicators
        Those that the actor's role may see.
    known
        Only what was recorded by the end of this day; computed counts are left out then.
    """
    found = _entered(conn, graph, head, ranges=ranges, indicators=indicators, known=known)
    if known is None:
        found |= _computed(conn, head, ranges=ranges, indicators=indicators)
        # What the unit entered itself is never mixed with what is worked out from records.
        found = _registry_points(conn, head, ranges=ranges, indicators=indicators) | found
    order = {one: place for place, one in enumerate(SERIES)}
    return [
        Series(indicator, kind, tuple(sorted(points, key=lambda one: one.period)))
        for (indicator, kind), points in sorted(
            found.items(), key=lambda item: (order[item[0][0]], item[0][1])
        )
    ]


def _entered(
    conn: Connection,
    graph: UnitGraph,
    head: UnitHead,
    *,
    ranges: KeyRanges,
    indicators: Collection[str],
    known: date | None,
) -> dict[tuple[str, str], list[Point]]:
    set_id = head.unit_key >> 20
    at = graph.index(set_id)
    own = int(graph.sets[at].positions([head.unit_key])[0])
    below = np.arange(own, graph.sets[at].last[own] + 1)
    part = cut_graph(graph, at, below)
    keys = np.concatenate([one.key[one.communes] for one in part.sets])
    scope = merge_ranges(ranges)
    order = UnitOrder(set_id, (head.unit_key,), (head.assessable,), ())
    carried: dict[tuple[str, Period], CarriedFigures] = {}
    for row in conn.execute(
        query("observed_series"),
        {
            **scope_lists(scope),
            "keys": keys.tolist(),
            "indicators": sorted(indicators),
            "known_before": known_before(known),
        },
    ):
        indicator, period = SERIES[row.indicator_id], parse_period(row.period_id)
        if indicator.person_derived and head.level != "commune":
            continue
        share = indicator_is_share(indicator)
        entered = make_entered(
            row.unit_keys,
            row.found_values,
            row.numerators,
            row.denominators,
            share=share,
            simulated=row.simulated,
        )
        carried[indicator.id, period] = carry_entered(
            part, entered, set_id=set_id, ranges=scope, period=period
        )
    found: dict[tuple[str, str], list[Point]] = {}
    for (one, period), figures in (carried | _remainders(carried)).items():
        share = indicator_is_share(SERIES[one])
        vector = as_vector(figures, part, order, level=head.level, share=share)
        top, low = (
            None if column is None else column[0]
            for column in (vector.numerators, vector.denominators)
        )
        point = Point(period, vector.values[0], top, low, vector.statuses[0])
        found.setdefault((one, period.kind), []).append(point)
    return found


def _remainders(
    carried: Mapping[tuple[str, Period], CarriedFigures],
) -> dict[tuple[str, Period], CarriedFigures]:
    """Derive the second parts of the years that have both their figures (P1)."""
    derived = {}
    for (one, year), figures in carried.items():
        rest = make_period("rest_of_year", year=year.year)
        half = make_period("half_year", year=year.year)
        if year.kind == "year" and (one, half) in carried:
            stock = SERIES[one].measures == "stock"
            derived[one, rest] = subtract(figures, carried[one, half], stock=stock)
    return derived


def _computed(
    conn: Connection, head: UnitHead, *, ranges: KeyRanges, indicators: Collection[str]
) -> dict[tuple[str, str], list[Point]]:
    found: dict[tuple[str, str], list[Point]] = {}
    asked = {"key": head.unit_key, **scope_lists(merge_ranges(ranges))}
    for row in conn.execute(query("unit_series"), asked).mappings():
        period = parse_period(row["period_id"])
        reported, due = row["reported_units"], row["due_units"]
        for indicator, column in _COUNTS:
            if indicator in indicators:
                status = count_status(row[column], reported, due, assessable=head.assessable)
                value = float(row[column]) if status in ".i" else None
                point = Point(period, value, None, None, status)
                found.setdefault((indicator, period.kind), []).append(point)
    return found


def _registry_points(
    conn: Connection, head: UnitHead, *, ranges: KeyRanges, indicators: Collection[str]
) -> dict[tuple[str, str], list[Point]]:
    """Give the computed figures of the registry beside the counts of places."""
    found: dict[tuple[str, str], list[Point]] = {}
    asked = {"key": head.unit_key, **scope_lists(merge_ranges(ranges))}
    for row in conn.execute(query("unit_series_figures"), asked):
        if row.series not in indicators:
            continue
        period, value = parse_period(row.period_id), float(row.value)
        if SERIES[row.series].is_share:
            value = percent(row.numerator, row.denominator) or 0.0
        point = Point(period, value, row.numerator, row.denominator, ".")
        found.setdefault((row.series, period.kind), []).append(point)
    return found
