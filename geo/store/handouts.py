"""Reads all that a report of a unit and window says, within the actor's scope.

Every figure is that of the screens: computed ones of `unit_page`, entered ones carried by
`figures`, classes of the computed periods, states of `report_reading`. Nothing is worked out anew.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date

import numpy as np
from sqlalchemy import Connection, text

from geo.errors import NotFound
from geo.indicators import SERIES
from geo.period import Period
from geo.reporting import Due, reports_owed
from geo.reporting_cycles import all_cycles, due_before
from geo.store import map_index, report_calendar, report_reading, unit_page
from geo.store.class_results import read_results
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.handout_facts import (
    CommuneClass,
    HandoutFacts,
    ReportCount,
)
from geo.store.handout_figures import (
    below_figures,
    entered_figures,
    level_orders,
    own_figures,
    units_below,
)
from geo.store.map_index import FeedSet, PeriodRun, query
from geo.store.unit_graph import UnitGraph, cut_graph
from geo.store.unit_page import UnitHead
from geo.units import Level

_MONTHS_OF_A_UNIT = 12


def read_facts(
    conn: Connection,
    graph: UnitGraph,
    head: UnitHead,
    borders: FeedSet,
    *,
    period: Period,
    ranges: KeyRanges,
    indicators: Collection[str],
    as_of: date,
) -> HandoutFacts:
    """Read the facts of a report.

    Parameters
    ----------
    conn, graph
        Connection within the session's scope, and the sets in force.
    head, borders
        The unit and its set: all figures stand on it.
    period
        The window.
    ranges
        Ranges of unit keys in sight.
    indicators
        Those that the actor's role may see.
    as_of
        Day of the question: which reports are late.

    Raises
    ------
    NotFound
        ``period_not_computed``; ``handout_outside_area`` when the unit is not wholly in sight.
    """
    last = unit_page.last_key(conn, head)
    _require_whole(head, last, ranges)
    run = map_index.find_period_run(conn, period.id)
    previous = period.previous()
    run_before = _find_run(conn, previous.id)
    own, own_before = borders.holds_on(period.last_day), borders.holds_on(previous.last_day)
    part, scope = _behind(graph, head, ranges)
    # Below the commune nobody lists persons, and above it nobody adds them up (N1).
    shown = {one for one in indicators if head.level == "commune" or not SERIES[one].person_derived}
    below = units_below(conn, head, last)
    orders = level_orders(head, below)
    entered = {
        when.id: entered_figures(conn, part, orders, period=when, scope=scope, shown=shown)
        for when, found in ((period, run), (previous, run_before))
        if found is not None
    }
    figures = own_figures(
        conn,
        head,
        [(period, run, own), (previous, run_before, own_before)],
        ranges=ranges,
        shown=shown,
        entered=entered,
    )
    own_range = ((head.unit_key, last),)
    owing = {when.id: _owing_keys(part, head, last, when) for when in (period, previous)}
    return HandoutFacts(
        head=head,
        province=next((one.name for one in head.parents if one.level == "province"), ""),
        borders=borders,
        period=period,
        previous=previous,
        run=run,
        run_before=run_before,
        is_own_set=own,
        is_own_set_before=own_before,
        figures=figures,
        below=below_figures(conn, below, orders, period, entered[period.id], own_range, own, shown),
        communes=_communes(conn, head, last, period, previous if run_before else None, own_range),
        decision=_decision(conn, head, period, ranges=ranges),
        result=read_results(conn, set_id=borders.set_id, period_id=period.id, ranges=own_range).get(
            head.unit_key
        )
        if head.level == "commune"
        else None,
        reports=_reports(conn, period, scope, owing[period.id]),
        reports_before=_reports(conn, previous, scope, owing[previous.id]),
        owed=_owed(conn, head, period, scope, owing[period.id], as_of=as_of),
        sees_places=any(SERIES[one].visibility == "R" for one in shown),
        as_of=as_of,
    )


def find_head(conn: Connection, borders: FeedSet, *, level: Level, code: str) -> UnitHead:
    """Find the unit of a report; the country has no code to be asked by.

    Raises
    ------
    NotFound
        ``unit_unknown``.
    """
    if level != "country":
        return unit_page.find_unit(conn, borders, level=level, code=code)
    row = conn.execute(
        text(
            "SELECT unit_key, unit_id, code, name, kind, area_m2 / 1e6 AS area_km2"
            " FROM unit_version WHERE set_id = :set_id AND level = 'country'"
        ),
        {"set_id": borders.set_id},
    ).one()
    return UnitHead(
        row.unit_key,
        row.unit_id,
        0,
        row.code,
        row.name,
        row.kind,
        "country",
        row.area_km2,
        True,
        (),
    )


def names_of_area(conn: Connection, ranges: KeyRanges) -> list[str]:
    """Name the units that an area consists of, on the newest set; none for the whole country."""
    rows = conn.execute(
        text(
            "SELECT DISTINCT u.name FROM"
            " unnest(CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS s (low, high)"
            " JOIN unit_version AS u ON u.unit_key = s.low AND u.key_to = s.high"
            " WHERE u.set_id = (SELECT max(set_id) FROM boundary_set WHERE state = 'active')"
            " AND u.level <> 'country' ORDER BY u.name"
        ),
        scope_lists(merge_ranges(ranges)),
    )
    return [row.name for row in rows]


def _require_whole(head: UnitHead, last: int, ranges: KeyRanges) -> None:
    """Refuse a unit that is only partly in sight: the part would read as all of it."""
    if not any(low <= head.unit_key and last <= high for low, high in merge_ranges(ranges)):
        raise NotFound("handout_outside_area", name=head.name)


def _find_run(conn: Connection, period_id: str) -> PeriodRun | None:
    try:
        return map_index.find_period_run(conn, period_id)
    except NotFound:
        return None


def _behind(
    graph: UnitGraph, head: UnitHead, ranges: KeyRanges
) -> tuple[UnitGraph, tuple[tuple[int, int], ...]]:
    """Cut graph and scope to the units behind the head, on every set."""
    merged = merge_ranges(ranges)
    if head.level == "country":
        return graph, merged
    at = graph.index(head.unit_key >> 20)
    own = int(graph.sets[at].positions([head.unit_key])[0])
    part = cut_graph(graph, at, np.arange(own, graph.sets[at].last[own] + 1))
    keys = np.concatenate([one.key[1:] for one in part.sets])
    inside = [
        (int(key), int(key)) for key in keys if any(low <= key <= high for low, high in merged)
    ]
    return part, merge_ranges(inside)


def _communes(
    conn: Connection,
    head: UnitHead,
    last: int,
    period: Period,
    previous: Period | None,
    own_range: KeyRanges,
) -> tuple[CommuneClass, ...]:
    rows = conn.execute(
        text(
            "SELECT c.unit_key, c.code, c.name, c.assessable,"
            " (SELECT p.name FROM unit_version AS p WHERE p.level = 'province'"
            "  AND p.set_id = c.set_id AND c.unit_key BETWEEN p.unit_key AND p.key_to) AS province"
            " FROM unit_version AS c"
            " WHERE c.unit_key BETWEEN :low AND :high AND c.level = 'commune' ORDER BY c.code"
        ),
        {"low": head.unit_key, "high": last},
    ).all()
    now = _classes(conn, period, own_range)
    before = _classes(conn, previous, own_range) if previous is not None else {}
    return tuple(
        CommuneClass(
            row.unit_key,
            row.code,
            row.name,
            row.province or "",
            row.assessable,
            now.get(row.unit_key) if row.assessable else None,
            before.get(row.unit_key) if row.assessable else None,
        )
        for row in rows
    )


def _classes(conn: Connection, period: Period, own_range: KeyRanges) -> dict[int, str]:
    row = conn.execute(
        query("unit_classes"), {**scope_lists(merge_ranges(own_range)), "period_id": period.id}
    ).one()
    return dict(zip(row.unit_keys or (), row.classes or (), strict=True))


def _decision(
    conn: Connection, head: UnitHead, period: Period, *, ranges: KeyRanges
) -> unit_page.Decision | None:
    """Give the newest assessment behind the class of a commune on the window's last day."""
    if head.level != "commune":
        return None
    listed = unit_page.decisions(conn, head, ranges=ranges)
    known, _ = unit_page.split_by_day(listed, until=period.last_day)
    decided = [one for one in known if one.decided is not None]
    drawn = unit_page.class_drawn(conn, head, ranges=ranges, period_id=period.id)
    return next((one for one in reversed(decided) if one.decided == drawn), None)


def _owing_keys(part: UnitGraph, head: UnitHead, last: int, period: Period) -> set[int]:
    """Give the communes behind the unit that owe a window's report, on the set of its last day."""
    home = part.sets[part.on(period.last_day)]
    keys: list[int] = home.key[home.due].tolist()
    if home.set_id == head.unit_key >> 20:
        # The cut has the neighbours with which predecessors were divided as well.
        return {key for key in keys if head.unit_key <= key <= last}
    return set(keys)


def _reports(conn: Connection, period: Period, scope: KeyRanges, keys: set[int]) -> ReportCount:
    """Count the states of the reports behind the figures."""
    states = report_reading.states(conn, period_id=period.id, ranges=scope)
    mine = {key: state for key, state in states.items() if key in keys}
    held = Counter(state.approved_at for state in mine.values() if state.status == "approved")
    return ReportCount(
        {key: state.status for key, state in mine.items()},
        {level: count for level, count in held.items() if level is not None},
    )


def _owed(
    conn: Connection,
    head: UnitHead,
    period: Period,
    scope: KeyRanges,
    keys: set[int],
    *,
    as_of: date,
) -> tuple[report_calendar.OwingUnit, ...]:
    """List who owed the window's report; of one commune also what else it owes, a year back."""
    cycle = all_cycles().of_kind(period.kind)
    owed = [] if cycle is None else [Due(cycle, period, due_before(period))]
    if head.level == "commune":
        known = {one.period for one in owed}
        owed += [
            one for one in reports_owed(as_of, months=_MONTHS_OF_A_UNIT) if one.period not in known
        ]
    if not owed:
        return ()
    # One period's rows are too few for the planner's guess and far too many for nested loops: half
    # a minute for the country, against a quarter of a second.
    conn.execute(text("SELECT set_config('enable_nestloop', 'off', true)"))
    units = report_calendar.read_calendar(conn, owed=owed, as_of=as_of, ranges=scope)
    conn.execute(text("SELECT set_config('enable_nestloop', 'on', true)"))
    return tuple(one for one in units if one.unit_key in keys | {head.unit_key})
