"""Progress over HTTP: days and borders, sums, scope and role, refusals."""

import pytest

from api.progress_lacks import hidden_inputs
from api.progress_models import DurationAnswer, LackAnswer, ProgressAnswer
from tests.api.conftest import Browser, World

BETWEEN = "from=2025-06-30&to=2026-06-30"


def progress(browser: Browser, query: str) -> ProgressAnswer:
    return ProgressAnswer.model_validate(browser.json(f"/progress?{query}"))


def test_moves_are_told_on_the_borders_of_the_later_day(world: World) -> None:
    told = progress(world.browser("admin"), BETWEEN)
    assert told.boundary_set.id == world.new
    assert told.totals.communes == 6
    assert (told.totals.first, told.totals.none, told.totals.not_subject) == (3, 2, 1)
    assert sum(sum(row) for row in told.matrix) == told.totals.communes
    assert sum(flow.count for flow in told.flows) == told.totals.communes
    assert told.simulated
    assert told.evidence is not None
    assert {one.document_no for one in told.evidence} == {"12/QĐ", "13/QĐ", "14/QĐ"}


def test_a_period_stands_for_its_last_day_and_a_day_after_the_data_is_cut(world: World) -> None:
    told = progress(world.browser("admin"), "from=H2026-1&to=Y2026")
    assert (told.since.day.isoformat(), told.since.period) == ("2026-06-14", "H2026-1")
    assert (told.to.day.isoformat(), told.to.cut) == ("2026-09-30", True)
    assert not told.since.cut
    assert told.totals.first == 3
    assert told.series[0].day == told.since.day
    assert told.series[-1].day == told.to.day


def test_other_borders_show_what_is_no_commune_any_more(world: World) -> None:
    told = progress(world.browser("admin"), f"{BETWEEN}&on={world.old}")
    assert told.totals.ended == 5
    assert told.totals.not_subject == 1
    assert told.totals.first == 2


def test_sums_of_provinces_are_those_of_the_country_and_stand_by_key(world: World) -> None:
    told = progress(world.browser("admin"), BETWEEN)
    provinces = [one for one in told.groups if one.level == "province"]
    assert [one.code for one in provinces] == ["01", "02"]
    assert sum(one.first for one in provinces) == told.totals.first
    one = progress(world.browser("admin"), f"{BETWEEN}&area=province:01")
    assert one.area is not None
    assert (one.area.code, one.area.whole) == ("01", True)
    assert one.totals.model_dump() == provinces[0].model_dump(
        exclude={"level", "ordinal", "code", "name"}
    )


def test_the_units_of_a_plan_are_found_by_their_land(world: World) -> None:
    for on in (world.new, world.old):
        told = progress(world.browser("admin"), f"{BETWEEN}&on={on}&area=plan:national")
        assert told.area is not None
        assert (told.area.level, told.area.whole) == ("plan", True)
        assert told.totals == progress(world.browser("admin"), f"{BETWEEN}&on={on}").totals
    mine = progress(world.browser("xaba"), f"{BETWEEN}&area=plan:NATIONAL")
    assert mine.area is not None
    assert not mine.area.whole
    assert mine.units.code == ["00003"]
    assert [one.id for one in mine.plans] == ["s1", "s4", "s0", "s3", "s2"]


def test_N11_communes_and_provinces_stand_in_the_order_of_their_keys(world: World) -> None:
    told = progress(world.browser("admin"), BETWEEN)
    assert told.units.ordinal == sorted(told.units.ordinal)
    for level in ("province", "district"):
        ordinals = [one.ordinal for one in told.groups if one.level == level]
        assert ordinals == sorted(ordinals)


def test_an_actor_sees_the_own_area_only(world: World) -> None:
    told = progress(world.browser("xaba"), BETWEEN)
    assert told.units.code == ["00003"]
    wider = progress(world.browser("xaba"), f"{BETWEEN}&area=province:01")
    assert wider.area is not None
    assert not wider.area.whole
    assert wider.units.code == ["00003"]
    nothing = progress(world.browser("khongvung"), BETWEEN)
    assert nothing.units.code == []
    answer = world.browser("xaba").get(f"/progress?{BETWEEN}&area=province:02")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "progress_area_unknown"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2026-06-30&to=2025-06-30", 422, "progress_days_reversed"),
        ("from=2026-06-30&to=2026-06-30", 422, "progress_days_reversed"),
        ("from=2026-13-01&to=Y2026", 422, "progress_day_unknown"),
        ("from=X2026&to=Y2026", 422, "period_unknown"),
        (f"{BETWEEN}&area=commune:99999", 404, "progress_area_unknown"),
        # The pilots of this plan lie elsewhere, and there is no such other.
        (f"{BETWEEN}&area=plan:s4", 404, "progress_area_unknown"),
        (f"{BETWEEN}&area=plan:s99", 404, "progress_area_unknown"),
        (f"{BETWEEN}&on=0123456789abcdef", 404, "boundary_set_unknown"),
        (f"{BETWEEN}&wen=1", 400, "query_unknown"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    world: World, query: str, status: int, code: str
) -> None:
    answer = world.browser("admin").get(f"/progress?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_times_of_few_places_are_counted_and_not_drawn(world: World) -> None:
    body = world.browser("admin").json("/progress/durations?to=2026-09-30")
    told = DurationAnswer.model_validate(body)
    assert told.places is not None
    elimination = next(one for one in told.places if one.id == "elimination")
    assert (elimination.spells, elimination.events, elimination.cut_short) == (7, 1, 6)
    assert elimination.too_few
    assert elimination.curve is None
    assert told.reformation_rate is not None
    assert (told.reformation_rate.reformed, told.reformation_rate.followed) == (0, 0)
    assert len([one for one in told.classes if one.id == "step_up"]) == 4


def test_a_role_that_sees_no_places_has_times_of_classes_only(world: World) -> None:
    told = DurationAnswer.model_validate(
        world.browser("thamdinh").json("/progress/durations?to=2026-09-30")
    )
    assert told.places is None
    assert told.reformation_rate is None
    assert told.kinds is None
    assert sum(one.spells for one in told.classes if one.id == "step_up") == 2


def test_what_was_known_before_anything_was_recorded_is_nothing(world: World) -> None:
    told = progress(world.browser("admin"), f"{BETWEEN}&known=2026-01-01")
    assert told.totals.first == 0
    assert told.known is not None


def test_communes_that_have_a_next_class_tell_what_they_lack(world: World) -> None:
    told = LackAnswer.model_validate(
        world.browser("admin").json("/progress/lacks?from=2025-06-30&to=2026-09-30")
    ).told
    assert told is not None
    assert told.period is not None
    goals = {one.code: one.goal for one in told.units}
    assert goals == {"00004": "loai_3", "00005": "loai_2"}
    assert told.on_top == 1
    assert all(one.lacks for one in told.units)
    assert all(one.complete for one in told.criteria)


def test_N11_what_is_lacking_stands_in_the_order_of_codes(world: World) -> None:
    told = world.browser("admin").json("/progress/lacks?from=2025-06-30&to=2026-09-30")["told"]
    assert [one["code"] for one in told["units"]] == sorted(one["code"] for one in told["units"])


def test_a_role_that_sees_no_places_gets_no_number_of_them() -> None:
    assert "places.diem_phuc_tap" in hidden_inputs("appraiser")
    assert "I06" not in hidden_inputs("appraiser")
    assert hidden_inputs("commander") == frozenset()
