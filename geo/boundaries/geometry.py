"""Rules on the geometry of a boundary set: areas, validity, place, overlaps, gaps."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries.subject import Details, Subject
from geo.errors import Finding
from geo.units import EQUAL_AREA_SRID

# Land and sea of Việt Nam with both archipelagos, degrees, generous: outside it the CRS is wrong.
COUNTRY_WEST_SOUTH_EAST_NORTH = (101.0, 5.0, 119.0, 24.0)
# Smaller overlaps come from rounding coordinates; larger ones than the second are errors.
OVERLAP_SEEN_M2 = 1.0
OVERLAP_REFUSED_M2 = 10_000.0
# Land in no commune: a hole larger than this is an error, smaller ones are counted together.
GAP_REFUSED_M2 = 100_000.0
# Slight overlaps and gaps are told with their units from this size on, the largest first: a strip
# of 10 m along 10 m of border is what a surveyor would look at, and no list is read to its end.
SLIGHT_TOLD_M2 = 100.0
SLIGHT_TOLD_MOST = 50


def unite(geometry: NDArray[np.object_]) -> shapely.Geometry:
    """Unite polygons: by dropping shared edges, which is exact and fast, else by overlay."""
    try:
        united = shapely.coverage_union_all(geometry)
    except shapely.errors.GEOSException:
        return shapely.union_all(geometry)
    return united if shapely.is_valid(united) else shapely.union_all(geometry)


def judge_geometry(subject: Subject) -> Iterator[Finding]:
    """Find geometry that is missing, no area, invalid or outside the country."""
    codes = subject.text("code").tolist()
    land = subject.land
    missing = shapely.is_missing(land) | shapely.is_empty(land)
    west, south, east, north = COUNTRY_WEST_SOUTH_EAST_NORTH
    bounds = shapely.bounds(land)
    outside = (bounds[:, :2] < [west, south]).any(axis=1)
    outside |= (bounds[:, 2:] > [east, north]).any(axis=1)
    for code, wrong in (
        ("geometry_missing", missing),
        ("geometry_not_area", ~missing & ~subject.is_area),
        ("geometry_invalid", ~missing & subject.is_area & ~shapely.is_valid(land)),
        ("geometry_outside_country", ~missing & outside),
    ):
        for row in np.flatnonzero(wrong).tolist():
            details = Details(code=codes[row], reason=shapely.is_valid_reason(land[row]))
            yield Finding(code, row=row + 1, unit=codes[row] or None, details=details)


def judge_overlaps(subject: Subject) -> Iterator[Finding]:
    """Find land that two units claim; only units with unmatched edges can have any."""
    if len(subject.sound) == 0:
        return
    unmatched = shapely.coverage_invalid_edges(subject.land[subject.sound])
    suspects = np.flatnonzero(~shapely.is_empty(unmatched))
    found, other = shapely.STRtree(subject.flat).query(subject.flat[suspects], "intersects")
    both = np.column_stack([suspects[found], other])
    # Two suspects find each other: each pair once.
    pairs = np.unique(np.sort(both[both[:, 0] != both[:, 1]], axis=1), axis=0)
    area = shapely.area(shapely.intersection(subject.flat[pairs[:, 0]], subject.flat[pairs[:, 1]]))
    codes = subject.text("code").tolist()
    for number in np.flatnonzero(area > OVERLAP_REFUSED_M2).tolist():
        row, other_row = subject.sound[pairs[number]].tolist()
        details = Details(
            code=codes[row],
            other=codes[other_row],
            area_m2=round(float(area[number])),
        )
        yield Finding("units_overlap", row=row + 1, unit=codes[row] or None, details=details)
    slight = (area > OVERLAP_SEEN_M2) & (area <= OVERLAP_REFUSED_M2)
    if slight.any():
        sums = Details(count=int(slight.sum()), area_m2=round(float(area[slight].sum())))
        yield Finding("units_overlap_slightly", "warning", details=sums)
    for number in _told(np.where(slight, area, 0)):
        row, other_row = subject.sound[pairs[number]].tolist()
        details = Details(
            code=codes[row], other=codes[other_row], area_m2=round(float(area[number]))
        )
        yield Finding(
            "units_overlap_strip", "info", row=row + 1, unit=codes[row] or None, details=details
        )


def judge_gaps(subject: Subject) -> Iterator[Finding]:
    """Find land between units that no unit claims: the holes in the union of all."""
    if len(subject.sound) == 0:
        return
    outlines = shapely.get_parts(unite(subject.land[subject.sound]))
    outlines = outlines[shapely.get_type_id(outlines) == shapely.GeometryType.POLYGON]
    holes = [ring for outline in outlines for ring in outline.interiors]
    if not holes:
        return
    gaps = gpd.GeoSeries(shapely.polygons(holes), crs=4326)
    areas = gaps.to_crs(EQUAL_AREA_SRID).area.to_numpy()
    refused = np.flatnonzero(areas > GAP_REFUSED_M2).tolist()
    slight = areas[areas <= GAP_REFUSED_M2]
    told = _told(np.where(areas <= GAP_REFUSED_M2, areas, 0))
    around = _neighbours(subject, np.asarray(gaps, dtype=object)[[*refused, *told]])
    for number, units in zip([*refused, *told], around, strict=True):
        inside = shapely.point_on_surface(gaps.iloc[number])
        details = Details(
            area_m2=round(float(areas[number])),
            lng=round(float(shapely.get_x(inside)), 5),
            lat=round(float(shapely.get_y(inside)), 5),
            units=units,
        )
        is_large = areas[number] > GAP_REFUSED_M2
        yield Finding(
            "gap_in_set" if is_large else "gap_strip",
            "error" if is_large else "info",
            details=details,
        )
    if len(slight):
        sums = Details(count=len(slight), area_m2=round(float(slight.sum())))
        yield Finding("gaps_in_set_slight", "warning", details=sums)


def _told(area: NDArray[np.float64]) -> list[int]:
    """Choose the slight ones that are told one by one, the largest first."""
    largest = np.argsort(-area, kind="stable")[:SLIGHT_TOLD_MOST]
    return [int(number) for number in largest if area[number] >= SLIGHT_TOLD_M2]


def _neighbours(subject: Subject, gaps: NDArray[np.object_]) -> list[str]:
    """List for each gap the codes of the units around it."""
    codes = subject.text("code").to_numpy(dtype=object)[subject.sound]
    found, unit = shapely.STRtree(subject.land[subject.sound]).query(gaps, "intersects")
    around: list[list[str]] = [[] for _ in gaps]
    for gap, row in zip(found.tolist(), unit.tolist(), strict=True):
        around[gap].append(codes[row])
    return [", ".join(sorted(units)) for units in around]
