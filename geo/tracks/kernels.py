"""Compiled loops over the fixes of shifts, in the order of shift and time.

Distances are those of the ellipsoid WGS 84 by its radii at the middle latitude: within a few parts
in ten million of the geodesic for steps up to 20 km, and no step of a line is longer (tested).
"""

import numpy as np
from numpy.typing import NDArray

from geo.compiled import compiled

# WGS 84: semi-major axis in metres, square of the first eccentricity.
_AXIS_M = 6378137.0
_E2 = 0.0066943799901413165
_RADIAN = np.pi / 180.0

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@compiled
def metres_between(lng_a: float, lat_a: float, lng_b: float, lat_b: float) -> float:
    """Give the length of a short step in metres, from degrees."""
    middle = (lat_a + lat_b) * 0.5 * _RADIAN
    sine = np.sin(middle)
    bulge = 1.0 - _E2 * sine * sine
    across = _AXIS_M / np.sqrt(bulge)
    along = across * (1.0 - _E2) / bulge
    east = (lng_b - lng_a) * _RADIAN * across * np.cos(middle)
    north = (lat_b - lat_a) * _RADIAN * along
    return float(np.sqrt(east * east + north * north))


@compiled
def step_metres(lng: Floats, lat: Floats) -> Floats:
    """Give the length of the step that ends at each fix; 0 for the first."""
    metres = np.zeros(lng.size)
    for at in range(1, lng.size):
        metres[at] = metres_between(lng[at - 1], lat[at - 1], lng[at], lat[at])
    return metres


@compiled
def follow(
    track: Integers,
    lng: Floats,
    lat: Floats,
    time_ms: Integers,
    limit_m_per_ms: float,
    noise_m: float,
    run_most: int,
    gap_ms: int,
) -> tuple[Flags, Flags]:
    """Leave out fixes that nobody can have gone to, and break the lines.

    A fix out of reach of the line is in doubt. Where the line goes on without it (out and back), it
    goes; where what follows stays with it for `run_most` fixes, it is believed and a line begins
    there; what stood before it goes when that was shorter (a receiver that is just switched on).

    Returns
    -------
    tuple
        By fix: whether it stays, and whether a line begins with it.
    """
    count = track.size
    kept = np.zeros(count, dtype=np.bool_)
    starts = np.zeros(count, dtype=np.bool_)
    last, run, run_first, doubt, doubt_first = 0, 0, 0, 0, 0
    for at in range(count):
        if at == 0 or track[at] != track[at - 1]:
            kept[at], starts[at] = True, True
            last, run, run_first, doubt = at, 1, at, 0
            continue
        reach = noise_m + limit_m_per_ms * (time_ms[at] - time_ms[last])
        near_line = metres_between(lng[last], lat[last], lng[at], lat[at]) <= reach
        near_doubt = False
        if doubt > 0:
            reach = noise_m + limit_m_per_ms * (time_ms[at] - time_ms[at - 1])
            near_doubt = metres_between(lng[at - 1], lat[at - 1], lng[at], lat[at]) <= reach
        if near_line and (doubt < 2 or not near_doubt):
            kept[at] = True
            starts[at] = time_ms[at] - time_ms[last] > gap_ms
            last, run, doubt = at, run + 1, 0
        elif near_doubt:
            doubt += 1
            if doubt < run_most:
                continue
            if run < run_most:
                kept[run_first:doubt_first] = False
                starts[run_first:doubt_first] = False
            for one in range(doubt_first, at + 1):
                kept[one] = True
                starts[one] = one == doubt_first or time_ms[one] - time_ms[one - 1] > gap_ms
            last, run, run_first, doubt = at, doubt, doubt_first, 0
        else:
            doubt, doubt_first = 1, at
    return kept, starts


@compiled
def stays(
    lng: Floats, lat: Floats, time_ms: Integers, starts: Flags, radius_m: float, least_ms: int
) -> Flags:
    """Tell for the step that ends at each fix whether it is part of a stay.

    A stay is a run of fixes of one line within `radius_m` of its first that lasts `least_ms`.
    """
    count = lng.size
    standing = np.zeros(count, dtype=np.bool_)
    first = 0
    while first < count:
        # Over some metres a plane is good enough, and this is the loop within the loop.
        cosine = np.cos(lat[first] * _RADIAN)
        east_m, north_m = _AXIS_M * _RADIAN * cosine, _AXIS_M * _RADIAN
        after = first + 1
        while after < count and not starts[after]:
            east = (lng[after] - lng[first]) * east_m
            north = (lat[after] - lat[first]) * north_m
            if east * east + north * north > radius_m * radius_m:
                break
            after += 1
        if after - 1 > first and time_ms[after - 1] - time_ms[first] >= least_ms:
            standing[first + 1 : after] = True
            first = after - 1
        else:
            first += 1
    return standing
