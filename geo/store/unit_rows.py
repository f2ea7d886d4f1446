"""Turns the communes of a set into its units: levels dissolved, numbered, measured, hashed.

No SQL here: `boundary_sets.py` writes what this gives. Geometry is EPSG:4326, lon before lat; areas
are square metres, measured in the equal-area projection.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries import unite
from geo.units import (
    COUNTRY_KIND,
    COUNTRY_NAME,
    EQUAL_AREA_SRID,
    Level,
    Numbering,
    fold,
    has_districts,
    number_units,
    split_kind,
)

# The label stands in the widest place of the largest part; a coarser outline finds it as well.
_LABEL_OUTLINE = 1 / 200
_LABEL_TOLERANCE = 1 / 50

Geometries = NDArray[np.object_]


def as_multipolygons(geometry: Geometries) -> Geometries:
    """Make every polygon a multipolygon, without a third coordinate."""
    flat = np.array(shapely.force_2d(geometry), dtype=object)
    single = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
    flat[single] = [shapely.MultiPolygon([polygon]) for polygon in flat[single]]
    return flat


def dissolve(geometry: Geometries, *, group: NDArray[np.int64], group_count: int) -> Geometries:
    """Unite the polygons of each group, numbered 0 .. group_count - 1."""
    united = np.empty(group_count, dtype=object)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group_count + 1))
    for number in range(group_count):
        members = geometry[order[starts[number] : starts[number + 1]]]
        united[number] = _polygons_only(unite(members))
    return as_multipolygons(united)


def _polygons_only(geometry: shapely.Geometry) -> shapely.Geometry:
    """Leave out the points and lines that an overlay can give at touching corners."""
    if isinstance(geometry, (shapely.Polygon, shapely.MultiPolygon)):
        return geometry
    return shapely.MultiPolygon(
        [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    )


def label_points(geometry: Geometries) -> Geometries:
    """Find where the name of each unit stands: the widest place of its largest part."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    largest = parts[order][np.unique(owner[order], return_index=True)[1]]
    width = np.sqrt(shapely.area(largest))
    outline = shapely.simplify(largest, width * _LABEL_OUTLINE)
    circles = shapely.maximum_inscribed_circle(outline, tolerance=width * _LABEL_TOLERANCE)
    points = np.array(shapely.get_point(circles, 0), dtype=object)
    astray = ~shapely.contains(largest, points)
    points[astray] = shapely.point_on_surface(largest[astray])
    return points


def areas_m2(geometry: Geometries) -> NDArray[np.float64]:
    """Measure areas in square metres in the equal-area projection."""
    flat = gpd.GeoSeries(geometry, crs=4326).to_crs(EQUAL_AREA_SRID)
    return np.asarray(flat.area, dtype=np.float64)


def build_units(communes: gpd.GeoDataFrame, *, valid_from: date) -> gpd.GeoDataFrame:
    """Make the rows of all levels from the communes of a set.

    Parameters
    ----------
    communes
        Columns code, name, kind, province_code, province, assessable, geometry (EPSG:4326) and,
        for sets that begin before 2025-07-01, district_code and district.
    valid_from
        First day of the set: decides whether there are districts.

    Returns
    -------
    GeoDataFrame
        In key order, the index being the ordinal: level, code, name, kind, name_folded, parent
        (row, -1 for the country), last (last row of the unit and all below), assessable, area_m2,
        label, geometry (None for the country).

    Raises
    ------
    ValueError
        When the frame has no CRS or another than EPSG:4326, or lacks a column.
    """
    if communes.crs is None or communes.crs.to_epsg() != 4326:
        raise ValueError("communes must be in EPSG:4326")
    with_districts = has_districts(valid_from)
    numbering = number_units(
        communes["code"],
        province_code=communes["province_code"],
        district_code=communes["district_code"] if with_districts else None,
    )
    size = len(numbering.code)
    names = np.full(size, COUNTRY_NAME, dtype=object)
    kinds = np.full(size, COUNTRY_KIND, dtype=object)
    assessable = np.ones(size, dtype=bool)
    geometry = np.full(size, None, dtype=object)
    at = numbering.commune_row
    names[at] = communes["name"].to_numpy(dtype=object)
    kinds[at] = communes["kind"].to_numpy(dtype=object)
    assessable[at] = communes["assessable"].to_numpy(dtype=bool)
    geometry[at] = as_multipolygons(communes.geometry.to_numpy())
    above: list[tuple[Level, NDArray[np.int64], str]] = []
    parent = numbering.parent[at]
    if with_districts:
        above.append(("district", parent, "district"))
        parent = numbering.parent[parent]
    above.append(("province", parent, "province"))
    for level, owner, column in above:
        rows, group = np.unique(owner, return_inverse=True)
        geometry[rows] = dissolve(geometry[at], group=group, group_count=len(rows))
        _, first = np.unique(group, return_index=True)
        names[rows] = communes[column].to_numpy(dtype=object)[first]
        kinds[rows] = [split_kind(name, level=level)[0] or level for name in names[rows]]
        # A unit is outside assessment when everything below it is.
        assessable[rows] = np.bincount(group, weights=assessable[at]) > 0
    return _frame(numbering, names=names, kinds=kinds, assessable=assessable, geometry=geometry)


def _frame(
    numbering: Numbering,
    *,
    names: NDArray[np.object_],
    kinds: NDArray[np.object_],
    assessable: NDArray[np.bool_],
    geometry: Geometries,
) -> gpd.GeoDataFrame:
    area = np.full(len(names), np.nan)
    area[1:] = areas_m2(geometry[1:])
    labels = np.full(len(names), None, dtype=object)
    labels[1:] = label_points(geometry[1:])
    columns = {
        "level": numbering.level,
        "code": numbering.code,
        "name": names,
        "kind": kinds,
        "name_folded": [fold(name) for name in names],
        "parent": numbering.parent,
        "last": numbering.last,
        "assessable": assessable,
        "area_m2": area,
        "label": labels,
    }
    frame = pd.DataFrame(columns)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(geometry, crs=4326))


def hash_units(units: gpd.GeoDataFrame, *, valid_from: date, valid_to: date | None) -> str:
    """Hash what a set says: codes, names, kinds, hierarchy, geometry, validity (SHA-256, hex).

    Only the communes' geometry counts: what is dissolved from it follows, and may come out in
    another order of vertices with another version of the geometry library.
    """
    digest = hashlib.sha256()

    def add(values: Iterable[object]) -> None:
        # The length before each value keeps ("ab", "c") apart from ("a", "bc").
        for value in values:
            raw = value if isinstance(value, bytes) else str(value).encode()
            digest.update(len(raw).to_bytes(8, "big") + raw)

    add([valid_from.isoformat(), valid_to.isoformat() if valid_to else ""])
    for column in ("level", "code", "name", "kind", "parent", "assessable"):
        add(units[column].tolist())
    communes = units.geometry.to_numpy()[units["level"] == "commune"]
    add(shapely.to_wkb(communes, byte_order=1, output_dimension=2))
    return digest.hexdigest()
