"""Draws the simplified lines of shifts."""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

# Douglas-Peucker tolerance: about a road's width with the receiver's noise.
TOLERANCE_M = 10.0
# UTM zone 48N holds most of the country; at the far end of the sea its metre is 2 % longer.
_METRIC_CRS = "EPSG:32648"


def draw_lines(
    track: NDArray[np.int64],
    lng: NDArray[np.float64],
    lat: NDArray[np.float64],
    starts: NDArray[np.bool_],
    *,
    tracks: NDArray[np.int64],
) -> NDArray[np.object_]:
    """Give one MultiLineString per shift, simplified to `TOLERANCE_M`; its vertices are fixes.

    Parameters
    ----------
    track, lng, lat
        Fixes on the line, ordered by shift and time; EPSG:4326.
    starts
        Where a line begins.
    tracks
        The shifts wanted, ascending.
    """
    number = np.cumsum(starts) - 1
    begins = np.flatnonzero(starts)
    length = np.diff(np.append(begins, track.size))
    drawn = (length > 1)[number]
    result = np.full(tracks.size, shapely.MultiLineString(), dtype=object)
    if not drawn.any():
        return result
    to_metres = Transformer.from_crs("EPSG:4326", _METRIC_CRS, always_xy=True)
    x, y = to_metres.transform(lng[drawn], lat[drawn])
    # Height carries the number of the fix through, so that it comes out as it went in.
    fix = np.flatnonzero(drawn).astype(np.float64)
    _, line = np.unique(number[drawn], return_inverse=True)
    simple = shapely.simplify(
        shapely.linestrings(np.stack([x, y, fix], axis=1), indices=line),
        TOLERANCE_M,
        preserve_topology=False,
    )
    coordinates, line = shapely.get_coordinates(simple, include_z=True, return_index=True)
    at = coordinates[:, 2].astype(np.int64)
    lines = np.asarray(shapely.linestrings(lng[at], lat[at], indices=line), dtype=object)
    owner = np.searchsorted(tracks, track[begins[length > 1]])
    with_lines = np.unique(owner)
    result[with_lines] = shapely.multilinestrings(lines, indices=np.searchsorted(with_lines, owner))
    return result
