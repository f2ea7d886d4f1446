from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from geo import cells, tracks
from geo.tracks import Fixes, Tracks, kernels, measure, put_in_order, split_by_breaks
from geo.tracks.judging import judge_tracks, time_faults
from geo.tracks.pieces import CELL_RESOLUTION

START = 1_772_413_200_000  # 2026-03-02 08:00 in Vietnam
HOUR = 3_600_000
ONE_METRE_NORTH = 1 / 110_700  # degrees near latitude 20


def fixes_of(*rows: tuple[int, float, float, float]) -> Fixes:
    """Make fixes of (shift, metres east, metres north, seconds), near 105 E, 20 N."""
    number, east, north, seconds = (np.array(of, dtype=float) for of in zip(*rows, strict=True))
    return Fixes(
        track=number.astype(np.int64),
        row=np.arange(1, number.size + 1),
        lng=105 + east / 104_600,
        lat=20 + north * ONE_METRE_NORTH,
        time_ms=START + (seconds * 1000).astype(np.int64),
    )


def nowhere(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.zeros(lng.size, dtype=np.int64)


def measured(fixes: Fixes) -> Tracks:
    return measure(put_in_order(fixes), unit_of=nowhere)


def walk(
    count: int, *, every_s: float = 10, metres: float = 50
) -> list[tuple[int, float, float, float]]:
    return [(0, n * metres, 0, n * every_s) for n in range(count)]


def sums_of(fixes: Fixes) -> dict[str, float]:
    return {str(k): float(v) for k, v in measured(fixes).sums.iloc[0].items()}


def test_length_and_times_of_a_plain_walk() -> None:
    sums = sums_of(fixes_of(*walk(11)))
    assert sums["distance_m"] == pytest.approx(500, rel=1e-3)
    assert (sums["moving_ms"], sums["standing_ms"], sums["gap_ms"]) == (100_000, 0, 0)
    assert sums["fix_count"] == 11


def test_short_steps_are_as_long_as_the_geodesic() -> None:
    rng = np.random.default_rng(5)
    lng, lat = rng.uniform(102, 118, 3000), rng.uniform(6, 24, 3000)
    far = rng.uniform(-0.1, 0.1, (2, 3000))
    _, _, exact = Geod(ellps="WGS84").inv(lng, lat, lng + far[0], lat + far[1])
    ours = np.array(
        [
            kernels.metres_between(*step)
            for step in zip(lng, lat, lng + far[0], lat + far[1], strict=True)
        ]
    )
    np.testing.assert_allclose(ours, exact, rtol=5e-7)


def test_order_of_the_file_does_not_matter_and_is_told() -> None:
    rows = walk(20)
    shuffled = [rows[n] for n in np.random.default_rng(1).permutation(20)]
    straight, mixed = sums_of(fixes_of(*rows)), sums_of(fixes_of(*shuffled))
    assert straight.pop("unordered_count") == 0
    assert mixed.pop("unordered_count") > 0
    straight.pop("first_row"), mixed.pop("first_row")
    assert straight == mixed


def test_of_one_instant_the_first_row_stays() -> None:
    rows = walk(5)
    sums = sums_of(fixes_of(*rows, (0, 9_000, 0, 20), *rows))
    assert (sums["fix_count"], sums["duplicate_count"]) == (5, 6)
    assert sums["distance_m"] == pytest.approx(200, rel=1e-3)


def test_out_and_back_leaves_the_line() -> None:
    rows = walk(20)
    rows[7] = (0, 5_000, 3_000, 70)
    sums = sums_of(fixes_of(*rows))
    assert sums["jump_count"] == 1
    assert sums["distance_m"] == pytest.approx(950, rel=1e-3)
    assert sums["moving_ms"] == 190_000


def test_scattered_fixes_leave_the_line_together() -> None:
    rows = walk(20)
    for nth, far in ((7, 4_000), (8, -6_000), (9, 9_000)):
        rows[nth] = (0, far, far, nth * 10.0)
    sums = sums_of(fixes_of(*rows))
    assert sums["jump_count"] == 3
    assert sums["distance_m"] == pytest.approx(950, rel=1e-3)


def test_a_receiver_just_switched_on_is_not_believed() -> None:
    rows = walk(20)
    rows[0] = (0, 90_000, 0, 0)
    sums = sums_of(fixes_of(*rows))
    assert sums["jump_count"] == 1
    assert sums["distance_m"] == pytest.approx(900, rel=1e-3)
    assert sums["started_ms"] == START + 10_000


def test_a_long_run_elsewhere_breaks_the_line() -> None:
    rows = walk(40)
    moved = [
        (0, east + (80_000 if n >= 20 else 0), 0.0, s) for n, (_, east, _, s) in enumerate(rows)
    ]
    result = measured(fixes_of(*moved))
    sums = result.sums.iloc[0]
    assert (sums["jump_count"], sums["gap_count"], sums["gap_ms"]) == (0, 1, 10_000)
    assert sums["distance_m"] == pytest.approx(38 * 50, rel=1e-3)
    assert len(result.lines[0].geoms) == 2


@pytest.mark.parametrize(("km_per_h", "jumps"), [(140, 0), (220, 39)])
def test_a_fast_car_is_followed_and_a_helicopter_is_not(km_per_h: float, jumps: int) -> None:
    result = measured(fixes_of(*walk(40, metres=km_per_h / 3.6 * 10)))
    assert result.sums["jump_count"].iloc[0] == jumps
    found = {one.code for one in judge_tracks(result.sums)}
    assert ("patrol_not_on_ground" in found) == (jumps > 0)


def test_nothing_is_counted_across_a_gap() -> None:
    rows = [*walk(10), *((0, e + 2_000, n, s + 400) for _, e, n, s in walk(10))]
    result = measured(fixes_of(*rows))
    sums = result.sums.iloc[0]
    assert (sums["gap_count"], sums["gap_ms"]) == (1, 310_000)
    assert sums["moving_ms"] == 180_000
    assert sums["distance_m"] == pytest.approx(900, rel=1e-3)
    assert result.cells["ms"].sum() == 180_000


def test_five_minutes_are_no_gap_yet() -> None:
    at_limit = [(0, 0, 0, 0), (0, 500, 0, tracks.GAP_S)]
    over = [(0, 0, 0, 0), (0, 500, 0, tracks.GAP_S + 0.001)]
    assert sums_of(fixes_of(*at_limit))["gap_count"] == 0
    assert sums_of(fixes_of(*over))["gap_count"] == 1


def test_a_receiver_at_rest_stands_and_adds_no_metres() -> None:
    rng = np.random.default_rng(3)
    rest = [(0, *rng.normal(0, 4, 2), float(n)) for n in range(600)]
    sums = sums_of(fixes_of(*rest))
    # Ten minutes of a wandering receiver would be two and a half kilometres.
    assert sums["standing_ms"] >= 595_000
    assert sums["distance_m"] < 60


def test_lines_keep_their_shape_to_ten_metres_with_few_vertices() -> None:
    bend = [(0, n * 20.0, 3.0 * (n % 2), n * 10.0) for n in range(50)]
    turn = [(0, 1000.0, n * 20.0, 500 + n * 10.0) for n in range(50)]
    fixes = fixes_of(*bend, *turn)
    line = measured(fixes).lines[0]
    assert shapely.get_num_coordinates(line) < 6
    given = shapely.points(fixes.lng, fixes.lat)
    assert (shapely.distance(line, given) * 110_700 < 10.5).all()
    vertices = {tuple(one) for one in shapely.get_coordinates(line)}
    assert vertices <= set(zip(fixes.lng, fixes.lat, strict=True))


def test_a_shift_of_one_fix_has_no_line_and_no_time() -> None:
    result = measured(fixes_of((0, 0, 0, 0), (1, 0, 0, 0), (1, 50, 0, 10)))
    assert result.lines[0].is_empty
    assert not result.lines[1].is_empty
    assert result.cells.groupby("track")["fix_count"].sum().tolist() == [1, 2]
    assert [one.row for one in judge_tracks(result.sums)] == [1]


def test_time_goes_to_the_cells_passed_between_two_fixes() -> None:
    result = measured(fixes_of((0, 0, 0, 0), (0, 3_000, 0, 100)))
    start = cells.cells_of([105.0], [20.0], resolution=CELL_RESOLUTION)[0]
    assert len(result.cells) > 7
    assert start in result.cells["cell"].to_numpy()
    # Along a straight line at one speed, time is length.
    np.testing.assert_allclose(
        result.cells["ms"] / 100_000, result.cells["metres"] / 3_000, atol=0.01
    )


def test_time_goes_to_local_months() -> None:
    night = 1_774_976_400_000  # 2026-04-01 00:00 in Vietnam
    fixes = fixes_of(*walk(11))
    moved = Fixes(
        fixes.track, fixes.row, fixes.lng, fixes.lat, fixes.time_ms - START + night - 50_500
    )
    by_month = measured(moved).cells.groupby("month")["ms"].sum()
    assert [str(month)[:7] for month in by_month.index] == ["2026-03", "2026-04"]
    assert by_month.sum() == 100_000
    assert by_month.iloc[0] == pytest.approx(50_500, abs=5_000)


rows_of_shifts = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.floats(-8_000, 8_000),
        st.floats(-8_000, 8_000),
        st.integers(0, 20_000),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(rows_of_shifts)
def test_every_second_metre_and_fix_is_accounted_for(
    rows: list[tuple[int, float, float, int]],
) -> None:
    def halves(lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.where(lng < 105, 7, 9)

    fixes = fixes_of(*rows)
    result = measure(put_in_order(fixes), unit_of=halves)
    sums, by_cell = result.sums, result.cells.groupby("track")
    assert sums["fix_count"].sum() + sums["duplicate_count"].sum() == len(rows)
    took = sums["ended_ms"] - sums["started_ms"]
    assert (took == sums["moving_ms"] + sums["standing_ms"] + sums["gap_ms"]).all()
    assert (by_cell["ms"].sum() == sums["moving_ms"] + sums["standing_ms"]).all()
    assert (by_cell["fix_count"].sum() == sums["fix_count"] - sums["jump_count"]).all()
    np.testing.assert_allclose(by_cell["metres"].sum(), sums["distance_m"], rtol=1e-9, atol=1e-6)
    assert (result.cells["ms"] >= 0).all()


@settings(max_examples=50, deadline=None)
@given(rows_of_shifts)
def test_no_step_of_a_line_is_faster_than_a_patrol_can_be(
    rows: list[tuple[int, float, float, int]],
) -> None:
    ordered = put_in_order(fixes_of(*rows))
    kept, starts = kernels.follow(
        ordered.track, ordered.lng, ordered.lat, ordered.time_ms, 160 / 3600, 30.0, 5, 300_000
    )
    lng, lat, time = (of[kept] for of in (ordered.lng, ordered.lat, ordered.time_ms))
    on_line = ~starts[kept]
    metres = kernels.step_metres(lng, lat)[on_line]
    took = np.diff(time, prepend=time[:1])[on_line]
    assert (metres <= 30 + 160 / 3600 * took + 1e-6).all()
    assert (took <= 300_000).all()


def test_shifts_without_names_end_at_long_breaks() -> None:
    rows = [*walk(5), *((0, e, n, s + 5 * 3600) for _, e, n, s in walk(5))]
    fixes = fixes_of(*rows[::-1])
    number, track = split_by_breaks(fixes)
    assert number.tolist() == [1] * 5 + [0] * 5
    assert track.tolist() == [0, 0]


def test_repeated_positions_are_told() -> None:
    rows = [(0, 100.0 * (n // 10), 0, n * 20.0) for n in range(40)]
    found = [
        one for one in judge_tracks(measured(fixes_of(*rows)).sums) if one.severity == "warning"
    ]
    assert [(one.code, one.details["share"]) for one in found] == [("patrol_stacked", 90)]


def test_a_column_that_numbers_fixes_names_no_shifts() -> None:
    rows = [(n, 50.0 * n, 0.0, n * 10.0) for n in range(12)]
    found = {one.code: one.severity for one in judge_tracks(measured(fixes_of(*rows)).sums)}
    assert found["patrol_shifts_of_one_fix"] == "error"


def test_impossible_times_are_told_apart() -> None:
    today = date(2026, 3, 2)
    midnight = START + 16 * HOUR
    times = np.array([0, START, midnight - 1, midnight, 10**15])
    assert time_faults(times, as_of=today).tolist() == [1, 0, 0, 2, 2]


@pytest.mark.real_data
def test_real_tracks_moved_into_vietnam_have_the_sums_that_a_plain_reckoning_gives(
    real_data: Path,
) -> None:
    frame = pd.read_parquet(real_data / "points" / "tracks_geolife.parquet")
    # By whole degrees to the south and west, from Beijing.
    lng, lat = frame["lon"].to_numpy() - 11.0, frame["lat"].to_numpy() - 19.0
    time = frame["time"].to_numpy(dtype="datetime64[ms]").astype(np.int64)
    fixes = Fixes(
        frame["track"].to_numpy(dtype=np.int64), np.arange(1, len(frame) + 1), lng, lat, time
    )
    result = measured(fixes)
    assert result.sums["jump_count"].sum() < 5
    geod = Geod(ellps="WGS84")
    for number, one in frame.assign(lng=lng, lat=lat, ms=time).groupby("track"):
        _, _, metres = geod.inv(one["lng"][:-1], one["lat"][:-1], one["lng"][1:], one["lat"][1:])
        took = np.diff(one["ms"])
        sums = result.sums.loc[number]
        if sums["jump_count"]:
            # A fix less makes other steps.
            continue
        counted = took <= 300_000
        assert sums["gap_count"] == (~counted).sum()
        assert sums["moving_ms"] + sums["standing_ms"] == took[counted].sum()
        # Standing adds no metres, so ours are fewer, and not by much.
        assert 0.9 < sums["distance_m"] / metres[counted].sum() <= 1.0001
