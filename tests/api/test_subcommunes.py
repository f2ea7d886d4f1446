"""The board of sub-communes over HTTP: counts by commune, one commune with places, inside only."""

from datetime import date

import pandas as pd
import pytest
import shapely

from api import subcommune_models
from geo.store import subcommune_board
from geo.store.engine import use_case
from geo.store.intake import KINDS
from geo.store.intake.kind import Origin
from geo.store.tables import PERSON_DERIVED_INDICATORS, SUBCOMMUNE_ITEMS
from tests.api.conftest import World
from tests.support import small_world

ON = "2026-09-30"


def overview(world: World, login: str, query: str = f"?on={ON}"):
    body = world.browser(login).json(f"/subcommunes/{world.new}{query}")
    subcommune_models.SubcommuneOverview.model_validate(body)
    return body


def board(world: World, login: str, code: str = "00003", query: str = f"?on={ON}"):
    body = world.browser(login).json(f"/subcommunes/{world.new}/{code}{query}")
    subcommune_models.SubcommuneBoard.model_validate(body)
    return body


def test_a_commune_shows_done_not_done_and_not_told_apart(world: World) -> None:
    told = board(world, "xaba")
    swept = next(one for one in told["items"] if one["id"] == "ra_soat")
    assert (swept["done"], swept["not_done"], swept["untold"]) == (1, 0, 1)
    posted = next(one for one in told["items"] if one["id"] == "niem_yet_duong_day_nong")
    assert (posted["done"], posted["not_done"], posted["untold"]) == (0, 0, 2)
    first, second = told["rows"]
    assert first["items"] == {"ra_soat": {"value": "co", "on": "2026-07-01"}}
    assert second["items"] == {}
    assert first["place"] is None
    assert told["outline"]["path"].startswith("M")


def test_the_day_decides_what_was_told_by_then(world: World) -> None:
    told = board(world, "xaba", query="?on=2026-06-30")
    assert [one["items"] for one in told["rows"]] == [{}, {}]
    assert board(world, "xaba", query="?on=2025-06-30")["rows"] == []


def test_the_overview_sums_what_the_communes_say(world: World) -> None:
    told = overview(world, "admin")
    assert [(one["code"], one["total"]) for one in told["communes"]] == [("00003", 2)]
    assert told["communes"][0]["done"] == {"ra_soat": 1}
    for item in told["items"]:
        one = next(own for own in board(world, "admin")["items"] if own["id"] == item["id"])
        assert one == item


def test_another_area_is_told_nothing(world: World) -> None:
    assert overview(world, "khongvung")["communes"] == []
    told = board(world, "khongvung")
    assert (told["in_scope"], told["rows"], told["outline"]) == (False, [], None)
    assert board(world, "xaba", "00005")["in_scope"] is False


def test_N1_no_item_of_a_sub_commune_is_derived_from_persons(world: World) -> None:
    told = board(world, "admin")
    assert [one["id"] for one in told["items"]] == list(SUBCOMMUNE_ITEMS)
    assert not {one["id"] for one in told["items"]} & set(PERSON_DERIVED_INDICATORS)
    assert not [name for row in told["rows"] for name in row["items"] if name.startswith("I")]


@pytest.mark.parametrize("path", ["/subcommunes/{new}", "/subcommunes/{new}/00003"])
def test_N4_the_board_is_for_those_who_are_logged_in_and_not_kept(world: World, path: str) -> None:
    address = path.format(new=world.new)
    assert world.browser().get(address).status_code == 401
    assert world.browser("congchung").get(address).status_code == 403
    answer = world.browser("xaba").get(address)
    assert "no-store" in answer.headers["cache-control"]


def test_a_point_lies_within_the_drawn_outline(fresh_world: World) -> None:
    with use_case(fresh_world.engines.operator) as conn:
        key = small_world.key_of(conn, fresh_world.new_id, "00004")
        # A quarter from the west, a quarter from the south of the square.
        point = shapely.Point(
            small_world.WEST + 3.25 * small_world.SIDE, small_world.SOUTH + 0.25 * small_world.SIDE
        )
        rows = pd.DataFrame(
            [(key, "T1", "Thôn 1", "thon", date(2025, 7, 1), None, point)],
            columns=["unit_key", "code", "name", "kind", "valid_from", "valid_to", "shape"],
        )
        origin = Origin(small_world.batch(conn), "simulated", "thu")
        KINDS["subcommunes"].append(conn, rows.astype(object), origin)
    told = board(fresh_world, "admin", "00004")
    wide, high = told["outline"]["width"], told["outline"]["height"]
    x, y = told["rows"][0]["place"]
    assert max(wide, high) == subcommune_board.VIEW
    assert x == pytest.approx(wide / 4, abs=2)
    assert y == pytest.approx(high * 3 / 4, abs=2)
