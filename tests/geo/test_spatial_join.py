"""The grid against shapely: on layers drawn to break it, and on the nation's communes."""

import importlib.util
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.spatial_join import NOWHERE, assign, build_index
from geo.spatial_join.tree import assign_by_tree

Layer = NDArray[np.object_]

# Whole coordinates on a small board make shared vertices, edges and overlaps frequent.
BOARD = st.integers(0, 6)
COORDINATES = st.one_of(BOARD.map(float), st.sampled_from([np.nan, np.inf, -np.inf, 0.5, 2.5]))
# Places and scales of a layer: degrees, VN-2000 metres, far from the origin, tiny, the whole plane.
FRAMES = st.sampled_from(
    [(0.0, 1.0), (105.8, 1e-3), (580_000.0, 25.0), (1e7, 1.0), (-180.0, 60.0), (0.0, 1e-12)]
)


def as_layer(polygons: list[shapely.Geometry | None]) -> Layer:
    layer = np.empty(len(polygons), dtype=object)
    layer[:] = polygons
    return layer


def obvious(layer: Layer, x: float, y: float) -> int:
    """Ask every polygon, one after the other."""
    if not (np.isfinite(x) and np.isfinite(y)):
        return NOWHERE
    point = shapely.Point(x, y)
    return min(
        (i for i, polygon in enumerate(layer) if polygon is not None and polygon.intersects(point)),
        default=NOWHERE,
    )


def telling_points(
    layer: Layer, rng: np.random.Generator, *, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points where an error would show: vertices, on edges, a last digit beside, anywhere."""
    vertices = shapely.get_coordinates(layer)
    if len(vertices) == 0:
        anywhere = rng.uniform(-1, 1, (count, 2))
        return anywhere[:, 0], anywhere[:, 1]
    at = rng.integers(0, len(vertices), (2, count))
    share = rng.choice([0.0, 0.25, 0.5, 1 / 3, 1.0], (count, 1))
    # Half of the pairs are neighbours in a ring, so that the point between lies on an edge.
    second = np.where(rng.random(count) < 0.5, np.minimum(at[0] + 1, len(vertices) - 1), at[1])
    points = vertices[at[0]] * (1 - share) + vertices[second] * share
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    anywhere = rng.uniform(low - (high - low) * 0.1, high + (high - low) * 0.1, (count, 2))
    points = np.where(rng.random((count, 1)) < 0.3, anywhere, points)
    steps = rng.integers(-2, 3, (count, 2))
    points = np.where(
        steps != 0, np.nextafter(points, np.where(steps > 0, np.inf, -np.inf)), points
    )
    points[:3] = [[np.nan, points[0, 1]], [np.inf, points[0, 1]], [points[0, 0], -np.inf]]
    return points[:, 0].copy(), points[:, 1].copy()


def star(
    rng: np.random.Generator, *, at: tuple[float, float], radius: float, corners: int
) -> shapely.Polygon:
    """Draw a polygon that is star-shaped about a point, so that it is valid."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radii = radius * rng.uniform(0.2, 1, corners)
    x, y = at[0] + radii * np.cos(angles), at[1] + radii * np.sin(angles)
    return shapely.Polygon(np.column_stack([x, y]))


def random_layer(
    rng: np.random.Generator, *, size: int, origin: float = 0.0, scale: float = 1.0
) -> Layer:
    """Draw what a sound layer never has: overlaps, holes, islands, bow ties, slivers, repeats.

    No parts that overlap each other: shapely answers these by what it was asked before.
    """
    drawn: list[shapely.Geometry | None] = []
    for _ in range(size):
        at = tuple(origin + scale * rng.uniform(0, 10, 2))
        radius = scale * float(rng.choice([0.01, 0.5, 2, 6]))
        one: shapely.Geometry | None = star(
            rng, at=at, radius=radius, corners=int(rng.integers(3, 40))
        )
        match int(rng.integers(0, 9)):
            case 0:
                one = None
            case 1:
                one = shapely.Polygon()
            case 2:
                ring = shapely.get_coordinates(one)
                one = shapely.Polygon(ring[rng.permutation(len(ring) - 1)])
            case 3:
                one = shapely.MultiPolygon([one, star(rng, at=at, radius=radius / 3, corners=7)])
            case 4:
                hole = star(rng, at=at, radius=radius * 0.15, corners=5)
                one = shapely.Polygon(shapely.get_coordinates(one), [shapely.get_coordinates(hole)])
            case 5:
                width = scale * 1e-9
                one = shapely.box(at[0], at[1], at[0] + radius, at[1] + width)
            case 6:
                one = shapely.box(*np.round([at[0], at[1], at[0] + radius, at[1] + radius], 3))
            case 7 if drawn:
                one = drawn[-1]
            case _:
                pass
        if (
            one is not None
            and len(shapely.get_rings(shapely.get_parts(one))) > 1
            and not one.is_valid
        ):
            one = shapely.buffer(one, 0)
        drawn.append(one)
    return as_layer(drawn)


@st.composite
def boxes(draw: st.DrawFn) -> shapely.Geometry:
    west, south = draw(BOARD), draw(BOARD)
    width, height = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    outer = shapely.box(west, south, west + width, south + height)
    if draw(st.booleans()) and min(width, height) > 2:
        hole = shapely.box(west + 1, south + 1, west + width - 1, south + height - 1)
        return shapely.difference(outer, hole)
    return outer


# The first call compiles.
@settings(deadline=None)
@given(
    st.lists(st.one_of(boxes(), st.none(), st.just(shapely.Polygon())), max_size=8),
    st.lists(st.tuples(COORDINATES, COORDINATES), max_size=30),
)
def test_both_ways_equal_brute_force_on_a_board(
    polygons: list[shapely.Geometry | None], points: list[tuple[float, float]]
) -> None:
    layer = as_layer(polygons)
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    expected = [obvious(layer, *point) for point in points]
    for found in (assign(layer, x, y), build_index(layer).assign(x, y)):
        assert found.tolist() == expected
        assert found.dtype == np.int64


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), FRAMES)
def test_grid_equals_brute_force_on_layers_that_no_office_should_have(
    seed: int, size: int, frame: tuple[float, float]
) -> None:
    rng = np.random.default_rng(seed)
    layer = random_layer(rng, size=size, origin=frame[0], scale=frame[1])
    x, y = telling_points(layer, rng, count=80)
    expected = [obvious(layer, *point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    assert build_index(layer).assign(x, y).tolist() == expected
    assert assign_by_tree(layer, x, y).tolist() == expected


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_ten_million_points_on_random_layers_equal_shapely(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(10):
        origin, scale = [(0.0, 1.0), (105.8, 1e-3), (580_000.0, 25.0), (-180.0, 36.0)][seed % 4]
        size = int(rng.choice([1, 3, 30, 300]))
        layer = random_layer(rng, size=size, origin=origin, scale=scale)
        x, y = telling_points(layer, rng, count=50_000)
        np.testing.assert_array_equal(
            build_index(layer).assign(x, y), assign_by_tree(layer, x, y), strict=True
        )


SQUARE = shapely.box(0, 0, 1, 1)
RING = shapely.difference(shapely.box(0, 0, 9, 9), shapely.box(3, 3, 6, 6))
CASES: dict[str, tuple[list[shapely.Geometry | None], tuple[float, float], int]] = {
    "in an overlap the smallest index holds": ([shapely.box(0, 0, 2, 2), SQUARE], (0.5, 0.5), 0),
    "in an overlap, turned round": ([SQUARE, shapely.box(0, 0, 2, 2)], (1.5, 0.5), 1),
    "a common border belongs to the smaller index": (
        [shapely.box(1, 0, 2, 1), SQUARE],
        (1.0, 0.5),
        0,
    ),
    "a vertex common to four": (
        [shapely.box(x, y, x + 1, y + 1) for x in (1, 0) for y in (1, 0)],
        (1.0, 1.0),
        0,
    ),
    "a hole holds nothing": ([RING], (4.0, 4.0), NOWHERE),
    "a hole's outline is held": ([RING], (3.0, 4.5), 0),
    "an enclave in a hole": ([RING, shapely.box(4, 4, 5, 5)], (4.5, 4.5), 1),
    "an enclave that fills the hole": ([RING, shapely.box(3, 3, 6, 6)], (6.0, 4.5), 0),
    "an island of a multipolygon": (
        [shapely.MultiPolygon([SQUARE, shapely.box(5, 5, 6, 6)])],
        (5.5, 5.5),
        0,
    ),
    "between the islands": (
        [shapely.MultiPolygon([SQUARE, shapely.box(5, 5, 6, 6)])],
        (3.0, 3.0),
        NOWHERE,
    ),
    "a sliver": ([shapely.box(0, 0, 1, 1e-13), SQUARE], (0.5, 5e-14), 0),
    "beside a sliver": ([shapely.box(0, 0, 1, 1e-13), SQUARE], (0.5, 2e-13), 1),
    "east of the antimeridian": (
        [shapely.MultiPolygon([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)])],
        (-179.5, 0.0),
        0,
    ),
    "on the antimeridian": ([shapely.box(179, -1, 180, 1)], (180.0, 0.0), 0),
    "far outside": ([SQUARE], (1e300, 0.5), NOWHERE),
    "a bow tie holds its wings": (
        [shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])],
        (1.75, 1.0),
        0,
    ),
    "a bow tie does not hold what is between them": (
        [shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])],
        (1.0, 1.75),
        NOWHERE,
    ),
    "nothing at all": ([], (0.5, 0.5), NOWHERE),
    "only what holds nothing": ([None, shapely.Polygon()], (0.5, 0.5), NOWHERE),
    "projected metres": (
        [shapely.box(580_000.25, 2_320_000.5, 580_100.25, 2_320_100.5)],
        (580_000.25, 2_320_050.0),
        0,
    ),
    "not a number": ([SQUARE], (np.nan, 0.5), NOWHERE),
    "infinite": ([SQUARE], (0.5, np.inf), NOWHERE),
    "a minus before zero": ([SQUARE], (-0.0, 0.5), 0),
    "huge coordinates": ([shapely.box(0, 0, 1e200, 1e200)], (1e199, 1e199), 0),
    "tiny coordinates": ([shapely.box(0, 0, 1e-200, 1e-200)], (5e-201, 5e-201), 0),
}


@pytest.mark.parametrize("name", CASES)
def test_hard_case(name: str) -> None:
    polygons, (x, y), expected = CASES[name]
    layer = as_layer(polygons)
    assert obvious(layer, x, y) == expected
    assert assign_by_tree(layer, np.array([x]), np.array([y])).tolist() == [expected]
    assert build_index(layer).assign([x], [y]).tolist() == [expected]
    assert assign(layer, [x], [y]).tolist() == [expected]


def test_a_polygon_with_a_coordinate_that_is_no_number_is_left_to_shapely() -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.from_wkt("POLYGON ((0 0, 1 nan, 1 1, 0 0))")
        layer = as_layer([broken, SQUARE])
        x, y = np.array([0.5, 2.0, 1.0]), np.array([0.25, 2.0, 1.0])
        expected = [obvious(layer, *point) for point in zip(x.tolist(), y.tolist(), strict=True)]
        assert build_index(layer).assign(x, y).tolist() == expected


def test_no_points_are_answered() -> None:
    assert assign(as_layer([SQUARE]), [], []).size == 0
    assert build_index(as_layer([SQUARE])).assign([], []).size == 0


def test_lengths_that_differ_are_refused() -> None:
    for join in (
        lambda x, y: assign(as_layer([SQUARE]), x, y),
        build_index(as_layer([SQUARE])).assign,
    ):
        with pytest.raises(ValueError, match="one length"):
            join([1.0, 2.0], [1.0])
        with pytest.raises(ValueError, match="one-dimensional"):
            join([[1.0]], [[1.0]])


def test_lines_and_points_in_a_layer_are_answered_as_shapely_does() -> None:
    layer = as_layer([shapely.Point(1, 1), shapely.LineString([(0, 0), (2, 2)]), SQUARE])
    assert build_index(layer).assign([1.0, 0.5, 0.5], [1.0, 0.5, 0.25]).tolist() == [0, 1, 2]


def test_without_numba_shapely_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    layer = random_layer(rng, size=20)
    x, y = telling_points(layer, rng, count=500)
    with_numba = build_index(layer)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "numba" else find(name)
    )
    without = build_index(layer)
    assert with_numba.nbytes > 0
    assert without.nbytes == 0
    assert without.assign(x, y).tolist() == with_numba.assign(x, y).tolist()


def test_index_is_not_changed_by_what_it_is_asked() -> None:
    rng = np.random.default_rng(6)
    layer = random_layer(rng, size=30)
    index = build_index(layer)
    x, y = telling_points(layer, rng, count=600_000)
    kept = x.copy(), y.copy()
    first = index.assign(x, y)
    np.testing.assert_array_equal(index.assign(x[::-1], y[::-1])[::-1], first)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(y, kept[1])


@pytest.fixture(scope="module")
def communes(real_data: Path) -> Layer:
    frame = gpd.read_parquet(real_data / "communes_2025.parquet")
    return np.asarray(frame.geometry, dtype=object)


@pytest.mark.real_data
def test_of_84_382_real_places_673_lie_in_no_commune(communes: Layer, real_data: Path) -> None:
    places = pd.read_parquet(real_data / "points" / "vn_osm_poi.parquet")
    for found in (
        assign(communes, places["lon"], places["lat"]),
        build_index(communes).assign(places["lon"], places["lat"]),
    ):
        assert found.size == 84_382
        assert int((found == NOWHERE).sum()) == 673
        assert np.unique(found[found != NOWHERE]).size == 2_608


@pytest.mark.real_data
def test_points_on_real_borders_equal_shapely(communes: Layer) -> None:
    rng = np.random.default_rng(20250701)
    x, y = telling_points(communes, rng, count=60_000)
    index = build_index(communes)
    np.testing.assert_array_equal(index.assign(x, y), assign_by_tree(communes, x, y))
    assert index.nbytes < 100e6
