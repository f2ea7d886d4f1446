import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.coverage import row_above, thinned, to_lng_lat, to_unit_square, united


def test_degrees_go_to_the_unit_square_and_back() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.box(102.1, 8.2, 109.5, 23.4)], crs="EPSG:4326")
    square = to_unit_square(frame)
    reference = frame.to_crs("EPSG:3857").geometry.bounds.iloc[0]
    half = 20037508.342789244
    west, north, east, south = square[0].bounds
    assert west == pytest.approx((reference["minx"] / half + 1) / 2, abs=1e-9)
    assert south == pytest.approx((1 - reference["miny"] / half) / 2, abs=1e-9)
    assert (north, east) < (south, west + 1)
    back = to_lng_lat(square, decimals=5)
    assert back[0].bounds == (102.1, 8.2, 109.5, 23.4)


def test_units_find_the_unit_above_by_their_keys() -> None:
    above = pd.DataFrame({"unit_key": [1, 5, 20], "key_to": [4, 9, 30]})
    units = pd.DataFrame({"unit_key": [0, 2, 4, 6, 15, 30, 31]})
    assert row_above(units, above).tolist() == [-1, 0, 0, 1, -1, 2, -1]
    assert row_above(units, above.iloc[:0]).tolist() == [-1] * 7


def test_communes_that_overlap_are_united_all_the_same() -> None:
    shapes = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)], dtype=object)
    assert united(shapes, np.array([0, 0]), count=1)[0].area == 7


def test_islets_go_but_the_largest_of_a_unit_and_what_has_neighbours_stay() -> None:
    mainland = shapely.box(0, 0, 100, 100)
    islets = [shapely.box(200 + 10 * i, 0, 201 + 10 * i, 1) for i in range(3)]
    coast = shapely.multipolygons([mainland, *islets])
    island = shapely.multipolygons([shapely.box(300, 0, 300.5, 0.5), shapely.box(310, 0, 311, 1)])
    # A small unit between others: without it a gap would open.
    wedge = shapely.box(100, 0, 101, 1)
    drawn = thinned(np.array([coast, island, wedge], dtype=object), tolerance=0.01, islet=4.0)
    assert drawn[0].equals(mainland)
    assert drawn[1].area == pytest.approx(4.0)
    assert drawn[1].centroid.equals(shapely.Point(310.5, 0.5))
    assert drawn[2].equals(wedge)


def test_nothing_is_left_out_when_islets_count() -> None:
    shapes = np.array([shapely.multipolygons([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])])
    assert shapely.get_num_geometries(thinned(shapes, tolerance=0.01, islet=0))[0] == 2
