import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.period import PERIOD_KINDS, local_day, make_period, parse_period
from geo.reporting_cycles import all_cycles, due_before, occurrence_of, occurrences, read_cycles
from tests.support.sources import PROJECT

FILE = Path(PROJECT) / "geo" / "reporting_cycles.toml"
CYCLES = all_cycles().by_id

# As DOMAIN.md section 7 writes them: cycle, year, first and last day inclusive, last day in time.
PLANS = [
    ("half_year", date(2025, 12, 15), date(2026, 6, 14), date(2026, 6, 19)),
    ("year", date(2025, 12, 15), date(2026, 12, 14), date(2026, 12, 19)),
    ("month", date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 14)),
    ("action_month_2023", date(2023, 6, 1), date(2023, 6, 30), date(2023, 7, 3)),
    ("action_month", date(2026, 6, 1), date(2026, 6, 30), None),
    ("own_plan_2025", None, None, date(2025, 6, 14)),
    ("survey_since_2025", date(2025, 12, 15), date(2026, 12, 14), None),
    ("assessment", date(2025, 12, 15), date(2026, 12, 14), None),
]


@pytest.mark.parametrize(("name", "first", "last", "due"), PLANS)
def test_P2_every_cycle_comes_round_as_its_plan_says(
    name: str, first: date | None, last: date | None, due: date | None
) -> None:
    found = {
        (
            one.window and one.window.starts_on,
            one.window and one.window.last_day,
            one.due_last,
        )
        for one in occurrences(CYCLES[name], since=date(2023, 1, 1), as_of=date(2027, 12, 31))
    }
    assert (first, last, due) in found


def test_every_cycle_of_the_file_is_among_the_plans_or_has_no_day() -> None:
    assert set(CYCLES) - {name for name, *_ in PLANS} == {"periodic", "survey"}
    assert (
        list(occurrences(CYCLES["periodic"], since=date(2020, 1, 1), as_of=date(2026, 1, 1))) == []
    )


def test_P1_the_half_year_is_the_first_part_of_the_year_and_the_rest_is_owed_by_nobody() -> None:
    for year in range(2020, 2035):
        half = occurrence_of(CYCLES["half_year"], make_period("half_year", year=year)).window
        whole = occurrence_of(CYCLES["year"], make_period("year", year=year)).window
        rest = make_period("rest_of_year", year=year)
        assert half is not None and whole is not None
        assert half.starts_on == whole.starts_on
        assert (half.ends_before, rest.ends_before) == (rest.starts_on, whole.ends_before)
    assert all(one.period_kind != "rest_of_year" for one in CYCLES.values())


@pytest.mark.parametrize(
    ("moment", "on_time"),
    [
        # 19/06 24:00 in Việt Nam is 19/06 17:00 in UTC.
        (datetime(2026, 6, 19, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 19, 17, 0, 0, tzinfo=UTC), False),
    ],
)
def test_P2_before_20_06_ends_with_the_19th_in_local_time(moment: datetime, on_time: bool) -> None:
    assert (local_day(moment) < due_before(parse_period("H2026-1"))) is on_time


def test_P2_a_moment_without_a_time_zone_belongs_to_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 6, 19, 17))  # noqa: DTZ001


@given(st.sampled_from(PERIOD_KINDS), st.integers(2000, 2100), st.integers(1, 12))
def test_P2_a_report_is_due_after_its_window(kind: str, year: int, month: int) -> None:
    period = make_period(kind, year=year, month=month)
    assert timedelta(0) < due_before(period) - period.ends_before <= timedelta(days=14)


@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(0, 1500))
def test_P3_occurrences_are_in_order_and_each_carries_the_period_of_its_window(
    since: date, days: int
) -> None:
    as_of = since + timedelta(days=days)
    for cycle in CYCLES.values():
        listed = list(occurrences(cycle, since=since, as_of=as_of))
        last = [one.last_day for one in listed]
        assert last == sorted(set(last), key=str)
        for one in listed:
            assert one.last_day is not None and since <= one.last_day <= as_of
            assert one.period is None or one.period.window == one.window


def test_nothing_unset_is_ever_due_and_nothing_due_is_unset() -> None:
    for cycle in CYCLES.values():
        assert ("due" in cycle.unset) == (cycle.due_before is None)
        assert cycle.levels or "levels" in cycle.unset


def test_districts_owe_nothing_after_they_ended() -> None:
    last = [
        one.last_day
        for one in occurrences(CYCLES["survey"], since=date(2022, 1, 1), as_of=date(2030, 1, 1))
    ]
    assert last == [date(2022, 12, 14), date(2023, 12, 14), date(2024, 12, 14)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('first = "15/12/Y-1"', 'first = "14/12/Y-1"'),
        ('due_before = "20/06/Y"', ""),
        ('rhythm = "year"', 'rhythm = "week"'),
        ('period = "half_year"', 'period = "rest_of_year"'),
        ('levels = ["commune", "district"]', 'levels = ["hamlet"]'),
        ('levels = ["commune", "district"]', "levels = []"),
        ('last = "14/06/Y"', 'last = "14/06"'),
        ('last = "14/06/Y"', ""),
        ('due_before = "20/06/Y"', 'due_before = "20/06/Y"\nunset = ["due"]'),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(before: str, after: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(ValueError, match=r"half_year|no day"):
        read_cycles(text.replace(before, after, 1))


def test_the_file_writes_windows_inclusive() -> None:
    told = {one["id"]: one for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["cycle"]}
    assert (told["half_year"]["last"], told["year"]["last"]) == ("14/06/Y", "14/12/Y")
