"""Gathers what the figures of all periods are made of, and hashes what each period builds on."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import hotspots
from geo.period import Period, parse_period
from geo.store import counting
from geo.store.boundary_sets import load_units
from geo.store.counting import Decisions, Flags, Ints, SetUnits, SharedLand
from geo.store.locations import active_sets
from geo.store.tables import CLASSES

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


def gather(conn: Connection, *, as_of: date) -> World:
    """Read every fact that counts up to and including a day, with the units it stands on.

    Raises
    ------
    Conflict
        ``no_active_boundary_set``.
    """
    about = active_sets(conn)
    frames = [load_units(conn, one.set_id, geometry=False) for one in about]
    land = np.unique(np.concatenate([frame["unit_id"].to_numpy() for frame in frames]))
    sets = tuple(
        SetUnits(
            about=one,
            key=frame["unit_key"].to_numpy(dtype=np.int64),
            last=np.searchsorted(frame["unit_key"], frame["key_to"]).astype(np.int64),
            identity=np.searchsorted(land, frame["unit_id"]).astype(np.int64),
            is_commune=(frame["level"] == "commune").to_numpy(),
            due=((frame["level"] == "commune") & frame["assessable"]).to_numpy(),
        )
        for one, frame in zip(about, frames, strict=True)
    )
    shared = _load_shared_land(conn, sets)
    position, cell, place_of = _load_places(conn, sets)
    events = _load_events(conn, as_of=as_of)
    place = np.array([place_of[number] for number in events["hotspot_id"]], dtype=np.int64)
    codes = hotspots.state_codes(events["state"])
    order = hotspots.life_order(place, events["day"], codes)
    lives = hotspots.make_lives(place, events["day"], codes, hotspot_count=cell.size)
    decisions, simulated_decision = _load_decisions(conn, land, as_of=as_of)
    reports = _load_reports(conn, land, as_of=as_of)
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


def _load_shared_land(
    conn: Connection, sets: tuple[SetUnits, ...]
) -> dict[tuple[int, int], SharedLand]:
    """Chain the changes between neighbouring sets to every pair of different sets."""
    steps = []
    for older, newer in pairwise(sets):
        rows = conn.execute(
            text(
                "SELECT from_key, to_key FROM unit_change WHERE kind <> 'abolish'"
                " AND from_key = ANY(:older) AND to_key = ANY(:newer) ORDER BY from_key, to_key"
            ),
            {
                "older": older.key[older.is_commune].tolist(),
                "newer": newer.key[newer.is_commune].tolist(),
            },
        ).all()
        pairs = np.array(rows, dtype=np.int64).reshape(-1, 2)
        steps.append(
            SharedLand(
                np.searchsorted(older.key, pairs[:, 0]), np.searchsorted(newer.key, pairs[:, 1])
            )
        )
    shared = {}
    for here, there in permutations(range(len(sets)), 2):
        chain = counting.follow_land(steps[min(here, there) : max(here, there)])
        shared[here, there] = chain if here < there else SharedLand(chain.there, chain.here)
    return shared


def _load_places(
    conn: Connection, sets: tuple[SetUnits, ...]
) -> tuple[Ints, Ints, Mapping[int, int]]:
    """Give position by place and set, cell by place, and the number of each hotspot's place."""
    rows = np.array(
        conn.execute(text("SELECT hotspot_id, cell FROM hotspot ORDER BY hotspot_id")).all(),
        dtype=np.int64,
    ).reshape(-1, 2)
    ids = rows[:, 0]
    position = np.zeros((ids.size, len(sets)), dtype=np.int64)
    for column, one in enumerate(sets):
        units = np.array(
            conn.execute(
                text("SELECT hotspot_id, unit_key FROM hotspot_unit WHERE set_id = :set_id"),
                {"set_id": one.about.set_id},
            ).all(),
            dtype=np.int64,
        ).reshape(-1, 2)
        position[np.searchsorted(ids, units[:, 0]), column] = np.searchsorted(one.key, units[:, 1])
    return position, rows[:, 1], {number: place for place, number in enumerate(ids.tolist())}


def _load_events(conn: Connection, *, as_of: date) -> pd.DataFrame:
    """Give the events that hold and took effect by a day."""
    events = pd.DataFrame(
        conn.execute(
            text(
                "SELECT event_id, hotspot_id, state, effective_on, coalesce(supersedes, 0),"
                " provenance = 'simulated' FROM hotspot_event"
            )
        ).all(),
        columns=["event_id", "hotspot_id", "state", "day", "supersedes", "simulated"],
    )
    days = events["day"].to_numpy(dtype="datetime64[D]")
    # A correction holds from when it is known, also one that takes effect only later.
    holds = hotspots.current_events(events["event_id"], events["supersedes"])
    return events.assign(day=days).loc[holds & (days <= np.datetime64(as_of, "D"))]


def _load_reports(conn: Connection, land: Ints, *, as_of: date) -> dict[str, Reports]:
    reports = {}
    for period_id, unit_ids, simulated in conn.execute(
        text(
            "SELECT s.period_id, array_agg(DISTINCT u.unit_id),"
            " bool_or(s.provenance = 'simulated')"
            " FROM submission AS s JOIN unit_version AS u USING (unit_key)"
            " WHERE s.submitted_on <= :as_of GROUP BY s.period_id ORDER BY s.period_id"
        ),
        {"as_of": as_of},
    ):
        reports[period_id] = Reports(np.isin(land, unit_ids), simulated)
    return reports


def _load_decisions(conn: Connection, land: Ints, *, as_of: date) -> tuple[Decisions, Flags]:
    rows = pd.DataFrame(
        conn.execute(
            text(
                "SELECT u.unit_id, a.decided_class, a.decided_on, a.provenance = 'simulated'"
                " FROM assessment AS a JOIN unit_version AS u USING (unit_key)"
                " WHERE a.decided_on <= :as_of"
            ),
            {"as_of": as_of},
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
