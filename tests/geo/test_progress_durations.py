"""Times cut short: Kaplan-Meier and Aalen-Johansen by hand, by the plain share, by lifelines."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import hotspots
from geo.progress import durations
from geo.progress.spells import (
    PLACE_MEASURES,
    RUNNING,
    Outcome,
    PlaceMeasureId,
    Spells,
    as_days,
    class_spells,
    place_spells,
)
from geo.progress.standing import STATES, Decisions

UNTIL = date(2026, 12, 31)
DAYS = st.integers(0, 400)


def spells_of(
    days: list[int], outcome: list[int], *, outcomes: tuple[Outcome, ...] = ("eliminated",)
) -> Spells:
    size = len(days)
    nothing = np.zeros(size, dtype=np.int64)
    return Spells(
        np.arange(size),
        nothing,
        np.zeros(size, dtype="datetime64[D]"),
        np.array(days, dtype=np.int64),
        np.array(outcome, dtype=np.int64),
        outcomes,
    )


def lives_of(*lives: list[tuple[str, str]]) -> hotspots.Lives:
    rows = [(number, day, state) for number, life in enumerate(lives) for day, state in life]
    return hotspots.make_lives(
        [row[0] for row in rows],
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        hotspots.state_codes([row[2] for row in rows]),
        hotspot_count=len(lives),
    )


def test_H4_times_cut_short_count_as_long_as_they_were_followed() -> None:
    """Four places: S(10) = 3/4, S(20) = 3/4 x 2/3 = 1/2, one cut short on day 20, S(30) = 0."""
    curve = durations.incidence(spells_of([10, 20, 30, 20], [1, 1, 1, RUNNING]))
    assert curve.days == (0, 10, 20, 30)
    assert curve.share == pytest.approx((0, 0.25, 0.5, 1))
    # The plain share of those that ended by day 20 would be the same here, by day 30 only 3/4.
    assert curve.at(29) == (0.5, curve.low[2], curve.high[2])
    assert curve.at(31) is None


def test_H4_what_was_taken_off_the_list_is_not_eliminated_any_more() -> None:
    """Four places, one delisted on day 20.

    At risk 4, 3, 2, 1. S = 3/4, 1/2, 1/4. F = 1/4, 1/4, 1/4 + 1/2 x 1/2 = 1/2, then 1/2 + 1/4.
    Counted as cut short, the delisted one would make it 1 at the end.
    """
    spells = spells_of([10, 20, 30, 40], [1, 2, 1, 1], outcomes=("eliminated", "delisted"))
    curve = durations.incidence(spells)
    assert curve.days == (0, 10, 30, 40)
    assert curve.share == pytest.approx((0, 0.25, 0.5, 0.75))
    other = durations.incidence(spells.turned("delisted"))
    assert other.days == (0, 20)
    assert other.share == pytest.approx((0, 0.25))


def test_limits_are_those_of_greenwood_on_the_log_log_scale() -> None:
    """Two of ten end on day 5: S = 0.8, variance of log(-log S) = (2/80) / log(0.8)^2."""
    curve = durations.incidence(spells_of([5, 5, *[9] * 8], [1, 1, *[RUNNING] * 8]))
    width = 1.959964 * np.sqrt(0.025) / abs(np.log(0.8))
    assert curve.at(5) == pytest.approx(
        (0.2, 1 - 0.8 ** np.exp(-width), 1 - 0.8 ** np.exp(width)), abs=1e-5
    )


@given(st.lists(st.tuples(DAYS, st.integers(1, 3)), min_size=1, max_size=60))
def test_without_anything_cut_short_it_is_the_plain_share(rows: list[tuple[int, int]]) -> None:
    spells = spells_of(
        [day for day, _ in rows],
        [outcome for _, outcome in rows],
        outcomes=("eliminated", "reformed", "delisted"),
    )
    curve = durations.incidence(spells)
    for day in {0, *(day for day, _ in rows)}:
        plain = sum(when <= day and outcome == 1 for when, outcome in rows) / len(rows)
        share, low, high = curve.at(day) or (-1, -1, -1)
        assert share == pytest.approx(plain, abs=2e-6)
        assert 0 <= low <= share + 1e-6 <= high + 2e-6 <= 1 + 3e-6


@settings(max_examples=20)
@given(st.lists(st.tuples(DAYS, st.integers(0, 3)), min_size=1, max_size=60))
def test_the_shares_of_all_outcomes_and_of_none_sum_to_one(rows: list[tuple[int, int]]) -> None:
    days, outcome = [day for day, _ in rows], [one for _, one in rows]
    names: tuple[Outcome, ...] = ("eliminated", "reformed", "delisted")
    spells = spells_of(days, outcome, outcomes=names)
    any_end = durations.incidence(spells_of(days, [min(one, 1) for one in outcome]))
    for day in {0, *days}:
        told = [durations.incidence(spells.turned(name)).at(day) for name in names]
        total = any_end.at(day)
        assert total is not None
        assert sum(one[0] for one in told if one) == pytest.approx(total[0], abs=5e-6)


@pytest.mark.parametrize("seed", range(5))
def test_without_ties_it_is_the_aalen_johansen_of_lifelines(seed: int) -> None:
    from lifelines import AalenJohansenFitter

    rng = np.random.default_rng(seed)
    days, outcome = rng.permutation(np.arange(1, 151)), rng.integers(0, 3, 150)
    spells = spells_of(days.tolist(), outcome.tolist(), outcomes=("eliminated", "delisted"))
    curve = durations.incidence(spells)
    theirs = AalenJohansenFitter().fit(days, outcome, event_of_interest=1)
    limits = theirs.confidence_interval_
    # Theirs has no limits once nobody is left.
    for day in days[(outcome == 1) & (days < days.max())].tolist():
        expected = (theirs.cumulative_density_.loc[day].iloc[0], *limits.loc[day])
        assert curve.at(day) == pytest.approx(expected, abs=2e-6)


def test_too_few_times_make_no_curve() -> None:
    enough = durations.FEWEST_SPELLS
    few = durations.measure(spells_of([5] * (enough - 1), [1] * (enough - 1)))
    assert (few.too_few, few.spells, few.median_days) == (True, enough - 1, None)
    rare = durations.FEWEST_EVENTS - 1
    quiet = [1] * rare + [RUNNING] * (enough - rare)
    assert durations.measure(spells_of([5] * enough, quiet)).too_few
    assert not durations.measure(spells_of([5] * enough, [1] * enough)).too_few
    empty = durations.measure(spells_of([], []))
    assert (empty.too_few, empty.spells) == (True, 0)


def test_the_median_is_told_only_when_half_are_through() -> None:
    half = spells_of(list(range(1, 41)), [1] * 20 + [RUNNING] * 20)
    found = durations.measure(half)
    assert found.median_days == 20
    assert found.median_low is not None
    assert found.median_low < 20
    less = durations.measure(spells_of(list(range(1, 41)), [1] * 15 + [RUNNING] * 25))
    assert less.median_days is None
    assert less.curve is not None


def test_a_curve_ends_where_few_are_still_followed() -> None:
    """Of 25 the last nine run on to day 900, where one of them ends: nobody is told of it."""
    spells = spells_of([*range(1, 16), 500, *[900] * 9], [1] * 10 + [RUNNING] * 14 + [1])
    found = durations.measure(spells)
    assert found.curve is not None
    assert (found.curve.followed, found.curve.days[-1]) == (500, 10)
    assert found.curve.at(501) is None
    assert durations.incidence(spells).days[-1] == 900


def test_the_restricted_mean_is_the_area_below_the_curve() -> None:
    """Half end on day 100, half run on to day 1000: within 730 days (100 + 730) / 2 = 415."""
    found = durations.measure(spells_of([100] * 10 + [1000] * 10, [1] * 10 + [RUNNING] * 10))
    assert (found.mean_days, found.mean_within) == (pytest.approx(415), 730)
    short = durations.measure(spells_of([100] * 10 + [300] * 10, [1] * 10 + [RUNNING] * 10))
    assert (short.mean_days, short.mean_within) == (pytest.approx(200), 300)


@given(st.lists(st.tuples(DAYS, st.integers(0, 2)), min_size=1, max_size=50))
def test_every_row_at_risk_sums_to_all(rows: list[tuple[int, int]]) -> None:
    spells = spells_of(
        [day for day, _ in rows],
        [outcome for _, outcome in rows],
        outcomes=("eliminated", "delisted"),
    )
    for row in durations.count_at_risk(spells):
        assert row.at_risk + row.events + row.other + row.cut_short == len(rows)
        assert row.at_risk == sum(day >= row.day for day, _ in rows)


@pytest.mark.parametrize(
    ("measure", "days", "outcome"),
    [
        ("elimination", [100, 30], ["eliminated", None]),
        ("ending", [60, 30], ["ended", None]),
        ("reformation", [50], ["reformed"]),
        ("reformation_neutralised", [40], ["eliminated"]),
        ("reformation_watched", [45], ["reformed"]),
    ],
)
def test_H4_each_measure_has_its_own_beginning_and_ends(
    measure: PlaceMeasureId, days: list[int], outcome: list[str | None]
) -> None:
    life = [
        ("2026-01-01", "suspected"),
        ("2026-01-11", "listed"),
        ("2026-02-10", "in_action"),
        ("2026-03-12", "neutralised"),
        ("2026-04-21", "eliminated"),
        ("2026-04-26", "watched"),
        ("2026-06-10", "reformed"),
    ]
    spells = place_spells(lives_of(life), measure, until=date(2026, 7, 10))
    assert spells.days.tolist() == days
    ends = [spells.outcomes[one - 1] if one else None for one in spells.outcome]
    assert ends == outcome


def test_a_place_taken_off_the_list_after_its_watch_can_still_come_back() -> None:
    life = [
        ("2025-01-01", "listed"),
        ("2025-01-11", "eliminated"),
        ("2025-01-21", "watched"),
        ("2025-06-01", "delisted"),
        ("2025-12-01", "reformed"),
    ]
    spells = place_spells(lives_of(life), "reformation", until=UNTIL)
    assert (spells.days.tolist(), spells.outcome.tolist()) == ([324], [1])


def test_no_place_no_time() -> None:
    empty = hotspots.make_lives([], np.array([], dtype="datetime64[D]"), [], hotspot_count=0)
    for measure in PLACE_MEASURES:
        assert place_spells(empty, measure, until=UNTIL).days.size == 0


def test_H4_only_eliminations_followed_a_whole_window_stand_in_the_rate() -> None:
    lives = lives_of(
        [("2024-01-01", "listed"), ("2024-06-01", "eliminated"), ("2025-03-01", "reformed")],
        [("2024-01-01", "listed"), ("2024-06-01", "eliminated"), ("2026-03-01", "reformed")],
        [("2024-01-01", "listed"), ("2024-06-01", "eliminated")],
        [("2026-01-01", "listed"), ("2026-06-01", "eliminated"), ("2026-08-01", "reformed")],
    )
    spells = place_spells(lives, "reformation", until=UNTIL)
    horizon = (np.datetime64(UNTIL, "D") - spells.begins_on).astype(np.int64)
    rate = durations.rate_within(spells, window_days=365, horizon_days=horizon)
    assert (rate.reformed, rate.followed, rate.estimate) == (1, 3, None)
    assert hotspots.reformation_rate_parts(lives, known_until=UNTIL, window_days=365) == (1, 3)


def test_only_times_of_one_measure_are_compared() -> None:
    one = spells_of([5] * 30, [1] * 30)
    with pytest.raises(ValueError, match="different measures"):
        durations.compare_groups({"a": one, "b": spells_of([5], [1], outcomes=("reformed",))})
    assert durations.compare_groups({"a": one, "few": spells_of([9], [1])}) is None
    same = durations.compare_groups({"a": one, "b": one})
    assert same is not None
    assert (same.statistic, same.p_value) == (pytest.approx(0), pytest.approx(1))
    slow = durations.compare_groups({"a": one, "b": spells_of([90] * 30, [1] * 30)})
    assert slow is not None
    assert slow.p_value < 0.001
    assert slow.degrees == 1


def test_a_confirmed_class_goes_on_and_an_ended_land_is_cut_short() -> None:
    third, free = STATES.index("loai_3"), STATES.index("khong_ma_tuy")
    told = Decisions(
        np.array([0, 1, 0, 0, 1]),
        as_days(
            [
                date(2025, 1, 1),
                date(2025, 1, 1),
                date(2025, 3, 1),
                date(2025, 5, 1),
                date(2025, 9, 1),
            ]
        ),
        np.array([free, third, free, third, free]),
    )
    ends = as_days([None, date(2025, 7, 1)])
    spells = class_spells(told, land_ends=ends, until=date(2025, 12, 31))
    rows = list(zip(spells.subject, spells.group, spells.days, spells.outcome, strict=True))
    assert rows == [(0, free, 120, 2), (0, third, 244, RUNNING), (1, third, 181, RUNNING)]


def test_a_class_revoked_without_another_ends_apart_from_up_and_down() -> None:
    none = STATES.index("chua_danh_gia")
    told = Decisions(
        np.array([0, 0, 0]),
        as_days([date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]),
        np.array([4, none, 2]),
    )
    spells = class_spells(told, land_ends=as_days([None]), until=date(2025, 3, 31))
    assert spells.group.tolist() == [4, 2]
    assert [spells.outcomes[one - 1] if one else None for one in spells.outcome] == [
        "revoked",
        None,
    ]
    assert spells.days.tolist() == [31, 30]
