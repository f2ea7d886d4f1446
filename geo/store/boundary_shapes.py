"""Shapes of boundary files: broken rings mended, and how much land that moved is told."""

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import Detail, Finding
from geo.store.unit_rows import areas_m2

# A share of the area; above it somebody should look at the drawing.
_MUCH = 1e-3
# So GEOS begins its sentence.
_HOLE_OUTSIDE = "Hole lies outside shell"
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def repaired(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Mend areas whose rings cross or touch themselves; each is told with the change of its area.

    By GEOS's "structure" method: shells are united and holes taken out, so that nothing that was
    drawn as land is lost, and lines or points that remain are dropped. What holds no area even then
    stays as it is, for the judge to refuse.

    Parameters
    ----------
    frame
        Column code and areas in EPSG:4326; the index is kept.

    Returns
    -------
    tuple
        The frame, and for each unit that was mended a warning ``geometry_repaired``, or an error
        ``geometry_repaired_much`` when its area changed by more than a thousandth. A part within
        another part (``geometry_shells_nested``) and a hole outside its shell
        (``geometry_hole_outside``) are told by name, as gravely as the area changed.
    """
    shapes = np.array(frame.geometry, dtype=object)
    is_area = np.isin(shapely.get_type_id(shapes), _AREAS)
    wrong = np.flatnonzero(is_area & ~shapely.is_valid(shapes))
    if wrong.size == 0:
        return frame, []
    mended = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    useful = np.isin(shapely.get_type_id(mended), _AREAS) & ~shapely.is_empty(mended)
    wrong, mended = wrong[useful], mended[useful]
    given = shapes[wrong]
    before = areas_m2(given)
    moved = areas_m2(mended) - before
    reasons = shapely.is_valid_reason(given)
    shapes[wrong] = mended
    codes = frame["code"].astype(str).to_numpy()
    findings = []
    for place, row in enumerate(wrong.tolist()):
        nested = _nested_m2(given[place])
        details: dict[str, Detail] = {"code": codes[row], "area": f"{moved[place]:+.1f}"}
        much = abs(moved[place]) > _MUCH * before[place]
        code = "geometry_repaired_much" if much else "geometry_repaired"
        if nested > 0:
            code, details["area"] = "geometry_shells_nested", f"{nested:.1f}"
        elif str(reasons[place]).startswith(_HOLE_OUTSIDE):
            code = "geometry_hole_outside"
        else:
            details["reason"] = str(reasons[place])
        findings.append(
            Finding(
                code,
                "error" if much else "warning",
                row=row + 1,
                unit=codes[row],
                details=details,
            )
        )
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), findings


def _nested_m2(shape: shapely.Geometry) -> float:
    """Measure the parts of a shape that lie within another of its parts."""
    parts = shapely.get_parts(shape)
    if len(parts) < 2:
        return 0.0
    whole = shapely.make_valid(parts, method="structure", keep_collapsed=False)
    inner, outer = shapely.STRtree(whole).query(whole, "within")
    # Two equal parts lie within each other: one of them is surplus.
    equal = set(zip(inner.tolist(), outer.tolist(), strict=True))
    nested = {i for i, o in equal if i != o and ((o, i) not in equal or i > o)}
    return float(areas_m2(whole[sorted(nested)]).sum())
