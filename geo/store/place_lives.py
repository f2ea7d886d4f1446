"""Holds places and events of an input against what the store has of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import hotspots
from geo.errors import Finding


@dataclass(frozen=True, slots=True)
class Known:
    """An import set against what the store has of it.

    Parameters
    ----------
    hotspot_id
        By place: its id, 0 for a new one.
    generation
        By place: 0, or how many places of its name were taken back.
    place_row
        By event: the row of its place.
    fresh
        By event: True where the store lacks it and no earlier row of the input says it.
    faults
        Events of the input that the state machine refuses.
    """

    hotspot_id: NDArray[np.int64]
    generation: NDArray[np.int64]
    place_row: NDArray[np.int64]
    fresh: NDArray[np.bool_]
    faults: tuple[Finding, ...]


def compare(conn: Connection, places: pd.DataFrame, events: pd.DataFrame) -> Known:
    """Compare an import with what the store holds of its places, and judge the lives they make.

    Parameters
    ----------
    conn
        Any role that reads hotspots; it sees those of its scope.
    places, events
        As `places.append_places` takes them.
    """
    if places["source_ref"].duplicated().any():
        raise ValueError("source_ref must name each place once")
    stored = {
        (row.source, row.source_ref): (row.hotspot_id, row.generation)
        for row in conn.execute(
            text(
                "SELECT h.source, h.source_ref, max(h.generation) + 1 AS generation,"
                " coalesce(max(h.hotspot_id) FILTER (WHERE u.import_id IS NULL), 0) AS hotspot_id"
                " FROM hotspot AS h LEFT JOIN import_undo AS u USING (import_id)"
                " WHERE h.source = ANY(:sources) GROUP BY h.source, h.source_ref"
            ),
            {"sources": places["source"].unique().tolist()},
        )
    }
    hotspot_id, generation = (
        np.array(
            [
                stored.get(name, (0, 0))
                for name in zip(places["source"], places["source_ref"], strict=True)
            ],
            dtype=np.int64,
        )
        .reshape(-1, 2)
        .T
    )
    place_row = pd.Index(places["source_ref"]).get_indexer(pd.Index(events["source_ref"]))
    if (place_row < 0).any():
        raise ValueError("an event names a place that is not among the places")
    held = pd.DataFrame(
        conn.execute(
            text(
                "SELECT event_id, hotspot_id, state, effective_on, coalesce(supersedes, 0),"
                " reason_code IS NOT NULL FROM held_hotspot_event WHERE hotspot_id = ANY(:ids)"
            ),
            {"ids": hotspot_id[hotspot_id > 0].tolist()},
        ).all(),
        columns=["event_id", "hotspot_id", "state", "day", "supersedes", "has_reason"],
    )
    row_of_id = {number: row for row, number in enumerate(hotspot_id.tolist()) if number}
    held["place"] = [row_of_id[number] for number in held["hotspot_id"]]
    given = pd.DataFrame(
        {
            "place": place_row,
            "state": events["state"].to_numpy(),
            "day": events["effective_on"].to_numpy(dtype="datetime64[D]"),
            "has_reason": reasons_of(events).notna().to_numpy(),
            "row": events.index,
        }
    )
    held["day"] = held["day"].to_numpy(dtype="datetime64[D]")
    names = ["place", "state", "day"]
    told = pd.MultiIndex.from_frame(pd.concat([held[names], given[names]], ignore_index=True))
    fresh = ~told.duplicated()[len(held) :]
    holds = hotspots.current_events(held["event_id"], held["supersedes"])
    return Known(
        hotspot_id=hotspot_id,
        generation=generation,
        place_row=place_row.astype(np.int64),
        fresh=fresh,
        faults=_faults(
            pd.concat([held[holds], given[fresh]], ignore_index=True),
            place_count=len(places),
        ),
    )


def _faults(told: pd.DataFrame, *, place_count: int) -> tuple[Finding, ...]:
    """Judge lives made of stored events (row NaN) and new ones; name the rows at fault."""
    codes = hotspots.state_codes(told["state"])
    order = hotspots.life_order(told["place"], told["day"], codes)
    lives = hotspots.make_lives(told["place"], told["day"], codes, hotspot_count=place_count)
    reasons = told["has_reason"].to_numpy(dtype=np.bool_)[order]
    fault = hotspots.find_faults(lives, has_reason=reasons)
    rows = told["row"].to_numpy(dtype=np.float64)[order]
    findings = []
    for at in np.flatnonzero(fault):
        # A new event before a stored one puts the stored one at fault: the nearest new row before
        # it in the same life is the one to name.
        blamed = at
        while (
            np.isnan(rows[blamed]) and blamed > 0 and lives.hotspot[blamed - 1] == lives.hotspot[at]
        ):
            blamed -= 1
        if np.isnan(rows[blamed]):
            continue
        findings.append(
            Finding(
                hotspots.FAULTS[fault[at]],
                row=int(rows[blamed]),
                details={
                    "before": hotspots.STATES[lives.state[at - 1]],
                    "after": hotspots.STATES[lives.state[at]],
                },
            )
        )
    return tuple(findings)


def reasons_of(events: pd.DataFrame) -> pd.Series:
    """Give the reason of each event, None where the input has no such column."""
    if "reason_code" in events:
        return events["reason_code"]
    return pd.Series(None, index=events.index, dtype=object)
