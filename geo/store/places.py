"""Appends places and what happened to them, and joins them anew to later boundary sets.

    places   source, source_ref, kind, lng, lat          one row per place, source_ref once
    events   source_ref, state, effective_on, actor_role, document_no [, reason_code]

The unit of a place is decided on every active boundary set by the position given. Then the position
is generalised to the centre of its H3 cell and the exact one is forgotten (N9). A place is known by
(source, source_ref), an event by place, state and day: what is known is not doubled.

The index of `events` numbers the rows of the input; findings name rows by it.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo import cells
from geo.errors import Finding, Refused
from geo.store.copying import POINT_TYPE, ewkb_points, reserve_ids, stage_numbers, stage_rows
from geo.store.known import RECORDED_AT, refuse_backdating
from geo.store.locations import (
    Located,
    active_sets,
    country_key,
    locate,
    locate_places,
    set_columns_on,
)
from geo.store.place_lives import compare, reasons_of

# N9: a point in a dwelling is a household, a cell of about 1.5 ha is not.
GENERALISED_RESOLUTION = 10

# A place as it is staged and kept.
PLACE_TYPES = {
    "hotspot_id": "bigint",
    "scope_key": "bigint",
    "source": "text",
    "source_ref": "text",
    "kind": "text",
    "position": POINT_TYPE,
    "position_precision": "text",
    "cell": "bigint",
    "generation": "smallint",
}
_EVENT_TYPES = {
    "hotspot_id": "bigint",
    "scope_key": "bigint",
    "state": "text",
    "effective_on": "date",
    "unit_key": "bigint",
    "actor_role": "text",
    "document_no": "text",
    "reason_code": "text",
}
_RECORDED_ON = {"recorded_on": "date"}


# Rights follow the newest set, so does the key by which rows are hidden.
_FOLLOW_NEWEST = (
    "UPDATE hotspot AS h SET scope_key = u.unit_key FROM hotspot_unit AS u"
    " WHERE u.hotspot_id = h.hotspot_id AND u.set_id = :newest AND h.scope_key <> u.unit_key",
    "UPDATE hotspot_event AS e SET scope_key = h.scope_key FROM hotspot AS h"
    " WHERE e.hotspot_id = h.hotspot_id AND e.scope_key <> h.scope_key",
)


@dataclass(frozen=True, slots=True)
class AppendReport:
    """What an append did: rows that are new, and rows that were known already.

    Parameters
    ----------
    place_count, event_count
        New rows.
    known_place_count, known_event_count
        Rows that the store had.
    outside_count
        New places that lie in no commune of the newest set.
    """

    place_count: int
    known_place_count: int
    event_count: int
    known_event_count: int
    outside_count: int


def check_places(
    conn: Connection, places: pd.DataFrame, events: pd.DataFrame, *, located: Located
) -> tuple[Finding, ...]:
    """Judge places and events against the store, changing nothing.

    Parameters
    ----------
    conn
        Connection of the operator.
    places, events
        As the head of this module says.
    located
        The places on the sets in force.

    Returns
    -------
    Findings ``no_boundary_set_on_day``, ``place_outside_units`` (in no commune of the set in force
    on the event's day) and those of the state machine, by row of the input.
    """
    known = compare(conn, places, events)
    column = set_columns_on(events["effective_on"], sets=located.sets)
    homes = np.array([country_key(one) for one in located.sets])
    keys = located.keys.to_numpy()[known.place_row, np.maximum(column, 0)]
    numbers = events.index.tolist()
    outside = (column >= 0) & (keys == homes[np.maximum(column, 0)])
    return (
        *_days_without_set(events, column=column),
        *(
            Finding(
                "place_outside_units",
                row=numbers[row],
                details={"title": located.sets[column[row]].title},
            )
            for row in np.flatnonzero(outside)
        ),
        *known.faults,
    )


def append_places(
    conn: Connection,
    places: pd.DataFrame,
    events: pd.DataFrame,
    *,
    provenance: str,
    import_id: int,
    keep_exact_kinds: Collection[str] = (),
    located: Located | None = None,
) -> AppendReport:
    """Append places with their events; a place in no commune stands on the country row.

    Parameters
    ----------
    conn
        Connection of the operator.
    places, events
        As the head of this module says.
    provenance
        One of `tables.PROVENANCES`.
    import_id
        Of `records.open_batch`.
    keep_exact_kinds
        Kinds of place whose exact position the owner allows to keep.
    located
        The places on the sets in force when the caller knows them already.

    Raises
    ------
    Refused
        ``places_refused``, with every finding: a step that the state machine forbids, a day
        without a boundary set, a position that is none.
    Conflict
        ``no_active_boundary_set``.
    """
    where = located or locate_places(conn, places)
    known = compare(conn, places, events)
    event_column = set_columns_on(events["effective_on"], sets=where.sets)
    cell = cells.cells_of(places["lng"], places["lat"], resolution=GENERALISED_RESOLUTION)
    numbers = events.index.tolist()
    findings = (
        *_days_without_set(events, column=event_column),
        *(
            Finding("place_without_position", row=numbers[row])
            for row in np.flatnonzero(cell[known.place_row] == cells.NO_CELL)
        ),
        *known.faults,
    )
    if findings:
        raise Refused("places_refused", findings=findings, count=len(findings))
    new = known.hotspot_id == 0
    ids = known.hotspot_id.copy()
    ids[new] = reserve_ids(
        conn, table="hotspot", column="hotspot_id", count=int(np.count_nonzero(new))
    )
    keys = where.keys.to_numpy(copy=True)
    _insert_places(
        conn,
        places.loc[new],
        ids=ids[new],
        scope_key=keys[new, -1],
        cell=cell[new],
        generation=known.generation[new],
        keep_exact_kinds=keep_exact_kinds,
        origin={"provenance": provenance, "import_id": import_id},
    )
    _insert_place_units(
        conn, ids[new], keys[new], set_ids=[one.set_id for one in where.sets], basis="given"
    )
    keys[~new] = _stored_keys(conn, ids[~new], where)
    row = known.place_row[known.fresh]
    _insert_events(
        conn,
        events.loc[known.fresh],
        ids=ids[row],
        scope_key=keys[row, -1],
        unit_key=keys[row, event_column[known.fresh]],
        origin={"provenance": provenance, "import_id": import_id},
    )
    return AppendReport(
        place_count=int(np.count_nonzero(new)),
        known_place_count=int(np.count_nonzero(~new)),
        event_count=int(np.count_nonzero(known.fresh)),
        known_event_count=int(np.count_nonzero(~known.fresh)),
        outside_count=int(np.count_nonzero(keys[new, -1] == country_key(where.sets[-1]))),
    )


def rejoin_places(conn: Connection, set_id: int) -> int:
    """Join the places that a set does not know yet, and move every scope to the newest set.

    The position given is forgotten by then: the unit is decided on the generalised one and marked
    so. A second call finds nothing to do.

    Parameters
    ----------
    conn
        Connection of the operator.
    set_id
        An active set.

    Returns
    -------
    int
        Places joined.
    """
    sets = active_sets(conn)
    wanted = tuple(one for one in sets if one.set_id == set_id)
    # A dry run leaves the server's statistics at no rows in many pages, and soon after a real
    # import it still plans for none: a nested loop over 84,000 places then takes over ten minutes.
    conn.execute(text("SET LOCAL enable_nestloop = off"))
    lacking = conn.execute(
        text(
            "SELECT hotspot_id, ST_X(position), ST_Y(position) FROM hotspot AS h WHERE NOT EXISTS"
            " (SELECT FROM hotspot_unit AS u"
            "  WHERE u.hotspot_id = h.hotspot_id AND u.set_id = :set_id) ORDER BY hotspot_id"
        ),
        {"set_id": set_id},
    ).all()
    if lacking and wanted:
        ids, lng, lat = (np.array(values) for values in zip(*lacking, strict=True))
        keys = locate(conn, lng=lng, lat=lat, sets=wanted)
        _insert_place_units(conn, ids, keys, set_ids=[set_id], basis="generalised")
    for statement in _FOLLOW_NEWEST:
        conn.execute(text(statement), {"newest": sets[-1].set_id})
    conn.execute(text("SET LOCAL enable_nestloop = on"))
    return len(lacking) if wanted else 0


def _days_without_set(events: pd.DataFrame, *, column: NDArray[np.int64]) -> tuple[Finding, ...]:
    days = events["effective_on"].to_numpy(dtype="datetime64[D]").tolist()
    numbers = events.index.tolist()
    return tuple(
        Finding(
            "no_boundary_set_on_day",
            row=numbers[row],
            details={"day": f"{days[row]:%d/%m/%Y}"},
        )
        for row in np.flatnonzero(column < 0)
    )


def _stored_keys(conn: Connection, ids: NDArray[np.int64], located: Located) -> NDArray[np.int64]:
    """Give the units decided when the places came in, by place and set."""
    columns = {one.set_id: column for column, one in enumerate(located.sets)}
    rows = {hotspot_id: row for row, hotspot_id in enumerate(ids.tolist())}
    keys = np.tile([country_key(one) for one in located.sets], (ids.size, 1)).astype(np.int64)
    for hotspot_id, set_id, unit_key in conn.execute(
        text("SELECT hotspot_id, set_id, unit_key FROM hotspot_unit WHERE hotspot_id = ANY(:ids)"),
        {"ids": ids.tolist()},
    ):
        if set_id in columns:
            keys[rows[hotspot_id], columns[set_id]] = unit_key
    return keys


def _insert_places(
    conn: Connection,
    places: pd.DataFrame,
    *,
    ids: NDArray[np.int64],
    scope_key: NDArray[np.int64],
    cell: NDArray[np.int64],
    generation: NDArray[np.int64],
    keep_exact_kinds: Collection[str],
    origin: dict[str, str | int],
) -> None:
    exact = places["kind"].isin(list(keep_exact_kinds)).to_numpy()
    centre_lng, centre_lat = cells.centre_of(cell)
    stage_rows(
        conn,
        "stage_place",
        {
            "hotspot_id": ids,
            "scope_key": scope_key,
            "source": places["source"],
            "source_ref": places["source_ref"],
            "kind": places["kind"],
            "position": ewkb_points(
                np.where(exact, places["lng"], centre_lng),
                np.where(exact, places["lat"], centre_lat),
            ),
            "position_precision": np.where(exact, "exact", "h3_10"),
            "cell": cell,
            "generation": generation.astype(np.int16),
        },
        types=PLACE_TYPES,
    )
    conn.execute(
        text(
            "INSERT INTO hotspot (hotspot_id, scope_key, source, source_ref, kind, position,"
            " position_precision, cell, generation, provenance, import_id)"
            " SELECT hotspot_id, scope_key, source, source_ref, kind, position,"
            " position_precision, cell, generation, :provenance, :import_id"
            " FROM stage_place ORDER BY hotspot_id"
        ),
        origin,
    )


def _insert_place_units(
    conn: Connection,
    ids: NDArray[np.int64],
    keys: NDArray[np.int64],
    *,
    set_ids: list[int],
    basis: str,
) -> None:
    stage_numbers(
        conn,
        "stage_place_unit",
        {
            "hotspot_id": np.repeat(ids.astype(np.int64), len(set_ids)),
            "set_id": np.tile(np.array(set_ids, dtype=np.int16), ids.size),
            "unit_key": keys.ravel(),
        },
    )
    conn.execute(
        text(
            "INSERT INTO hotspot_unit (hotspot_id, set_id, unit_key, basis)"
            " SELECT hotspot_id, set_id, unit_key, :basis FROM stage_place_unit"
        ),
        {"basis": basis},
    )


def _insert_events(
    conn: Connection,
    events: pd.DataFrame,
    *,
    ids: NDArray[np.int64],
    scope_key: NDArray[np.int64],
    unit_key: NDArray[np.int64],
    origin: dict[str, str | int],
) -> None:
    refuse_backdating(events, provenance=str(origin["provenance"]))
    stage_rows(
        conn,
        "stage_event",
        pd.DataFrame(
            {
                "hotspot_id": ids,
                "scope_key": scope_key,
                "state": events["state"].to_numpy(),
                "effective_on": events["effective_on"].to_numpy(dtype="datetime64[D]"),
                "unit_key": unit_key,
                "actor_role": events["actor_role"].to_numpy(),
                "document_no": events["document_no"].to_numpy(),
                "reason_code": reasons_of(events).to_numpy(),
                "recorded_on": events["recorded_on"].to_numpy()
                if "recorded_on" in events
                else np.full(len(events), None),
            }
        ),
        types=_EVENT_TYPES | _RECORDED_ON,
    )
    columns = ", ".join(_EVENT_TYPES)
    conn.execute(
        text(
            f"INSERT INTO hotspot_event ({columns}, provenance, import_id, recorded_at)"
            f" SELECT {columns}, :provenance, :import_id, {RECORDED_AT} FROM stage_event AS s"
            " ORDER BY hotspot_id, effective_on"
        ),
        origin,
    )
