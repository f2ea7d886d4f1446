import numpy as np
import pytest
import shapely

from layers.rings import EXTENT, cut_into_tiles, put_on_grid

SIDE = 4 * EXTENT


def coverage(seed: int, count: int) -> list[shapely.Geometry]:
    """Cells that fill a square of four by four tiles, corners on a grid of quarter units."""
    points = np.random.default_rng(seed).uniform(0, SIDE, (count, 2))
    box = shapely.box(0, 0, SIDE, SIDE)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box))
    return list(shapely.set_precision(shapely.intersection(cells, box), 0.25))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_cut_apart_adds_up_to_every_whole_tile(seed: int) -> None:
    cells = np.array(coverage(seed, 60), dtype=object)
    cut = cut_into_tiles(put_on_grid(cells, units=1.0), zoom=2, buffer=0)
    for tile in np.unique(cut.tile):
        area = cut.double_areas()[cut.tile == tile].sum() / 2
        # Exactly: rounding moves a common corner for both of its owners.
        assert area == EXTENT**2, (tile >> 32, tile & 0xFFFFFFFF)


def test_a_ring_is_cut_as_the_reference_library_cuts_it() -> None:
    star = shapely.Polygon([(10, 10), (9000, 300), (5000, 5000), (8000, 9100), (100, 6000)])
    cut = cut_into_tiles(put_on_grid(np.array([star]), units=1.0), zoom=2, buffer=64)
    found = {}
    for row in range(len(cut)):
        part = slice(cut.start[row], cut.start[row + 1])
        ring = shapely.Polygon(np.column_stack([cut.x[part], cut.y[part]]))
        found[int(cut.tile[row] >> 32), int(cut.tile[row] & 0xFFFFFFFF)] = ring
    for column in range(4):
        for line in range(4):
            west, north = column * EXTENT - 64, line * EXTENT - 64
            frame = shapely.box(west, north, west + EXTENT + 128, north + EXTENT + 128)
            expected = star.intersection(frame)
            drawn = shapely.make_valid(found.get((column, line), shapely.Polygon()))
            # Crossings are rounded to whole units.
            assert drawn.symmetric_difference(expected).area < EXTENT, (column, line)
            assert ((column, line) in found) == (expected.area > 0)


def test_a_polygon_under_one_unit_stays_as_a_square() -> None:
    speck = shapely.box(100.1, 200.1, 100.3, 200.2)
    rings = put_on_grid(np.array([speck]), units=1.0)
    assert rings.double_areas().tolist() == [2]
    assert (rings.x.min(), rings.y.min()) == (100, 200)


def test_holes_stay_holes_whatever_way_they_were_drawn() -> None:
    outer = [(0, 0), (100, 0), (100, 100), (0, 100)]
    hole = [(10, 10), (20, 10), (20, 20), (10, 20)]
    for shell in (outer, outer[::-1]):
        for inner in (hole, hole[::-1]):
            rings = put_on_grid(np.array([shapely.Polygon(shell, [inner])]), units=1.0)
            assert rings.double_areas().tolist() == [20_000, -200]
            assert rings.hole.tolist() == [False, True]


def test_a_hole_that_closes_on_the_grid_is_left_out() -> None:
    tiny = [(10.1, 10.1), (10.2, 10.1), (10.2, 10.2)]
    with_hole = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [tiny])
    assert len(put_on_grid(np.array([with_hole]), units=1.0)) == 1
