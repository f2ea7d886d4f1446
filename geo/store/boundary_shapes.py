"""Shapes of boundary files: broken rings mended, and how much land that moved is told."""

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import Detail, Finding
from geo.store.unit_rows import areas_m2

# A share of the area; above it somebody should look at the drawing.
_MUCH = 1e-3
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
        ``geometry_repaired_much`` when its area changed by more than a thousandth.
    """
    shapes = np.array(frame.geometry, dtype=object)
    is_area = np.isin(shapely.get_type_id(shapes), _AREAS)
    wrong = np.flatnonzero(is_area & ~shapely.is_valid(shapes))
    if wrong.size == 0:
        return frame, []
    mended = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    useful = np.isin(shapely.get_type_id(mended), _AREAS) & ~shapely.is_empty(mended)
    wrong, mended = wrong[useful], mended[useful]
    before = areas_m2(shapes[wrong])
    moved = areas_m2(mended) - before
    reasons = shapely.is_valid_reason(shapes[wrong])
    shapes[wrong] = mended
    codes = frame["code"].astype(str).to_numpy()
    findings = []
    for place, row in enumerate(wrong.tolist()):
        details: dict[str, Detail] = {
            "code": codes[row],
            "reason": str(reasons[place]),
            "area": f"{moved[place]:+.1f}",
        }
        much = abs(moved[place]) > _MUCH * before[place]
        findings.append(
            Finding(
                "geometry_repaired_much" if much else "geometry_repaired",
                "error" if much else "warning",
                row=row + 1,
                unit=codes[row],
                details=details,
            )
        )
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), findings
