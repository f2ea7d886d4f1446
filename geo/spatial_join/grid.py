"""A grid over a layer of polygons that answers which polygon holds a point, exactly as shapely.

    cell that no edge touches     one answer for all its points: a label
    cell that edges may touch     the polygons' states at one reference point of the cell, and the
                                  edges: a point's states are those at the reference, changed at
                                  every edge on the way from there
    undecided                     shapely is asked (`tree`)

Why the answers are shapely's, in every bit:

1. GEOS decides by the parity of a polygon's edges on a ray east of the point, and by the side of
   the point on those edges whose span of y holds it (its prepared polygons do so for invalid ones
   too). Where all sides are exact, parity depends on the point alone, not on the way one counts.
2. A side is exact in GEOS unless the point is within rounding of the edge. Such an edge is listed
   in the point's cell: the cells of an edge are found by monotone arithmetic or with a margin far
   wider than rounding (`kernels.visits_of`). No other edge of the cell's surroundings counts.
3. For the edges listed a filter gives a sign only where it is the exact one and GEOS cannot have
   another (`kernels._turn`); otherwise the point is shapely's to answer.

What this rests on is checked per layer (`_place`): finite coordinates, no product that under- or
overflows, an extent that is not lost in the rounding of its place. Other layers get no grid and
are answered by shapely, as is everything where numba is not installed.
"""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.spatial_join.tree import NOWHERE, assign_by_tree

if TYPE_CHECKING:
    from geo.spatial_join.kernels import Frame

THREADS = 2

_POINTS_PER_TASK = 1 << 18
_POLYGONAL = (-1, 3, 6)  # None, polygon, multipolygon
# Visits per edge that the size of a cell aims at, and visits that small layers may have.
_VISITS_PER_EDGE = 1.8
_FREE_VISITS = 1 << 14
_MAX_CELLS_ON_A_SIDE = 1 << 14
_SMALLEST_SCALE, _LARGEST_SCALE = 2.0**-100, 2.0**400
_SMALLEST_SHARE = 2.0**-200
_SMALLEST_EXTENT_SHARE = 2.0**-26
_MARGIN_SHARE = 2.0**-44


@dataclass(frozen=True, slots=True)
class _Grid:
    """The arrays of `kernels`; read only."""

    frame: "Frame"
    coarse: NDArray[np.int32]
    fine: NDArray[np.int32]
    stream: NDArray[np.int32]
    vertices: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GridIndex:
    """A layer of polygons made ready for many points. Made by `build_index`.

    Parameters
    ----------
    polygons
        The layer; asked where the grid does not decide.
    grid
        None when the layer is answered by shapely alone.
    """

    polygons: NDArray[np.object_]
    grid: _Grid | None

    @property
    def nbytes(self) -> int:
        """Bytes of the index, the polygons themselves not counted."""
        if self.grid is None:
            return 0
        arrays = (self.grid.coarse, self.grid.fine, self.grid.stream, self.grid.vertices)
        return sum(array.nbytes for array in arrays)

    def assign(self, lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int64]:
        """Give the smallest index of a polygon that intersects each point, else `NOWHERE`.

        Parameters
        ----------
        lng, lat
            Coordinates of the points in the layer's coordinate system, of one length; those not
            finite are nowhere.
        """
        x, y = checked_points(lng, lat)
        if self.grid is None:
            return assign_by_tree(self.polygons, x, y)
        found = np.empty(x.size, dtype=np.int64)
        if _find(self.grid, x, y, found):
            left = np.flatnonzero(found < NOWHERE)
            found[left] = assign_by_tree(self.polygons, x[left], y[left])
        return found


def checked_points(
    lng: ArrayLike, lat: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take coordinates as two arrays of doubles.

    Raises
    ------
    ValueError
        When they are not one-dimensional and of one length.
    """
    x = np.ascontiguousarray(lng, dtype=np.float64)
    y = np.ascontiguousarray(lat, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError("lng and lat must be one-dimensional and of one length")
    return x, y


def build_index(polygons: NDArray[np.object_]) -> GridIndex:
    """Make a layer ready for many points.

    Parameters
    ----------
    polygons
        Shapely polygons or multipolygons; None and empty ones hold nothing. A polygon across the
        antimeridian must have been cut there.
    """
    layer = np.array(polygons, dtype=object)
    if importlib.util.find_spec("numba") is None:
        return GridIndex(layer, None)
    return GridIndex(layer, _make_grid(layer))


def _find(
    grid: _Grid, x: NDArray[np.float64], y: NDArray[np.float64], found: NDArray[np.int64]
) -> int:
    """Write what the grid decides into `found`; give the number of points that it does not."""
    from geo.spatial_join import kernels

    def task(start: int) -> int:
        part = slice(start, start + _POINTS_PER_TASK)
        return kernels.find(
            grid.frame, grid.coarse, grid.fine, grid.stream, grid.vertices,
            x[part], y[part], found[part],
        )  # fmt: skip

    starts = range(0, x.size, _POINTS_PER_TASK)
    if len(starts) < THREADS:
        return sum(map(task, starts))
    # Threads of our own, since the compiled loops hold no lock: numba's prange ends the process
    # when two threads of a service use it at once, and takes three times as long to compile.
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(task, starts))


def _make_grid(polygons: NDArray[np.object_]) -> _Grid | None:
    """Lay the grid; None for a layer that shapely must answer."""
    if not np.isin(shapely.get_type_id(polygons), _POLYGONAL).all():
        return None
    parts, part_polygon = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coordinates, vertex_ring = shapely.get_coordinates(rings, return_index=True)
    # Adding 0.0 makes -0.0 the 0.0 that it equals.
    x = np.ascontiguousarray(coordinates[:, 0]) + 0.0
    y = np.ascontiguousarray(coordinates[:, 1]) + 0.0
    if not _is_tame(x, y):
        return None

    from geo.spatial_join import kernels

    vertices, edges, uses = kernels.join_edges(
        x, y, x.view(np.uint64), y.view(np.uint64),
        np.searchsorted(vertex_ring, np.arange(len(rings) + 1)),
        part_polygon[ring_part].astype(np.int32),
    )  # fmt: skip
    frame = _place(vertices, edges)
    nothing = np.empty(0, dtype=np.int64)
    visits = np.empty(kernels.visits_of(frame, vertices, edges, nothing), dtype=np.int64)
    kernels.visits_of(frame, vertices, edges, visits)
    events, asks = kernels.events_of(frame, vertices, edges)
    visits = np.sort(np.concatenate([visits, asks]))
    events = np.sort(events)
    coarse, fine = kernels.make_blocks(frame, visits)
    cell_count = 1 + int(np.count_nonzero(np.diff(visits >> 32)))
    stream = np.empty(kernels.stream_room(cell_count, visits.size), dtype=np.int32)
    used = kernels.write_cells(frame, visits, events, uses, coarse, fine, stream, len(polygons))
    # Of the room only what was used ever became memory; the copy gives the rest of it back.
    grid = _Grid(frame, coarse, fine, stream[:used].copy(), vertices)
    for array in (grid.coarse, grid.fine, grid.stream, grid.vertices):
        array.setflags(write=False)
    return grid


def _is_tame(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Tell whether arithmetic on these vertices is as the module's docstring needs it."""
    if x.size == 0:
        return False
    sizes = np.abs(np.concatenate([x, y]))
    scale = float(sizes.max())
    # NaN and infinity compare False.
    if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
        return False
    if np.any((sizes > 0) & (sizes < scale * _SMALLEST_SHARE)):
        return False
    return min(float(np.ptp(x)), float(np.ptp(y))) >= scale * _SMALLEST_EXTENT_SHARE


def _place(vertices: NDArray[np.float64], edges: NDArray[np.int32]) -> "Frame":
    """Choose the grid: so fine that an edge touches about two cells, within bounds of memory."""
    from geo.spatial_join.kernels import Frame

    x0, y0 = (float(v) for v in vertices.min(axis=0))
    x1, y1 = (float(v) for v in vertices.max(axis=0))
    width, height = x1 - x0, y1 - y0
    length = float(np.abs(vertices[edges + 1] - vertices[edges]).sum())
    side = max(
        length / ((_VISITS_PER_EDGE - 1) * edges.size + _FREE_VISITS),
        width / (_MAX_CELLS_ON_A_SIDE - 1),
        height / (_MAX_CELLS_ON_A_SIDE - 1),
    )
    columns, rows = int(width / side) + 1, int(height / side) + 1
    return Frame(
        x0=x0, y0=y0, x1=x1, y1=y1,
        inv_x=columns / width, inv_y=rows / height,
        step_x=width / columns, step_y=height / rows,
        columns=columns, rows=rows,
        margin=float(np.abs(vertices).max()) * _MARGIN_SHARE,
    )  # fmt: skip
