"""Cuts the tracks of patrols by a boundary set that came later, from their raw fixes.

The pieces on earlier sets stay: a set's pieces and cells are those whose unit keys are of that set.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, text

from geo.errors import Unavailable
from geo.store import fixes, patrols
from geo.store.boundary_sets import set_by_id
from geo.tracks import Fixes, measure, put_in_order


def recut_patrols(conn: Connection, set_id: int, *, home: Path) -> int:
    """Cut the tracks that a set does not know yet; a second call finds nothing to do.

    Parameters
    ----------
    conn
        Connection of the operator.
    set_id
        An active set.
    home
        BANDO_HOME, where the raw fixes are.

    Returns
    -------
    int
        Tracks cut.

    Raises
    ------
    Unavailable
        ``fixes_file_missing``: without its fixes nobody can tell how long a patrol was where.
    """
    lacking = pd.DataFrame(
        conn.execute(
            text(
                "SELECT fixes_file, source_ref, patrol_id FROM patrol AS p WHERE NOT EXISTS"
                " (SELECT FROM patrol_track AS t WHERE t.patrol_id = p.patrol_id"
                " AND t.set_id = :set_id)"
            ),
            {"set_id": set_id},
        ).all(),
        columns=["file", "shift", "patrol_id"],
    )
    about = set_by_id(conn, set_id)
    for name, wanted in lacking.groupby("file"):
        path = fixes.find_file(home, str(name))
        if path is None:
            raise Unavailable("fixes_file_missing", file=str(name))
        # By the number that stands for a shift in its track.
        ids = pd.Series(wanted["patrol_id"].to_numpy())
        refs = pa.array(wanted["shift"].tolist(), pa.string())
        for some in _tracks(path, refs):
            land = patrols.land_near(conn, about=about, bounds=_box(some))
            tracks = measure(put_in_order(some), unit_of=land.unit_of())
            patrols.append_pieces(
                conn,
                ids.loc[tracks.sums.index],
                lines=tracks.lines,
                cells=tracks.cells,
                land=land,
            )
    return len(lacking)


def _tracks(path: Path, refs: pa.Array) -> Iterator[Fixes]:
    """Give the fixes of the shifts wanted, whole shifts at a time: a file has one after another."""
    file = pq.ParquetFile(path)
    held: Fixes | None = None
    for number in range(file.num_row_groups):
        table = file.read_row_group(number, columns=["shift", "lng", "lat", "time"])
        track = pc.index_in(table["shift"], value_set=refs)
        table = table.append_column("track", track).filter(pc.is_valid(track))
        if not table.num_rows:
            continue
        fixes_here = Fixes(
            track=table["track"].to_numpy().astype(np.int64),
            row=np.arange(table.num_rows, dtype=np.int64),
            lng=table["lng"].to_numpy(),
            lat=table["lat"].to_numpy(),
            time_ms=table["time"].cast(pa.int64()).to_numpy(),
        )
        given = fixes_here if held is None else _together(held, fixes_here)
        # The last shift may go on in the next group.
        last = given.track == given.track[-1]
        if not last.all():
            yield given.take(~last)
        held = given.take(last)
    if held is not None:
        yield held


def _box(some: Fixes) -> tuple[float, float, float, float]:
    """Give west, south, east, north."""
    west, east = float(some.lng.min()), float(some.lng.max())
    return west, float(some.lat.min()), east, float(some.lat.max())


def _together(first: Fixes, second: Fixes) -> Fixes:
    return Fixes(
        *(
            np.concatenate([getattr(first, name), getattr(second, name)])
            for name in ("track", "row", "lng", "lat", "time_ms")
        )
    )
