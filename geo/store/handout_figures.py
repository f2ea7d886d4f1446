"""Reads the figures of a report: computed and entered ones of a unit and of the units below it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, text

from geo.indicators import SERIES
from geo.period import Period
from geo.store import feeds, unit_page
from geo.store.carried_figures import as_vector
from geo.store.feeds import KeyRanges
from geo.store.figures import carry_figures
from geo.store.handout_facts import BelowUnit, FigureFact, Told
from geo.store.map_index import PeriodRun, UnitOrder
from geo.store.unit_graph import UnitGraph
from geo.store.unit_page import UnitHead
from geo.units import Level

# Entered figures that a report tells; parts of I01 stand under it.
_ENTERED = tuple(one.id for one in SERIES.values() if one.source == "observations")
# What stands beside each unit below: restricted ones only for who may see them.
BELOW = ("I01", "I02", "I04", "I03", "I05")
_COUNTS: tuple[tuple[str, feeds.CountMeasure], ...] = (
    ("I02", "active_count"),
    ("I03", "eliminated_count"),
    ("I04", "new_count"),
    ("I05", "reformed_count"),
)


def units_below(conn: Connection, head: UnitHead, last: int) -> list[BelowUnit]:
    """List the units directly below, by code: districts hold communes, a country provinces."""
    if head.level == "commune":
        return []
    rows = conn.execute(
        text(
            "SELECT unit_key, code, name, level FROM unit_version"
            " WHERE unit_key BETWEEN :low AND :high AND level = :level ORDER BY unit_key"
        ),
        {
            "low": head.unit_key,
            "high": last,
            "level": "province" if head.level == "country" else "commune",
        },
    )
    return [BelowUnit(row.unit_key, row.code, row.name, row.level, {}) for row in rows]


def level_orders(head: UnitHead, below: Sequence[BelowUnit]) -> list[tuple[Level, UnitOrder]]:
    """Give the units of the report by level, as feeds ask for them."""
    set_id = head.unit_key >> 20
    orders: list[tuple[Level, UnitOrder]] = [
        (_level(head.level), UnitOrder(set_id, (head.unit_key,), (head.assessable,), ()))
    ]
    if below:
        keys = tuple(one.unit_key for one in below)
        orders.append((below[0].level, UnitOrder(set_id, keys, (True,) * len(keys), ())))
    return orders


def _level(name: str) -> Level:
    levels: tuple[Level, ...] = ("country", "province", "district", "commune")
    return next(one for one in levels if one == name)


def entered_figures(
    conn: Connection,
    part: UnitGraph,
    orders: Sequence[tuple[Level, UnitOrder]],
    *,
    period: Period,
    scope: KeyRanges,
    shown: Collection[str],
) -> dict[str, dict[int, Told]]:
    """Read the entered figures of a window, by indicator and unit key."""
    found: dict[str, dict[int, Told]] = {}
    for name in _ENTERED:
        if name not in shown:
            continue
        indicator = SERIES[name]
        carried = carry_figures(
            conn,
            part,
            set_id=orders[0][1].set_id,
            ranges=scope,
            period=period,
            indicator=indicator,
        )
        for level, order in orders:
            vector = as_vector(carried, part, order, level=level, share=indicator.is_share)
            tops = vector.numerators or [None] * len(order.keys)
            lows = vector.denominators or [None] * len(order.keys)
            for key, value, status, top, low in zip(
                order.keys, vector.values, vector.statuses, tops, lows, strict=True
            ):
                found.setdefault(name, {})[key] = Told(value, status, top, low)
    return found


def own_figures(
    conn: Connection,
    head: UnitHead,
    windows: Sequence[tuple[Period, PeriodRun | None, bool]],
    *,
    ranges: KeyRanges,
    shown: Collection[str],
    entered: dict[str, dict[str, dict[int, Told]]],
) -> tuple[FigureFact, ...]:
    """Put computed and entered figures of both windows side by side, in the registry's order."""
    computed: list[dict[str, Told]] = []
    for window, run, own in windows:
        listed = (
            unit_page.figures(
                conn,
                head,
                ranges=ranges,
                period_id=window.id,
                indicators=shown,
                as_reported=own,
            )
            if run is not None
            else []
        )
        computed.append(
            {
                one.indicator: Told(one.value, one.status, one.numerator, one.denominator)
                for one in listed
                if one.origin == "computed" and one.period == window.id
            }
        )
    now, before = windows[0][0].id, windows[1][0].id
    facts = []
    for name in SERIES:
        if name in entered[now]:
            earlier = entered.get(before, {}).get(name, {}).get(head.unit_key)
            facts.append(FigureFact(name, entered[now][name][head.unit_key], earlier, True))
        elif name in computed[0]:
            facts.append(FigureFact(name, computed[0][name], computed[1].get(name), False))
    return tuple(facts)


def below_figures(
    conn: Connection,
    units: Sequence[BelowUnit],
    orders: Sequence[tuple[Level, UnitOrder]],
    period: Period,
    entered: dict[str, dict[int, Told]],
    own_range: KeyRanges,
    as_reported: bool,
    shown: Collection[str],
) -> tuple[BelowUnit, ...]:
    """Give the units below with their figures of the window, by code."""
    if not units:
        return ()
    level, order = orders[1]
    told: dict[int, dict[str, Told]] = {one.unit_key: {} for one in units}
    for name, by_key in entered.items():
        if name in BELOW:
            for key in order.keys:
                told[key][name] = by_key[key]
    for name, measure in _COUNTS:
        if name in shown:
            counts = feeds.read_counts(
                conn, order, ranges=own_range, period_id=period.id, measure=measure
            )
            for key, value, status in zip(order.keys, counts.values, counts.statuses, strict=True):
                told[key][name] = Told(value, status)
    if level != "commune":
        shares = feeds.read_shares(
            conn, order, ranges=own_range, period_id=period.id, as_reported=as_reported
        )
        tops, lows = shares.numerators or (), shares.denominators or ()
        for place, key in enumerate(order.keys):
            told[key]["I15"] = Told(
                shares.values[place], shares.statuses[place], tops[place], lows[place]
            )
    return tuple(
        BelowUnit(one.unit_key, one.code, one.name, one.level, told[one.unit_key])
        for one in sorted(units, key=lambda one: one.code)
    )
