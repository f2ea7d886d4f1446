"""Draws land, cells and their borders: a coverage from sites and an outline, no real border in it.

Cells are Voronoi cells. Each border wanders inside the kite of its edge and the two sites beside
it: kites of different edges never overlap, so wandering borders never cross. Everything is then
noded on one grid of 1e-6 degrees, so that neighbours share every vertex.
"""

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from layers.demo.sites import METRIC_CRS

GRID_DEG = 1e-6
_WANDER_SHARE = 0.55  # of the kite's half-width that a border may use
_ISLE_M = 2_200.0
_ISLET_M = 6_000.0  # archipelagos are drawn larger than they are, to be seen at all
_NEAR_SHORE_M = 1_500.0
_LEAST_LAND_M2 = 4e5
_FENCE_M = 150_000.0
_POST_M = 50_000.0
_STEP_M = (700.0, 2_500.0, 9_000.0)  # borders longer than these get 1, 3 and 7 bends

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """One cell per site, borders wandering.

    Parameters
    ----------
    polygons
        Cells in the order of the sites, EPSG:4326, reaching over the sea.
    borders
        Lines between them, EPSG:4326.
    beside
        The two sites beside each border; numbers past the sites are guards outside the country.
    """

    polygons: Geometries
    borders: Geometries
    beside: Ints


def to_degrees(geometries: Geometries) -> Geometries:
    """Project from metres to EPSG:4326, lon before lat."""
    project = pyproj.Transformer.from_crs(METRIC_CRS, "EPSG:4326", always_xy=True)
    return _projected(geometries, project)


def to_metres(geometries: Geometries) -> Geometries:
    """Project from EPSG:4326 to metres."""
    project = pyproj.Transformer.from_crs("EPSG:4326", METRIC_CRS, always_xy=True)
    return _projected(geometries, project)


def _projected(geometries: Geometries, project: pyproj.Transformer) -> Geometries:
    moved: Geometries = shapely.transform(
        geometries, lambda at: np.column_stack(project.transform(at[:, 0], at[:, 1]))
    )
    return moved


def points_of(xy: Floats) -> Geometries:
    """Make points of coordinates, shape (n, 2)."""
    return np.asarray(shapely.points(xy), dtype=object)


def draw_cells(xy: Floats, *, rng: np.random.Generator) -> Cells:
    """Draw the Voronoi cells of sites with wandering borders.

    Parameters
    ----------
    xy
        Sites in metres (`METRIC_CRS`), all different, shape (n, 2).
    rng
        Decides how borders wander.
    """
    # Guards around the country keep every cell small: far away the projection means nothing.
    fence = shapely.box(*shapely.total_bounds(points_of(xy))).buffer(_FENCE_M).exterior
    posts = shapely.line_interpolate_point(fence, np.arange(0.0, fence.length, _POST_M))
    all_xy = np.concatenate([xy, shapely.get_coordinates(posts)])
    voronoi = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(all_xy), ordered=True))
    start, end, sites = _edges(voronoi, wanted=len(xy))
    borders = to_degrees(_wander(start, end, all_xy[sites[:, 0]], all_xy[sites[:, 1]], rng=rng))
    faces = shapely.get_parts(shapely.polygonize(borders))
    points = to_degrees(points_of(xy))
    site, face = shapely.STRtree(faces).query(points, predicate="intersects")
    polygons = np.empty(len(xy), dtype=object)
    polygons[site] = faces[face]
    return Cells(polygons=polygons, borders=borders, beside=sites)


def _edges(polygons: Geometries, *, wanted: int) -> tuple[Floats, Floats, Ints]:
    """List the edges of the first `wanted` cells once each, with the two sites beside."""
    coords, owner = shapely.get_coordinates(shapely.get_exterior_ring(polygons), return_index=True)
    joined = owner[1:] == owner[:-1]
    ends = np.concatenate([coords[:-1][joined], coords[1:][joined]], axis=1)
    beside = owner[:-1][joined]
    backwards = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    edges, which = np.unique(ends, axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    which, beside = which.ravel()[order], beside[order]
    paired = np.flatnonzero(which[1:] == which[:-1])
    sites = np.column_stack([beside[paired], beside[paired + 1]])
    kept = sites.min(axis=1) < wanted
    edge = edges[which[paired][kept]]
    return edge[:, :2], edge[:, 2:], sites[kept]


def _wander(
    start: Floats, end: Floats, left: Floats, right: Floats, *, rng: np.random.Generator
) -> Geometries:
    """Bend straight borders by midpoint displacement inside their kites."""
    length = np.hypot(*(end - start).T)
    bends = np.array([0, 1, 3, 7])[np.searchsorted(_STEP_M, length)]
    noise = rng.uniform(-1.0, 1.0, size=(len(start), 7))
    lines = np.empty(len(start), dtype=object)
    for count in (0, 1, 3, 7):
        chosen = np.flatnonzero(bends == count)
        share = np.linspace(0.0, 1.0, count + 2)
        along = (end - start)[chosen]
        unit = along / length[chosen, None]
        across = np.column_stack([-unit[:, 1], unit[:, 0]])
        room = [
            _room(start[chosen], unit, across, length[chosen], apex=apex[chosen], share=share)
            for apex in (left, right)
        ]
        bend = _midpoint_displacement(noise[chosen], count=count)
        # A bend to a side uses the room on that side, so it stays in its own triangle.
        left_side = _side(start[chosen], across, left[chosen])
        limit = np.where((bend > 0) == (left_side > 0)[:, None], room[0], room[1])
        offset = _WANDER_SHARE * bend * limit
        points = (
            start[chosen, None, :]
            + share[None, :, None] * along[:, None, :]
            + offset[:, :, None] * across[:, None, :]
        )
        lines[chosen] = shapely.linestrings(points)
    return lines


def _side(start: Floats, across: Floats, apex: Floats) -> Floats:
    side: Floats = np.einsum("ij,ij->i", apex - start, across)
    return side


def _room(
    start: Floats, unit: Floats, across: Floats, length: Floats, *, apex: Floats, share: Floats
) -> Floats:
    """Measure the height of the triangle edge-apex above points of the edge.

    With h the apex's height and f its foot along an edge of length L, the height above x is the
    least of h x / f (when f > 0) and h (L - x) / (L - f) (when f < L).
    """
    height = np.abs(_side(start, across, apex))[:, None]
    foot = np.einsum("ij,ij->i", apex - start, unit)[:, None]
    at = share[None, :] * length[:, None]
    rest = length[:, None] - foot
    rising = np.where(foot > 0, at / np.where(foot > 0, foot, 1.0), np.inf)
    falling = np.where(rest > 0, (length[:, None] - at) / np.where(rest > 0, rest, 1.0), np.inf)
    room: Floats = height * np.minimum(rising, falling)
    # Beside a distant apex a short edge has endless room: no more than half its length is used.
    return np.minimum(room, 0.5 * length[:, None])


def _midpoint_displacement(noise: Floats, *, count: int) -> Floats:
    """Give offsets in -1..1 at 0, 1, 3 or 7 inner points, rough as nature; the ends are 0."""
    offsets = np.zeros((len(noise), 2))
    used, roughness = 0, 0.6
    while offsets.shape[1] < count + 2:
        middle = (offsets[:, :-1] + offsets[:, 1:]) / 2
        fresh = noise[:, used : used + middle.shape[1]] * roughness
        finer = np.empty((len(noise), offsets.shape[1] * 2 - 1))
        finer[:, ::2], finer[:, 1::2] = offsets, middle + fresh
        used, roughness, offsets = used + middle.shape[1], roughness / 2, finer
    return np.clip(offsets, -1.0, 1.0)


def draw_land(
    outline: BaseGeometry, xy: Floats, *, islet: NDArray[np.bool_], cells: Cells
) -> BaseGeometry:
    """Add isles to the outline for sites that would have no land.

    Parameters
    ----------
    outline
        The country, EPSG:4326.
    xy, islet
        Sites in metres, and which of them belong to an archipelago.
    cells
        Their cells.

    Returns
    -------
    The land, EPSG:4326, on the grid of `GRID_DEG`.
    """
    mainland: BaseGeometry = to_metres(np.array([outline], dtype=object))[0]
    points = points_of(xy)
    shapely.prepare(mainland)
    outside = np.flatnonzero(~shapely.intersects(mainland, points))
    far = shapely.distance(mainland, points[outside]) > _NEAR_SHORE_M
    dry = shapely.area(
        shapely.intersection(to_metres(cells.polygons[outside]), shapely.buffer(mainland, 0))
    )
    need = outside[far | islet[outside] | (dry < _LEAST_LAND_M2)]
    nearest = _nearest_other(points, need)
    wanted = np.where(islet[need], _ISLET_M, _ISLE_M)
    radius = np.minimum(wanted, 0.45 * nearest)
    # Hexagons that are a little uneven by place: discs would look like symbols.
    corner = np.arange(6) * np.pi / 3 + (xy[need].sum(axis=1) % 6.0)[:, None]
    uneven = 0.75 + 0.25 * np.sin(corner * 2 + xy[need, :1])
    ring = xy[need][:, None, :] + (radius[:, None] * uneven)[:, :, None] * np.stack(
        [np.cos(corner), np.sin(corner)], axis=2
    )
    isles = to_degrees(shapely.polygons(ring))
    land: BaseGeometry = shapely.union_all([outline, *isles], grid_size=GRID_DEG)
    return land


def _nearest_other(points: Geometries, chosen: Ints) -> Floats:
    """Measure from chosen points to the nearest other point, metres."""
    tree = shapely.STRtree(points)
    near, distance = tree.query_nearest(
        points[chosen], exclusive=True, return_distance=True, all_matches=False
    )
    result = np.full(len(chosen), np.inf)
    result[near[0]] = distance
    return result


def cut_faces(lines: Geometries, land: BaseGeometry) -> Geometries:
    """Cut the land along lines into faces that share every vertex.

    Parameters
    ----------
    lines
        Borders, EPSG:4326; they may cross the shore and one another.
    land
        EPSG:4326.
    """
    shapely.prepare(land)
    ashore = lines[shapely.intersects(land, lines)]
    noded = shapely.unary_union([*ashore, land.boundary], grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inside: Geometries = faces[shapely.intersects(land, shapely.point_on_surface(faces))]
    return inside


def locate(polygons: Geometries, faces: Geometries) -> Ints:
    """Find for each face the polygon in which a point of it lies, -1 for none."""
    found = np.full(len(faces), -1, dtype=np.int64)
    face, polygon = shapely.STRtree(polygons).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    found[face[::-1]] = polygon[::-1]
    return found


def unite(faces: Geometries, group: Ints, *, count: int) -> Geometries:
    """Unite the faces of each group 0..count-1 to one MultiPolygon, None for an empty group."""
    united = np.full(count, None, dtype=object)
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    bounds = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    for rows in np.split(order, bounds[1:]):
        parts = shapely.get_parts(shapely.coverage_union_all(faces[rows]))
        united[group[rows[0]]] = MultiPolygon(parts.tolist())
    return united
