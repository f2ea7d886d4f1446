"""Shares the time and length of steps out over H3 cells, units and months.

A step within one cell and one unit belongs there whole: cells are convex. Any other is cut into
equal parts of at most `PART_M`, and the middle of a part says where it belongs; so a border is met
to half a part. The parts of a step add up to it exactly.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo import cells

# About 0.1 square kilometres: a village street, and no house.
CELL_RESOLUTION = 9
PART_M = 20.0
# Local time of Vietnam; it has had no other since 1975.
LOCAL_OFFSET_MS = 7 * 3600 * 1000
# Parts made at once: bounds the memory.
_PARTS_AT_ONCE = 1 << 21
_KEYS = ["track", "month", "cell", "unit"]

UnitOf = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int64]]


def share_out(
    track: NDArray[np.int64],
    lng: NDArray[np.float64],
    lat: NDArray[np.float64],
    time_ms: NDArray[np.int64],
    starts: NDArray[np.bool_],
    metres: NDArray[np.float64],
    *,
    unit_of: UnitOf,
) -> pd.DataFrame:
    """Share out the steps that end at each fix, but for those that begin a line.

    Parameters
    ----------
    track, lng, lat, time_ms
        Fixes on the line, in order.
    starts
        Where a line begins.
    metres
        Length of the step that ends at each fix.
    unit_of
        Gives a number for each position.

    Returns
    -------
    Columns track, month, cell, unit, ms, metres, fix_count.
    """
    cell = cells.cells_of(lng, lat, resolution=CELL_RESOLUTION)
    unit = unit_of(lng, lat)
    ends = np.flatnonzero(~starts)
    begins = ends - 1
    # A part of a step never lasts past the end of a month: where months differ, it is cut too.
    whole = (cell[begins] == cell[ends]) & (unit[begins] == unit[ends])
    month = month_of(time_ms)
    whole &= month[begins] == month[ends]
    took = time_ms[ends] - time_ms[begins]
    at_fixes = _sum(
        track,
        month,
        cell,
        unit,
        ms=np.zeros(track.size, dtype=np.int64),
        metres=np.zeros(track.size),
        fixes=np.ones(track.size, dtype=np.int64),
    )
    at = begins[whole]
    sums = [
        at_fixes,
        _sum(
            track[at],
            month[at],
            cell[at],
            unit[at],
            ms=took[whole],
            metres=metres[ends[whole]],
            fixes=np.zeros(at.size, dtype=np.int64),
        ),
    ]
    cut = np.flatnonzero(~whole)
    parts = np.maximum(2, np.ceil(metres[ends[cut]] / PART_M)).astype(np.int64)
    for chosen in _groups(parts):
        step, count = cut[chosen], parts[chosen]
        of = np.repeat(np.arange(step.size), count)
        nth = np.arange(of.size) - np.repeat(np.cumsum(count) - count, count)
        before, after = begins[step][of], ends[step][of]
        middle = (nth + 0.5) / count[of]
        x = lng[before] + (lng[after] - lng[before]) * middle
        y = lat[before] + (lat[after] - lat[before]) * middle
        since = took[step][of] * nth // count[of]
        until = took[step][of] * (nth + 1) // count[of]
        sums.append(
            _sum(
                track[before],
                month_of(time_ms[before] + since),
                cells.cells_of(x, y, resolution=CELL_RESOLUTION),
                unit_of(x, y),
                ms=until - since,
                metres=metres[after] / count[of],
                fixes=np.zeros(of.size, dtype=np.int64),
            )
        )
    together = pd.concat(sums, ignore_index=True).groupby(_KEYS, as_index=False).sum()
    return together.assign(month=together["month"].to_numpy().astype("datetime64[M]"))


def month_of(time_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the local month of instants, as months since January 1970."""
    local = (time_ms + LOCAL_OFFSET_MS).astype("datetime64[ms]")
    return local.astype("datetime64[M]").astype(np.int64)


def _sum(
    track: NDArray[np.int64],
    month: NDArray[np.int64],
    cell: NDArray[np.int64],
    unit: NDArray[np.int64],
    *,
    ms: NDArray[np.int64],
    metres: NDArray[np.float64],
    fixes: NDArray[np.int64],
) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "track": track,
            "month": month,
            "cell": cell,
            "unit": unit,
            "ms": ms,
            "metres": metres,
            "fix_count": fixes,
        }
    )
    return rows.groupby(_KEYS, as_index=False).sum()


def _groups(parts: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Split steps into groups of about `_PARTS_AT_ONCE` parts."""
    group = np.cumsum(parts) // _PARTS_AT_ONCE
    return np.split(np.arange(parts.size), np.flatnonzero(np.diff(group)) + 1) if parts.size else []
