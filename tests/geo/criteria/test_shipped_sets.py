"""The sets that the product ships, on both sides of every threshold that was verified."""

from datetime import date
from fractions import Fraction

import pytest

from geo.class_ladder import LADDER
from geo.criteria import add_up, choose, criteria_set, criteria_sets, inputs, judge, lacking
from geo.criteria.record import Condition, CriteriaSet, Row

QD28 = criteria_set("qd-28-2025")
QD3122 = criteria_set("qd-3122-2010")
DEMO = criteria_set("mo-phong-2025")
# Enough people that every threshold of a rate falls on whole persons.
PEOPLE = 20_000

every_condition = pytest.mark.parametrize(
    ("criteria", "row", "condition"),
    [
        pytest.param(criteria, row, one, id=f"{criteria.id} {row.id} {one.measure.id}")
        for criteria in criteria_sets()
        for row in criteria.rows
        for one in row.conditions
        if one.is_enabled
    ],
)


def nothing(criteria: CriteriaSet) -> dict[str, int | None]:
    """Give inputs by which no row of a type is met: zeros, and people enough."""
    values: dict[str, int | None] = dict.fromkeys(criteria.inputs, 0)
    return values | {"population": PEOPLE, "I22.ra_soat.denominator": PEOPLE}


@every_condition
def test_K2_each_threshold_turns_exactly_where_the_act_says(
    criteria: CriteriaSet, row: Row, condition: Condition
) -> None:
    name = condition.measure.numerator[0]
    base = nothing(criteria)
    below = base[condition.measure.denominator] if condition.measure.denominator else 1
    grain = inputs()[name].grain
    assert below is not None
    for bound in {condition.low, condition.high} - {None}:
        edge = bound * below * grain
        assert edge.denominator == 1, "the edge falls on a whole number"
        for step in (-1, 0, 1):
            value = int(edge) + step
            if value < 0:
                continue
            told = Fraction(value, grain * below)
            inside = (
                condition.low is None
                or told > condition.low
                or (told == condition.low and not condition.low_open)
            ) and (
                condition.high is None
                or told < condition.high
                or (told == condition.high and not condition.high_open)
            )
            found = judge(criteria, base | {name: value}).verdict(row.id)
            if inside:
                assert found == "met", value
            elif len(row.conditions) == 1:
                assert found == "not_met", value


# As the press told decision 28/2025: row, what is different from nothing, what is to come of it.
@pytest.mark.parametrize(
    ("row", "told", "verdict"),
    [
        ("I.a", {"I06": 99, "I08": 0}, "not_met"),
        ("I.a", {"I06": 60, "I08": 40}, "met"),
        ("I.a", {"I06": 60, "I08": 41}, "met"),
        ("I.b", {"places.diem_to_chuc_chua_chap": 1}, "not_met"),
        ("I.b", {"places.diem_to_chuc_chua_chap": 2}, "met"),
        ("I.b", {"places.diem_to_chuc_chua_chap": 3}, "met"),
        ("II.b", {"places.diem_to_chuc_chua_chap": 0}, "not_met"),
        ("II.b", {"places.diem_to_chuc_chua_chap": 1}, "met"),
        ("II.b", {"places.diem_to_chuc_chua_chap": 2}, "not_met"),
        ("I.c", {"I10": 19}, "not_met"),
        ("I.c", {"I10": 20}, "met"),
        ("I.c", {"I10": 21}, "met"),
        ("II.c", {"I10": 9}, "not_met"),
        ("II.c", {"I10": 10}, "met"),
        ("II.c", {"I10": 19}, "met"),
        ("II.c", {"I10": 20}, "not_met"),
        ("I.d", {"I14.plants": 2999}, "not_met"),
        ("I.d", {"I14.plants": 3000}, "met"),
        ("I.d", {"I14.plants": 3001}, "met"),
        ("I.d", {"I14.area": 749_99}, "not_met"),
        ("I.d", {"I14.area": 750_00}, "met"),
        ("I.d", {"I14.area": 750_01}, "met"),
        # Its number of plants is not known, so below 125 m² nothing is certain.
        ("II.d", {"I14.area": 124_99}, "disabled"),
        ("II.d", {"I14.area": 125_00}, "met"),
        ("II.d", {"I14.area": 749_99}, "met"),
        ("II.d", {"I14.area": 750_00}, "disabled"),
    ],
)
def test_K2_decision_28_on_both_sides_of_what_was_verified(
    row: str, told: dict[str, int], verdict: str
) -> None:
    assert judge(QD28, nothing(QD28) | told).verdict(row) == verdict


@pytest.mark.parametrize(
    ("told", "is_type_1"),
    [
        ({"I06": 99}, False),
        ({"I06": 100}, True),
        ({"I06": 101}, True),
        ({"places.tu_diem_phuc_tap": 4}, False),
        ({"places.tu_diem_phuc_tap": 5}, True),
        ({"places.tu_diem_phuc_tap": 6}, True),
        ({"I14.area": 1999_99}, False),
        ({"I14.area": 2000_00}, True),
        ({"I14.area": 2000_01}, True),
    ],
)
def test_K4_one_of_the_three_known_lines_makes_type_1_by_decision_3122(
    told: dict[str, int], is_type_1: bool
) -> None:
    judged = judge(QD3122, nothing(QD3122) | told)
    assert (judged.computed == "loai_1") == is_type_1
    # The other lines were not seen: nothing else is ever certain.
    assert is_type_1 or judged.possible == LADDER
    assert not judged.is_complete


def test_C4_nothing_told_leaves_every_class_possible_and_no_set_reads_it_as_drug_free() -> None:
    for criteria in criteria_sets():
        judged = judge(criteria, {})
        assert judged.computed == "chua_danh_gia"
        assert judged.possible == LADDER


def test_C4_each_missing_input_alone_never_makes_a_commune_drug_free() -> None:
    # The best that there is, but for what is not drug-free.
    almost = nothing(DEMO) | {"I09": 100, "I10": 1}
    assert judge(DEMO, almost).computed == "khong_trong_diem"
    for name in DEMO.inputs:
        assert judge(DEMO, almost | {name: None}).computed != "khong_ma_tuy"


def test_C4_what_cannot_matter_any_more_does_not_keep_a_class_open() -> None:
    free = nothing(DEMO)
    assert judge(DEMO, free | {"I22.ra_soat.numerator": None}).computed == "khong_ma_tuy"
    # Nobody on file among unknown people is a rate of 0 all the same.
    assert judge(DEMO, free | {"population": None, "I22.ra_soat.denominator": None}).possible == (
        "khong_ma_tuy",
    )


def test_C5_the_old_five_classes_have_their_names_and_ho_chi_minh_city_adds_up_to_312() -> None:
    assert QD3122.reachable == LADDER
    assert QD3122.names_vi["khong_trong_diem"] == "Có tệ nạn ma túy"
    told = {"loai_1": 1, "loai_2": 6, "loai_3": 171, "khong_trong_diem": 133, "khong_ma_tuy": 1}
    assert sum(add_up(told, total=312).values()) == 312
    with pytest.raises(ValueError, match="311"):
        add_up(told | {"loai_3": 170}, total=312)
    with pytest.raises(ValueError, match="loai_4"):
        add_up(told | {"loai_4": 0}, total=312)


def test_K1_a_key_route_turns_two_criteria_of_a_type_into_a_third() -> None:
    two = nothing(QD28) | {"places.diem_to_chuc_chua_chap": 2, "I14.plants": 3000}
    assert judge(QD28, two).verdict("II.đ") == "not_met"
    # Both are degrees of type I, and so of type III or graver.
    assert judge(QD28, two | {"routes": 1}).verdict("II.đ") == "met"
    assert judge(QD28, two | {"routes": None}).verdict("II.đ") == "unknown"


def test_a_set_with_a_disabled_row_says_so_on_every_result() -> None:
    for criteria in criteria_sets():
        whole = all(row.is_enabled for row in criteria.rows)
        assert judge(criteria, nothing(criteria)).is_complete == whole == criteria.is_simulated


def test_the_set_follows_from_day_province_and_whether_the_land_is_simulated() -> None:
    def chosen(day: date, province: str, *, simulated: bool = False) -> str | None:
        found = choose(day, province=province, simulated=simulated)
        return found.id if found else None

    assert chosen(date(2025, 8, 23), "01") == "qd-3122-2010"
    assert chosen(date(2025, 8, 24), "01") == "qd-28-2025"
    assert chosen(date(2023, 12, 31), "14") == "son-la-1185-2023"
    assert chosen(date(2024, 1, 1), "14") == "son-la-509-2024"
    assert chosen(date(2025, 8, 24), "14") == "qd-28-2025"
    assert chosen(date(2025, 6, 30), "01", simulated=True) == "mo-phong-2022"
    assert chosen(date(2025, 7, 1), "01", simulated=True) == "mo-phong-2025"
    assert chosen(date(2009, 12, 31), "01") is None


def test_what_is_lacking_for_the_next_class_is_told_row_by_row() -> None:
    told = nothing(DEMO) | {"places.diem_ban_le": 1, "I09": 0}
    assert judge(DEMO, told).computed == "loai_3"
    assert [
        (one.criterion, one.have_vi, one.needed_vi)
        for one in lacking(DEMO, told, goal="khong_trong_diem")
    ] == [("III.b", "1 điểm", "< 1 điểm")]
    wanted = lacking(DEMO, told, goal="khong_ma_tuy")
    assert [one.criterion for one in wanted] == ["III.b", "K.1"]
    hidden = lacking(DEMO, told, goal="khong_ma_tuy", hidden=["places.diem_ban_le"])
    assert all("1" not in one.have_vi for one in hidden)
