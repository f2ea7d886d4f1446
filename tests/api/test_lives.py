"""Lives of the places of a unit, as an account may see them."""

import json

import pytest
from sqlalchemy import text

from api.lives_models import UnitLives
from geo.store.engine import use_case
from tests.api.conftest import World


def lives_of(world: World, login: str, unit: str, query: str = "") -> dict[str, object]:
    body: dict[str, object] = world.browser(login).json(f"/units/{world.new}/{unit}/lives{query}")
    UnitLives.model_validate(body)
    return body


def steps(body: dict[str, object]) -> list[list[tuple[str, str]]]:
    lives = body["lives"]
    assert isinstance(lives, list)
    return [[(one["state"], one["effective_on"]) for one in life["events"]] for life in lives]


def test_a_unit_tells_each_place_with_its_steps(world: World) -> None:
    body = lives_of(world, "admin", "commune/00003", "?period=M2026-09")
    assert steps(body) == [
        [("listed", "2025-08-05"), ("eliminated", "2026-08-10")],
        [("suspected", "2026-01-01")],
    ]
    assert [one["number"] for one in body["lives"]] == [1, 2]
    assert {one["state"]: one["count"] for one in body["states"]} == {
        "suspected": 1,
        "eliminated": 1,
    }


def test_what_happened_after_the_period_is_not_told(world: World) -> None:
    body = lives_of(world, "admin", "commune/00003", "?period=M2026-07")
    assert steps(body)[0] == [("listed", "2025-08-05")]
    assert body["as_of"] == "2026-07-31"


def test_no_position_and_no_reference_leaves_the_service(world: World) -> None:
    told = json.dumps(lives_of(world, "admin", "province/01"))
    for word in ("lng", "lat", "position", "cell", "source_ref", "hotspot_id", "unit_key"):
        assert word not in told


@pytest.mark.parametrize(
    ("login", "unit", "total"),
    [
        ("tinhmot", "province/01", 5),
        ("tinhmot", "commune/00003", 2),
        ("tinhmot", "commune/00005", 0),
        ("tinhmot", "province/02", 0),
        ("xaba", "commune/00003", 2),
        ("xaba", "commune/00004", 0),
        # Its own commune is a part of the province: part of the lives would read as all of them.
        ("xaba", "province/01", 0),
        ("khongvung", "commune/00003", 0),
    ],
)
def test_X6_lives_are_told_within_the_area_only(
    world: World, login: str, unit: str, total: int
) -> None:
    assert lives_of(world, login, unit)["total"] == total


@pytest.mark.parametrize("login", ["thamdinh", "quanly", "congchung"])
def test_a_role_that_sees_no_place_sees_no_life(world: World, login: str) -> None:
    answer = world.browser(login).get(f"/units/{world.new}/commune/00003/lives")
    assert answer.status_code == 403


def test_H1_lives_as_known_before_anything_was_recorded_are_none(world: World) -> None:
    body = lives_of(world, "admin", "commune/00003", "?known=2026-01-01")
    assert (body["known"], body["total"], body["lives"]) == ("2026-01-01", 0, [])


def test_the_second_lock_alone_hides_other_areas(world: World) -> None:
    with use_case(world.engines.service, token=world.tokens["xaba"]) as conn:
        seen = conn.execute(text("SELECT count(DISTINCT hotspot_id) FROM hotspot_event"))
        assert seen.scalar_one() == 2
