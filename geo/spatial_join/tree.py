"""Points into polygons by shapely alone: the reference that every faster way must equal.

The rule: a polygon holds the points that it *intersects*, its outline included; where several hold
a point, the one with the smallest index does.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

NOWHERE = -1


def assign_by_tree(
    polygons: NDArray[np.object_], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give the smallest index of a polygon that intersects each point, else `NOWHERE`.

    Parameters
    ----------
    polygons
        Shapely geometries; None and empty ones hold nothing.
    x, y
        Coordinates of the points, of one length; those not finite are nowhere.
    """
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
