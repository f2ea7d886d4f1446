"""Points into polygons, vectorised, with one written rule for points on a border.

The rule: a polygon holds the points that it *intersects*, its outline included; where several hold
a point, the one with the smallest index does. The units of a boundary set come ordered by key, so
a point on a common border belongs to the commune with the smaller key, in this run and every later.
"""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

NOWHERE = -1


def assign(polygons: NDArray[np.object_], lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
    """Give the index of the polygon that holds each point.

    The arithmetic is planar, so any coordinate system serves as long as polygons and points share
    it; a polygon across the antimeridian must have been cut there.

    Parameters
    ----------
    polygons
        Shapely polygons or multipolygons; None and empty ones hold nothing.
    lng, lat
        Coordinates of the points, of one length.

    Returns
    -------
    For each point the smallest index of a polygon that intersects it, `NOWHERE` when there is
    none or a coordinate is not finite.
    """
    x = np.asarray(lng, dtype=np.float64)
    y = np.asarray(lat, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError("lng and lat must be one-dimensional and of one length")
    index = np.full(x.shape, NOWHERE, dtype=np.int64)
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if finite.size == 0 or len(polygons) == 0:
        return index
    # The tree stands over the points and is asked with the polygons: STRtree prepares what it is
    # asked with, and a polygon with thousands of vertices is worth preparing while a point is not.
    tree = shapely.STRtree(np.asarray(shapely.points(x[finite], y[finite])))
    polygon, point = tree.query(polygons, predicate="intersects")
    smallest = np.full(finite.size, len(polygons), dtype=np.int64)
    np.minimum.at(smallest, point, polygon)
    index[finite] = np.where(smallest < len(polygons), smallest, NOWHERE)
    return index
