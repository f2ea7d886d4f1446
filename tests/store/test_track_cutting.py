"""Pieces of lines by commune, against an overlay by shapely and on lines that go back."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.store import track_cutting
from geo.store.track_cutting import cut_lines

OUTSIDE = 0
# Two squares side by side, a third with a notch above them; a sliver that two claim.
SHAPES = np.array(
    [
        shapely.box(0, 0, 1, 1),
        shapely.box(0.999, 0, 2, 1),
        shapely.Polygon([(0, 1), (2, 1), (2, 2), (1.2, 2), (1, 1.2), (0.8, 2), (0, 2)]),
    ],
    dtype=object,
)
KEYS = np.array([11, 12, 13])


def multi(*lines: list[tuple[float, float]]) -> shapely.MultiLineString:
    return shapely.MultiLineString(lines)


def cut(*lines: shapely.MultiLineString) -> list[tuple[int, int, float]]:
    given = np.array(lines, dtype=object)
    pieces = cut_lines(given, keys=KEYS, shapes=SHAPES, outside=OUTSIDE)
    return [
        (line, unit, round(geom.length, 9))
        for line, unit, geom in zip(pieces["line"], pieces["unit"], pieces["geom"], strict=True)
    ]


def test_a_line_is_cut_where_communes_meet_and_the_smaller_key_has_the_sliver() -> None:
    assert cut(multi([(0.5, 0.5), (3, 0.5)])) == [(0, 0, 1.0), (0, 11, 0.5), (0, 12, 1.0)]


def test_a_line_along_a_border_belongs_to_the_smaller_key() -> None:
    assert cut(multi([(0.2, 1), (0.8, 1)])) == [(0, 11, 0.6)]


def test_who_goes_back_the_same_way_went_twice() -> None:
    there_and_back = multi([(0.2, 0.5), (1.5, 0.5), (0.2, 0.5)])
    assert cut(there_and_back) == [(0, 11, 1.6), (0, 12, 1.0)]


def test_both_ends_in_a_commune_do_not_make_a_stretch_stay_there() -> None:
    assert cut(multi([(0.5, 1.9), (1.5, 1.9)])) == [(0, 0, 0.35), (0, 13, 0.65)]


def test_lines_of_many_parts_and_empty_ones() -> None:
    several = multi([(0.1, 0.1), (0.2, 0.1)], [(0.3, 0.1), (0.4, 0.1)])
    pieces = cut_lines(
        np.array([shapely.MultiLineString(), several], dtype=object),
        keys=KEYS,
        shapes=SHAPES,
        outside=OUTSIDE,
    )
    assert pieces["line"].tolist() == [1]
    assert shapely.equals_exact(pieces["geom"].iloc[0], several)
    assert cut(shapely.MultiLineString()) == []


def test_without_communes_all_is_outside() -> None:
    line = multi([(0.1, 0.1), (0.2, 0.1)])
    none = np.array([], dtype=object)
    pieces = cut_lines(np.array([line], dtype=object), keys=KEYS[:0], shapes=none, outside=OUTSIDE)
    assert pieces["unit"].tolist() == [OUTSIDE]


points = st.tuples(st.floats(-0.5, 2.5), st.floats(-0.5, 2.5))
tracks = st.lists(points, min_size=2, max_size=12, unique=True).map(lambda line: multi(line))


def _overlay(line: shapely.MultiLineString) -> dict[int, float]:
    """Sum the lengths of every stretch by overlay, the slow obvious way."""
    sums: dict[int, float] = {}
    vertices: NDArray[np.float64] = shapely.get_coordinates(line)
    for begin, end in pairwise(vertices):
        rest: shapely.Geometry = shapely.LineString([begin, end])
        for key, shape in zip(KEYS.tolist(), SHAPES, strict=True):
            sums[key] = sums.get(key, 0) + rest.intersection(shape).length
            rest = rest.difference(shape)
        sums[OUTSIDE] = sums.get(OUTSIDE, 0) + rest.length
    return sums


@settings(max_examples=150, deadline=None)
@given(st.lists(tracks, min_size=1, max_size=4), st.sampled_from([3, 1_000_000]))
def test_pieces_are_as_long_as_the_line_and_lie_where_an_overlay_puts_them(
    lines: list[shapely.MultiLineString], at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(track_cutting, "_STRETCHES", at_once)
        pieces = cut(*lines)
    for number, line in enumerate(lines):
        ours = {unit: length for at, unit, length in pieces if at == number}
        assert sum(ours.values()) == pytest.approx(line.length, abs=1e-6)
        for unit, length in _overlay(line).items():
            assert ours.get(unit, 0.0) == pytest.approx(length, abs=1e-6)
