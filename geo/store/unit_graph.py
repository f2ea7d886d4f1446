"""Loads the sets in force with the changes between them, as numbers that figures are carried over.

The whole graph of four national sets is some 30,000 units and as many changes: it is read once and
kept until `revision` says that it is another. It is public geography, no scope is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.carrying import Flags, Floats, Ints, Links, follow, make_links, same_units, turn
from geo.store.tables import LEVELS

_UNITS = """
    SELECT array_agg(unit_key ORDER BY unit_key) AS key,
        array_agg(key_to ORDER BY unit_key) AS key_to,
        array_agg(unit_id ORDER BY unit_key) AS unit_id,
        array_agg(array_position(CAST(:levels AS text[]), level) - 1 ORDER BY unit_key) AS level,
        array_agg(assessable ORDER BY unit_key) AS assessable,
        array_agg(coalesce(area_m2, 0) ORDER BY unit_key) AS area
    FROM unit_version WHERE set_id = :set_id
"""
_SETS = """
    SELECT set_id, valid_from, valid_to FROM boundary_set WHERE state = 'active'
    ORDER BY valid_from
"""
_CHANGES = """
    SELECT array_agg(from_key) AS from_key, array_agg(to_key) AS to_key,
        array_agg(weight) AS weight
    FROM unit_change
    WHERE from_key BETWEEN :older AND :older_last AND to_key BETWEEN :newer AND :newer_last
"""
# Any change of any row shows, whatever the order in which they are read.
_REVISION = """
    SELECT coalesce((SELECT bit_xor(hashint8(set_id) # hashtext(valid_from || '/'
                                    || coalesce(valid_to::text, '')))
                     FROM boundary_set WHERE state = 'active'), 0) AS sets,
        coalesce(bit_xor(hashint8(from_key) # hashint8(to_key * 31) # hashfloat8(weight)), 0)
            AS changes,
        count(*) AS rows
    FROM unit_change
"""


@dataclass(frozen=True, slots=True)
class GraphSet:
    """Units of a set in key order, position 0 being the country.

    Parameters
    ----------
    set_id, valid_from, valid_to
        The set and its days, half-open.
    key, last
        Unit keys, and the position of the last unit at or below each.
    identity
        Equal on two sets where the land is the same.
    level
        Index into `tables.LEVELS`.
    due
        Whether the unit is a commune subject to assessment, and so owes figures (A9).
    area_m2
        Of each unit, 0 where it is not known.
    """

    set_id: int
    valid_from: date
    valid_to: date | None
    key: Ints
    last: Ints
    identity: Ints
    level: Ints
    due: Flags
    area_m2: Floats

    def holds(self, day: date) -> bool:
        """Tell whether the set is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def communes(self) -> Flags:
        """Tell which units are communes."""
        return self.at("commune")

    def at(self, level: str) -> Flags:
        """Tell which units are of a level."""
        flags: Flags = self.level == LEVELS.index(level)
        return flags

    def positions(self, keys: Sequence[int] | Ints) -> Ints:
        """Give the positions of keys of this set."""
        return np.searchsorted(self.key, np.asarray(keys, dtype=np.int64))

    def above(self, level: str) -> Ints:
        """Give for each unit the position of the unit of a level that holds it, else 0."""
        holders = np.flatnonzero(self.at(level))
        every = np.arange(self.key.size)
        if holders.size == 0:
            return np.zeros(every.size, dtype=np.int64)
        found = holders[np.maximum(np.searchsorted(holders, every, side="right") - 1, 0)]
        inside = (every >= found) & (every <= self.last[found])
        return np.where(inside, found, 0)


@dataclass(frozen=True)
class UnitGraph:
    """The sets in force, oldest first, and the links between neighbours in time."""

    sets: tuple[GraphSet, ...]
    steps: tuple[Links, ...]
    revision: str
    _chains: dict[tuple[int, int], Links] = field(default_factory=dict, repr=False)

    def index(self, set_id: int) -> int:
        """Give the place of a set in time.

        Raises
        ------
        LookupError
            When it is not in force.
        """
        for at, one in enumerate(self.sets):
            if one.set_id == set_id:
                return at
        raise LookupError(f"set {set_id} is not in force")

    def on(self, day: date) -> int:
        """Give the place of the set in force on a day; in a gap that of the newest stands in."""
        holding = [at for at, one in enumerate(self.sets) if one.holds(day)]
        return holding[0] if holding else len(self.sets) - 1

    def links(self, here: int, there: int) -> Links:
        """Give the links between two sets, by their places; backwards by shares of land."""
        if (here, there) not in self._chains:
            self._chains[here, there] = self._chain(here, there)
        return self._chains[here, there]

    def _chain(self, here: int, there: int) -> Links:
        if here == there:
            return same_units(self.sets[here].key.size)
        low, high = sorted((here, there))
        forward = follow(self.steps[low:high])
        return forward if here < there else turn(forward, size=self.sets[there].area_m2)


def cut_graph(graph: UnitGraph, at: int, wanted: Ints) -> UnitGraph:
    """Give the part of a graph that figures of some units need: they, and all behind them.

    Parameters
    ----------
    graph
        The sets in force.
    at
        Place of the set of the units.
    wanted
        Positions of the units, and of communes below them.

    Returns
    -------
    UnitGraph
        With the country and every unit of each set that shares land with one of `wanted`, and with
        all other parts of those: weights are those of the whole graph.
    """
    kept = []
    onto = {0, *wanted.tolist()}
    for other in range(len(graph.sets)):
        links = graph.links(other, at)
        behind = np.unique(links.here[np.isin(links.there, wanted)])
        kept.append(np.union1d(behind, [0]))
        onto |= set(links.there[np.isin(links.here, behind)].tolist())
    kept[at] = np.union1d(kept[at], np.array(sorted(onto), dtype=np.int64))
    chains = {}
    for here in range(len(graph.sets)):
        for there in range(len(graph.sets)):
            links = graph.links(here, there)
            inside = np.isin(links.here, kept[here]) & np.isin(links.there, kept[there])
            chains[here, there] = Links(
                np.searchsorted(kept[here], links.here[inside]),
                np.searchsorted(kept[there], links.there[inside]),
                links.weight[inside],
                kept[here].size,
                kept[there].size,
            )
    sets = tuple(_cut_set(one, rows) for one, rows in zip(graph.sets, kept, strict=True))
    return UnitGraph(sets, (), graph.revision, chains)


def _cut_set(one: GraphSet, rows: Ints) -> GraphSet:
    key = one.key[rows]
    return GraphSet(
        set_id=one.set_id,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        key=key,
        last=np.searchsorted(key, one.key[one.last[rows]], side="right") - 1,
        identity=one.identity[rows],
        level=one.level[rows],
        due=one.due[rows],
        area_m2=one.area_m2[rows],
    )


def graph_revision(conn: Connection) -> str:
    """Give a text that differs when a set or a change of the graph does."""
    row = conn.execute(text(_REVISION)).one()
    return f"{row.sets:x}.{row.changes:x}.{row.rows}"


def load_graph(conn: Connection) -> UnitGraph:
    """Load the sets in force and their changes."""
    sets = tuple(_load_set(conn, *row) for row in conn.execute(text(_SETS)).all())
    steps = tuple(_load_step(conn, older, newer) for older, newer in pairwise(sets))
    return UnitGraph(sets, steps, graph_revision(conn))


def _load_set(conn: Connection, set_id: int, valid_from: date, valid_to: date | None) -> GraphSet:
    row = conn.execute(text(_UNITS), {"set_id": set_id, "levels": list(LEVELS)}).one()
    key = _whole(row.key)
    level = _whole(row.level)
    assessable = np.array(row.assessable, dtype=np.bool_)
    return GraphSet(
        set_id=set_id,
        valid_from=valid_from,
        valid_to=valid_to,
        key=key,
        last=np.searchsorted(key, _whole(row.key_to)),
        identity=_whole(row.unit_id),
        level=level,
        due=assessable & (level == LEVELS.index("commune")),
        area_m2=np.array(row.area, dtype=np.float64),
    )


def _load_step(conn: Connection, older: GraphSet, newer: GraphSet) -> Links:
    row = conn.execute(
        text(_CHANGES),
        {
            "older": int(older.key[0]),
            "older_last": int(older.key[-1]),
            "newer": int(newer.key[0]),
            "newer_last": int(newer.key[-1]),
        },
    ).one()
    here = np.searchsorted(older.key, _whole(row.from_key))
    there = np.searchsorted(newer.key, _whole(row.to_key))
    weight = np.array(row.weight or (), dtype=np.float64)
    # What was abolished goes to the country; changes of the levels above are sums of these.
    kept = older.communes[here] & (newer.communes[there] | (there == 0))
    return make_links(
        here[kept],
        there[kept],
        weight[kept],
        here_count=older.key.size,
        there_count=newer.key.size,
    )


def _whole(values: Sequence[int] | None) -> NDArray[np.int64]:
    return np.array(values or (), dtype=np.int64)
