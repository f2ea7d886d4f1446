"""Part III of a report on the demo of two provinces: plans of the unit, and of those above it."""

from datetime import date

import pytest

from api.handout_plans import day_of_plans
from geo.period import parse_period
from tests.support.handout_facts import province, run_of


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("Y2025", date(2025, 12, 31)),
        ("H2026-1", date(2026, 6, 30)),
        ("M2026-09", date(2026, 9, 30)),
        # No data that late: the newest day that there is.
        ("M2026-10", date(2026, 10, 31)),
    ],
)
def test_plans_are_judged_when_a_whole_month_covers_the_window(period: str, day: date) -> None:
    facts = province(period=parse_period(period), run=run_of(period))
    assert day_of_plans(facts) == day
