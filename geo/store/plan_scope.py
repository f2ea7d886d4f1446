"""Where a plan holds, on any boundary set: units of the day that it names, found again by land.

A commune is found again where the largest part of its land lies; a district, province or country is
the communes of the other set that have at least half of their land in it. So the scope of a plan
lives on when its units have ended (T6), and never grows by the land that they were joined with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from geo.carrying import Flags, Ints
from geo.errors import NotFound
from geo.plans import Plan, UnitRef
from geo.store.feeds import KeyRanges
from geo.store.unit_graph import GraphSet, UnitGraph
from geo.store.unit_history import UnitOnSet, find_one, units_of_keys

_HALF = 0.5
# More units than a sentence can name: then the provinces that hold them are told.
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Home:
    """A unit on the set of the day that a plan names it on.

    Parameters
    ----------
    at, position
        Place of the set in the graph, position of the unit in it.
    unit
        As its set has it; None for the country.
    """

    at: int
    position: int
    unit: UnitOnSet | None

    @property
    def is_commune(self) -> bool:
        """Tell whether it is a commune."""
        return self.unit is not None and self.unit.level == "commune"


@dataclass(frozen=True, slots=True)
class Area:
    """A scope on one set.

    Parameters
    ----------
    at
        Place of the set in the graph.
    communes
        Positions of its communes, ascending.
    cover
        Positions of the largest units that make it up, for sums that are kept by unit.
    """

    at: int
    communes: Ints
    cover: Ints


def find_home(conn: Connection, graph: UnitGraph, ref: UnitRef) -> Home | None:
    """Find the unit that a plan names; None where no set in force has it."""
    at = graph.on(ref.day)
    one = graph.sets[at]
    if ref.level == "country":
        return Home(at, 0, None)
    try:
        unit = find_one(conn, ref.code, on=ref.day, level=ref.level)
    except NotFound:
        return None
    if unit.set_id != one.set_id:
        return None
    return Home(at, int(one.positions([unit.unit_key])[0]), unit)


def communes_on(graph: UnitGraph, home: Home, at: int) -> Ints:
    """Give the positions of the communes that hold a unit's land on a set."""
    own, other = graph.sets[home.at], graph.sets[at]
    inside = np.zeros(own.key.size, dtype=np.bool_)
    inside[home.position : own.last[home.position] + 1] = True
    inside &= own.communes
    if at == home.at:
        return np.flatnonzero(inside)
    if home.unit is None:
        return np.flatnonzero(other.communes)
    if home.is_commune:
        links = graph.links(home.at, at)
        rows = np.flatnonzero((links.here == home.position) & (links.there > 0))
        if rows.size == 0:
            return np.zeros(0, dtype=np.int64)
        heaviest = rows[np.argmax(links.weight[rows])]
        return links.there[[heaviest]]
    links = graph.links(at, home.at)
    share = np.bincount(
        links.here, weights=links.weight * inside[links.there], minlength=other.key.size
    )
    return np.flatnonzero(other.communes & (share >= _HALF))


def area_on(graph: UnitGraph, homes: Sequence[Home], at: int) -> Area:
    """Put the land of several units on a set."""
    found = [communes_on(graph, home, at) for home in homes]
    communes = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return Area(at, communes, cover_of(graph.sets[at], communes))


def cover_of(one: GraphSet, communes: Ints) -> Ints:
    """Give the largest units of a set that are made of some communes and of no others."""
    chosen = np.zeros(one.key.size, dtype=np.int64)
    chosen[communes] = 1
    running = np.append(0, np.cumsum(chosen))
    every = np.append(0, np.cumsum(one.communes.astype(np.int64)))
    first, after = np.arange(one.key.size), one.last + 1
    here, whole = running[after] - running[first], every[after] - every[first]
    kept: list[int] = []
    covered = -1
    for position in np.flatnonzero((here == whole) & (whole > 0)).tolist():
        if position > covered:
            kept.append(position)
            covered = int(one.last[position])
    return np.array(kept, dtype=np.int64)


def in_sight(one: GraphSet, cover: Ints, ranges: KeyRanges) -> bool:
    """Tell whether every unit of a cover lies wholly in the ranges (X6)."""
    lows, highs = one.key[cover].tolist(), one.key[one.last[cover]].tolist()
    return all(
        any(low <= first and last <= high for low, high in ranges)
        for first, last in zip(lows, highs, strict=True)
    )


def seen_with_all_behind(graph: UnitGraph, area: Area, ranges: KeyRanges) -> Flags:
    """Tell for each set whether all of an area's land on it is in sight."""
    flags = np.zeros(len(graph.sets), dtype=np.bool_)
    for other, one in enumerate(graph.sets):
        links = graph.links(other, area.at)
        behind = np.unique(links.here[np.isin(links.there, area.communes)])
        behind = behind[one.communes[behind]]
        flags[other] = in_sight(one, behind, ranges)
    return flags


@dataclass(frozen=True, slots=True)
class Named:
    """A unit that a plan names: as its day knew it, and who holds its land on another day."""

    ref: UnitRef
    unit: UnitOnSet | None
    heirs: tuple[UnitOnSet, ...]


def named_units(conn: Connection, graph: UnitGraph, plan: Plan, *, as_of: date) -> list[Named]:
    """Say of every unit in a plan's scope what it was and who holds its land on a day.

    Public geography: no scope of rights is needed.
    """
    at = graph.on(as_of)
    one = graph.sets[at]
    named = []
    for ref in plan.units:
        home = find_home(conn, graph, ref)
        if home is None or home.unit is None:
            named.append(Named(ref, None, ()))
            continue
        area = area_on(graph, [home], at)
        shown = area.cover
        if shown.size > _MOST_NAMED:
            shown = np.unique(one.above("province")[area.communes])
        units = units_of_keys(conn, one.key[shown].tolist())
        heirs = tuple(units[key] for key in sorted(units))
        named.append(Named(ref, home.unit, heirs))
    return named
