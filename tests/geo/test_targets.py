"""Targets: comparison, needed numbers, pace, trend and states, to the edge."""

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Refused
from geo.hotspots import make_lives, state_codes
from geo.period import parse_period
from geo.targets import (
    Demand,
    Milestone,
    Reading,
    bound_of_change,
    chance_of_fall,
    holds,
    judge,
    judge_parts,
    listed_and_ended,
    needed_of,
)

YEAR_END = date(2030, 12, 31)
HALF = Fraction(1, 2)


def share(period: str, numerator: int, denominator: int, **more: bool) -> Reading:
    value = Fraction(numerator, denominator) if denominator else Fraction(0)
    return Reading(parse_period(period), value, numerator, denominator, **more)


def count(period: str, value: int, **more: bool) -> Reading:
    return Reading(parse_period(period), Fraction(value), **more)


def at_least(bound: Fraction, *, due: date = YEAR_END) -> Demand:
    return Demand("≥", (Milestone(due, bound),))


@given(
    numerator=st.integers(0, 400),
    denominator=st.integers(1, 400),
    share_of=st.fractions(0, 1, max_denominator=1000),
)
def test_T1_needed_is_the_smallest_or_largest_number_that_does_it(
    numerator: int, denominator: int, share_of: Fraction
) -> None:
    value = Fraction(numerator, denominator)
    assert holds(value, "≥", share_of) == (numerator >= needed_of(share_of, denominator, "≥"))
    assert holds(value, ">", share_of) == (numerator >= needed_of(share_of, denominator, ">"))
    assert holds(value, "≤", share_of) == (numerator <= needed_of(share_of, denominator, "≤"))
    assert holds(value, "<", share_of) == (numerator <= needed_of(share_of, denominator, "<"))


@given(of=st.integers(0, 10**7), percent=st.integers(0, 100))
def test_A6_needed_is_the_ceiling_of_p_times_n(of: int, percent: int) -> None:
    assert needed_of(Fraction(percent, 100), of, "≥") == -(-percent * of // 100)


@pytest.mark.parametrize(
    ("comparator", "below", "on", "above"),
    [
        ("≥", False, True, True),
        (">", False, False, True),
        ("≤", True, True, False),
        ("<", True, False, False),
        ("=", False, True, False),
        ("pct_change≥", False, True, True),
    ],
)
def test_T1_each_comparator_on_both_sides_of_its_edge(
    comparator: str, below: bool, on: bool, above: bool
) -> None:
    edge, little = Fraction(1, 3), Fraction(1, 10**12)
    found = [holds(value, comparator, edge) for value in (edge - little, edge, edge + little)]
    assert found == [below, on, above]


def test_T1_four_of_five_is_not_above_80_percent() -> None:
    demand = Demand(">", (Milestone(YEAR_END, Fraction(80, 100)),))
    four = judge(demand, [share("Y2029", 4, 5), share("Y2030", 4, 5)], as_of=date(2031, 1, 1))
    assert (four.state, four.needed) == ("behind", 5)
    five = judge(demand, [share("Y2030", 5, 5)], as_of=date(2031, 1, 1))
    assert five.state == "met"


@given(st.lists(st.integers(0, 4), min_size=2, max_size=6))
def test_T1_the_chance_of_a_fall_is_that_over_all_orders(values: list[int]) -> None:
    def falls(order: tuple[int, ...]) -> int:
        return sum(order[a] > order[b] for b in range(len(order)) for a in range(b))

    orders = Counter(falls(order) for order in permutations(values))
    clear = sum(number for steps, number in orders.items() if steps >= falls(tuple(values)))
    expected = Fraction(clear, orders.total())
    assert chance_of_fall([Fraction(one) for one in values]) == expected


def test_T1_a_fall_is_established_with_four_readings_and_not_with_three() -> None:
    demand = Demand("decreasing", (Milestone(date(2035, 12, 31), Fraction(0)),))
    series = [count(f"Y{2025 + n}", 9 - 2 * n) for n in range(4)]
    day = date(2029, 1, 1)
    assert judge(demand, series, as_of=day).state == "on_course"
    short = judge(demand, series[:3], as_of=day)
    assert (short.state, short.reason) == ("not_established", "target_series_short")
    rising = judge(demand, [count(f"Y{2025 + n}", n) for n in range(4)], as_of=day)
    assert rising.state == "behind"
    unclear = [count(f"Y{2025 + n}", value) for n, value in enumerate((5, 6, 4, 5))]
    assert judge(demand, unclear, as_of=day).state == "not_established"
    over = judge(demand, series, as_of=date(2036, 1, 1))
    assert over.state == "met"


def test_T2_a_percent_change_from_a_baseline_of_zero_is_not_computable() -> None:
    assert bound_of_change(Fraction(0), Fraction(5, 100)) is None
    demand = Demand(
        "pct_change≥",
        (Milestone(date(2024, 12, 31), Fraction(5, 100)),),
        baseline=count("Y2023", 0),
    )
    found = judge(demand, [count("Y2024", 9)], as_of=date(2025, 1, 1))
    assert (found.state, found.reason) == ("not_computable", "target_baseline_zero")


@pytest.mark.parametrize(("cases", "state"), [(41, "behind"), (42, "met")])
def test_T2_five_percent_more_than_forty_is_forty_two(cases: int, state: str) -> None:
    demand = Demand(
        "pct_change≥",
        (Milestone(date(2024, 12, 31), Fraction(5, 100)),),
        baseline=count("Y2023", 40),
    )
    found = judge(demand, [count("Y2024", cases)], as_of=date(2025, 1, 1))
    assert (found.state, found.bound) == (state, 42)


def test_T2_without_its_baseline_a_change_is_not_established() -> None:
    demand = Demand("<", (Milestone(date(2024, 12, 31), Fraction(0)),), against_baseline=True)
    found = judge(demand, [count("Y2024", 9)], as_of=date(2025, 1, 1))
    assert (found.state, found.reason) == ("not_established", "target_no_baseline")


def test_P4_a_month_is_never_compared_with_a_year() -> None:
    demand = Demand("pct_change≥", (Milestone(YEAR_END, Fraction(1)),), baseline=count("Y2023", 4))
    with pytest.raises(Refused, match="holds one kind of period"):
        judge(demand, [count("M2024-05", 9)], as_of=YEAR_END)
    with pytest.raises(Refused, match="holds one kind of period"):
        judge(at_least(HALF), [count("M2024-05", 9), count("Y2024", 9)], as_of=YEAR_END)


def test_the_pace_that_is_needed_is_what_is_left_over_the_periods_left() -> None:
    readings = [share("Y2024", 10, 100), share("Y2026", 20, 100)]
    found = judge(at_least(HALF), readings, as_of=date(2026, 12, 31))
    assert found.needed == 50
    assert (found.pace_so_far, found.periods_left, found.pace_needed) == (5, 4, Fraction(30, 4))
    assert (found.state, found.reason) == ("behind", "target_pace_too_slow")
    faster = judge(at_least(HALF), [readings[0], share("Y2026", 26, 100)], as_of=YEAR_END)
    assert faster.state == "behind", "the day itself has come"
    in_time = judge(
        at_least(HALF), [readings[0], share("Y2026", 26, 100)], as_of=date(2026, 12, 31)
    )
    assert (in_time.state, in_time.pace_needed, in_time.pace_so_far) == ("on_course", 6, 8)


def test_one_reading_has_no_pace() -> None:
    found = judge(at_least(HALF), [share("Y2026", 20, 100)], as_of=date(2027, 1, 1))
    assert (found.state, found.reason) == ("not_established", "target_pace_unknown")


def test_yearly_numbers_are_judged_one_by_one() -> None:
    marks = (
        Milestone(date(2025, 12, 31), Fraction(20, 100)),
        Milestone(date(2026, 12, 31), Fraction(30, 100)),
        Milestone(YEAR_END, HALF),
    )
    demand = Demand("≥", marks)
    late = judge(demand, [share("Y2024", 10, 100), share("Y2025", 19, 100)], as_of=date(2026, 1, 1))
    assert (late.state, late.reason, late.due) == (
        "behind",
        "target_day_passed",
        date(2025, 12, 31),
    )
    so_far = judge(
        demand, [share("Y2024", 10, 100), share("Y2025", 20, 100)], as_of=date(2026, 1, 1)
    )
    assert (so_far.state, so_far.due, so_far.pace_needed) == (
        "on_course",
        date(2026, 12, 31),
        10,
    )
    ahead = judge(demand, [share("Y2025", 31, 100)], as_of=date(2026, 1, 1))
    assert (ahead.state, ahead.reason) == ("on_course", "target_ahead_of_schedule")


def test_a_continuing_demand_is_asked_of_every_period() -> None:
    demand = Demand("=", (Milestone(date(2035, 12, 31), Fraction(0)),), is_continuing=True)
    months = [count("M2026-01", 0), count("M2026-02", 2), count("M2026-03", 0)]
    found = judge(demand, months, as_of=date(2026, 4, 1))
    assert (found.state, found.broken) == ("met", ("M2026-02",))
    broken = judge(demand, months[:2], as_of=date(2026, 3, 1))
    assert (broken.state, broken.reason) == ("behind", "target_broken_now")


def test_A5_an_estimate_decides_nothing() -> None:
    found = judge(at_least(HALF), [share("Y2030", 60, 100, is_estimate=True)], as_of=YEAR_END)
    assert (found.state, found.reason) == ("not_established", "target_estimate_only")


def test_C4_figures_of_some_units_only_decide_nothing() -> None:
    found = judge(at_least(HALF), [share("Y2030", 60, 100, is_whole=False)], as_of=YEAR_END)
    assert (found.state, found.reason) == ("not_established", "target_figures_incomplete")


def test_C4_a_count_that_is_beyond_its_bound_already_decides_though_units_are_missing() -> None:
    none = Demand("=", (Milestone(YEAR_END, Fraction(0)),), is_continuing=True)
    some = judge(none, [count("M2026-01", 2, is_whole=False)], as_of=YEAR_END)
    assert (some.state, some.broken) == ("behind", ("M2026-01",))
    nothing = judge(none, [count("M2026-01", 0, is_whole=False)], as_of=YEAR_END)
    assert nothing.state == "not_established"
    enough = judge(at_least(Fraction(2)), [count("Y2026", 2, is_whole=False)], as_of=YEAR_END)
    assert enough.state == "met"


def test_nothing_to_have_a_share_of_is_neither_met_nor_missed() -> None:
    found = judge(at_least(Fraction(1)), [share("Y2030", 0, 0)], as_of=YEAR_END)
    assert (found.state, found.reason) == ("not_computable", "target_nothing_to_share")


def test_a_period_that_still_runs_is_not_read() -> None:
    readings = [share("Y2029", 10, 100), share("Y2030", 90, 100)]
    found = judge(at_least(HALF), readings, as_of=date(2030, 6, 1))
    assert found.reading is not None
    assert found.reading.period.id == "Y2029"


@pytest.mark.parametrize(("neutralised_counts", "ended"), [(False, 1), (True, 2)])
def test_H5_whether_neutralised_is_enough_belongs_to_the_target(
    neutralised_counts: bool, ended: int
) -> None:
    days = ["2025-01-01", "2025-08-01", "2025-01-01", "2025-09-01", "2025-01-01", "2025-12-01"]
    states = ["listed", "eliminated", "listed", "neutralised", "listed", "in_action"]
    lives = make_lives([0, 0, 1, 1, 2, 2], days, state_codes(states), hotspot_count=3)
    found = listed_and_ended(
        lives,
        start=date(2025, 7, 1),
        until=date(2026, 1, 1),
        neutralised_counts=neutralised_counts,
    )
    assert found == (ended, 3)


def test_H3_a_place_that_re_formed_is_not_eliminated_and_a_new_one_is_not_on_the_list() -> None:
    days = ["2025-01-01", "2025-08-01", "2025-10-01", "2025-09-01"]
    states = state_codes(["listed", "eliminated", "reformed", "listed"])
    lives = make_lives([0, 0, 0, 1], days, states, hotspot_count=2)
    span = {"start": date(2025, 7, 1), "until": date(2026, 1, 1)}
    assert listed_and_ended(lives, **span, neutralised_counts=False) == (0, 1)
    none = listed_and_ended(
        lives, start=date(2024, 1, 1), until=date(2026, 1, 1), neutralised_counts=True
    )
    assert none == (0, 0)


def test_a_whole_stands_as_its_parts_do() -> None:
    assert judge_parts(["met", "met"]) == "met"
    assert judge_parts(["met", "behind", "not_established"]) == "behind"
    assert judge_parts(["met", "superseded"]) == "met"
    assert judge_parts(["lapsed"]) == "lapsed"
