"""What is found in a boundary set: one small country, one fault at a time."""

from collections.abc import Callable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from geo.boundaries import NEVER_ACCEPTED, Judgement, Register, judge, unaccepted
from geo.boundaries.geometry import SLIGHT_TOLD_M2
from geo.errors import Finding
from geo.messages import LANGUAGES
from geo.store.unit_rows import areas_m2
from tests.support.squares import (
    AFTER,
    BEFORE,
    frame,
    new_communes,
    old_communes,
    register_for,
    square,
)


def judged(
    communes: gpd.GeoDataFrame, *, day: date = BEFORE, end: date | None = AFTER
) -> Judgement:
    sound = old_communes() if day < AFTER else new_communes()
    return judge(
        communes,
        valid_from=day,
        valid_to=end,
        register=register_for(sound, stated_on=date(2025, 3, 1) if day < AFTER else AFTER),
    )


def codes_of(judgement: Judgement, severity: str = "error") -> set[str]:
    return {f.code for f in judgement.findings if f.severity == severity}


def with_value(column: str, value: object, *, row: int = 0) -> gpd.GeoDataFrame:
    communes = old_communes()
    communes.loc[row, column] = value
    return communes


def with_land(land: object, *, row: int = 0) -> gpd.GeoDataFrame:
    communes = old_communes()
    shapes = list(communes.geometry)
    shapes[row] = land
    return communes.set_geometry(gpd.GeoSeries(shapes, crs=4326))


def test_a_sound_set_has_counts_and_no_error_and_no_warning() -> None:
    judgement = judged(old_communes())
    assert codes_of(judgement) == codes_of(judgement, "warning") == set()
    assert codes_of(judgement, "info") == {"unit_total"}
    assert judgement.unit_counts == {"province": 2, "district": 3, "commune": 4}


def test_a_sound_set_after_the_reform_has_no_district() -> None:
    judgement = judged(new_communes(), day=AFTER, end=None)
    assert codes_of(judgement) == codes_of(judgement, "warning") == set()
    assert judgement.unit_counts == {"province": 2, "commune": 3}


BOW_TIE = shapely.Polygon([(105, 21), (105.1, 21.1), (105.1, 21), (105, 21.1)])
FAULTS: dict[str, Callable[[], gpd.GeoDataFrame]] = {
    "set_empty": lambda: old_communes().iloc[:0],
    "unit_code_missing": lambda: with_value("code", None),
    "unit_code_malformed": lambda: with_value("code", "1"),
    "unit_code_twice": lambda: with_value("code", "00002"),
    "unit_row_repeated": lambda: pd.concat([old_communes(), old_communes().iloc[:1]]),
    "unit_name_missing": lambda: with_value("name", ""),
    "unit_kind_unknown": lambda: with_value("kind", "làng"),
    "unit_kind_not_then": lambda: with_value("kind", "đặc khu"),
    "unit_province_missing": lambda: with_value("province_code", ""),
    "unit_district_missing": lambda: with_value("district_code", None),
    "province_code_malformed": lambda: with_value("province_code", "1"),
    "district_code_malformed": lambda: with_value("district_code", "1"),
    "province_two_names": lambda: with_value("province", "Tỉnh Đông"),
    "district_two_names": lambda: with_value("district", "Huyện Bốn"),
    "province_name_missing": lambda: with_value("province", ""),
    "district_name_missing": lambda: with_value("district", ""),
    "district_two_provinces": lambda: with_value("province_code", "02"),
    "geometry_missing": lambda: with_land(None),
    "geometry_not_area": lambda: with_land(shapely.Point(105, 21)),
    "geometry_invalid": lambda: with_land(BOW_TIE),
    "geometry_outside_country": lambda: with_land(affinity.translate(square(0), xoff=-100)),
    "units_overlap": lambda: with_land(square(0, width=1.1)),
    "gap_in_set": lambda: with_land(square(0).difference(square(0).buffer(-0.02))),
    "province_unknown": lambda: with_value("province_code", "99"),
    "province_absent": lambda: old_communes().iloc[:2],
    "unit_count_differs": lambda: old_communes().iloc[1:],
    "unit_wrong_province": lambda: with_value("province_code", "02"),
    "unit_code_unknown": lambda: old_communes().replace({"00001": "00009", "Xã A": "Xã Khác"}),
    "register_points_far": lambda: old_communes().replace({"00001": "00002", "00002": "00001"}),
}


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_is_found_by_its_name(code: str) -> None:
    judgement = judged(FAULTS[code]())
    assert code in codes_of(judgement)


NOTED: dict[str, tuple[str, Callable[[], gpd.GeoDataFrame]]] = {
    "unit_name_twice": ("warning", lambda: with_value("name", "Xã B")),
    "units_overlap_slightly": ("warning", lambda: with_land(square(0, width=1.000_05))),
    "gaps_in_set_slight": (
        "warning",
        lambda: with_land(square(0).difference(shapely.Point(105.05, 21.05).buffer(0.0005))),
    ),
    "province_name_differs": (
        "warning",
        lambda: old_communes().replace({"Tỉnh Bắc": "Thành phố Bắc"}),
    ),
    "unit_code_differs": ("warning", lambda: with_value("code", "00009")),
    "unit_absent": ("warning", lambda: old_communes().iloc[1:]),
    "unit_name_differs": ("warning", lambda: with_value("name", "Xã Khác")),
    "unit_kind_differs": ("warning", lambda: with_value("name", "Phường A")),
    "unit_total": ("info", old_communes),
    "units_overlap_strip": ("info", lambda: with_land(square(0, width=1.000_05))),
    "gap_strip": (
        "info",
        lambda: with_land(square(0).difference(shapely.Point(105.05, 21.05).buffer(0.0005))),
    ),
    "unit_in_other_province": ("warning", lambda: of_many(swapped=(0, 12))),
    "units_swapped": ("warning", lambda: of_many(swapped=(0, 12))),
    "register_point_nowhere": ("info", lambda: of_many(moved=0)),
    "register_point_elsewhere": ("info", lambda: of_many(turned=(0, 1, 2))),
}


MANY = frame(
    {
        "code": [f"{n:05d}" for n in range(1, 21)],
        "name": [f"Xã Số {n}" for n in range(1, 21)],
        "kind": ["xã"] * 20,
        "district_code": ["001"] * 10 + ["011"] * 10,
        "district": ["Huyện Một"] * 10 + ["Huyện Hai"] * 10,
        "province_code": ["01"] * 10 + ["02"] * 10,
        "province": ["Tỉnh Bắc"] * 10 + ["Tỉnh Nam"] * 10,
    },
    [square(n) for n in range(20)],
    day=BEFORE,
)


def of_many(
    *,
    swapped: tuple[int, int] | None = None,
    moved: int | None = None,
    turned: tuple[int, int, int] | None = None,
) -> gpd.GeoDataFrame:
    """Give twenty communes, some with the land of another."""
    land = list(MANY.geometry)
    if swapped:
        one, other = swapped
        land[one], land[other] = land[other], land[one]
    if moved is not None:
        land[moved] = square(0, row=5)
    if turned:
        first, second, third = turned
        land[first], land[second], land[third] = land[second], land[third], land[first]
    return MANY.set_geometry(gpd.GeoSeries(land, crs=4326))


def judged_many(communes: gpd.GeoDataFrame) -> Judgement:
    register = register_for(MANY, stated_on=date(2025, 3, 1))
    return judge(communes, valid_from=BEFORE, valid_to=AFTER, register=register)


def details_of(judgement: Judgement, code: str) -> list[dict[str, object]]:
    return [dict(f.details) for f in judgement.findings if f.code == code]


def test_two_units_in_each_others_place_are_named_as_a_pair() -> None:
    judgement = judged_many(of_many(swapped=(0, 12)))
    assert details_of(judgement, "units_swapped") == [
        {"code": "00001", "name": "Xã Số 1", "other": "00013", "other_name": "Xã Số 13"}
    ]
    assert details_of(judgement, "register_point_elsewhere") == []
    lost = details_of(judgement, "unit_in_other_province")
    assert [(one["code"], one["around"]) for one in lost] == [("00001", "02"), ("00013", "01")]


def test_three_units_in_a_turn_are_no_pair_and_stay_in_their_province() -> None:
    judgement = judged_many(of_many(turned=(0, 1, 2)))
    found = details_of(judgement, "register_point_elsewhere")
    assert [(one["code"], one["other"]) for one in found] == [
        *(("00001", "00003"), ("00002", "00001"), ("00003", "00002")),
    ]
    assert details_of(judgement, "units_swapped") == []
    assert details_of(judgement, "unit_in_other_province") == []


def test_a_unit_that_the_register_does_not_know_is_placed_by_the_points_that_it_holds() -> None:
    communes = of_many()
    communes.loc[12, ["code", "province_code", "province"]] = ["00099", "01", "Tỉnh Bắc"]
    found = details_of(judged_many(communes), "unit_in_other_province")
    assert found == [{"code": "00099", "province": "01", "around": "02"}]


def test_a_gap_names_the_units_around_it() -> None:
    hole = shapely.Point(105.1, 21.05).buffer(0.01)
    communes = old_communes()
    land = [one.difference(hole) for one in communes.geometry]
    judgement = judged(communes.set_geometry(gpd.GeoSeries(land, crs=4326)))
    (found,) = details_of(judgement, "gap_in_set")
    assert found["units"] == "00001, 00002"


@given(width=st.floats(1.000_001, 1.3))
def test_an_overlap_is_told_with_its_pair_and_area_whatever_its_size(width: float) -> None:
    judgement = judged(with_land(square(0, width=width)))
    truth = areas_m2(np.array([square(0, width=width).intersection(square(1))]))[0]
    told = details_of(judgement, "units_overlap") + details_of(judgement, "units_overlap_strip")
    if truth >= SLIGHT_TOLD_M2 + 1:
        (pair,) = told
        assert {pair["code"], pair["other"]} == {"00001", "00002"}
        assert pair["area_m2"] == pytest.approx(truth, abs=1)
    if truth < SLIGHT_TOLD_M2 - 1:
        assert told == []


@pytest.mark.parametrize("code", NOTED)
def test_what_does_not_refuse_a_set_is_noted(code: str) -> None:
    severity, make = NOTED[code]
    communes = make()
    judgement = judged_many(communes) if len(communes) == len(MANY) else judged(communes)
    assert code in codes_of(judgement, severity)
    assert code not in codes_of(judgement)


def test_every_finding_has_a_sentence_in_both_languages() -> None:
    frames = [make() for make in FAULTS.values()] + [make() for _, make in NOTED.values()]
    judgements = [judged_many(one) if len(one) == len(MANY) else judged(one) for one in frames]
    findings = [finding for judgement in judgements for finding in judgement.findings]
    for finding in findings:
        for language in LANGUAGES:
            assert "{" not in finding.message(language)
    assert {f.code for f in findings} >= set(FAULTS) | set(NOTED)


def test_all_findings_come_at_once_errors_first() -> None:
    communes = with_value("code", "1")
    communes.loc[1, "name"] = ""
    communes.loc[2, "kind"] = "làng"
    findings = judged(communes).findings
    assert {"unit_code_malformed", "unit_name_missing", "unit_kind_unknown"} <= {
        f.code for f in findings
    }
    gravity = [("error", "warning", "info").index(f.severity) for f in findings]
    assert gravity == sorted(gravity)


def test_rows_are_counted_from_one_as_people_do() -> None:
    found = {f.code: f for f in judged(with_value("name", "", row=2)).findings}
    assert found["unit_name_missing"].row == 3


def test_validity_that_ends_before_it_begins_is_an_error() -> None:
    assert "set_validity_empty" in codes_of(judged(old_communes(), end=BEFORE))


def test_a_tone_mark_on_another_letter_is_the_same_name() -> None:
    communes = old_communes().replace({"Xã A": "Xã Hoà Thuỷ"})
    register = register_for(
        old_communes().replace({"Xã A": "Xã Hòa Thủy"}), stated_on=date(2025, 3, 1)
    )
    judgement = judge(communes, valid_from=BEFORE, valid_to=AFTER, register=register)
    assert codes_of(judgement, "warning") == set()


def test_an_island_district_stands_among_communes_with_its_whole_code() -> None:
    communes = with_value("code", "318")
    communes.loc[0, ["name", "kind", "district_code", "district"]] = [
        "Huyện Bạch Long Vĩ",
        "huyện",
        "318",
        "Huyện Bạch Long Vĩ",
    ]
    judgement = judge(communes, valid_from=BEFORE, valid_to=AFTER)
    assert codes_of(judgement) == set()


def test_a_set_of_few_provinces_is_held_against_those_only() -> None:
    units = register_for(old_communes(), stated_on=date(2025, 3, 1)).units
    others = units.iloc[[2, 2, 2]].assign(
        code=["10001", "20001", "30001"], province_code=["10", "20", "30"]
    )
    register = Register(
        units=type(units)(np.vstack([units, others]), columns=units.columns),
        stated_on=date(2025, 3, 1),
    )
    judgement = judge(old_communes().iloc[:2], valid_from=BEFORE, valid_to=AFTER, register=register)
    assert codes_of(judgement) == set()
    assert "set_is_partial" in codes_of(judgement, "info")


def test_a_set_that_ended_before_the_registers_day_only_gets_warnings_from_it() -> None:
    judgement = judged(old_communes().iloc[1:], end=date(2025, 1, 1))
    assert "unit_count_differs" in codes_of(judgement, "warning")
    assert codes_of(judgement) == set()


def test_the_set_before_is_compared_by_codes() -> None:
    judgement = judge(new_communes(), valid_from=AFTER, previous=old_communes())
    found = {f.code: f.details for f in judgement.findings}
    assert found["compared_with_previous"] == {"kept": 2, "gone": 2, "new": 1}


def test_an_overlap_of_one_unit_wholly_inside_another_is_found() -> None:
    communes = with_land(square(1.25, width=0.5), row=0)
    overlap = [f for f in judged(communes).findings if f.code == "units_overlap"]
    assert len(overlap) == 1
    assert overlap[0].details["area_m2"] == pytest.approx(57_500_000, rel=0.01)


def test_one_outline_given_to_two_units_is_an_overlap() -> None:
    found = [f for f in judged(with_land(square(1))).findings if f.code == "units_overlap"]
    assert [(f.details["code"], f.details["other"]) for f in found] == [("00001", "00002")]


def test_an_error_passes_only_when_accepted_by_name() -> None:
    findings = [Finding("unit_count_differs"), Finding("units_overlap"), Finding("x", "warning")]
    assert [f.code for f in unaccepted(findings, accepted=[])] == [
        "unit_count_differs",
        "units_overlap",
    ]
    assert unaccepted(findings, accepted=["unit_count_differs", "units_overlap"]) == ()


@pytest.mark.parametrize("code", sorted(NEVER_ACCEPTED))
def test_what_the_store_could_not_keep_is_never_accepted(code: str) -> None:
    assert unaccepted([Finding(code)], accepted=[code]) == (Finding(code),)


def test_a_frame_without_crs_is_no_input() -> None:
    with pytest.raises(ValueError, match="4326"):
        judge(old_communes().set_crs(None, allow_override=True), valid_from=BEFORE)
