from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.spatial_join import NOWHERE, assign

# Whole coordinates on a small board make shared vertices, edges and overlaps frequent.
BOARD = st.integers(0, 6)
COORDINATES = st.one_of(BOARD.map(float), st.sampled_from([np.nan, np.inf, -np.inf, 0.5, 2.5]))


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Geometry:
    west, south = draw(BOARD), draw(BOARD)
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    outer = shapely.box(west, south, west + width, south + height)
    if draw(st.booleans()) and min(width, height) > 2:
        hole = shapely.box(west + 1, south + 1, west + width - 1, south + height - 1)
        return shapely.difference(outer, hole)
    return outer


@given(
    st.lists(st.one_of(boxes(), st.none(), st.just(shapely.Polygon())), max_size=8),
    st.lists(st.tuples(COORDINATES, COORDINATES), max_size=30),
)
def test_assign_equals_brute_force(
    polygons: list[shapely.Geometry | None], points: list[tuple[float, float]]
) -> None:
    def obvious(x: float, y: float) -> int:
        if not (np.isfinite(x) and np.isfinite(y)):
            return NOWHERE
        point = shapely.Point(x, y)
        holders = [i for i, p in enumerate(polygons) if p is not None and p.intersects(point)]
        return min(holders, default=NOWHERE)

    layer = np.empty(len(polygons), dtype=object)
    layer[:] = polygons
    found = assign(layer, [x for x, _ in points], [y for _, y in points])
    assert found.tolist() == [obvious(x, y) for x, y in points]
    assert found.dtype == np.int64


def test_point_on_a_common_border_belongs_to_the_smaller_index() -> None:
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    assert assign(np.array([west, east]), [1.0], [0.5]).tolist() == [0]
    assert assign(np.array([east, west]), [1.0], [0.5]).tolist() == [0]


def test_enclave_in_a_hole_holds_its_points_and_the_hole_holds_none() -> None:
    ring = shapely.difference(shapely.box(0, 0, 9, 9), shapely.box(3, 3, 6, 6))
    enclave = shapely.box(4, 4, 5, 5)
    found = assign(np.array([ring, enclave]), [4.5, 3.5, 1.0], [4.5, 3.5, 1.0])
    assert found.tolist() == [1, NOWHERE, 0]


def test_empty_layer_and_no_points_are_answered() -> None:
    none = np.empty(0, dtype=object)
    assert assign(none, [1.0], [1.0]).tolist() == [NOWHERE]
    assert assign(np.array([shapely.box(0, 0, 1, 1)]), [], []).size == 0


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        assign(np.array([shapely.box(0, 0, 1, 1)]), [1.0, 2.0], [1.0])


@pytest.mark.real_data
def test_of_84_382_real_places_673_lie_in_no_commune(real_data: Path) -> None:
    communes = gpd.read_parquet(real_data / "communes_2025.parquet")
    places = pd.read_parquet(real_data / "points" / "vn_osm_poi.parquet")
    found = assign(communes.geometry.to_numpy(), places["lon"], places["lat"])
    assert found.size == 84_382
    assert int((found == NOWHERE).sum()) == 673
    assert np.unique(found[found != NOWHERE]).size == 2_608
