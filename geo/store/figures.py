"""Entered figures on any boundary set: as reported, or carried over who became what (A3, A4, A5).

A figure stands on the unit that reported it. On another set it is carried: counts and the parts of
shares add up, a divided count is an estimate. It is shown only to who sees every unit that it comes
from (X6). Where several sets have figures of one period for the same land, those of the set in
force on the period's last day hold, then those of the newest.

    .  one whole unit's own figure        i  some unit that it needs has not reported
    c  a sum of several units, exact      e  a part of a divided count is in it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.carrying import Flags, Ints, Links, all_in_sight, carry_counts
from geo.indicators import Indicator
from geo.indicators.remainder import sources_of
from geo.period import Period
from geo.store.carried_figures import CarriedFigures
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.known import known_before
from geo.store.map_index import query
from geo.store.remainders import subtract
from geo.store.unit_graph import UnitGraph

# Figures travel in thousandths; those of one period are whole numbers or they are not.
_THOUSAND = 1000
_NO_PARTS = -1


@dataclass(frozen=True, slots=True)
class _Rows:
    """Figures of one set by position; `value` is the numerator where there is a denominator."""

    value: Ints
    denominator: Ints
    plain: NDArray[np.float64]
    given: Flags


@dataclass(frozen=True, slots=True)
class Entered:
    """Figures as offices entered them, one row per unit, in thousandths.

    Parameters
    ----------
    key
        Unit keys, of any set.
    value, numerator, denominator
        -1 stands for parts that were not given.
    share
        Whether the indicator is a share 0..1.
    simulated
        Whether any row is made up.
    """

    key: Ints
    value: Ints
    numerator: Ints
    denominator: Ints
    share: bool
    simulated: bool


def periods_of(period: Period) -> tuple[str, ...]:
    """List the periods whose entered figures a period's figures are made of."""
    if period.kind == "rest_of_year":
        return tuple(one.id for one in sources_of(period))
    return (period.id,)


def observed_revision(
    conn: Connection, *, ranges: KeyRanges, period_ids: tuple[str, ...], indicator_id: str
) -> str:
    """Give a text that differs when figures of an indicator and periods do."""
    row = conn.execute(
        query("observed_revision"),
        {
            **scope_lists(merge_ranges(ranges)),
            "period_ids": list(period_ids),
            "indicator_id": indicator_id,
        },
    ).one()
    return f"{row.newest}.{row.rows}"


def carry_figures(
    conn: Connection,
    graph: UnitGraph,
    *,
    set_id: int,
    ranges: KeyRanges,
    period: Period,
    indicator: Indicator,
    known: date | None = None,
) -> CarriedFigures:
    """Read the figures of an indicator and period within a scope, and carry them onto a set.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    graph
        The sets in force.
    set_id
        The set to carry onto.
    ranges
        Ranges of unit keys in sight.
    period, indicator
        Which figures.
    known
        Only what was recorded by the end of this local day.
    """
    scope = merge_ranges(ranges)
    if period.kind == "rest_of_year":
        year, half = (
            carry_figures(
                conn,
                graph,
                set_id=set_id,
                ranges=scope,
                period=one,
                indicator=indicator,
                known=known,
            )
            for one in sources_of(period)
        )
        return subtract(year, half, stock=indicator.measures == "stock")
    rows = _read(conn, scope=scope, period=period, indicator=indicator, known=known)
    return carry_entered(graph, rows, set_id=set_id, ranges=scope, period=period)


def carry_entered(
    graph: UnitGraph, entered: Entered, *, set_id: int, ranges: KeyRanges, period: Period
) -> CarriedFigures:
    """Carry figures that were read onto a set; the arguments are those of `carry_figures`."""
    target = graph.index(set_id)
    home = graph.on(period.last_day)
    found, quantum = _by_set(graph, entered)
    order = [home, *(at for at in reversed(range(len(graph.sets))) if at != home)]
    onto = graph.sets[target]
    size = onto.key.size
    value, denominator = np.zeros(size, np.int64), np.zeros(size, np.int64)
    plain = np.full(size, np.nan)
    estimated, moved = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    counted: list[tuple[int, Flags]] = []
    sources = []
    for at in order:
        rows = found.get(at)
        if rows is None:
            continue
        fresh = rows.given & ~_covered(graph, at, counted)
        links = graph.links(at, target)
        parts = np.column_stack([rows.value, rows.denominator])
        carried = carry_counts(parts, np.column_stack([fresh, fresh]), links=links)
        value += carried.value[:, 0]
        denominator += carried.value[:, 1]
        estimated |= carried.estimated.any(axis=1)
        moved |= carried.moved & (carried.given[:, 0] > 0)
        plain = _keep_plain(plain, rows, fresh, links, still=~carried.moved)
        counted.append((at, fresh))
        sources.append((links, fresh & (rows.value > 0)))
    links = graph.links(home, target)
    told = _told(graph, home, counted)
    due = graph.sets[home].due
    owing = carry_counts(due.astype(np.int64), due, links=links)
    reporting = carry_counts((told & due).astype(np.int64), told & due, links=links)
    extra = carry_counts((told & ~due).astype(np.int64), told & ~due, links=links)
    seen_here = _in_ranges(graph.sets[home].key, ranges)
    return CarriedFigures(
        value=value,
        denominator=denominator,
        plain=plain,
        given=reporting.given + extra.given,
        due=owing.given + extra.given,
        estimated=estimated,
        moved=moved,
        seen=_in_ranges(onto.key, ranges) & all_in_sight(seen_here, links=links),
        quantum=quantum,
        simulated=entered.simulated,
        reported=int((told & due & seen_here).sum()),
        owed=int((due & seen_here).sum()),
        sources=tuple(sources),
        as_reported=np.isin(onto.identity, graph.sets[home].identity),
    )


def _read(
    conn: Connection,
    *,
    scope: KeyRanges,
    period: Period,
    indicator: Indicator,
    known: date | None,
) -> Entered:
    row = conn.execute(
        query("observed_values"),
        {
            **scope_lists(scope),
            "period_id": period.id,
            "indicator_id": indicator.id,
            "known_before": known_before(known),
        },
    ).one()
    return make_entered(
        row.unit_keys or (),
        row.found_values or (),
        row.numerators or (),
        row.denominators or (),
        share=indicator_is_share(indicator),
        simulated=row.simulated,
    )


def make_entered(
    keys: Sequence[int],
    values: Sequence[int],
    numerators: Sequence[int | None],
    denominators: Sequence[int | None],
    *,
    share: bool,
    simulated: bool,
) -> Entered:
    """Put figures as they were read, in thousandths, into columns."""
    top, below = (
        np.array([_NO_PARTS if one is None else one for one in column], dtype=np.int64)
        for column in (numerators, denominators)
    )
    return Entered(
        key=np.array(keys, dtype=np.int64),
        value=np.array(values, dtype=np.int64),
        numerator=top,
        denominator=below,
        share=share,
        simulated=simulated,
    )


def _by_set(graph: UnitGraph, entered: Entered) -> tuple[dict[int, _Rows], int]:
    """Give the rows of every set by position, and the quantum: 1 where all numbers are whole."""
    with_parts = entered.denominator >= 0
    numbers = np.where(with_parts, entered.numerator, entered.value)
    # A share that came alone is no count: it is not added to anything.
    alone = ~with_parts & entered.share
    counts = np.concatenate([numbers[~alone], entered.denominator[with_parts]])
    whole = bool((counts % _THOUSAND == 0).all())
    unit = _THOUSAND if whole else 1
    found = {}
    for at, one in enumerate(graph.sets):
        mine = (entered.key >= one.key[0]) & (entered.key <= one.key[-1])
        if not mine.any():
            continue
        position = one.positions(entered.key[mine])
        rows = _Rows(
            value=np.zeros(one.key.size, np.int64),
            denominator=np.zeros(one.key.size, np.int64),
            plain=np.full(one.key.size, np.nan),
            given=np.zeros(one.key.size, np.bool_),
        )
        rows.value[position] = np.where(alone, 0, numbers)[mine] // unit
        rows.denominator[position] = np.where(with_parts, entered.denominator, 0)[mine] // unit
        rows.plain[position] = np.where(alone, entered.value / _THOUSAND, np.nan)[mine]
        rows.given[position] = one.communes[position]
        found[at] = rows
    return found, 1 if whole else _THOUSAND


def indicator_is_share(indicator: Indicator) -> bool:
    """Tell whether an indicator is a share 0..1."""
    return indicator.is_share


def _covered(graph: UnitGraph, at: int, counted: list[tuple[int, Flags]]) -> Flags:
    """Tell which units of a set share land with one whose figure counts already."""
    covered = np.zeros(graph.sets[at].key.size, np.bool_)
    for other, fresh in counted:
        links = graph.links(other, at)
        covered[links.there[fresh[links.here]]] = True
    covered[0] = False
    return covered


def _told(graph: UnitGraph, home: int, counted: list[tuple[int, Flags]]) -> Flags:
    """Tell for which units of the period's own set a figure counts, on whichever set it stands."""
    told = np.zeros(graph.sets[home].key.size, np.bool_)
    for at, fresh in counted:
        links = graph.links(at, home)
        told[links.there[fresh[links.here]]] = True
    told[0] = False
    return told


def _keep_plain(
    plain: NDArray[np.float64], rows: _Rows, fresh: Flags, links: Links, *, still: Flags
) -> NDArray[np.float64]:
    """Let a share without parts stand where its unit is whole and alone: it cannot be added."""
    usable = fresh[links.here] & ~np.isnan(rows.plain[links.here]) & still[links.there]
    kept = plain.copy()
    kept[links.there[usable]] = rows.plain[links.here[usable]]
    return kept


def _in_ranges(keys: Ints, scope: KeyRanges) -> Flags:
    flags = np.zeros(keys.size, np.bool_)
    for low, high in scope:
        flags[np.searchsorted(keys, low) : np.searchsorted(keys, high, side="right")] = True
    return flags
