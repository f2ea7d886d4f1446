"""Gathers what the figures of all periods are made of, and hashes what each period builds on."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import hotspots
from geo.period import Period, parse_period
from geo.store.counting import Decisions, Flags, Ints, SetUnits, SharedLand
from geo.store.known import held_at, known_before
from geo.store.locations import active_sets
from geo.store.tables import CLASSES
from geo.store.unit_graph import UnitGraph, load_graph

# Stands in every hash: raise it when the arithmetic changes, and all is computed anew.
ARITHMETIC = "1"
# Of two decisions of one day the later in this order holds: a tie never reads as drug-free (C4).
_GRAVITY = ("khong_ma_tuy", "khong_trong_diem", "loai_3", "loai_2", "loai_1", "chua_danh_gia")


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports of one period: the land they are about, and whether any was made up."""

    handed_in: Flags
    simulated: bool


@dataclass(frozen=True, slots=True)
class World:
    """All inputs of all periods.

    Parameters
    ----------
    sets
        Units of the active sets, oldest first.
    shared
        Land that the communes of two different sets share, by their places in `sets`.
    lives
        Events that hold.
    life_row
        For each event of `lives` the values that go into a hash.
    simulated_life
        For each event of `lives` whether it was made up.
    position
        By place and set: position of the unit, 0 where it lies in no commune.
    cell
        By place: its cell.
    reports
        By period.
    decisions, simulated_decision
        Decided classes, oldest first, and whether each was made up.
    geography
        Hash of sets, units and shared land.
    first_day
        Day of the first fact, None when there is none.
    """

    sets: tuple[SetUnits, ...]
    shared: Mapping[tuple[int, int], SharedLand]
    lives: hotspots.Lives
    life_row: Ints
    simulated_life: Flags
    position: Ints
    cell: Ints
    reports: Mapping[str, Reports]
    decisions: Decisions
    simulated_decision: Flags
    geography: bytes
    first_day: date | None


def gather(conn: Connection, *, as_of: date, known: date | None = None) -> World:
    """Read every fact that counts up to and including a day, with the units it stands on.

    Parameters
    ----------
    conn
        Connection of the operator, or of the service: then what is in the session's scope.
    as_of
        Facts up to and including this day count.
    known
        Only what was recorded by the end of this local day: the world as it was known then.

    Raises
    ------
    Conflict
        ``no_active_boundary_set``.
    """
    about = active_sets(conn)
    graph = load_graph(conn)
    land = np.unique(np.concatenate([one.identity for one in graph.sets]))
    sets = tuple(
        SetUnits(
            about=one,
            key=units.key,
            last=units.last,
            identity=np.searchsorted(land, units.identity),
            is_commune=units.communes,
            due=units.due,
        )
        for one, units in zip(about, graph.sets, strict=True)
    )
    shared = _shared_land(graph)
    ids, position, cell = _load_places(conn, sets)
    events = _load_events(conn, as_of=as_of, known=known)
    place = np.searchsorted(ids, events["hotspot_id"].to_numpy(dtype=np.int64))
    codes = hotspots.state_codes(events["state"])
    order = hotspots.life_order(place, events["day"], codes)
    lives = hotspots.make_lives(place, events["day"], codes, hotspot_count=cell.size)
    decisions, simulated_decision = _load_decisions(conn, land, as_of=as_of, known=known)
    reports = _load_reports(conn, land, as_of=as_of, known=known)
    first_days = [parse_period(period_id).starts_on for period_id in reports]
    first_days += [day.date() for day in events["day"].nsmallest(1)]
    first_days += decisions.day[:1].tolist()
    return World(
        sets=sets,
        shared=shared,
        lives=lives,
        life_row=np.column_stack(
            [
                events["hotspot_id"].to_numpy(dtype=np.int64)[order],
                lives.day.astype(np.int64),
                lives.state.astype(np.int64),
                cell[lives.hotspot],
                position[lives.hotspot],
            ]
        ),
        simulated_life=events["simulated"].to_numpy(dtype=np.bool_)[order],
        position=position,
        cell=cell,
        reports=reports,
        decisions=decisions,
        simulated_decision=simulated_decision,
        geography=_hash_geography(sets, shared),
        first_day=min(first_days, default=None),
    )


def _shared_land(graph: UnitGraph) -> dict[tuple[int, int], SharedLand]:
    """Give the communes that share land for every pair of different sets."""
    shared = {}
    for here, there in permutations(range(len(graph.sets)), 2):
        links = graph.links(here, there)
        # What was abolished went to the country, which is no commune's land.
        both = (links.here > 0) & (links.there > 0)
        shared[here, there] = SharedLand(links.here[both], links.there[both])
    return shared


def _load_places(conn: Connection, sets: tuple[SetUnits, ...]) -> tuple[Ints, Ints, Ints]:
    """Give the ids of all places, their positions by set, and their cells."""
    ids, cell = _load_columns(
        conn,
        "SELECT array_agg(hotspot_id ORDER BY hotspot_id), array_agg(cell ORDER BY hotspot_id)"
        " FROM hotspot",
    )
    position = np.zeros((ids.size, len(sets)), dtype=np.int64)
    for column, one in enumerate(sets):
        placed, unit_key = _load_columns(
            conn,
            # Within a scope a place may be hidden whose unit of long ago is not.
            "SELECT array_agg(u.hotspot_id), array_agg(u.unit_key)"
            " FROM hotspot_unit AS u JOIN hotspot USING (hotspot_id) WHERE u.set_id = :set_id",
            set_id=one.about.set_id,
        )
        position[np.searchsorted(ids, placed), column] = np.searchsorted(one.key, unit_key)
    return ids, position, cell


def _load_columns(conn: Connection, query: str, **parameters: int) -> tuple[Ints, ...]:
    """Read whole-number columns packed into arrays: one row, whatever their length."""
    packed = conn.execute(text(query), parameters).one()
    return tuple(np.array(column or (), dtype=np.int64) for column in packed)


def _load_events(conn: Connection, *, as_of: date, known: date | None) -> pd.DataFrame:
    """Give the events that hold and took effect by a day."""
    events = pd.DataFrame(
        conn.execute(
            text(
                "SELECT event_id, hotspot_id, state, effective_on, coalesce(supersedes, 0),"
                f" provenance = 'simulated' FROM {held_at('hotspot_event')} AS e"
            ),
            {"known_before": known_before(known)},
        ).all(),
        columns=["event_id", "hotspot_id", "state", "day", "supersedes", "simulated"],
    )
    days = events["day"].to_numpy(dtype="datetime64[D]")
    # A correction holds from when it is known, also one that takes effect only later.
    holds = hotspots.current_events(events["event_id"], events["supersedes"])
    return events.assign(day=days).loc[holds & (days <= np.datetime64(as_of, "D"))]


def _load_reports(
    conn: Connection, land: Ints, *, as_of: date, known: date | None
) -> dict[str, Reports]:
    reports = {}
    for period_id, unit_ids, simulated in conn.execute(
        text(
            "SELECT s.period_id, array_agg(DISTINCT u.unit_id),"
            " bool_or(s.provenance = 'simulated')"
            f" FROM {held_at('submission')} AS s JOIN unit_version AS u USING (unit_key)"
            " WHERE s.submitted_on <= :as_of GROUP BY s.period_id ORDER BY s.period_id"
        ),
        {"as_of": as_of, "known_before": known_before(known)},
    ):
        reports[period_id] = Reports(np.isin(land, unit_ids), simulated)
    # The second half-year is derived, never entered (P1): whoever reported the year reported it.
    for period_id in tuple(reports):
        period = parse_period(period_id)
        if period.kind == "year":
            reports.setdefault(f"H{period.year}-2", reports[period_id])
    return reports


def _load_decisions(
    conn: Connection, land: Ints, *, as_of: date, known: date | None
) -> tuple[Decisions, Flags]:
    rows = pd.DataFrame(
        conn.execute(
            text(
                "SELECT u.unit_id, a.decided_class, a.decided_on, a.provenance = 'simulated'"
                f" FROM {held_at('assessment')} AS a JOIN unit_version AS u USING (unit_key)"
                " WHERE a.decided_on <= :as_of"
            ),
            {"as_of": as_of, "known_before": known_before(known)},
        ).all(),
        columns=["unit_id", "decided", "day", "simulated"],
    )
    rows = rows.loc[np.isin(rows["unit_id"].to_numpy(dtype=np.int64), land)]
    days = rows["day"].to_numpy(dtype="datetime64[D]")
    gravity = pd.Index(_GRAVITY).get_indexer(pd.Index(rows["decided"]))
    unit_id = rows["unit_id"].to_numpy(dtype=np.int64)
    order = np.lexsort((unit_id, gravity, days))
    decisions = Decisions(
        day=days[order],
        identity=np.searchsorted(land, unit_id[order]).astype(np.int64),
        decided=pd.Index(CLASSES).get_indexer(pd.Index(rows["decided"]))[order].astype(np.int64),
        identity_count=land.size,
    )
    return decisions, rows["simulated"].to_numpy(dtype=np.bool_)[order]


def _hash_geography(
    sets: tuple[SetUnits, ...], shared: Mapping[tuple[int, int], SharedLand]
) -> bytes:
    digest = hashlib.sha256()
    for one in sets:
        about = one.about
        digest.update(f"{about.content_hash} {about.valid_from} {about.valid_to}".encode())
        _add_arrays(digest, [one.key, one.last, one.identity, one.due])
    for pair in sorted(shared):
        _add_arrays(digest, [shared[pair].here, shared[pair].there])
    return digest.digest()


def hash_inputs(world: World, period: Period) -> str:
    """Hash all that the figures of a period are made of."""
    begun, decided = begun_by(world, period)
    reports = world.reports.get(period.id)
    digest = hashlib.sha256(f"{ARITHMETIC} {period.id} ".encode() + world.geography)
    _add_arrays(
        digest,
        [
            world.life_row[begun],
            world.simulated_life[begun],
            np.flatnonzero(reports.handed_in) if reports else np.zeros(0),
            np.array([reports.simulated if reports else False]),
            world.decisions.day[decided].astype(np.int64),
            world.decisions.identity[decided],
            world.decisions.decided[decided],
            world.simulated_decision[decided],
        ],
    )
    return digest.hexdigest()


def _add_arrays(digest: "hashlib._Hash", arrays: Iterable[NDArray[np.generic]]) -> None:
    for array in arrays:
        # The length before each keeps one array's end apart from the next one's beginning.
        digest.update(array.size.to_bytes(8, "big") + np.ascontiguousarray(array).tobytes())


def begun_by(world: World, period: Period) -> tuple[Flags, Flags]:
    """Mark the events and the decisions that a period builds on."""
    end = np.datetime64(period.ends_before, "D")
    return world.lives.day < end, world.decisions.day < end
