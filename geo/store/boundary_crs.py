"""Coordinate systems of boundary files: brought to WGS 84 by a pinned operation, or proposed.

VN-2000 and WGS 84 lie about 224 m apart. EPSG has two operations between them, which differ by
0.8 m in the Mekong delta, and PROJ changes from one to the other where their areas meet; here all
of the country goes by the national one (EPSG:6960, "VN-2000 to WGS 84 (2)"), so that neighbours
stay neighbours.
"""

from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from geo.boundaries import Register
from geo.errors import Detail, Finding

# Longitude before latitude on WGS 84: what GeoParquet and GeoJSON mean without saying more.
_LNG_LAT = CRS.from_user_input("OGC:CRS84")
_NATIONAL_OPERATION = "VN-2000 to WGS 84 (2)"
_VIETNAM = AreaOfInterest(102.0, 7.0, 118.0, 24.0)
_DEGREES = ("EPSG:4326", "EPSG:4756")
_WGS84_METRES = ("EPSG:32648", "EPSG:32649")
# A system is proposed when at least half of the register's points lie in their own units under it.
_LEAST_SHARE = 0.5
_PROPOSED_MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coordinate system under which a file's units hold the register's points.

    Parameters
    ----------
    crs
        Authority and code.
    name
        Its name in the EPSG registry.
    inside_count, point_count
        Points of the register within their own unit, and all points of units in the file.
    """

    crs: str
    name: str
    inside_count: int
    point_count: int


def to_wgs84(raw: gpd.GeoDataFrame, crs: str | None) -> tuple[gpd.GeoSeries | None, list[Finding]]:
    """Bring geometry to EPSG:4326 from the CRS of the file or the one given.

    Returns
    -------
    tuple
        None and an error when there is no CRS, or an unknown one.
    """
    own = raw.crs
    try:
        given = CRS.from_user_input(crs) if crs else None
    except CRSError:
        return None, [Finding("crs_unknown", details={"crs": str(crs)[:40]})]
    if own is None and given is None:
        return None, [Finding("crs_missing")]
    findings = []
    if given is not None and own is not None and not CRS(own).equals(given):
        details: dict[str, Detail] = {"own": CRS(own).name, "given": given.name}
        findings.append(Finding("crs_replaced", "warning", details=details))
    shapes = np.asarray(raw.geometry, dtype=object)
    if shapely.has_z(shapes).any():
        findings.append(Finding("geometry_flattened", "info"))
        shapes = shapely.force_2d(shapes)
    source = CRS(given or own)
    if not source.equals(_LNG_LAT, ignore_axis_order=True):
        details = {"crs": source.name}
        findings.append(Finding("crs_transformed", "info", details=details))
        to_degrees = transformer(source).transform
        shapes = shapely.transform(
            shapes, lambda points: np.column_stack(to_degrees(points[:, 0], points[:, 1]))
        )
    return gpd.GeoSeries(shapes, crs=4326), findings


def transformer(source: CRS) -> Transformer:
    """Give the operation from a CRS to longitude and latitude on WGS 84, the same everywhere."""
    group = TransformerGroup(source, 4326, always_xy=True)
    for operation in group.transformers:
        if _NATIONAL_OPERATION in operation.description:
            return operation
    return group.transformers[0]


def propose(
    shapes: gpd.GeoSeries, codes: "pd.Series[str]", *, register: Register
) -> tuple[Candidate, ...]:
    """Find the coordinate systems under which units lie where the register has their centres.

    Parameters
    ----------
    shapes
        Areas as the file has them.
    codes
        Their codes, of the same index.
    register
        Where the centres are.

    Returns
    -------
    tuple
        The best first, three at most; none when not even half of the centres lie right.
    """
    points = register.units.drop_duplicates("code").set_index("code")[["lng", "lat"]].dropna()
    known = codes[codes.isin(points.index)]
    land = np.asarray(shapes.loc[known.index], dtype=object)
    if land.size == 0 or shapely.is_missing(land).all():
        return ()
    lng, lat = points.loc[known.tolist()].to_numpy(dtype=float).T
    west, south, east, north = shapely.total_bounds(land)
    in_degrees = max(abs(west), abs(east)) <= 360 and max(abs(south), abs(north)) <= 90
    found = []
    for code, name in _candidates(in_degrees):
        back = transformer(CRS.from_user_input(code)).transform(lng, lat, direction="INVERSE")
        inside = int(shapely.contains_xy(land, *back).sum())
        if inside >= _LEAST_SHARE * land.size:
            found.append(Candidate(code, name, inside, int(land.size)))
    found.sort(key=lambda one: -one.inside_count)
    return tuple(found[:_PROPOSED_MOST])


@cache
def _candidates(in_degrees: bool) -> tuple[tuple[str, str], ...]:
    """List the systems that files about Vietnam are in: code and name, VN-2000 first."""
    if in_degrees:
        return tuple((code, CRS.from_user_input(code).name) for code in _DEGREES)
    vietnamese = {
        f"EPSG:{info.code}": info.name
        for info in query_crs_info(
            auth_name="EPSG", pj_types=PJType.PROJECTED_CRS, area_of_interest=_VIETNAM
        )
        if info.name.startswith("VN-2000")
    }
    others = {code: CRS.from_user_input(code).name for code in _WGS84_METRES}
    return tuple((vietnamese | others).items())
