from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.campaigns import (
    BASES,
    SIDES,
    compared,
    months_touched,
    require_comparable,
    state_on,
    whole_months,
    windows_of,
)
from geo.errors import Refused
from geo.period import Window

JUNE = Window(date(2026, 6, 1), date(2026, 7, 1))
campaign_windows = st.builds(
    lambda first, days: Window(first, first + timedelta(days=days)),
    st.dates(date(2015, 1, 1), date(2035, 1, 1)),
    st.integers(1, 200),
)


@given(campaign_windows)
def test_P4_the_windows_before_and_after_are_as_long_as_the_campaign_and_touch_it(
    during: Window,
) -> None:
    windows = windows_of(during)
    assert windows["before"].ends_before == during.starts_on
    assert windows["after"].starts_on == during.ends_before
    assert windows["before"].days == during.days == windows["after"].days


@given(campaign_windows)
def test_P4_every_choice_of_two_windows_compares_like_with_like(during: Window) -> None:
    for base in BASES:
        for side in SIDES:
            require_comparable(windows_of(during), base, side)


def test_P4_windows_that_were_changed_to_another_length_are_refused() -> None:
    windows = {**windows_of(JUNE), "after": Window(date(2026, 7, 1), date(2026, 7, 15))}
    with pytest.raises(Refused) as refused:
        require_comparable(windows, "before", "after")
    assert refused.value.code == "windows_not_alike"


def test_the_action_month_has_the_windows_that_people_expect() -> None:
    told = {name: window.label() for name, window in windows_of(JUNE).items()}
    assert told == {
        "before": "02/05/2026–31/05/2026",
        "during": "01/06/2026–30/06/2026",
        "after": "01/07/2026–30/07/2026",
        "during_year_before": "01/06/2025–30/06/2025",
        "after_year_before": "01/07/2025–30/07/2025",
    }
    assert compared("year_before", "after") == ("after_year_before", "after")


def test_a_leap_day_has_the_day_before_it_a_year_earlier() -> None:
    february = Window(date(2024, 2, 1), date(2024, 3, 1))
    assert windows_of(february)["during_year_before"].label() == "01/02/2023–28/02/2023"


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2026, 5, 31), "not_begun"),
        (date(2026, 6, 1), "running"),
        (date(2026, 6, 29), "running"),
        (date(2026, 6, 30), "over"),
    ],
)
def test_a_window_is_over_with_its_last_day(as_of: date, state: str) -> None:
    assert state_on(JUNE, as_of) == state


def test_only_a_window_of_whole_months_has_them() -> None:
    assert [one.id for one in whole_months(JUNE)] == ["M2026-06"]
    before = windows_of(JUNE)["before"]
    assert whole_months(before) == ()
    assert [one.id for one in months_touched(before)] == ["M2026-05"]
    winter = Window(date(2025, 12, 1), date(2026, 2, 1))
    assert [one.id for one in whole_months(winter)] == ["M2025-12", "M2026-01"]
