import h3.api.basic_str as other_api
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import cells

HA_NOI_LNG_LAT = (105.8342, 21.0278)
POINTS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20)


def test_cell_of_ha_noi_is_the_one_that_h3_names_by_lat_then_lng() -> None:
    lng, lat = HA_NOI_LNG_LAT
    found = cells.cells_of([lng], [lat], resolution=7)
    assert cells.to_text(found) == [other_api.latlng_to_cell(lat, lng, 7)]


@given(POINTS, st.integers(0, 15))
def test_cells_are_positive_and_agree_with_the_text_api(
    points: list[tuple[float, float]], resolution: int
) -> None:
    lng, lat = np.array(points).T
    found = cells.cells_of(lng, lat, resolution=resolution)
    assert (found > 0).all()
    assert cells.to_text(found) == [
        other_api.latlng_to_cell(north, east, resolution) for east, north in points
    ]
    assert (cells.from_text(cells.to_text(found)) == found).all()


@given(POINTS, st.integers(0, 15), st.integers(0, 15))
def test_parents_by_bit_arithmetic_equal_those_of_h3(
    points: list[tuple[float, float]], one: int, other: int
) -> None:
    coarse, fine = sorted((one, other))
    lng, lat = np.array(points).T
    children = cells.cells_of(lng, lat, resolution=fine)
    assert cells.to_text(cells.parents_of(children, resolution=coarse)) == [
        other_api.cell_to_parent(text, coarse) for text in cells.to_text(children)
    ]


def test_a_coarser_cell_has_no_finer_parent() -> None:
    coarse = cells.cells_of([106.0], [21.0], resolution=5)
    with pytest.raises(ValueError, match="coarser"):
        cells.parents_of(coarse, resolution=6)


def test_points_off_the_globe_have_no_cell_no_parent_and_no_centre() -> None:
    found = cells.cells_of([np.nan, np.inf, 200.0, 105.0], [21.0, 21.0, 21.0, 91.0], resolution=10)
    assert (found == cells.NO_CELL).all()
    assert (cells.parents_of(found, resolution=5) == cells.NO_CELL).all()
    lng, lat = cells.centre_of(found)
    assert np.isnan(lng).all()
    assert np.isnan(lat).all()


def test_centre_lies_in_its_own_cell_and_the_outline_is_closed_around_it() -> None:
    cell = cells.cells_of(*[[value] for value in HA_NOI_LNG_LAT], resolution=10)
    lng, lat = cells.centre_of(cell)
    assert cells.cells_of(lng, lat, resolution=10) == cell
    ring = cells.boundary_of(int(cell[0]))
    assert (ring[0] == ring[-1]).all()
    assert ring[:, 0].min() < lng[0] < ring[:, 0].max()
    assert ring[:, 1].min() < lat[0] < ring[:, 1].max()


def test_text_that_is_no_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="no H3 cell"):
        cells.from_text(["ffff"])


def test_resolution_sixteen_is_refused() -> None:
    with pytest.raises(ValueError, match="resolutions"):
        cells.cells_of([106.0], [21.0], resolution=16)
