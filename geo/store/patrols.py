"""Appends measured shifts: sums, pieces of the track by commune, time by cell.

A shift is known by (source, source_ref) as long as its import has not been taken back; what is
known is not doubled. Communes are those of the newest boundary set in force; `patrol_recut` adds
the pieces on a set that comes later. What lies in none is on the set's country row, so that the
pieces of a track on one set always add up to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo.spatial_join import NOWHERE, build_index
from geo.store.boundary_sets import BoundarySet
from geo.store.copying import ewkb_shapes, reserve_ids, stage_rows
from geo.store.fixes import FixesFile
from geo.store.locations import active_sets, country_key
from geo.store.tables import SRID
from geo.store.track_cutting import cut_lines
from geo.tracks.pieces import UnitOf

_LINES = f"geometry(MultiLineString,{SRID})"
_PATROL_TYPES = {
    "patrol_id": "bigint",
    "source_ref": "text",
    "started_ms": "bigint",
    "ended_ms": "bigint",
    "fix_count": "integer",
    "dropped_count": "integer",
    "jump_count": "integer",
    "gap_count": "integer",
    "gap_s": "integer",
    "distance_m": "double precision",
    "moving_s": "integer",
    "standing_s": "integer",
    "fixes_file": "text",
    "fixes_sha256": "text",
    "geom": _LINES,
}
_TRACK_TYPES = {
    "patrol_id": "bigint",
    "unit_key": "bigint",
    "geom": _LINES,
    "distance_m": "double precision",
    "seconds": "double precision",
}
_CELL_TYPES = {
    "patrol_id": "bigint",
    "month": "date",
    "cell": "bigint",
    "unit_key": "bigint",
    "seconds": "double precision",
    "fix_count": "integer",
}


@dataclass(frozen=True, slots=True)
class Land:
    """The communes near some shifts, of the newest boundary set in force.

    Parameters
    ----------
    set_id, country_key
        Of the set.
    keys, shapes
        Unit key and geometry of each commune, by key.
    """

    set_id: int
    country_key: int
    keys: NDArray[np.int64]
    shapes: NDArray[np.object_]

    def unit_of(self) -> UnitOf:
        """Make the function that gives the unit of positions."""
        index = build_index(self.shapes)
        keys = np.append(self.keys, self.country_key)

        def unit_of(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
            held_by = index.assign(lng, lat)
            return keys[np.where(held_by == NOWHERE, self.keys.size, held_by)]

        return unit_of


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A shift that the store has.

    Parameters
    ----------
    started_ms, ended_ms
        Milliseconds since 1970 UTC.
    fix_count
        Fixes without duplicates.
    """

    started_ms: int
    ended_ms: int
    fix_count: int


def newest_set(conn: Connection) -> BoundarySet:
    """Give the newest set in force, by which tracks are cut.

    Raises
    ------
    Conflict
        ``no_active_boundary_set``.
    """
    return active_sets(conn)[-1]


def land_near(
    conn: Connection, *, about: BoundarySet, bounds: tuple[float, float, float, float]
) -> Land:
    """Read the communes of a set that meet a box of degrees (west, south, east, north)."""
    rows = conn.execute(
        text(
            "SELECT unit_key, ST_AsBinary(geom) FROM unit_version"
            " WHERE set_id = :set_id AND level = 'commune'"
            f" AND geom && ST_MakeEnvelope(:w, :s, :e, :n, {SRID}) ORDER BY unit_key"
        ),
        {"set_id": about.set_id, **dict(zip("wsen", bounds, strict=True))},
    ).all()
    return Land(
        set_id=about.set_id,
        country_key=country_key(about),
        keys=np.array([row[0] for row in rows], dtype=np.int64),
        shapes=np.asarray(shapely.from_wkb([bytes(row[1]) for row in rows]), dtype=object),
    )


def known_shifts(conn: Connection, *, source: str) -> dict[str, KnownShift]:
    """Give the shifts of a source that the store has, by their ref."""
    rows = conn.execute(
        text(
            "SELECT source_ref, CAST(extract(epoch FROM started_at) * 1000 AS bigint),"
            " CAST(extract(epoch FROM ended_at) * 1000 AS bigint), fix_count"
            " FROM held_patrol WHERE source = :source"
        ),
        {"source": source},
    )
    return {ref: KnownShift(int(start), int(end), count) for ref, start, end, count in rows}


def fixes_files(conn: Connection) -> tuple[FixesFile, ...]:
    """Give every file of fixes that a row names, also of imports that were taken back."""
    rows = conn.execute(
        # Asked of a function, since a session sees the patrols of its area only.
        text("SELECT fixes_file, fixes_sha256 FROM bando.fixes_files()")
    )
    return tuple(FixesFile(path, digest) for path, digest in rows)


def append_patrols(
    conn: Connection,
    shifts: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    land: Land,
    files: Mapping[str, FixesFile],
    source: str,
    provenance: str,
    import_id: int,
) -> int:
    """Append shifts that the store does not know.

    Parameters
    ----------
    conn
        Connection of the operator.
    shifts
        As `geo.tracks.Tracks.sums`, with the columns source_ref, month (yyyy-mm) and line (a
        MultiLineString) beside.
    cells
        As `geo.tracks.Tracks.cells`; track is the index of `shifts`, unit a key of `land`.
    land
        Where the cells' units come from.
    files
        File of fixes by month.
    source, provenance, import_id
        Origin.

    Returns
    -------
    int
        Pieces of tracks.
    """
    ids = reserve_ids(conn, table="patrol", column="patrol_id", count=len(shifts))
    origin = {"source": source, "provenance": provenance, "import_id": import_id}
    lines = np.array(shifts["line"].tolist(), dtype=object)
    stage_rows(
        conn,
        "stage_patrol",
        pd.DataFrame(
            {
                "patrol_id": ids,
                **{name: shifts[name].to_numpy() for name in ("source_ref", "fix_count")},
                **{name: shifts[name].to_numpy() for name in ("started_ms", "ended_ms")},
                "dropped_count": shifts["duplicate_count"].to_numpy(),
                **{name: shifts[name].to_numpy() for name in ("jump_count", "gap_count")},
                "distance_m": shifts["distance_m"].to_numpy(),
                **{
                    f"{name}_s": np.rint(shifts[f"{name}_ms"].to_numpy() / 1000).astype(np.int64)
                    for name in ("gap", "moving", "standing")
                },
                "fixes_file": [files[month].path for month in shifts["month"]],
                "fixes_sha256": [files[month].sha256 for month in shifts["month"]],
                "geom": _lines_or_none(lines),
            }
        ),
        types=_PATROL_TYPES,
    )
    conn.execute(
        text(
            "INSERT INTO patrol (patrol_id, source, source_ref, generation, started_at, ended_at,"
            " fix_count, dropped_count, jump_count, gap_count, gap_s, distance_m, moving_s,"
            " standing_s, fixes_file, fixes_sha256, geom, provenance, import_id)"
            " SELECT s.patrol_id, :source, s.source_ref, coalesce((SELECT max(p.generation) + 1"
            " FROM patrol AS p WHERE p.source = :source AND p.source_ref = s.source_ref), 0),"
            " to_timestamp(s.started_ms / 1000.0), to_timestamp(s.ended_ms / 1000.0),"
            " s.fix_count, s.dropped_count, s.jump_count, s.gap_count, s.gap_s, s.distance_m,"
            " s.moving_s, s.standing_s, s.fixes_file, s.fixes_sha256, s.geom, :provenance,"
            " :import_id FROM stage_patrol AS s ORDER BY s.patrol_id"
        ),
        origin,
    )
    return append_pieces(
        conn, pd.Series(ids, index=shifts.index), lines=lines, cells=cells, land=land
    )


def append_pieces(
    conn: Connection,
    ids: pd.Series,
    *,
    lines: NDArray[np.object_],
    cells: pd.DataFrame,
    land: Land,
) -> int:
    """Append what shifts have in each commune of a set: a piece of the track, time by cell.

    Parameters
    ----------
    conn
        Connection of the operator.
    ids
        Patrol by the number of its track in `cells`.
    lines
        Simplified line of each patrol, in the order of `ids`.
    cells
        As `geo.tracks.Tracks.cells`, unit a key of `land`.
    land
        Communes of the set.

    Returns
    -------
    int
        Pieces of tracks.
    """
    told = cells.assign(
        patrol_id=ids.loc[cells["track"]].to_numpy(),
        unit_key=cells["unit"],
        seconds=cells["ms"] / 1000,
    )
    stage_rows(conn, "stage_patrol_cell", told, types=_CELL_TYPES)
    pieces = cut_lines(lines, keys=land.keys, shapes=land.shapes, outside=land.country_key)
    pieces = pieces.assign(patrol_id=ids.to_numpy()[pieces["line"]], unit_key=pieces["unit"])
    keys = ["patrol_id", "unit_key"]
    sums = told.groupby(keys, as_index=False)[["metres", "seconds"]].sum()
    tracks = sums.merge(pieces[[*keys, "geom"]], on=keys, how="outer")
    stage_rows(
        conn,
        "stage_patrol_track",
        pd.DataFrame(
            {
                "patrol_id": tracks["patrol_id"],
                "unit_key": tracks["unit_key"],
                "geom": _lines_or_none(tracks["geom"].to_numpy()),
                "distance_m": tracks["metres"].fillna(0.0),
                "seconds": tracks["seconds"].fillna(0.0),
            }
        ),
        types=_TRACK_TYPES,
    )
    columns = ", ".join(_TRACK_TYPES)
    conn.execute(
        text(
            f"INSERT INTO patrol_track ({columns}, set_id)"
            f" SELECT {columns}, :set_id FROM stage_patrol_track"
        ),
        {"set_id": land.set_id},
    )
    # After the tracks: the database takes cells of units that the track has pieces in.
    columns = ", ".join(_CELL_TYPES)
    conn.execute(
        text(f"INSERT INTO patrol_cell ({columns}) SELECT {columns} FROM stage_patrol_cell")
    )
    return len(tracks)


def _lines_or_none(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Write lines as PostGIS reads them from text; of no line nothing."""
    return ewkb_shapes(
        one if isinstance(one, shapely.MultiLineString) and not one.is_empty else None
        for one in shapes
    )
