"""Rings of polygons as flat whole-number arrays: put on a grid, thinned out, cut into tiles.

All functions here work on every ring of a layer at once. The plane is the world in Web Mercator at
one zoom, x to the east, y to the south, ``EXTENT`` whole units to a tile. In it the outer ring of a
polygon has a positive area by the surveyor's formula, a hole a negative one.

Why neighbours stay together. Shared corners of two polygons are equal before rounding, so they are
equal after it; a cut finds the crossing of an edge from its two ends in one fixed order, so both
owners of the edge get the same point. Hence the rings of a coverage wind once around every place
inside it, whatever rounding did to them: no place is left uncovered.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rings:
    """Many rings, not closed (the last corner is not the first again).

    Parameters
    ----------
    x, y
        Corners of all rings, ring after ring.
    start
        First corner of each ring, and the number of corners; one longer than the others.
    owner
        Row of the geometry each ring belongs to.
    polygon
        Number of the polygon each ring belongs to; outer ring first, then its holes.
    hole
        Whether the ring is a hole.
    tile
        ``column << 32 | row`` of the tile each ring was cut to; 0 before the cut.
    """

    x: Ints
    y: Ints
    start: Ints
    owner: Ints
    polygon: Ints
    hole: NDArray[np.bool_]
    tile: Ints

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def sizes(self) -> Ints:
        """Number of corners of each ring."""
        return np.diff(self.start)

    def next_corner(self) -> Ints:
        """Index of the corner that follows each corner in its ring."""
        following = np.arange(1, len(self.x) + 1, dtype=np.int64)
        filled = self.sizes > 0
        following[self.start[1:][filled] - 1] = self.start[:-1][filled]
        return following

    def double_areas(self) -> Ints:
        """Twice the signed area of each ring, exact."""
        if len(self.x) == 0:
            return np.zeros(len(self), dtype=np.int64)
        following = self.next_corner()
        # Measured from the ring's own corner, so that the products stay far from overflow.
        x0 = np.repeat(self.x[np.minimum(self.start[:-1], len(self.x) - 1)], self.sizes)
        cross = (self.x - x0) * self.y[following] - (self.x[following] - x0) * self.y
        total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(cross)])
        areas: Ints = total[self.start[1:]] - total[self.start[:-1]]
        return areas

    def take(self, rows: Ints) -> "Rings":
        """Give the rings of these rows, in this order; a row may come more than once."""
        sizes = self.sizes[rows]
        start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        corner = np.arange(start[-1]) + np.repeat(self.start[rows] - start[:-1], sizes)
        return Rings(
            self.x[corner],
            self.y[corner],
            start,
            self.owner[rows],
            self.polygon[rows],
            self.hole[rows],
            self.tile[rows],
        )


def put_on_grid(geometries: NDArray[np.object_], *, units: float) -> Rings:
    """Round polygons to the grid of a zoom, every one of them kept visible.

    A ring that loses its area is left out, with the polygon when it is the outer one; its place
    then belongs to the neighbours. A geometry that would vanish altogether becomes a square of one
    unit.

    Parameters
    ----------
    geometries
        Polygons or multi-polygons in the unit square of Web Mercator (0..1, y to the south).
    units
        Grid units to the side of the world: ``EXTENT * 2**zoom``.
    """
    polygons, owner = shapely.get_parts(
        shapely.orient_polygons(geometries, exterior_cw=False), return_index=True
    )
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint(xy * units).astype(np.int64)
    # A corner equal to the next one says nothing; the closing corner of a ring goes with it.
    last = np.append(ring[1:] != ring[:-1], True)
    kept = ~last
    kept[:-1] &= (grid[1:] != grid[:-1]).any(axis=1)
    start = np.concatenate([[0], np.cumsum(np.bincount(ring[kept], minlength=len(rings)))])
    first_of_polygon = np.append(True, polygon[1:] != polygon[:-1])[: len(rings)]
    found = Rings(
        grid[kept, 0],
        grid[kept, 1],
        start.astype(np.int64),
        owner[polygon].astype(np.int64),
        polygon.astype(np.int64),
        ~first_of_polygon,
        np.zeros(len(rings), dtype=np.int64),
    )
    found = _without_empty(found)
    lost = np.setdiff1d(np.arange(len(geometries)), found.owner)
    return found if len(lost) == 0 else _join(found, _squares(geometries, lost, units=units))


def cut_into_tiles(rings: Rings, *, zoom: int, buffer: int) -> Rings:
    """Cut rings to every tile they touch, each tile widened by a buffer on all sides.

    The corners stay in the plane of the zoom. Ordered by tile, then as the rings came.

    Parameters
    ----------
    buffer
        In grid units.
    """
    last = (1 << zoom) - 1
    for axis in ("x", "y"):
        along = getattr(rings, axis)
        low = (_edge_of(along, rings, np.minimum) - buffer - 1) // EXTENT
        high = (_edge_of(along, rings, np.maximum) + buffer) // EXTENT
        low, high = np.clip(low, 0, last), np.clip(high, 0, last)
        spans = high - low + 1
        row = np.repeat(np.arange(len(rings)), spans)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
        number = low[row] + offset
        spread = rings.take(row)
        rings = Rings(
            spread.x,
            spread.y,
            spread.start,
            spread.owner,
            spread.polygon,
            spread.hole,
            spread.tile | (number << 32 if axis == "x" else number),
        )
        rings = _cut(rings, number * EXTENT - buffer, axis=axis, side=1)
        keep = rings.sizes > 2
        rings, number = rings.take(np.flatnonzero(keep)), number[keep]
        rings = _cut(rings, (number + 1) * EXTENT + buffer, axis=axis, side=-1)
    rings = _without_empty(rings)
    return rings.take(np.lexsort((rings.hole, rings.polygon, rings.owner, rings.tile)))


def _edge_of(along: Ints, rings: Rings, least: "np.ufunc") -> Ints:
    found: Ints = least.reduceat(along, rings.start[:-1]) if len(rings) else along[:0]
    return found


def _cut(rings: Rings, bounds: Ints, *, axis: str, side: int) -> Rings:
    """Keep of each ring what lies on one side of its own line ``axis == bound``.

    The method of Sutherland and Hodgman, one half-plane at a time. It keeps the winding around
    every place on the kept side, also for rings that rounding has made cross themselves.
    """
    along, across = (rings.x, rings.y) if axis == "x" else (rings.y, rings.x)
    bound = np.repeat(bounds, rings.sizes)
    following = rings.next_corner()
    inside = (along - bound) * side >= 0
    crossing = inside != inside[following]

    count = inside.astype(np.int64) + crossing
    place = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(count)])
    new_along = np.empty(place[-1], dtype=np.int64)
    new_across = np.empty(place[-1], dtype=np.int64)
    new_along[place[:-1][inside]] = along[inside]
    new_across[place[:-1][inside]] = across[inside]

    here = np.flatnonzero(crossing)
    there = following[here]
    swap = along[here] > along[there]
    first, second = np.where(swap, there, here), np.where(swap, here, there)
    run = along[second] - along[first]
    rise = (bound[here] - along[first]) * (across[second] - across[first])
    at = place[:-1][here] + inside[here]
    new_along[at] = bound[here]
    new_across[at] = across[first] + (2 * rise + run) // (2 * run)

    start = place[rings.start]
    # Where a corner lies on the line, it and the crossing are one place.
    ring = np.repeat(np.arange(len(rings)), np.diff(start))
    whole = Rings(
        *((new_along, new_across) if axis == "x" else (new_across, new_along)),
        start,
        rings.owner,
        rings.polygon,
        rings.hole,
        rings.tile,
    )
    after = whole.next_corner()
    differs = (whole.x != whole.x[after]) | (whole.y != whole.y[after])
    sizes = np.bincount(ring[differs], minlength=len(rings))
    return Rings(
        whole.x[differs],
        whole.y[differs],
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        rings.owner,
        rings.polygon,
        rings.hole,
        rings.tile,
    )


def _without_empty(rings: Rings) -> Rings:
    """Leave out rings without area, holes without their outer ring; turn those that flipped."""
    if len(rings) == 0:
        return rings
    area = rings.double_areas()
    # A sliver may turn over when it is rounded: an outer ring is turned back, a hole is no hole.
    turned = ~rings.hole & (area < 0)
    good = (rings.sizes > 2) & np.where(rings.hole, area < 0, area != 0)
    rows = np.flatnonzero(good)
    _, tile = np.unique(rings.tile[rows], return_inverse=True)
    _, group = np.unique(
        tile * (int(rings.polygon.max()) + 1) + rings.polygon[rows], return_inverse=True
    )
    has_outer = np.zeros(len(rows), dtype=bool)
    has_outer[group[~rings.hole[rows]]] = True
    rows = rows[has_outer[group]]
    kept, back = rings.take(rows), turned[rows]
    if not back.any():
        return kept
    corner = np.arange(len(kept.x))
    flip = np.repeat(back, kept.sizes)
    mirror = np.repeat(kept.start[:-1] + kept.start[1:] - 1, kept.sizes) - corner
    order = np.where(flip, mirror, corner)
    return Rings(
        kept.x[order],
        kept.y[order],
        kept.start,
        kept.owner,
        kept.polygon,
        kept.hole,
        kept.tile,
    )


def _squares(geometries: NDArray[np.object_], rows: Ints, *, units: float) -> Rings:
    """Give one square of one unit for each of these geometries, at a point on its surface."""
    points = shapely.get_coordinates(shapely.point_on_surface(geometries[rows]))
    corner = np.floor(points * units).astype(np.int64)
    count = len(rows)
    x = (corner[:, :1] + np.array([0, 1, 1, 0])).ravel()
    y = (corner[:, 1:] + np.array([0, 0, 1, 1])).ravel()
    start = np.arange(count + 1, dtype=np.int64) * 4
    return Rings(
        x,
        y,
        start,
        rows.astype(np.int64),
        np.arange(count, dtype=np.int64),
        np.zeros(count, dtype=bool),
        np.zeros(count, dtype=np.int64),
    )


def _join(first: Rings, second: Rings) -> Rings:
    after = int(first.polygon.max(initial=-1)) + 1
    return Rings(
        np.concatenate([first.x, second.x]),
        np.concatenate([first.y, second.y]),
        np.concatenate([first.start, first.start[-1] + second.start[1:]]),
        np.concatenate([first.owner, second.owner]),
        np.concatenate([first.polygon, second.polygon + after]),
        np.concatenate([first.hole, second.hole]),
        np.concatenate([first.tile, second.tile]),
    )
