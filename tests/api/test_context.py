"""Layers beside the figures over HTTP: day, kinds, role, area, limit, validator."""

import pytest

from api import models
from api.routes import context
from tests.api.conftest import World

DAY = "2026-08-31"


def pieces(world: World, login: str, query: str = f"on={DAY}") -> list[tuple[str, str]]:
    body = world.browser(login).json(f"/context/{world.new}?{query}")
    models.ContextPieces.model_validate(body)
    assert not body["more"]
    return [(one["properties"]["ref"], one["properties"]["unit"]) for one in body["features"]]


def counts(world: World, login: str, day: str = DAY) -> dict[str, int]:
    body = world.browser(login).json(f"/context/{world.new}?on={day}&kinds=")
    assert body["features"] == []
    return {one["id"]: one["count"] for one in body["kinds"]}


ROUTE = [("TTD-1", "00001"), ("TTD-1", "00003"), ("TTD-1", "00004"), ("TTD-1", "00005")]


def test_the_whole_country_sees_every_kind(world: World) -> None:
    assert pieces(world, "admin") == [*ROUTE, ("TH-1", "00005"), ("TH-2", "00003")]
    assert counts(world, "admin") == {"truong_hoc": 2, "tuyen_trong_diem": 1}


def test_a_collection_tells_its_day_its_kinds_and_how_long_it_holds(world: World) -> None:
    body = world.browser("admin").json(f"/context/{world.new}?on={DAY}&kinds=truong_hoc")
    assert (body["on"], body["same_from"], body["same_before"]) == (DAY, "2026-08-01", None)
    assert body["kinds"][0] == {
        "id": "truong_hoc",
        "title_vi": "Trường học",
        "title_en": "School",
        "count": 2,
    }
    moved = body["features"][0]
    assert moved["geometry"] == {"type": "Point", "coordinates": [105.45, 20.05]}
    assert moved["properties"] == {
        "kind": "truong_hoc",
        "ref": "TH-1",
        "unit": "00005",
        "valid_from": "2026-08-01",
        "provenance": "simulated",
    }


def test_a_feature_that_moved_out_of_the_area_is_not_shown_at_its_former_place(
    world: World,
) -> None:
    assert pieces(world, "xaba", "on=2026-07-31") == [
        ("TTD-1", "00003"),
        ("TH-1", "00003"),
        ("TH-2", "00003"),
    ]
    # Its new place is out of sight, and the former one is empty all the same.
    assert pieces(world, "xaba") == [("TTD-1", "00003"), ("TH-2", "00003")]
    assert counts(world, "xaba") == {"truong_hoc": 1, "tuyen_trong_diem": 1}
    assert pieces(world, "khongvung") == []
    assert counts(world, "khongvung") == {}


def test_routes_do_not_exist_for_roles_that_see_no_hotspots(world: World) -> None:
    assert pieces(world, "thamdinh") == [("TH-1", "00005"), ("TH-2", "00003")]
    assert counts(world, "thamdinh") == {"truong_hoc": 2}
    browser = world.browser("thamdinh")
    answers = [
        browser.get(f"/context/{world.new}?on={DAY}&kinds={kind}")
        for kind in ("tuyen_trong_diem", "dia_ban_tuan_tra", "tuyen_tuan_tra", "khong_co")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["error"]["code"] for answer in answers} == {"context_kind_unknown"}


def test_only_the_kinds_asked_for_are_sent(world: World) -> None:
    assert pieces(world, "admin", f"on={DAY}&kinds=tuyen_trong_diem") == ROUTE
    assert pieces(world, "admin", f"on={DAY}&kinds=cua_khau,truong_hoc") == [
        ("TH-1", "00005"),
        ("TH-2", "00003"),
    ]


@pytest.mark.parametrize("query", ["", "on=x", "on=2026-13-01", f"on={DAY}&kinds=A"])
def test_a_wrong_question_is_refused(world: World, query: str) -> None:
    assert world.browser("admin").get(f"/context/{world.new}?{query}").status_code == 422


def test_more_than_the_limit_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "MOST_PIECES", 3)
    body = world.browser("admin").json(f"/context/{world.new}?on={DAY}")
    assert body["more"]
    assert len(body["features"]) == 3
    assert sum(one["count"] for one in body["kinds"]) == 3


def test_an_unchanged_answer_costs_a_304_and_is_private(world: World) -> None:
    browser = world.browser("admin")
    first = browser.get(f"/context/{world.new}?on={DAY}")
    assert first.headers["cache-control"] == "private, no-cache"
    again = browser.get(
        f"/context/{world.new}?on={DAY}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    # Another area has another answer, and so another validator.
    other = world.browser("xaba").get(
        f"/context/{world.new}?on={DAY}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert other.status_code == 200


def test_page_of_a_commune_tells_what_is_done_in_its_subcommunes(world: World) -> None:
    path = f"/units/{world.new}/commune/00003"
    page = world.browser("xaba").json(f"{path}?period=M2026-08")
    models.UnitPage.model_validate(page)
    assert page["subcommunes"] == {
        "total": 2,
        "items": [
            {"id": "ra_soat", "title_vi": "Đã rà soát", "title_en": "Swept", "yes": 1},
        ],
        "rows": [
            {
                "code": f"T{n}",
                "name": f"Thôn {n}",
                "kind_vi": "Thôn",
                "kind_en": "Thôn (village)",
                "items": items,
            }
            for n, items in ((1, {"ra_soat": "co"}), (2, {}))
        ],
    }
    outside = world.browser("tinhmot").json(f"/units/{world.new}/commune/00005")
    assert outside["subcommunes"] is None
    assert world.browser("admin").json(f"/units/{world.new}/province/01")["subcommunes"] is None
