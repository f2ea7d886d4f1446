"""Plans as data: what each file says, and that it cannot say nonsense."""

from datetime import date
from fractions import Fraction

import pytest

from geo.errors import NotFound
from geo.indicators import SERIES
from geo.period import parse_period
from geo.plans import ORDER, find_plan, list_plans
from geo.plans.reading import make_plan, read_value
from geo.reporting_cycles import all_cycles
from geo.units import unit_rules

HEAD = {
    "title_vi": "Kế hoạch thử",
    "title_en": "Trial plan",
    "issuer_vi": "Cơ quan",
    "issuer_en": "Office",
    "number": "",
    "year": 2026,
    "kind": "plan",
    "starts_on": date(2026, 1, 1),
    "ends_on": date(2026, 12, 31),
    "units": [{"level": "commune", "code": "00001", "day": date(2026, 1, 1)}],
}
TARGET = {
    "id": "one",
    "text_vi": "Một",
    "text_en": "One",
    "measure": "indicator",
    "indicator": "I04",
    "comparator": "=",
    "value": "0",
    "good": "down",
}


def test_every_plan_is_read_and_is_named_for_people() -> None:
    assert [one.id for one in list_plans()] == list(ORDER)
    for plan in list_plans():
        assert plan.title_vi != plan.title_en
        assert plan.id.upper() not in plan.title_vi.split()
        assert plan.questions, "each plan leaves something open"


def test_targets_name_what_exists() -> None:
    known = set(all_cycles().by_id)
    for plan in list_plans():
        assert set(plan.calendar) <= known
        assert plan.parent in ("", *ORDER)
        for target in plan.targets:
            assert not target.indicator or target.indicator in SERIES
            if target.baseline not in ("", "start"):
                parse_period(target.baseline)


def test_T1_the_strict_target_of_the_plans_is_strict() -> None:
    support = find_plan("s4").target("support")
    assert (support.comparator, support.value) == (">", Fraction(4, 5))


def test_T2_the_change_of_the_plans_names_its_baseline() -> None:
    cases = find_plan("S0").target("cases")
    assert (cases.comparator, cases.value, cases.baseline) == (
        "pct_change≥",
        Fraction(1, 20),
        "Y2023",
    )


def test_T3_sentences_without_a_number_have_none() -> None:
    for plan_id, target_id in (("s0", "contain"), ("s1", "done"), ("s4", "members")):
        target = find_plan(plan_id).target(target_id)
        assert target.is_by_hand
        assert target.value is None
    with pytest.raises(ValueError, match="value without a comparator"):
        make_plan("x", {**HEAD, "target": [{**TARGET, "comparator": None, "value": "3"}]})
    made = {**TARGET, "measure": "none", "indicator": ""}
    with pytest.raises(ValueError, match="nothing can be compared"):
        make_plan("x", {**HEAD, "target": [made]})


def test_T4_what_the_plans_leave_open_is_a_question_in_them() -> None:
    assert any("mục III" in one.vi for one in find_plan("s2").questions)
    assert any("2751/QĐ-UBND" in one.vi for one in find_plan("s4").questions)


def test_T5_which_way_is_good_belongs_to_the_target() -> None:
    assert find_plan("s0").target("cases").good == "up"
    with pytest.raises(ValueError, match="T5"):
        make_plan("x", {**HEAD, "target": [{**TARGET, "good": "sideways"}]})
    other_way = make_plan("x", {**HEAD, "target": [{**TARGET, "indicator": "I01"}]})
    assert other_way.target("one").good == "down", "the same indicator, elsewhere the other way"


def test_T6_the_part_of_the_districts_lapses_on_the_day_they_ended() -> None:
    part = find_plan("s3").target("district_share")
    assert part.per == "district"
    assert part.lapses_on == unit_rules().districts_until
    assert part.force == "phan_dau"
    assert find_plan("s4").continues_vi


def test_T7_the_other_pilot_district_and_the_words_about_members_are_kept_as_text() -> None:
    plan = find_plan("s4")
    kim_dong = plan.target("kim_dong")
    assert [(one.level, one.code) for one in plan.units_of(kim_dong)] == [("district", "331")]
    assert kim_dong.is_by_hand
    assert plan.target("members").is_by_hand
    assert any("gốc so sánh" in one.vi for one in plan.questions)


def test_H5_the_two_plans_differ_in_what_ends_a_place() -> None:
    assert find_plan("s4").target("places").neutralised_counts
    assert not find_plan("s2").target("list").neutralised_counts


@pytest.mark.parametrize("text", ["1/3", "33,3%", "0", "5%"])
def test_values_are_exact(text: str) -> None:
    assert isinstance(read_value(text), Fraction)


def test_a_value_that_is_a_float_is_refused() -> None:
    with pytest.raises(ValueError, match="written as text"):
        make_plan("x", {**HEAD, "target": [{**TARGET, "value": 0.5}]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"indicator": "I99"}, "no indicator"),
        ({"comparator": "about"}, "no comparator"),
        ({"comparator": "decreasing"}, "one too many"),
        ({"baselin": "Y2023"}, "unknown words"),
        ({"comparator": "pct_change≥", "value": "5%"}, "needs a baseline"),
    ],
)
def test_a_target_that_does_not_fit_is_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_plan("x", {**HEAD, "target": [{**TARGET, **change}]})


def test_an_unknown_plan_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="There is no plan s9"):
        find_plan("s9")
