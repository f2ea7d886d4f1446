"""What the map is handed: sets, periods, names, layers, values, cells, pages of units, pictures."""

import gzip
from datetime import datetime

import pytest

from api import models
from geo.period import LOCAL_TIME
from tests.api.conftest import World

PERIOD = "M2026-08"


def test_boundary_sets_are_listed_by_first_day(world: World) -> None:
    body = world.browser("admin").json("/boundary-sets")
    models.BoundarySets.model_validate(body)
    old, new = body["sets"]
    assert (old["id"], new["id"]) == (world.old, world.new)
    assert old["valid_to"] == new["valid_from"] == "2025-07-01"
    assert old["levels"] == ["province", "district", "commune"]
    assert new["counts"] == {"province": 2, "commune": 6}
    assert new["bounds"] == pytest.approx([105.0, 20.0, 105.8, 20.1], abs=1e-4)
    # 00008 is not subject to assessment: the first view leaves it out.
    assert new["mainland_bounds"][2] == pytest.approx(105.7, abs=1e-4)


def test_periods_name_the_boundary_set_of_their_last_day(world: World) -> None:
    body = world.browser("admin").json("/periods")
    models.PeriodList.model_validate(body)
    sets = {one["id"]: one["boundary_set"] for one in body["periods"]}
    assert sets["M2025-06"] == world.old
    assert sets["M2025-07"] == world.new
    assert body["data_until"] == "2026-09-30"
    assert "month" in [kind["id"] for kind in body["kinds"]]


def test_units_come_in_feed_order_with_their_former_names(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}")
    models.UnitLists.model_validate(body)
    communes = body["levels"]["commune"]
    assert communes["code"] == ["00001", "00003", "00004", "00005", "00007", "00008"]
    assert communes["ordinal"] == sorted(communes["ordinal"])
    assert communes["former"][0] == ["Xã 00002"]
    assert communes["former"][3] == ["Xã 00006"]
    assert communes["assessable"] == [True] * 5 + [False]
    province = body["levels"]["province"]
    assert set(communes["parent"]) == set(province["ordinal"])
    assert {len(column) for column in communes.values()} == {6}


def test_active_counts_tell_zero_from_no_report(world: World) -> None:
    body = world.browser("admin").values(f"/values/active/{world.new}/{PERIOD}")
    # 00001 two places; 00003 none left and reported; 00004 one place, no report; 00005 none and
    # reported; 00007 two, no report; 00008 nothing and owes no report.
    assert body["v"] == [2, 0, 1, 0, 2, None]
    assert body["s"] == "..i.ix"
    assert body["total"] == {"value": 6, "outside": 1, "reported": 3, "due": 5}
    assert body["as_reported"] is True
    assert body["simulated"] is True


def test_a_zero_that_nobody_reported_is_no_data(world: World) -> None:
    body = world.browser("admin").values(f"/values/new/{world.new}/M2026-06")
    assert body["v"] == [None] * 6
    assert body["s"] == "mmmmmx"
    assert body["total"]["value"] is None


def test_province_sums_its_communes_and_says_when_reports_are_incomplete(world: World) -> None:
    body = world.browser("admin").values(f"/values/active/{world.new}/{PERIOD}?level=province")
    assert body["v"] == [3, 2]
    assert body["s"] == "ii"


def test_class_feed_never_shows_an_unassessed_commune_as_drug_free(world: World) -> None:
    body = world.browser("admin").values(f"/values/class/{world.new}/{PERIOD}")
    assert body["v"] == [None, 0, 3, 4, None, None]
    assert body["s"] == "a...ax"


def test_merged_commune_does_not_inherit_a_class(world: World) -> None:
    before = world.browser("admin").values(f"/values/class/{world.old}/M2025-06")
    assert before["v"][0] == 2
    after = world.browser("admin").values(f"/values/class/{world.new}/M2025-07")
    assert after["s"][0] == "a"


def test_share_keeps_unassessed_communes_in_its_denominator(world: World) -> None:
    body = world.browser("admin").values(
        f"/values/drug_free_share/{world.new}/{PERIOD}?level=province"
    )
    assert body["num"] == [1, 0]
    assert body["den"] == [3, 2]
    assert body["v"] == [33.3, 0.0]
    assert body["s"] == "ii"
    country = world.browser("admin").values(
        f"/values/drug_free_share/{world.new}/{PERIOD}?level=country"
    )
    assert (country["num"], country["den"], country["v"]) == ([1], [5], [20.0])


def test_A6_a_share_counts_the_units_of_the_evaluation_day(world: World) -> None:
    # Seven of the eight communes of before are subject to assessment, five of the six of after.
    browser = world.browser("admin")
    for period, boundary_set, units in (
        ("M2025-06", world.old, [7]),
        ("M2025-07", world.new, [5]),
    ):
        body = browser.values(f"/values/drug_free_share/{boundary_set}/{period}?level=country")
        assert body["as_reported"] is True
        assert body["den"] == units


def test_values_on_boundaries_of_another_day_say_so(world: World) -> None:
    body = world.browser("admin").values(f"/values/active/{world.new}/M2025-04")
    assert body["as_reported"] is False
    assert body["v"][0] == 1


def test_cells_add_up_to_the_national_total(world: World) -> None:
    browser = world.browser("admin")
    total = browser.values(f"/values/active/{world.new}/{PERIOD}")["total"]["value"]
    for resolution in (5, 6, 7, 8):
        body = browser.json(f"/cells/active/{resolution}/{PERIOD}")
        models.CellValues.model_validate(body)
        assert sum(body["v"]) == total
        assert body["cells"] == sorted(body["cells"])
        assert all(len(cell) == 15 and cell.startswith("8") for cell in body["cells"])


def test_layers_bring_legends_cut_from_all_periods(world: World) -> None:
    body = world.browser("admin").json("/layers")
    models.LayerList.model_validate(body)
    ids = [layer["id"] for layer in body["layers"] if layer["group"] == "map"]
    assert ids == [
        "class",
        "disagreement",
        "drug_free_share",
        "active",
        "eliminated",
        "new",
        "reformed",
    ]
    active = body["layers"][3]["legend"]
    assert active["per_level"]["province"][-1]["to"] == 4
    assert {"cells", "cells_5", "cells_8"} <= set(active["per_level"])


def test_entered_figures_are_carried_onto_the_borders_that_are_drawn(world: World) -> None:
    browser = world.browser("admin")
    here = browser.values(f"/values/i06/{world.new}/M2026-07")
    assert (here["v"], here["s"]) == ([None, 12, None, None, None, None], "m.mmmx")
    assert here["as_reported"] is True
    there = browser.values(f"/values/i06/{world.old}/M2026-07")
    # 00003 is the same land; nobody else has reported.
    assert (there["v"][2], there["s"]) == (12, "mm.mmmmx")
    assert there["as_reported"] is False
    assert there["total"] == {"value": 12, "outside": 0, "reported": 1, "due": 5}


def test_a_map_is_drawn_as_it_was_known_on_a_day(world: World) -> None:
    browser = world.browser("admin")
    # All facts of this country were recorded when it was made, that is today.
    before = "2026-01-01"
    today = datetime.now(LOCAL_TIME).date().isoformat()
    for layer, status in (("active", "mmmmmx"), ("class", "aaaaax"), ("i06", "mmmmmx")):
        path = f"/values/{layer}/{world.new}/{PERIOD if layer != 'i06' else 'M2026-07'}"
        then = browser.values(f"{path}?known={before}")
        assert (then["s"], then["known"]) == (status, before)
        now, known_today = browser.values(path), browser.values(f"{path}?known={today}")
        assert now["known"] is None
        assert (known_today["v"], known_today["s"]) == (now["v"], now["s"])
        assert known_today["total"] == now["total"]
    cells = f"/cells/active/7/{PERIOD}"
    assert browser.json(f"{cells}?known={before}")["cells"] == []
    now, known_today = browser.json(cells), browser.json(f"{cells}?known={today}")
    assert (known_today["cells"], known_today["v"]) == (now["cells"], now["v"])


@pytest.mark.parametrize("login", ["xaba", "tinhmot", "khongvung"])
def test_what_was_known_is_scoped_as_what_is_known(world: World, login: str) -> None:
    browser = world.browser(login)
    today = datetime.now(LOCAL_TIME).date().isoformat()
    for layer in ("active", "class", "i01"):
        for one in (world.old, world.new):
            for level in ("commune",) if layer == "class" else ("commune", "province"):
                path = f"/values/{layer}/{one}/{PERIOD}?level={level}"
                now, then = browser.values(path), browser.values(f"{path}&known={today}")
                assert (then["v"], then["s"]) == (now["v"], now["s"]), path
                assert then["total"] == now["total"], path


def test_page_of_a_unit_tells_where_it_came_from(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}/commune/00001")
    models.UnitPage.model_validate(body)
    assert body["in_scope"] is True
    assert [one["code"] for one in body["predecessors"]] == ["00001", "00002"]
    assert body["predecessors"][0]["class"] == "loai_3"
    assert body["class"]["id"] == "chua_danh_gia"
    series = dict(zip(body["series"]["period_ids"], body["series"]["active"], strict=True))
    assert series["M2025-04"] == 1
    assert series[PERIOD] == 2
    assert body["unit"]["parents"] == [{"level": "province", "code": "01", "name": "Tỉnh Một"}]


def test_page_of_a_unit_shows_decisions_and_entered_figures(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}/commune/00003?period={PERIOD}")
    assert body["class"]["id"] == "khong_ma_tuy"
    assert body["class"]["document_no"] == "12/QĐ"
    figures = {one["indicator"]: one for one in body["figures"]}
    assert figures["I06"]["value"] == 12
    assert (figures["I02"]["value"], figures["I02"]["status"]) == (0, ".")
    assert figures["I03"]["value"] == 1


def test_page_of_a_unit_knows_nothing_later_than_its_period(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.new}/commune/00003?period=M2026-05")
    models.UnitPage.model_validate(body)
    assert (body["as_of"], body["as_reported"]) == ("2026-05-31", True)
    assert body["class"]["id"] == "chua_danh_gia"
    assert body["class"]["history"] == []
    later = {"period": "M2026-06", "class": "khong_ma_tuy", "decided_on": "2026-06-30"}
    assert body["class"]["later"] == [later]
    assert body["series"]["period_ids"][-1] == "M2026-05"
    assert {one["period"] for one in body["figures"]} == {"M2026-05"}
    feed = world.browser("admin").values(f"/values/class/{world.new}/M2026-05")
    assert feed["s"][1] == "a"


def test_page_of_a_unit_that_is_gone_has_no_class_of_the_period(world: World) -> None:
    address = f"/units/{world.old}/commune/00001"
    then = world.browser("admin").json(f"{address}?period=M2025-06")
    assert then["class"]["id"] == "loai_3"
    now = world.browser("admin").json(f"{address}?period={PERIOD}")
    assert (now["as_reported"], now["class"]["id"]) == (False, "chua_danh_gia")
    assert [one["class"] for one in now["class"]["history"]] == ["loai_3"]


def test_series_of_a_unit_begins_with_the_first_boundaries(world: World) -> None:
    months = world.browser("admin").json(f"/units/{world.old}/commune/00001")["series"]
    assert months["period_ids"][0] >= "M2023-01"


def test_share_on_other_boundaries_is_no_result(world: World) -> None:
    browser = world.browser("admin")
    body = browser.values(f"/values/drug_free_share/{world.old}/{PERIOD}?level=province")
    assert body["as_reported"] is False
    assert body["s"] == "aa"
    assert body["v"] == body["num"] == [None, None]
    assert body["total"]["value"] is None
    figures = browser.json(f"/units/{world.old}/province/01?period={PERIOD}")["figures"]
    share = next(one for one in figures if one["indicator"] == "I15")
    assert (share["value"], share["status"]) == (None, "a")


def test_page_of_an_old_unit_names_its_successors(world: World) -> None:
    body = world.browser("admin").json(f"/units/{world.old}/commune/00006")
    assert [(one["code"], one["weight"]) for one in body["successors"]] == [
        ("00005", 0.5),
        ("00007", 0.5),
    ]


def test_picture_is_drawn_within_the_scope(world: World) -> None:
    address = f"/map.svg?layer=active&boundary_set={world.new}&period={PERIOD}&level=commune"
    answer = world.browser("admin").get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")


def test_picture_is_drawn_anew_when_its_legend_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Classes are cut from all periods, so another period's figures can change this picture.
    browser = world.browser("admin")
    address = f"/map.svg?layer=active&boundary_set={world.new}&period={PERIOD}&level=commune"
    headers = {"If-None-Match": browser.get(address).headers["etag"]}
    assert browser.get(address, headers=headers).status_code == 304
    other = {"active": {"commune": {"M": 900}}}
    monkeypatch.setattr("geo.store.feeds.largest_counts", lambda *_, **__: other)
    kept = world.app.state.services.memo
    kept.clear()
    assert browser.get(address, headers=headers).status_code == 200
    kept.clear()


def test_picture_of_classes_on_other_boundaries_is_said_to_be_no_result(world: World) -> None:
    browser = world.browser("admin")
    for layer, boundary_set, warned in (
        ("class", world.old, True),
        ("class", world.new, False),
        ("active", world.old, False),
    ):
        address = f"/map.svg?layer={layer}&boundary_set={boundary_set}&period={PERIOD}"
        answer = browser.get(f"{address}&level=commune")
        assert ("không phải kết quả" in answer.text) is warned


def test_unchanged_answer_costs_a_304(world: World) -> None:
    browser = world.browser("admin")
    for path in (
        "/boundary-sets",
        "/periods",
        "/layers",
        f"/units/{world.new}",
        f"/values/active/{world.new}/{PERIOD}",
        f"/cells/active/7/{PERIOD}",
    ):
        first = browser.get(path)
        again = browser.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304, path
        assert again.content == b""
        assert first.headers["cache-control"] == "private, no-cache"


def test_validator_of_one_scope_is_of_no_use_in_another(world: World) -> None:
    path = f"/values/active/{world.new}/{PERIOD}"
    tag = world.browser("admin").get(path).headers["etag"]
    other = world.browser("tinhmot").get(path, headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_large_answers_travel_compressed(world: World) -> None:
    answer = world.browser("admin").get(f"/units/{world.new}")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < len(answer.content)


def test_details_of_a_unit_are_not_kept_by_the_browser(world: World) -> None:
    answer = world.browser("admin").get(f"/units/{world.new}/commune/00003")
    assert answer.headers["cache-control"] == "private, no-store"
