"""Plans judged from the store, on the country of squares.

00001 + 00002 -> 00001    00004 -> 00004 (renamed)    00006 -> half 00005, half 00007
00003 as it was           00005 -> 00005              00008 is not subject to assessment
districts before the reform: 001 = 00001, 00002   003 = 00005, 00006
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection

from geo.plans import Plan
from geo.plans.reading import make_plan
from geo.store import records
from geo.store.accounts import ALL_KEYS
from geo.store.aggregates import compute
from geo.store.feeds import KeyRanges
from geo.store.intake import KINDS
from geo.store.intake.figures import Figure
from geo.store.intake.kind import Origin
from geo.store.places import append_places
from geo.store.plan_scope import area_on, find_home, named_units
from geo.store.plan_scores import OPEN_SERIES, Score, read_scores
from geo.store.unit_graph import load_graph
from tests.support import small_world
from tests.support.small_world import key_of

AS_OF = date(2026, 10, 31)
OLD_DAY, NEW_DAY = date(2025, 1, 1), date(2026, 1, 1)
COUNTRY = {"level": "country", "code": "VN", "day": NEW_DAY}
SHARE = {
    "measure": "class_share",
    "goal": "khong_ma_tuy",
    "comparator": "≥",
    "value": "50%",
    "deadline": date(2030, 12, 31),
    "kind": "month",
    "good": "up",
}
ALL_SERIES = OPEN_SERIES | {"I02", "I03", "I04", "I05"}


@pytest.fixture
def sets(operator_conn: Connection) -> tuple[int, int]:
    return small_world.add_sets(operator_conn)


def plan_of(unit: dict[str, Any], *targets: dict[str, Any], plan_id: str = "thu") -> Plan:
    made = [{"id": f"t{n}", "text_vi": "Một", "text_en": "One", **t} for n, t in enumerate(targets)]
    return make_plan(
        plan_id,
        {
            "title_vi": "Kế hoạch",
            "title_en": "Plan",
            "issuer_vi": "Cơ quan",
            "issuer_en": "Office",
            "number": "",
            "year": 2025,
            "kind": "plan",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2030, 12, 31),
            "units": [unit],
            "target": made,
        },
    )


def commune(code: str, day: date = NEW_DAY) -> dict[str, Any]:
    return {"level": "commune", "code": code, "day": day}


def scores(
    conn: Connection,
    plan: Plan,
    *,
    as_of: date = AS_OF,
    ranges: KeyRanges = (ALL_KEYS,),
    indicators: frozenset[str] = ALL_SERIES,
) -> tuple[Score, ...]:
    graph = load_graph(conn)
    return read_scores(conn, graph, plan, as_of=as_of, ranges=ranges, indicators=indicators)


def decide(conn: Connection, set_id: int, on: date, **classes: str) -> None:
    frame = pd.DataFrame(
        [
            (key_of(conn, set_id, code[1:]), "Y2025", "cong_nhan", one, on)
            for code, one in classes.items()
        ],
        columns=["unit_key", "period_id", "workflow_state", "decided_class", "decided_on"],
    )
    import_id = small_world.batch(conn, "assessments")
    records.append_assessments(conn, frame, provenance="simulated", import_id=import_id)


def observe(
    conn: Connection, set_id: int, indicator: str, period: str, **values: int | tuple[int, int]
) -> None:
    rows = [
        (
            key_of(conn, set_id, code[1:]),
            indicator,
            period,
            value[0] / value[1] if isinstance(value, tuple) else value,
            *(value if isinstance(value, tuple) else (None, None)),
        )
        for code, value in values.items()
    ]
    names = ["unit_key", "indicator_id", "period_id", "value", "numerator", "denominator"]
    records.append_observations(
        conn,
        pd.DataFrame(rows, columns=names),
        provenance="simulated",
        import_id=small_world.batch(conn, "observations"),
    )


def register(conn: Connection, key: int, target: str, numbers: dict[int, str | Figure]) -> None:
    """Append numbers, or marks where the value is a word."""
    frame = pd.DataFrame(
        [
            (key, "thu", target, year, *((None, one) if isinstance(one, str) else (one, None)))
            for year, one in numbers.items()
        ],
        columns=["unit_key", "plan", "target", "year", "value", "mark"],
    ).astype({"value": object, "mark": object})
    origin = Origin(small_world.batch(conn, "targets"), "simulated", "thử")
    KINDS["targets"].append(conn, frame.assign(document_no=None), origin)


def percent(number: int) -> Figure:
    return Figure(Decimal(number) / 100, is_percentage=True)


def only(found: tuple[Score, ...]) -> Score:
    assert len(found) == 1
    return found[0]


def test_A6_the_denominator_is_the_units_of_the_evaluation_day(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    classes = dict.fromkeys(("_00001", "_00003", "_00004"), "khong_ma_tuy")
    decide(operator_conn, old, date(2025, 1, 10), **classes, _00005="loai_1")
    decide(operator_conn, new, date(2025, 8, 10), _00003="khong_ma_tuy", _00004="khong_ma_tuy")
    compute(operator_conn, as_of=AS_OF)
    plan = plan_of(COUNTRY, SHARE)
    before = only(scores(operator_conn, plan, as_of=date(2025, 6, 30))).verdict
    assert before.reading is not None
    assert (before.reading.numerator, before.reading.denominator, before.needed) == (3, 7, 4)
    after = only(scores(operator_conn, plan)).verdict
    assert after.reading is not None
    assert (after.reading.numerator, after.reading.denominator, after.needed) == (2, 5, 3)


def test_A9_a_unit_not_subject_to_assessment_is_in_no_denominator(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    decide(operator_conn, new, date(2025, 8, 10), _00003="khong_ma_tuy")
    compute(operator_conn, as_of=AS_OF)
    found = only(scores(operator_conn, plan_of(COUNTRY, SHARE)))
    assert found.communes == 5
    province = {"level": "province", "code": "02", "day": NEW_DAY}
    assert only(scores(operator_conn, plan_of(province, SHARE))).communes == 2


def test_T6_a_scope_lives_on_when_its_district_has_ended(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    graph = load_graph(operator_conn)
    plan = plan_of({"level": "district", "code": "003", "day": OLD_DAY}, SHARE)
    home = find_home(operator_conn, graph, plan.units[0])
    assert home is not None
    keys = [graph.sets[at].key[area_on(graph, [home], at).communes].tolist() for at in (0, 1)]
    assert keys[0] == [key_of(operator_conn, sets[0], code) for code in ("00005", "00006")]
    # Half of 00006 is a third of the new 00007: most of that land came from elsewhere.
    assert keys[1] == [key_of(operator_conn, sets[1], "00005")]
    named = named_units(operator_conn, graph, plan, as_of=AS_OF)
    assert [one.code for one in named[0].heirs] == ["00005"]


def test_T6_a_target_lapses_and_is_superseded_on_its_day(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    plan = plan_of(
        {"level": "province", "code": "01", "day": OLD_DAY},
        {**SHARE, "per": "district", "lapses_on": small_world.REFORM_DAY},
        {**SHARE, "superseded_on": date(2026, 1, 1), "superseded_by": "national"},
    )
    decide(operator_conn, sets[0], date(2025, 1, 10), _00003="khong_ma_tuy", _00004="loai_1")
    compute(operator_conn, as_of=AS_OF)
    eve = scores(operator_conn, plan, as_of=date(2025, 6, 30))
    assert [part.unit.code for part in eve[0].parts] == ["001", "002"]
    day = scores(operator_conn, plan, as_of=small_world.REFORM_DAY)
    assert day[0].state == "lapsed"
    assert day[1].state != "superseded"
    assert [one.state for one in scores(operator_conn, plan)] == ["lapsed", "superseded"]


def test_A8_units_of_a_list_that_were_joined_count_once_and_never_inherit_a_class(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, _ = sets
    both = {"_00001": "khong_ma_tuy", "_00002": "khong_ma_tuy", "_00003": "khong_ma_tuy"}
    decide(operator_conn, old, date(2025, 1, 10), **both)
    compute(operator_conn, as_of=AS_OF)
    listed = [commune(code, OLD_DAY) for code in ("00001", "00002", "00003")]
    target = {**SHARE, "measure": "class_of_units", "comparator": "=", "value": "100%"}
    plan = plan_of(listed[0], {**target, "units": listed})
    eve = only(scores(operator_conn, plan, as_of=date(2025, 6, 30)))
    assert (eve.state, eve.verdict.needed) == ("met", 3)
    now = only(scores(operator_conn, plan))
    assert now.verdict.reading is not None
    assert (now.verdict.reading.numerator, now.verdict.reading.denominator) == (1, 2)
    states = [(part.unit.code, part.verdict.state) for part in now.parts]
    assert states[:2] == [("00001", "superseded"), ("00002", "superseded")]
    assert states[2:] == [("00003", "met"), ("00001", "not_established")]
    assert [one.code for one in now.parts[1].heirs] == ["00001"]


def test_X6_a_target_is_told_only_to_who_sees_all_behind_it(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    decide(operator_conn, new, date(2025, 8, 10), _00003="khong_ma_tuy")
    observe(operator_conn, old, "I13", "Y2024", _00005=(1, 2), _00006=(1, 2))
    observe(operator_conn, new, "I13", "Y2025", _00005=(1, 2))
    compute(operator_conn, as_of=AS_OF)
    first, last = (key_of(operator_conn, new, code) for code in ("00001", "00004"))
    own = [(key_of(operator_conn, new, "01", "province"), last)]
    country = only(scores(operator_conn, plan_of(COUNTRY, SHARE), ranges=own))
    assert (country.verdict.reason, country.readings) == ("target_out_of_sight", ())
    province = plan_of({"level": "province", "code": "01", "day": NEW_DAY}, SHARE)
    assert only(scores(operator_conn, province, ranges=own)).verdict.reading is not None
    stations = {"measure": "indicator", "indicator": "I13", "comparator": "=", "value": "100%"}
    entered = plan_of(commune("00005"), {**stations, "good": "up"})
    here = key_of(operator_conn, new, "00005")
    behind = only(scores(operator_conn, entered, ranges=[(here, here)]))
    assert behind.verdict.reason == "target_out_of_sight"
    assert first < last


def test_a_role_that_may_not_see_places_is_told_no_figure_of_places(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    plan = plan_of(
        commune("00003"),
        {"measure": "indicator", "indicator": "I05", "comparator": "=", "value": "0"}
        | {"good": "down", "kind": "month"},
        {"measure": "list_ended", "comparator": "=", "value": "100%", "good": "up"}
        | {"kind": "month"},
    )
    found = scores(operator_conn, plan, indicators=OPEN_SERIES)
    assert [one.verdict.reason for one in found] == ["target_role_may_not"] * 2


def test_T2_a_baseline_is_carried_to_the_evaluation_set(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, "I01", "Y2024", _00001=10, _00002=10)
    observe(operator_conn, new, "I01", "Y2025", _00001=21)
    target = {"measure": "indicator", "indicator": "I01", "comparator": "pct_change≥"}
    target |= {"value": "5%", "baseline": "Y2024", "deadline": date(2025, 12, 31), "good": "up"}
    found = only(scores(operator_conn, plan_of(commune("00001"), target)))
    assert found.baseline is not None
    assert (found.baseline.value, found.verdict.bound, found.state) == (20, 21, "met")


def test_A5_an_estimate_of_a_divided_unit_decides_nothing(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, new = sets
    observe(operator_conn, old, "I01", "Y2024", _00006=10, _00007=10)
    observe(operator_conn, new, "I01", "Y2025", _00007=16)
    target = {"measure": "indicator", "indicator": "I01", "comparator": "pct_change≥"}
    target |= {"value": "5%", "baseline": "Y2024", "deadline": date(2025, 12, 31), "good": "up"}
    found = only(scores(operator_conn, plan_of(commune("00007"), target)))
    assert (found.state, found.verdict.reason) == ("not_established", "target_no_baseline")


def test_N1_a_share_of_persons_is_judged_commune_by_commune_and_never_added_up(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    observe(operator_conn, new, "I07", "Y2025", _00001=(5, 5), _00003=(4, 5))
    files = {"measure": "indicator", "indicator": "I07", "comparator": "=", "value": "100%"}
    files |= {"deadline": date(2026, 12, 31), "good": "up"}
    province = {"level": "province", "code": "01", "day": NEW_DAY}
    each, whole = scores(operator_conn, plan_of(province, {**files, "per": "commune"}, files))
    assert [(part.unit.code, part.verdict.state) for part in each.parts] == [
        ("00001", "met"),
        ("00003", "not_established"),
        ("00004", "not_established"),
    ]
    assert each.verdict.reading is not None
    assert (each.verdict.reading.numerator, each.verdict.needed) == (1, 3)
    assert whole.verdict.reason == "target_persons_per_commune"
    assert whole.readings == ()


def test_T1_four_fifths_in_the_store_is_not_above_80_percent(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    observe(operator_conn, new, "I11", "Y2025", _00001=(4, 5), _00003=(5, 6))
    support = {"measure": "indicator", "indicator": "I11", "comparator": ">", "value": "80%"}
    support |= {"deadline": date(2025, 12, 31), "good": "up", "per": "commune"}
    province = {"level": "province", "code": "01", "day": NEW_DAY}
    found = only(scores(operator_conn, plan_of(province, support)))
    told = {part.unit.code: part.verdict for part in found.parts}
    assert (told["00001"].state, told["00001"].needed) == ("behind", 5)
    assert (told["00003"].state, told["00003"].needed) == ("met", 5)


def test_yearly_numbers_stand_in_the_place_of_the_common_share_and_units_come_by_name(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    decide(
        operator_conn,
        new,
        date(2025, 8, 10),
        _00003="khong_ma_tuy",
        _00004="loai_1",
        _00005="loai_1",
        _00007="loai_1",
    )
    compute(operator_conn, as_of=AS_OF)
    one = key_of(operator_conn, new, "01", "province")
    register(operator_conn, one, "t0", {2025: percent(33), 2030: percent(50)})
    plan = plan_of(COUNTRY, {**SHARE, "per": "province", "has_yearly_numbers": True})
    parts = only(scores(operator_conn, plan)).parts
    assert [part.unit.name for part in parts] == ["Tỉnh Hai", "Tỉnh Một"]
    bounds = {part.unit.code: [mark.bound for mark in part.milestones] for part in parts}
    assert bounds == {"01": [Fraction(33, 100), Fraction(1, 2)], "02": [Fraction(1, 2)]}
    # One of three is above 33 %; the number of 2025 is reached, that of 2030 is not.
    states = {part.unit.code: (part.verdict.state, part.verdict.due) for part in parts}
    assert states["01"][0] != "met"
    assert states["01"][1] == date(2030, 12, 31)
    register(operator_conn, one, "t0", {2025: percent(34)})
    stricter = {part.unit.code: part for part in only(scores(operator_conn, plan)).parts}["01"]
    assert (stricter.verdict.state, stricter.verdict.reason) == ("behind", "target_day_passed")
    register(operator_conn, one, "t0", {2025: Figure(Decimal(1))})
    counted = {part.unit.code: part for part in only(scores(operator_conn, plan)).parts}["01"]
    assert counted.milestones[0].bound == Fraction(1, 3)


def test_T3_a_sentence_without_a_number_stands_as_an_office_says(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    plan = plan_of(commune("00003"), {"measure": "none", "good": "up"})
    waiting = only(scores(operator_conn, plan))
    assert (waiting.state, waiting.verdict.reason) == ("by_hand", "target_waits_for_mark")
    register(operator_conn, key_of(operator_conn, sets[1], "00003"), "t0", {2026: "dat"})
    told = only(scores(operator_conn, plan))
    assert (told.state, told.verdict.reason) == ("met", "target_marked_dat")


@pytest.mark.parametrize(("neutralised_counts", "state"), [(True, "met"), (False, "behind")])
def test_H5_what_ends_a_place_of_the_list_is_the_targets_own(
    operator_conn: Connection,
    sets: tuple[int, int],
    neutralised_counts: bool,
    state: str,
) -> None:
    listed = (date(2024, 5, 1), "listed")
    places, events = small_world.frames_of(
        [
            ("a", 2.5, 0.5, [listed, (date(2025, 5, 1), "eliminated")]),
            ("b", 2.2, 0.5, [listed, (date(2025, 6, 1), "neutralised")]),
            ("c", 2.7, 0.5, [(date(2026, 2, 1), "listed")]),
        ]
    )
    import_id = small_world.batch(operator_conn)
    append_places(operator_conn, places, events, provenance="simulated", import_id=import_id)
    compute(operator_conn, as_of=AS_OF)
    target = {"measure": "list_ended", "comparator": "=", "value": "100%", "good": "up"}
    target |= {"kind": "month", "deadline": date(2026, 6, 30), "baseline": "start"}
    plan = plan_of(commune("00003"), {**target, "neutralised_counts": neutralised_counts})
    found = only(scores(operator_conn, plan))
    assert found.verdict.reading is not None
    assert (found.state, found.verdict.reading.denominator) == (state, 2)
    later = only(scores(operator_conn, plan, as_of=date(2099, 1, 1)))
    assert len(later.readings) == len(found.readings), "months to come have no reading"


def test_surveys_count_by_year_where_they_covered_the_whole_scope(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    old, _ = sets
    rows = pd.DataFrame(
        [
            (key_of(operator_conn, old, "003", "district"), "TKS", "tong_khao_sat"),
            (key_of(operator_conn, old, "00005"), "TKS-X", "tong_khao_sat"),
        ],
        columns=["unit_key", "ref", "kind"],
    ).assign(
        starts_on=date(2025, 3, 1),
        ends_before=date(2025, 4, 1),
        due_before=None,
        document_no=None,
    )
    origin = Origin(small_world.batch(operator_conn, "campaigns"), "simulated", "thử")
    KINDS["campaigns"].append(operator_conn, rows, origin)
    target = {"measure": "surveys", "comparator": "≥", "value": "1", "good": "up"}
    plan = plan_of({"level": "district", "code": "003", "day": OLD_DAY}, target)
    found = only(scores(operator_conn, plan))
    assert [(one.period.id, one.value) for one in found.readings] == [("Y2025", 1)]
    assert found.state == "met"


def test_relapse_counts_areas_that_had_got_better_and_are_complex_again(
    operator_conn: Connection, sets: tuple[int, int]
) -> None:
    _, new = sets
    for on, decided in (
        (date(2025, 8, 1), "loai_2"),
        (date(2025, 10, 1), "khong_trong_diem"),
        (date(2026, 3, 1), "loai_3"),
    ):
        decide(operator_conn, new, on, _00003=decided, _00004="loai_1")
    compute(operator_conn, as_of=AS_OF)
    target = {"measure": "relapse", "comparator": "=", "value": "0", "good": "down"}
    province = {"level": "province", "code": "01", "day": NEW_DAY}
    found = only(scores(operator_conn, plan_of(province, {**target, "kind": "month"})))
    assert found.verdict.broken == ("M2026-03",)


def test_a_unit_that_no_set_has_is_said(operator_conn: Connection, sets: tuple[int, int]) -> None:
    found = only(scores(operator_conn, plan_of(commune("99999"), SHARE)))
    assert (found.state, found.verdict.reason) == ("not_established", "target_unit_not_found")
