"""The communes of a boundary set as one coverage: projected, thinned out, united by what is above.

A coverage is a set of polygons that share their common borders corner by corner. Thinned out as one
it stays one, so neighbours never part and never overlap, and unions of its members have its lines.
Shapes here lie in the unit square: Web Mercator with the world as 0..1, y to the south.
"""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]


def to_unit_square(frame: gpd.GeoDataFrame) -> Shapes:
    """Project the geometry of a frame in EPSG:4326."""

    def project(lng_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        sine = np.sin(np.radians(lng_lat[:, 1]))
        y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
        return np.column_stack([(lng_lat[:, 0] + 180.0) / 360.0, y])

    shapes = np.asarray(frame.geometry.array, dtype=object)
    projected: Shapes = shapely.transform(shapes, project)
    return projected


def to_lng_lat(shapes: Shapes, *, decimals: int) -> Shapes:
    """Turn shapes of the unit square back into degrees, rounded."""

    def unproject(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        lat = np.degrees(np.arctan(np.sinh((1.0 - 2.0 * xy[:, 1]) * np.pi)))
        return np.round(np.column_stack([xy[:, 0] * 360.0 - 180.0, lat]), decimals)

    turned: Shapes = shapely.transform(shapes, unproject)
    return turned


def row_above(units: gpd.GeoDataFrame, above: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Row of the unit of a higher level that each unit lies in, -1 where there is none.

    Parameters
    ----------
    units, above
        Both with ``unit_key``; the second in its order and with ``key_to``.
    """
    if len(above) == 0:
        return np.full(len(units), -1, dtype=np.int64)
    keys = units["unit_key"].to_numpy()
    row = np.searchsorted(above["unit_key"].to_numpy(), keys, side="right") - 1
    inside = (row >= 0) & (keys <= above["key_to"].to_numpy()[row])
    return np.where(inside, row, -1).astype(np.int64)


def united(shapes: Shapes, rows: NDArray[np.int64], *, count: int) -> Shapes:
    """Unite the shapes of each row, 0 to ``count``; a row without shapes is empty."""
    return np.array([_union(shapes[rows == row]) for row in range(count)], dtype=object)


def thinned(shapes: Shapes, *, tolerance: float, islet: float) -> Shapes:
    """Thin out a coverage, leave out tiny lone islets, keep every unit large enough to be seen.

    Parameters
    ----------
    tolerance
        Square root of the area that a corner may change, as `shapely.coverage_simplify` has it.
    islet
        Side of the square whose area a lone polygon needs; 0 keeps all. Only lone polygons go,
        since leaving out one with neighbours would open a gap. Of a unit the largest polygon always
        stays, as a square of at least half that side: an island district is on every map.
    """
    simple: Shapes = shapely.coverage_simplify(shapes, tolerance)
    if islet <= 0:
        return simple
    parts, owner = shapely.get_parts(simple, return_index=True)
    area = shapely.area(parts)
    largest = np.zeros(len(simple))
    np.maximum.at(largest, owner, area)
    small = np.flatnonzero(_lone(parts) & (area < islet**2))
    keep = np.ones(len(parts), dtype=bool)
    keep[small] = area[small] == largest[owner[small]]
    side = islet / 2
    speck = small[keep[small] & (area[small] < side**2)]
    if len(speck):
        middle = shapely.get_coordinates(shapely.centroid(parts[speck]))
        low, high = middle - side / 2, middle + side / 2
        parts[speck] = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    changed = np.unique(owner[np.append(small, speck)])
    for row in changed:
        simple[row] = shapely.multipolygons(parts[(owner == row) & keep])
    return simple


def _lone(parts: Shapes) -> NDArray[np.bool_]:
    """Tell which polygons share no corner with another one."""
    corners, part = shapely.get_coordinates(parts, return_index=True)
    order = np.lexsort((corners[:, 1], corners[:, 0]))
    same = (corners[order[1:]] == corners[order[:-1]]).all(axis=1)
    other = part[order[1:]] != part[order[:-1]]
    met = same & other
    lone = np.ones(len(parts), dtype=bool)
    lone[part[order[1:][met]]] = False
    lone[part[order[:-1][met]]] = False
    return lone


def _union(shapes: Shapes) -> shapely.Geometry:
    try:
        whole = shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        whole = None
    if whole is not None and shapely.is_valid(whole):
        return whole
    # Communes that overlap are no coverage; an accepted finding lets such a set in.
    return shapely.union_all(shapely.make_valid(shapes))
