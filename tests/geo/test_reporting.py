"""Who owes what by a day: windows, last days, late and missing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.period import make_period
from geo.reporting import Timeliness, judge, on_time_share, reports_owed

DUE = date(2026, 6, 20)
# handed in, day of the question -> state, days late
CASES = [
    (date(2026, 6, 14), date(2026, 6, 14), "on_time", 0),
    # "Before 20/06" is until the end of 19/06.
    (date(2026, 6, 19), date(2026, 7, 1), "on_time", 0),
    (date(2026, 6, 20), date(2026, 7, 1), "late", 1),
    (date(2026, 6, 25), date(2026, 7, 1), "late", 6),
    (None, date(2026, 6, 19), "not_due", 0),
    (None, date(2026, 6, 20), "missing", 1),
    (None, date(2026, 7, 1), "missing", 12),
    # What comes later is not known yet.
    (date(2026, 6, 25), date(2026, 6, 21), "missing", 2),
    (date(2026, 6, 25), date(2026, 6, 19), "not_due", 0),
]


@pytest.mark.parametrize(("submitted_on", "as_of", "state", "days"), CASES)
def test_P2_before_the_20th_is_until_the_end_of_the_19th(
    submitted_on: date | None, as_of: date, state: str, days: int
) -> None:
    found = judge(submitted_on, due=DUE, as_of=as_of)
    assert (found.state, found.days_late) == (state, days)


@given(st.integers(-30, 60), st.integers(-30, 90), st.integers(0, 40))
def test_P2_what_was_on_time_or_late_stays_so(came: int, asked: int, later: int) -> None:
    submitted_on, as_of = DUE + timedelta(came), DUE + timedelta(asked)
    first = judge(submitted_on, due=DUE, as_of=as_of)
    again = judge(submitted_on, due=DUE, as_of=as_of + timedelta(later))
    if first.state in ("on_time", "late"):
        assert (again.state, again.days_late) == (first.state, first.days_late)
    if first.state == "missing":
        assert again.state in ("missing", "late")


def test_P1_the_second_part_of_the_year_is_owed_by_nobody() -> None:
    kinds = {one.period.kind for one in reports_owed(date(2026, 12, 31), months=12)}
    assert kinds == {"month", "half_year", "year"}


def test_P2_reports_owed_have_ended_and_the_newest_come_first() -> None:
    owed = [(one.period.id, one.due_last) for one in reports_owed(date(2026, 6, 14))]
    assert owed == [
        ("H2026-1", date(2026, 6, 19)),
        ("Y2025", date(2025, 12, 19)),
        ("M2026-05", date(2026, 6, 14)),
        ("M2026-04", date(2026, 5, 14)),
        ("M2026-03", date(2026, 4, 14)),
    ]
    day_before = [one.period.id for one in reports_owed(date(2026, 6, 13))]
    assert day_before[0] == "H2025-1"


def test_P2_a_year_of_months_for_one_unit() -> None:
    months = [
        one.period for one in reports_owed(date(2026, 1, 31), months=12) if one.cycle.id == "month"
    ]
    assert months[0] == make_period("month", year=2026, month=1)
    assert months[-1] == make_period("month", year=2025, month=2)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_P2_nothing_is_owed_before_its_window_has_ended(as_of: date) -> None:
    for one in reports_owed(as_of):
        assert one.period.last_day <= as_of
        assert one.due_last > one.period.last_day


def test_I20_share_of_reports_on_time_is_worked_out_by_hand() -> None:
    # Four communes: on time, two days late, missing, and one that is early before the day.
    gone, early = date(2026, 7, 1), date(2026, 6, 15)
    told = [
        judge(date(2026, 6, 18), due=DUE, as_of=gone),
        judge(date(2026, 6, 21), due=DUE, as_of=gone),
        judge(None, due=DUE, as_of=gone),
        judge(date(2026, 6, 15), due=DUE, as_of=early),
    ]
    assert on_time_share(told) == (1, 3)
    assert on_time_share([]) == (0, 0)


@given(
    st.lists(
        st.builds(
            Timeliness,
            st.sampled_from(["on_time", "late", "missing"]),
            days_late=st.integers(0, 9),
            is_due=st.booleans(),
        ),
        max_size=30,
    ),
    st.integers(0, 30),
)
def test_I20_parts_add_up_over_units(told: list[Timeliness], cut: int) -> None:
    left, right, whole = on_time_share(told[:cut]), on_time_share(told[cut:]), on_time_share(told)
    assert (left[0] + right[0], left[1] + right[1]) == whole
    assert whole[0] <= whole[1] <= len(told)
