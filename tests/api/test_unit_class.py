"""Why a commune has its class, as an account may see it."""

import json
from argparse import Namespace

import pytest

from api.class_models import ClassInputRows, UnitClassAnswer
from api.cli import explain, main
from api.cli.outcome import Outcome
from geo.criteria import inputs
from geo.errors import NotFound
from tests.api.conftest import World


def class_of(world: World, login: str, code: str = "00003", query: str = "") -> dict:
    body = world.browser(login).json(f"/units/{world.new}/commune/{code}/class{query}")
    UnitClassAnswer.model_validate(body)
    return body


def test_a_commune_tells_its_three_results_and_every_criterion(world: World) -> None:
    body = class_of(world, "admin", query="?period=H2026-1")
    assert body["period"] == "H2026-1"
    assert body["criteria"]["id"] == "mo-phong-2025" and body["simulated"]
    assert body["computed"]["class"] == "chua_danh_gia"
    assert len(body["computed"]["possible"]) > 1
    assert body["decided"] is None
    assert body["disagreement"]["code"] == "not_decided"
    rows = {row["id"]: row for row in body["rows"]}
    # The place that is active on 14/06/2026, whoever reported.
    assert rows["K.1"]["verdict"] == "not_met"
    assert all(row["needed_vi"] and row["needed_en"] for row in body["rows"])
    owed = {one["id"]: one["owes_vi"] for one in body["inputs"] if one["is_missing"]}
    assert set(body["missing"]) <= set(owed)
    assert all(owed.values())


def test_a_month_means_the_newest_half_year_or_year_that_had_ended(world: World) -> None:
    assert class_of(world, "admin", query="?period=M2026-08")["period"] == "H2026-1"
    assert class_of(world, "admin", query="?period=M2026-01")["period"] == "Y2025"
    assert class_of(world, "admin")["period"] == "H2026-1"


def test_another_criteria_set_is_tried_and_says_that_it_is_incomplete(world: World) -> None:
    body = class_of(world, "admin", query="?period=H2026-1&criteria=qd-28-2025")
    assert not body["is_applied"]
    assert body["banner"]["text_vi"].startswith("BỘ TIÊU CHÍ CHƯA ĐẦY ĐỦ")
    assert {row["verdict"] for row in body["rows"]} >= {"disabled"}


def test_a_role_that_may_not_see_places_sees_the_verdict_and_not_the_number(world: World) -> None:
    seen = class_of(world, "admin", query="?period=H2026-1")
    hidden = class_of(world, "thamdinh", query="?period=H2026-1")
    assert [row["verdict"] for row in hidden["rows"]] == [row["verdict"] for row in seen["rows"]]
    for one in hidden["inputs"]:
        restricted = inputs()[one["id"]].visibility == "R"
        assert one["is_hidden"] == restricted
        assert one["value"] is None or not restricted
    row = next(row for row in hidden["rows"] if row["id"] == "I.b")
    assert row["have_vi"] == "không hiển thị với vai trò này"
    lacks = {one["criterion"]: one for one in hidden["next"]["lacks"]}
    assert all("điểm phức tạp" not in one["have_vi"] for one in lacks.values())


@pytest.mark.parametrize("name", ["I06", "population", "places.diem_phuc_tap", "routes", "I05"])
def test_each_number_has_its_rows(world: World, name: str) -> None:
    path = f"/units/{world.new}/commune/00003/class/rows/{name}?period=H2026-1"
    body = world.browser("admin").json(path)
    ClassInputRows.model_validate(body)
    assert all(len(row) == len(body["columns"]) for row in body["rows"])
    if name == "places.diem_phuc_tap":
        assert [(row[0], row[2], row[3]) for row in body["rows"]] == [("c", "listed", "2025-08-05")]
    if name == "routes":
        assert [row[0] for row in body["rows"]] == ["TTD-1"]
        assert body["rows"][0][1] > 9_000


@pytest.mark.parametrize("name", ["places.diem_phuc_tap", "I05", "I14.area", "I99"])
def test_rows_behind_what_a_role_may_not_see_do_not_exist(world: World, name: str) -> None:
    path = f"/units/{world.new}/commune/00003/class/rows/{name}?period=H2026-1"
    assert world.browser("thamdinh").get(path).status_code == 404


def test_nobody_sees_the_class_of_a_commune_outside_his_area(world: World) -> None:
    path = f"/units/{world.new}/commune/00005/class?period=H2026-1"
    assert world.browser("xaba").get(path).status_code == 404
    rows = f"/units/{world.new}/commune/00005/class/rows/routes?period=H2026-1"
    assert world.browser("xaba").json(rows)["rows"] == []
    assert world.browser("xaba").get(path.replace("00005", "00003")).status_code == 200


def test_disagreement_is_a_layer_of_the_map_in_scope(world: World) -> None:
    body = world.browser("admin").values(f"/values/disagreement/{world.new}/M2026-08")
    # Decided on 30/06/2026, and no single class worked out for any of them.
    assert body["s"] == "a...ax"
    assert {value for value in body["v"] if value is not None} <= {0, 1, 2, 3, 4}
    own = world.browser("xaba").values(f"/values/disagreement/{world.new}/M2026-08")
    assert own["s"].count("h") == 5
    known = f"/values/disagreement/{world.new}/M2026-08?known=2026-08-01"
    assert world.browser("admin").get(known).status_code == 404
    assert world.browser("congchung").get(known).status_code in (403, 404)


def test_criteria_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    assert main(["criteria", "list", "--json"]) == 0
    sets = {one["id"]: one for one in json.loads(capsys.readouterr().out)["sets"]}
    assert {"qd-28-2025", "qd-3122-2010", "son-la-1185-2023", "mo-phong-2025"} <= set(sets)
    assert not sets["qd-28-2025"]["is_complete"] and sets["mo-phong-2025"]["is_complete"]
    assert main(["criteria", "show", "qd-28-2025"]) == 0
    assert "≥ 0,5%" in capsys.readouterr().out
    assert main(["criteria", "show", "khong-co"]) == 1
    capsys.readouterr()
    broken = tmp_path / "thu.toml"
    broken.write_text('id = "thu"\n', encoding="utf-8")
    assert main(["criteria", "check", str(broken)]) == 1
    assert "thiếu trường title_vi" in "".join(capsys.readouterr())


def test_explain_tells_a_commune_found_by_code_or_name_in_both_languages(world: World) -> None:
    settings = world.app.state.services.settings

    def told(commune: str) -> Outcome:
        asked = Namespace(commune=commune, period="M2026-08", criteria=None, province=None)
        return explain.run(asked, settings)

    found = told("00003")
    assert found.ok and found.data == told("Xã 00003").data
    text = "\n".join(found.lines)
    assert "SỐ LIỆU MÔ PHỎNG" in text and "SIMULATED DATA" in text
    assert "[ ] K.1" in text and "[?] I.a" in text
    assert "Còn thiếu để đạt" in text and "Lacking for" in text
    with pytest.raises(NotFound):
        told("99999")


@pytest.mark.parametrize(("evil", "status"), [("133", 0), ("132", 1), ("x", 1)])
def test_C5_the_totals_of_an_import_are_checked(
    evil: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["loai_1=1", "loai_2=6", "loai_3=171", f"khong_trong_diem={evil}", "khong_ma_tuy=1"]
    assert main(["criteria", "totals", *told, "--total", "312"]) == status
    capsys.readouterr()
