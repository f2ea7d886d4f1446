"""Plans over HTTP and on the command line: the list, one plan, scope and role, refusals."""

import json

import pytest

from api.cli import main
from api.plan_models import PlanAnswer, PlanList
from geo.plans import ORDER
from tests.api.conftest import Browser, World


def plan(browser: Browser, path: str) -> PlanAnswer:
    return PlanAnswer.model_validate(browser.json(f"/plans/{path}"))


def test_the_plans_are_listed_by_title_issuer_and_year(world: World) -> None:
    found = PlanList.model_validate(world.browser("admin").json("/plans"))
    assert [one.id for one in found.plans] == list(ORDER)
    assert found.simulated
    for one in found.plans:
        assert one.title_vi
        assert one.issuer_vi
        assert one.year


def test_a_plan_is_told_as_of_the_day_of_the_data_unless_asked_otherwise(world: World) -> None:
    usual = plan(world.browser("admin"), "national")
    assert usual.as_of.isoformat() == "2026-09-30"
    assert sum(usual.counts.values()) == len(usual.targets) == usual.plan.target_count
    before = plan(world.browser("admin"), "national?as_of=2025-06-30")
    share = {one.id: one for one in before.targets}["share"]
    assert share.boundary_set == world.old
    assert {one.id: one for one in usual.targets}["share"].boundary_set == world.new


def test_A6_numerator_denominator_and_needed_stand_in_the_answer(world: World) -> None:
    share = {one.id: one for one in plan(world.browser("admin"), "national").targets}["share"]
    assert share.reading is not None
    assert share.reading.denominator == share.communes == 5
    assert share.needed == 3
    assert share.asks_vi == "≥ 50%"


def test_X6_who_sees_one_commune_is_told_no_figure_of_the_country(world: World) -> None:
    told = plan(world.browser("xaba"), "national")
    assert {one.state for one in told.targets if one.measure != "none"} == {"not_established"}
    assert all(one.reading is None and not one.series for one in told.targets)
    own = {one.id: one for one in plan(world.browser("tinhmot"), "national").targets}
    assert own["share"].reason == "target_out_of_sight"


def test_a_role_without_places_is_told_nothing_of_places(world: World) -> None:
    told = {one.id: one for one in plan(world.browser("thamdinh"), "national").targets}
    assert told["places"].reason == "target_role_may_not"
    assert told["places"].series == []


def test_an_unknown_plan_and_a_wrong_day_are_refused(world: World) -> None:
    browser = world.browser("admin")
    assert browser.get("/plans/s9").status_code == 404
    assert browser.get("/plans/s9").json()["error"]["code"] == "plan_unknown"
    assert browser.get("/plans/s0?as_of=yesterday").status_code == 422
    assert browser.get("/plans/s0?asof=2026-01-01").status_code == 400


@pytest.mark.parametrize("plan_id", ORDER)
def test_every_plan_is_answered_also_where_its_units_are_not_there(
    world: World, plan_id: str
) -> None:
    told = plan(world.browser("admin"), plan_id)
    assert told.plan.questions
    assert len(told.targets) == told.plan.target_count


def test_the_command_lists_plans_and_names_those_that_are_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", "list", "--lang", "en"]) == 0
    assert "National frame" in capsys.readouterr().out
    assert main(["plan", "list", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)["plans"]] == list(ORDER)
