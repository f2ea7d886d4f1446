"""Judges positions in degrees: where Vietnam is, what is wrong with a pair, how many coincide.

Pure, on arrays. It says what is wrong, never where: a position can be about a person.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Vietnam with both archipelagos, and some room for the sea: west, south, east, north in degrees.
VIETNAM_WEST_SOUTH_EAST_NORTH = (102.0, 6.0, 118.0, 24.0)
# Any longitude or latitude is smaller than a whole turn: beyond it are metres of some plane.
_WHOLE_TURN_DEG = 360.0

NO_POSITION = 1
POSITION_FAULTS: Mapping[int, str] = {
    NO_POSITION: "place_without_position",
    2: "position_not_in_degrees",
    3: "position_swapped",
    4: "position_outside_vietnam",
}


def position_faults(lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int8]:
    """Give for each position 0 or the number of its fault in `POSITION_FAULTS`.

    Parameters
    ----------
    lng, lat
        As a file gives them, meant to be degrees of EPSG:4326; not finite where there is none.
    """
    x, y = np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    missing = ~(np.isfinite(x) & np.isfinite(y))
    metres = ~missing & ((np.abs(x) > _WHOLE_TURN_DEG) | (np.abs(y) > _WHOLE_TURN_DEG))
    swapped = ~missing & _in_vietnam(y, x)
    elsewhere = ~(missing | metres | swapped | _in_vietnam(x, y))
    return np.select([missing, metres, swapped, elsewhere], [NO_POSITION, 2, 3, 4], 0).astype(
        np.int8
    )


def occurrences(lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
    """Give for each position how many of the positions are exactly equal to it, itself included.

    Positions that are not finite occur 0 times.

    >>> occurrences([105.0, 105.0, 106.0, np.nan], [21.0, 21.0, 21.0, 21.0]).tolist()
    [2, 2, 1, 0]
    """
    x, y = np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    counts = np.zeros(x.shape, dtype=np.int64)
    real = np.isfinite(x) & np.isfinite(y)
    if real.any():
        pairs = np.stack([x[real], y[real]], axis=1)
        _, which, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
        counts[real] = count[which.ravel()]
    return counts


def _in_vietnam(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = VIETNAM_WEST_SOUTH_EAST_NORTH
    within: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return within
