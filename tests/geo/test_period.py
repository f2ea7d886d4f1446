from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Refused
from geo.period import (
    PERIOD_KINDS,
    Period,
    Window,
    make_period,
    one_kind,
    parse_period,
    periods_between,
    reporting_year,
    require_like,
    require_like_windows,
)

SPEC = [
    # id, first day, last day (inclusive, as the plans write them)
    ("H2026-1", date(2025, 12, 15), date(2026, 6, 14)),
    ("H2026-2", date(2026, 6, 15), date(2026, 12, 14)),
    ("Y2026", date(2025, 12, 15), date(2026, 12, 14)),
    ("C2026", date(2026, 1, 1), date(2026, 12, 31)),
    ("M2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ("M2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("M2025-12", date(2025, 12, 1), date(2025, 12, 31)),
]


@pytest.mark.parametrize(("period_id", "first", "last"), SPEC)
def test_windows_are_those_of_the_plans(period_id: str, first: date, last: date) -> None:
    period = parse_period(period_id)
    assert (period.starts_on, period.last_day) == (first, last)
    assert period.id == period_id


def test_P1_half_year_and_its_remainder_make_the_annual_window() -> None:
    first, rest, whole = (parse_period(p) for p in ("H2026-1", "H2026-2", "Y2026"))
    assert first.starts_on == whole.starts_on
    assert first.ends_before == rest.starts_on
    assert rest.ends_before == whole.ends_before


def test_P3_a_period_belongs_to_the_year_in_which_it_ends() -> None:
    assert parse_period("H2026-1").year == 2026
    assert parse_period("H2026-1").starts_on.year == 2025


@pytest.mark.parametrize(
    "text", ["", "2026", "M2026-13", "M2026-00", "H2026-3", "Y26", "y2026", "Y0000", "M2026-7 "]
)
def test_anything_else_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(Refused, match="2026") as refused:
        parse_period(text)
    assert refused.value.code == "period_unknown"


@pytest.mark.parametrize("text", ["Y0001", "H0001-1", "M0001-01", "Y9999", "M9999-12"])
def test_years_at_the_ends_of_the_calendar_are_refused(text: str) -> None:
    # Their windows would begin or end outside it.
    with pytest.raises(Refused):
        parse_period(text)


periods = st.builds(
    make_period,
    st.sampled_from(PERIOD_KINDS),
    year=st.integers(1900, 2200),
    month=st.integers(1, 12),
)


@given(periods)
def test_identifier_reads_back_as_the_same_period(period: Period) -> None:
    assert parse_period(period.id) == period


@given(periods)
def test_P4_the_previous_period_is_like_it_and_ends_where_it_may(period: Period) -> None:
    before = period.previous()
    assert before.kind == period.kind
    assert before.ends_before <= period.starts_on
    if period.kind in ("month", "year", "calendar_year"):
        assert before.ends_before == period.starts_on


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 900))
def test_listed_periods_have_ended_and_months_leave_no_gap(first: date, days: int) -> None:
    as_of = first + timedelta(days=days)
    listed = list(periods_between(first, as_of))
    assert all(p.last_day <= as_of and p.ends_before > first for p in listed)
    months = [p for p in listed if p.kind == "month"]
    assert all(a.ends_before == b.starts_on for a, b in pairwise(months))
    assert len({p.id for p in listed}) == len(listed)


@given(periods, periods)
def test_P4_only_periods_of_one_kind_are_compared(one: Period, other: Period) -> None:
    if one.kind == other.kind:
        require_like(one, other)
        return
    with pytest.raises(Refused) as refused:
        require_like(one, other)
    assert refused.value.code == "periods_not_alike"


@given(periods)
def test_P4_a_period_is_like_the_one_before_it(period: Period) -> None:
    require_like(period, period.previous())


def test_P3_the_calendar_year_and_the_reporting_year_do_not_stand_in_one_series() -> None:
    assert one_kind([parse_period("Y2025"), parse_period("Y2026")]) == "year"
    with pytest.raises(Refused) as refused:
        one_kind([parse_period("Y2025"), parse_period("C2026")])
    assert refused.value.code == "periods_of_several_kinds"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_P3_every_day_lies_in_the_reporting_year_that_is_named_for_it(day: date) -> None:
    assert make_period("year", year=reporting_year(day)).contains(day)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The same length, and the same days of two years with a 29 February in one of them.
        ((date(2023, 6, 1), date(2023, 7, 1)), (date(2023, 5, 2), date(2023, 6, 1))),
        ((date(2024, 2, 1), date(2024, 3, 1)), (date(2023, 2, 1), date(2023, 3, 1))),
        ((date(2023, 12, 15), date(2024, 6, 15)), (date(2022, 12, 15), date(2023, 6, 15))),
        ((date(2024, 2, 29), date(2024, 3, 11)), (date(2023, 2, 28), date(2023, 3, 11))),
    ],
)
def test_P4_windows_of_one_length_or_of_the_same_days_are_alike(
    one: tuple[date, date], other: tuple[date, date]
) -> None:
    require_like_windows(Window(*one), Window(*other))


@pytest.mark.parametrize(
    "other",
    [
        (date(2023, 6, 1), date(2023, 6, 30)),
        (date(2022, 6, 1), date(2022, 8, 1)),
        (date(2022, 6, 1), date(2023, 7, 1)),
    ],
)
def test_P4_windows_of_two_lengths_are_refused_by_name(other: tuple[date, date]) -> None:
    with pytest.raises(Refused) as refused:
        require_like_windows(Window(date(2023, 6, 1), date(2023, 7, 1)), Window(*other))
    assert refused.value.code == "windows_not_alike"


def test_windows_are_half_open_inside_and_inclusive_on_the_screen() -> None:
    window = parse_period("H2026-1").window
    assert window.contains(date(2026, 6, 14)) and not window.contains(date(2026, 6, 15))
    assert window.label() == "15/12/2025–14/06/2026"
    assert window.days == 182


def test_a_window_without_a_day_is_none() -> None:
    with pytest.raises(ValueError, match="one day"):
        Window(date(2026, 1, 1), date(2026, 1, 1))
