"""Who owes which step at which level, through time, and by when."""

from datetime import date

import pytest

from geo.assessing import DUTIES
from geo.assessing.duties import (
    calendar,
    due_last,
    duty_on,
    is_owed,
    read_calendar,
    read_cycle,
    start_class,
)
from geo.errors import Refused
from geo.period import parse_period

WHO = """
cycle_kinds = ["year"]
owed_kinds = ["year"]
[[duties]]
duty = "report"
level = "commune"
roles = ["reporter"]
organ_vi = "a"
organ_en = "a"
"""
OTHERS = "".join(WHO[WHO.index("[[") :].replace("report", one, 1) for one in DUTIES[1:])


@pytest.mark.parametrize(
    ("day", "level", "organ"),
    [
        (date(2025, 2, 28), "district", "Công an huyện"),
        (date(2025, 3, 1), "district", "UBND huyện"),
        (date(2025, 6, 30), "district", "UBND huyện"),
        (date(2025, 7, 1), "province", "Công an tỉnh"),
    ],
)
def test_X4_who_classifies_changes_with_time(day, level, organ) -> None:
    found = duty_on("classify", day)
    assert (found.level, found.organ_vi) == (level, organ)


def test_every_duty_has_one_body_on_every_day() -> None:
    for duty in DUTIES:
        for day in (date(1990, 1, 1), date(2025, 7, 1), date(2035, 1, 1)):
            assert duty_on(duty, day).roles
    with pytest.raises(ValueError, match="classify"):
        read_calendar(WHO)
    twice = WHO + WHO[WHO.index("[[") :] + OTHERS
    with pytest.raises(ValueError, match="report"):
        read_calendar(twice)


def test_no_day_that_no_act_names_makes_anything_late() -> None:
    cycle = parse_period("Y2026")
    assert due_last("chua_bat_dau", cycle, land="real") is None
    assert due_last("tham_dinh", cycle, land="simulated") == date(2026, 12, 14)
    own = read_calendar(
        WHO + OTHERS + '[[deadlines]]\nland = "real"\nstep = "ra_soat"\ndays_after = -60\n'
    )
    assert due_last("chua_bat_dau", cycle, land="real", rules=own) == date(2026, 10, 15)
    assert due_last("cong_nhan", cycle, land="real", rules=own) is None


def test_C2_a_start_class_holds_from_its_day_and_none_is_shipped() -> None:
    assert calendar().starts == ()
    own = read_calendar(
        'starts = [{code = "10537", from = 2025-07-01, class_id = "khong_trong_diem"}]'
        + WHO
        + OTHERS
    )
    assert start_class("10537", date(2025, 7, 1), rules=own) == "khong_trong_diem"
    assert start_class("10537", date(2025, 6, 30), rules=own) is None
    assert start_class("00001", date(2026, 1, 1), rules=own) is None


@pytest.mark.parametrize("period", ["M2026-07", "C2026", "H2026-2"])
def test_only_years_and_first_half_years_are_cycles(period) -> None:
    with pytest.raises(Refused):
        read_cycle(period)
    assert read_cycle("Y2026").id == "Y2026"


def test_X3_every_commune_owes_the_year_and_a_half_year_only_what_it_began() -> None:
    year, half = parse_period("Y2026"), parse_period("H2026-1")
    assert is_owed("chua_bat_dau", year)
    assert not is_owed("chua_bat_dau", half)
    assert is_owed("ra_soat", half)
