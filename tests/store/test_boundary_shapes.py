"""Shapes that are broken in ways of their own: a part within a part, a hole outside its shell."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Finding
from geo.store.boundary_shapes import repaired
from geo.store.unit_rows import areas_m2


def box(west: float, south: float, side: float) -> shapely.Polygon:
    return shapely.box(105 + west, 21 + south, 105 + west + side, 21 + south + side)


def mended(shape: shapely.Geometry) -> tuple[shapely.Geometry, Finding]:
    given = gpd.GeoDataFrame({"code": ["00001"]}, geometry=gpd.GeoSeries([shape], crs=4326))
    frame, (finding,) = repaired(given)
    assert frame.geometry.is_valid.all()
    return frame.geometry[0], finding


@pytest.mark.parametrize(("side", "severity"), [(0.02, "error"), (0.001, "warning")])
def test_a_part_within_another_is_united_and_measured(side: float, severity: str) -> None:
    outer, inner = box(0, 0, 0.1), box(0.04, 0.04, side)
    shape, finding = mended(shapely.MultiPolygon([outer, inner]))
    assert shape.equals(outer)
    assert (finding.code, finding.severity) == ("geometry_shells_nested", severity)
    assert float(str(finding.details["area"])) == pytest.approx(areas_m2([inner])[0], abs=0.06)


def test_a_part_drawn_twice_is_counted_once() -> None:
    outer = box(0, 0, 0.1)
    shape, finding = mended(shapely.MultiPolygon([outer, outer]))
    assert shape.equals(outer)
    assert finding.code == "geometry_shells_nested"
    assert float(str(finding.details["area"])) == pytest.approx(areas_m2([outer])[0], abs=0.06)


def test_a_part_in_the_hole_of_another_is_as_it_should_be() -> None:
    outer = box(0, 0, 0.1).difference(box(0.03, 0.03, 0.04))
    island = shapely.MultiPolygon([outer, box(0.04, 0.04, 0.01)])
    given = gpd.GeoDataFrame({"code": ["00001"]}, geometry=gpd.GeoSeries([island], crs=4326))
    frame, findings = repaired(given)
    assert findings == []
    assert frame.geometry[0] is island


def test_a_hole_outside_its_shell_is_an_island() -> None:
    shell, hole = box(0, 0, 0.1), box(0.2, 0, 0.001)
    shape, finding = mended(shapely.Polygon(shell.exterior, [hole.exterior]))
    assert shape.equals(shapely.MultiPolygon([shell, hole]))
    assert (finding.code, finding.severity) == ("geometry_hole_outside", "warning")


@given(
    places=st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 4)), min_size=2, max_size=5
    )
)
def test_mending_parts_keeps_all_land_and_adds_none(places: list[tuple[int, int, int]]) -> None:
    parts = [box(x / 100, y / 100, side / 100) for x, y, side in places]
    given = gpd.GeoDataFrame(
        {"code": ["00001"]}, geometry=gpd.GeoSeries([shapely.MultiPolygon(parts)], crs=4326)
    )
    frame, _ = repaired(given)
    assert areas_m2(frame.geometry)[0] == pytest.approx(
        areas_m2([shapely.union_all(parts)])[0], rel=1e-9
    )
