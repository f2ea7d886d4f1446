"""Points into polygons, exactly, with one written rule for points on a border.

The rule: a polygon holds the points that it *intersects*, its outline included; where several hold
a point, the one with the smallest index does. The units of a boundary set come ordered by key, so
a point on a common border belongs to the commune with the smaller key, in this run and every later.
Of an invalid polygon whose parts overlap the crossings of its outline decide (even and odd), where
shapely itself has no one answer: its prepared and plain predicates contradict each other.

    assign        answers; chooses the way by the number of points
    build_index   a layer made ready once, for callers that ask it again and again
      grid        a grid that knows the answer of nearly every cell, exact in every bit
      kernels       its compiled loops
      tree        shapely alone: the reference, and the answer where the grid does not decide
"""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.spatial_join.grid import GridIndex, build_index, checked_points
from geo.spatial_join.tree import NOWHERE, assign_by_tree

__all__ = ["NOWHERE", "GridIndex", "assign", "build_index"]

# With fewer points than a layer has vertices over this, making a grid costs more than it saves:
# on the 3,321 communes of 2025 both ways take a second for 300,000 points.
_VERTICES_PER_POINT = 8


def assign(polygons: NDArray[np.object_], lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
    """Give the index of the polygon that holds each point.

    The arithmetic is planar, so any coordinate system serves as long as polygons and points share
    it; a polygon across the antimeridian must have been cut there.

    Parameters
    ----------
    polygons
        Shapely polygons or multipolygons, shape (m,); None and empty ones hold nothing.
    lng, lat
        Coordinates of the points, shape (n,) each.

    Returns
    -------
    For each point the smallest index of a polygon that intersects it, `NOWHERE` when there is
    none or a coordinate is not finite.

    Raises
    ------
    ValueError
        When `lng` and `lat` are not one-dimensional and of one length.
    """
    x, y = checked_points(lng, lat)
    if x.size * _VERTICES_PER_POINT < shapely.get_num_coordinates(polygons).sum():
        return assign_by_tree(polygons, x, y)
    return build_index(polygons).assign(x, y)
