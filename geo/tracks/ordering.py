"""Puts fixes in one order, drops duplicates, tells shifts apart where nobody named them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Without names, a shift ends where the receiver is silent for so long: meals and roll-calls are
# shorter, the time between two shifts of one device is longer.
SHIFT_BREAK_S = 4 * 3600
_SECOND = 1000


@dataclass(frozen=True, slots=True)
class Fixes:
    """Fixes of many shifts, in any order.

    Parameters
    ----------
    track
        Number of the shift, not negative.
    row
        Row of the file.
    lng, lat
        Degrees, EPSG:4326.
    time_ms
        Milliseconds since 1970 UTC.
    """

    track: NDArray[np.int64]
    row: NDArray[np.int64]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    time_ms: NDArray[np.int64]

    def take(self, which: NDArray[np.generic]) -> "Fixes":
        """Give some of the fixes, by position or mask."""
        return Fixes(
            self.track[which],
            self.row[which],
            self.lng[which],
            self.lat[which],
            self.time_ms[which],
        )


@dataclass(frozen=True, slots=True)
class Ordered:
    """Fixes ordered by shift and time, one per instant.

    Parameters
    ----------
    track, lng, lat, time_ms
        As in `Fixes`.
    counts
        By shift: first_row, fix_count, duplicate_count, unordered_count, stacked_share.
    """

    track: NDArray[np.int64]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    time_ms: NDArray[np.int64]
    counts: pd.DataFrame


def put_in_order(fixes: Fixes) -> Ordered:
    """Order fixes by shift and time; of several at one instant the first row stays."""
    in_file = fixes.take(np.lexsort((fixes.row, fixes.track)))
    same_track = np.diff(in_file.track, prepend=-1) == 0
    unordered = same_track & (np.diff(in_file.time_ms, prepend=in_file.time_ms[:1]) < 0)
    by_file = pd.DataFrame({"first_row": in_file.row, "unordered_count": unordered})
    told = by_file.groupby(in_file.track)
    # Stable: rows of one instant keep the order of the file.
    ordered = in_file.take(np.lexsort((in_file.time_ms, in_file.track)))
    again = (np.diff(ordered.track, prepend=-1) == 0) & (
        np.diff(ordered.time_ms, prepend=ordered.time_ms[:1]) == 0
    )
    once = ordered.take(~again)
    by_place = np.lexsort((once.lat, once.lng, once.track))
    repeated = np.zeros(once.track.size, dtype=np.bool_)
    repeated[by_place] = (
        (np.diff(once.track[by_place], prepend=-1) == 0)
        & (np.diff(once.lng[by_place], prepend=np.nan) == 0)
        & (np.diff(once.lat[by_place], prepend=np.nan) == 0)
    )
    size = pd.Series(repeated).groupby(once.track)
    counts = pd.DataFrame(
        {
            "first_row": told["first_row"].min(),
            "fix_count": size.size(),
            "duplicate_count": pd.Series(again).groupby(ordered.track).sum(),
            "unordered_count": told["unordered_count"].sum(),
            "stacked_share": size.mean(),
        }
    )
    return Ordered(once.track, once.lng, once.lat, once.time_ms, counts)


def split_by_breaks(fixes: Fixes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tell shifts apart by breaks longer than `SHIFT_BREAK_S` within what is one track so far.

    Returns
    -------
    tuple
        By fix, in the order given: the number of its shift, from 0, and by shift the number of the
        track it was part of.
    """
    order = np.lexsort((fixes.time_ms, fixes.track))
    # One column at a time: a track can be a whole file.
    begins = np.diff(fixes.track[order], prepend=-1) != 0
    time = fixes.time_ms[order]
    begins |= np.diff(time, prepend=time[:1]) > SHIFT_BREAK_S * _SECOND
    del time
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.cumsum(begins) - 1
    return number, fixes.track[order[begins]]
