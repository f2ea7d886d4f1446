"""Cuts lines and areas by the communes of a boundary set, so that people see pieces of their area.

What lies in no commune stands on the country row, so that the pieces cover the whole. A line along
a common border has a piece in both communes: it runs through both. A point goes to the commune that
holds it, by the same rule as every place.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from sqlalchemy import Connection

from geo.spatial_join import NOWHERE, assign
from geo.store.boundary_sets import BoundarySet, load_units
from geo.store.locations import country_key

_ELLIPSOID = Geod(ellps="WGS84")
# Left over by the arithmetic of an intersection, not by the land: 1e-9 degree is 0.1 mm.
_DUST_DEGREES = 1e-9
# By which the measures of the pieces may differ from the whole's, relative: rounding alone.
_ROUNDING = 1e-9
_DIMENSION = {"Point": 0, "MultiPoint": 0, "LineString": 1, "MultiLineString": 1}


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of several geometries.

    Parameters
    ----------
    frame
        whole (position of the geometry that it is a piece of), unit_key, length_m (of lines, on
        the ellipsoid), area_m2 (of areas, on the ellipsoid), geometry (EPSG:4326); one row per
        geometry and unit.
    """

    frame: gpd.GeoDataFrame


def cut_by_communes(conn: Connection, wholes: NDArray[np.object_], *, about: BoundarySet) -> Pieces:
    """Cut geometry by the communes of a set.

    Parameters
    ----------
    conn
        Any role that reads units.
    wholes
        Valid points, lines or areas, EPSG:4326, shape (n,).
    about
        The set.
    """
    communes = load_units(conn, about.set_id, levels=["commune"])
    land = communes.geometry.to_numpy()
    keys = communes["unit_key"].to_numpy(dtype=np.int64)
    is_point = np.isin(shapely.get_type_id(wholes), [0])
    points = wholes[is_point]
    at, shapes, unit = [np.flatnonzero(is_point)], [points], []
    # `assign` is the rule by which `locate` decides; the communes are here already.
    held_by = assign(land, shapely.get_x(points), shapely.get_y(points))
    unit.append(
        np.append(keys, country_key(about))[np.where(held_by == NOWHERE, len(keys), held_by)]
    )
    large = np.flatnonzero(~is_point)
    if large.size:
        whole, held = shapely.STRtree(land).query(wholes[large], predicate="intersects")
        whole = large[whole]
        cut = _of_dimension(shapely.intersection(wholes[whole], land[held]), wholes[whole])
        there = ~shapely.is_empty(cut)
        at.append(whole[there])
        shapes.append(cut[there])
        unit.append(keys[held[there]])
        open_ones = _not_covered(wholes, large, whole=whole[there], cut=cut[there])
        rest = _rest(wholes, open_ones, whole=whole[there], held=land[held[there]])
        left = ~shapely.is_empty(rest)
        at.append(open_ones[left])
        shapes.append(rest[left])
        unit.append(np.full(int(left.sum()), country_key(about), dtype=np.int64))
    made = np.concatenate(shapes)
    frame = gpd.GeoDataFrame(
        {
            "whole": np.concatenate(at).astype(np.int64),
            "unit_key": np.concatenate(unit).astype(np.int64),
            "length_m": [_length(shape) for shape in made],
            "area_m2": [_area(shape) for shape in made],
        },
        geometry=gpd.GeoSeries(made, crs=4326),
    )
    return Pieces(frame.sort_values(["whole", "unit_key"], ignore_index=True))


def _not_covered(
    wholes: NDArray[np.object_],
    large: NDArray[np.int64],
    *,
    whole: NDArray[np.int64],
    cut: NDArray[np.object_],
) -> NDArray[np.int64]:
    """Find the geometries whose pieces do not make the whole: only these can have a rest.

    Subtracting communes of thousands of vertices costs more than all the cutting.
    """
    is_area = shapely.get_dimensions(wholes) == 2
    found = np.bincount(
        whole,
        weights=np.where(is_area[whole], shapely.area(cut), shapely.length(cut)),
        minlength=len(wholes),
    )
    full = np.where(is_area, shapely.area(wholes), shapely.length(wholes))
    lacking: NDArray[np.int64] = large[
        ~np.isclose(found[large], full[large], rtol=_ROUNDING, atol=0.0)
    ]
    return lacking


def _rest(
    wholes: NDArray[np.object_],
    large: NDArray[np.int64],
    *,
    whole: NDArray[np.int64],
    held: NDArray[np.object_],
) -> NDArray[np.object_]:
    """Give what of each geometry lies in no commune."""
    rest = []
    for number in large:
        shape = wholes[number]
        left = shapely.difference(shape, shapely.union_all(held[whole == number]))
        dust = shapely.length(left) < _DUST_DEGREES or (
            shapely.get_dimensions(left) == 2 and shapely.area(left) < _DUST_DEGREES**2
        )
        rest.append(shapely.from_wkt("POINT EMPTY") if dust else left)
    made: NDArray[np.object_] = np.array(rest, dtype=object)
    return made


def _of_dimension(cut: NDArray[np.object_], wholes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Leave out what only touches: a line that meets a commune in a point has no piece there."""
    wanted = shapely.get_dimensions(wholes)
    made = []
    for shape, dimension in zip(cut, wanted, strict=True):
        parts = [
            part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == dimension
        ]
        if not parts:
            made.append(shapely.from_wkt("POINT EMPTY"))
        elif len(parts) == 1:
            made.append(parts[0])
        else:
            made.append(
                shapely.multilinestrings(parts) if dimension == 1 else shapely.multipolygons(parts)
            )
    result: NDArray[np.object_] = np.array(made, dtype=object)
    return result


def _length(shape: shapely.Geometry) -> float:
    if shapely.get_dimensions(shape) != 1:
        return 0.0
    return float(_ELLIPSOID.geometry_length(shape))


def _area(shape: shapely.Geometry) -> float:
    if shapely.get_dimensions(shape) != 2:
        return 0.0
    # Rings may run either way round.
    return abs(float(_ELLIPSOID.geometry_area_perimeter(shapely.normalize(shape))[0]))
