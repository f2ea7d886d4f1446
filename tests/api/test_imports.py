"""Imports from the browser: judged, written, taken back, within the scope of a session."""

import errno
import hashlib
import io
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from sqlalchemy import text

from api import import_models
from api.intake_wish import LIMIT_BYTES
from api.recompute import Recompute
from geo.store import accounts
from geo.store.engine import use_case
from geo.store.intake import KINDS, importing
from tests.api.conftest import World
from tests.api.test_cli_patrols import walk
from tests.api.test_cli_records import GOOD, MORE
from tests.api.test_cli_sheets import IDS, PLACES
from tests.support import office_sheets as sheets

POPULATION = "Mã xã;Ngày số liệu;Loại dân số;Số dân\n{code};31/12/2025;Đang cư trú;25.310\n"
PLACE = (
    "ma_diem;kinh_do;vi_do;loai;trang_thai;ngay\nD1;105,{x};20,05;diem_phuc_tap;listed;02/08/2025\n"
)


class Idle(Recompute):
    """Counts what it is asked for."""

    asked = 0

    def ask(self) -> None:
        self.asked += 1


@pytest.fixture
def quiet(fresh_world: World) -> Iterator[World]:
    """A country of one's own where nothing is computed in the background."""
    services = fresh_world.app.state.services
    fresh_world.app.state.services = replace(services, recompute=Idle(services.settings))
    yield fresh_world
    fresh_world.app.state.services = services


def send(
    world: World, login: str, kind: str, content: bytes | str, *, commit: bool = False, **more: Any
) -> Any:
    """Send a file; give the report, or the error."""
    raw = content.encode() if isinstance(content, str) else content
    query = {"kind": kind, "name": more.pop("name", "tep-1.csv")}
    if commit:
        query["sha256"] = more.pop("sha256", hashlib.sha256(raw).hexdigest())
    query["options"] = json.dumps(more)
    way = "commit" if commit else "preview"
    answer = world.browser(login).request("POST", f"/imports/{way}?{urlencode(query)}", content=raw)
    if answer.status_code != 200:
        return answer.json()
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[0]["stage"] == "reading"
    return lines[-1].get("report") or lines[-1]


def count(world: World, query: str) -> int:
    with world.engines.operator.connect() as conn:
        return int(conn.execute(text(query)).scalar_one())


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_comes_in_and_out(quiet: World, kind: str) -> None:
    content, facts = GOOD[kind]
    defaults = dict(pair.split("=") for pair in MORE.get(kind, ())[1:])
    seen = send(quiet, "admin", kind, content, defaults=defaults)
    assert (seen["ok"], seen["committed"], seen["import_id"]) == (True, False, None)
    assert seen["counts"]["new"] == facts
    assert count(quiet, f"SELECT count(*) FROM import_batch WHERE kind = '{kind}'") == 0
    done = send(quiet, "admin", kind, content, commit=True, defaults=defaults)
    assert done["counts"] == seen["counts"]
    browser = quiet.browser("admin")
    listed = browser.json("/imports")
    import_models.ImportList.model_validate(listed)
    assert [(one["import_id"], one["kind"]) for one in listed["imports"]] == [
        (done["import_id"], kind)
    ]
    import_models.ImportDetail.model_validate(browser.json(f"/imports/{done['import_id']}"))
    undone = browser.request(
        "POST", f"/imports/{done['import_id']}/undo", json={"reason": "sai_tep"}
    )
    assert undone.status_code == 200
    import_models.ImportAnswer.model_validate(undone.json())
    assert undone.json()["import"]["undone_reason"] == "sai_tep"
    assert quiet.app.state.services.recompute.asked == 2
    twice = browser.request(
        "POST", f"/imports/{done['import_id']}/undo", json={"reason": "sai_tep"}
    )
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "import_undone")


def test_what_is_said_in_the_browser_is_what_the_service_knows(quiet: World) -> None:
    body = quiet.browser("xaba").json("/imports/kinds")
    import_models.ImportKinds.model_validate(body)
    assert [one["id"] for one in body["kinds"]] == ["hotspots", "patrols", *KINDS]
    assert body["simulated"] is True
    for kind in body["kinds"]:
        if kind["id"] == "patrols":
            continue
        answer = quiet.browser("xaba").get(f"/imports/templates/{kind['id']}")
        assert answer.status_code == 200
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert quiet.browser("xaba").get("/imports/templates/nothing").status_code == 404


def test_a_preview_shows_rows_units_and_shapes(quiet: World) -> None:
    report = send(quiet, "admin", "hotspots", PLACE.format(x="25"))
    assert report["shapes"]["features"][0]["geometry"]["coordinates"] == [105.25, 20.05]
    assert report["units"] == [{"code": "00003", "name": "Xã 00003", "rows": 1}]
    assert report["rows"][0]["cells"]["date"] == "02/08/2025"
    assert report["columns"]["lng"] == "kinh_do"


def test_findings_stand_beside_rows_and_personal_cells_stay_out(quiet: World) -> None:
    content = (
        "Mã xã;Ngày số liệu;Loại dân số;Số dân;Ghi chú\n"
        "00003;31/12/2025;Đang cư trú;nhiều;\n"
        "00003;31/12/2025;Đang cư trú;12;nhà ông Tư Bến\n"
    )
    report = send(quiet, "admin", "population", content)
    assert not report["ok"]
    assert [(one["row"], one["code"]) for one in report["findings"] if one["row"]] == [
        (1, "record_unreadable"),
        (2, "value_personal"),
    ]
    assert {one["row"]: one["cells"] for one in report["rows"]}[2] == {}
    assert "Bến" not in json.dumps(report, ensure_ascii=False)


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("population", POPULATION.format(code="00005"), "unit_outside_area"),
        ("hotspots", PLACE.format(x="45"), "place_outside_area"),
        (
            "routes",
            "ma;loai;tu ngay;wkt\n"
            "T-1;tuyen_trong_diem;01/07/2025;LINESTRING (105.25 20.05, 105.45 20.05)\n",
            "shape_outside_area",
        ),
    ],
)
def test_nobody_writes_outside_the_own_area(
    quiet: World, kind: str, content: str, code: str
) -> None:
    assert code not in {one["code"] for one in send(quiet, "admin", kind, content)["findings"]}
    report = send(quiet, "xaba", kind, content, commit=True)
    assert not report["committed"]
    assert code in {one["code"] for one in report["findings"]}
    assert count(quiet, "SELECT count(*) FROM import_batch WHERE actor = 'xaba'") == 0


def test_a_commune_writes_its_own_and_sees_nobody_elses_imports(quiet: World) -> None:
    assert send(quiet, "xaba", "population", POPULATION.format(code="00003"), commit=True)["ok"]
    theirs = send(quiet, "tinhmot", "population", POPULATION.format(code="00001"), commit=True)
    assert theirs["ok"]
    mine = quiet.browser("xaba").json("/imports")["imports"]
    assert [one["actor"] for one in mine] == ["xaba"]
    for method, tail, body in (("GET", "", None), ("POST", "/undo", {"reason": "sai_tep"})):
        address = f"/imports/{theirs['import_id']}{tail}"
        answer = quiet.browser("xaba").request(method, address, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "import_unknown")
    assert count(quiet, "SELECT count(*) FROM import_undo") == 0


def test_two_offices_with_files_of_one_name_do_not_meet(quiet: World) -> None:
    assert send(quiet, "xaba", "hotspots", PLACE.format(x="25"), commit=True)["ok"]
    report = send(quiet, "tinhmot", "hotspots", PLACE.format(x="05"), commit=True)
    assert report["counts"]["new"] == 1
    assert count(quiet, "SELECT count(*) FROM hotspot WHERE source_ref = 'D1'") == 2


@pytest.mark.parametrize("login", ["chihuy", "thamdinh", "congchung", "khongvung"])
def test_roles_that_may_not_import_are_refused(quiet: World, login: str) -> None:
    answer = send(quiet, login, "population", POPULATION.format(code="00003"))
    assert answer["error"]["code"] == "permission_missing"


def test_a_commit_needs_the_file_that_was_previewed(quiet: World) -> None:
    other = hashlib.sha256(b"other").hexdigest()
    answer = send(
        quiet, "xaba", "population", POPULATION.format(code="00003"), commit=True, sha256=other
    )
    assert answer["error"]["code"] == "import_file_changed"


def test_choices_of_the_user_are_heard(quiet: World) -> None:
    content = "A;B;C\n00003;31/12/2025;12\n00003;31/12/2025;nhiều\n"
    told = {
        "map": {"unit_code": "A", "counted_on": "B", "persons": "C"},
        "defaults": {"basis": "thuong_tru"},
    }
    assert not send(quiet, "xaba", "population", content, **told)["ok"]
    report = send(quiet, "xaba", "population", content, commit=True, skip_refused=True, **told)
    assert (report["committed"], report["counts"]["new"], report["counts"]["refused"]) == (
        True,
        1,
        1,
    )


def test_a_patrol_comes_in_with_the_pieces_beyond_the_border(quiet: World) -> None:
    # From 00003, the own commune, into the neighbour 00004 and not the other way round.
    frame = walk("ca-1", lng=105.285, count=60)
    raw = frame.to_csv(index=False)
    report = send(quiet, "xaba", "patrols", raw)
    assert (report["ok"], report["counts"]["new"]) == (True, 1)
    assert report["shapes"]["features"][0]["geometry"]["type"].endswith("LineString")
    assert report["counts"]["rows"] == 1
    assert report["rows"][0]["cells"]["time"] == "02/03/2026 08:00"
    assert count(quiet, "SELECT count(*) FROM patrol") == 0
    folder = quiet.app.state.services.settings.home / "fixes"
    assert list(folder.glob("month=*/*")) == []
    done = send(quiet, "xaba", "patrols", raw, commit=True)
    assert done["committed"], done["findings"]
    assert count(quiet, "SELECT count(*) FROM patrol_track") == 2
    assert len(list(folder.glob("month=*/*"))) == 1
    # Another office's import neither sweeps this one's fixes nor sees it.
    other = walk("ca-2", lng=105.41, count=60).to_csv(index=False)
    refused = send(quiet, "xaba", "patrols", other, commit=True)
    assert "patrol_outside_area" in {one["code"] for one in refused["findings"]}
    assert send(quiet, "admin", "patrols", other, commit=True)["committed"]
    assert len(list(folder.glob("month=*/*"))) == 2
    with use_case(quiet.engines.service, token=quiet.tokens["xaba"]) as conn:
        seen = conn.execute(text("SELECT count(*) FROM held_patrol")).scalar_one()
        pieces = conn.execute(text("SELECT count(*) FROM patrol_track")).scalar_one()
    assert (seen, pieces) == (1, 1)


def test_a_form_that_was_taught_is_known_again_and_read_by_its_layout(
    quiet: World, tmp_path: Path
) -> None:
    from geo.store import layouts
    from geo.store.sheet_import import propose_layouts, units_on

    truth = sheets.counts_of(PLACES)
    path = tmp_path / "bieu-1.xlsx"
    sheets.province_report(path, PLACES, truth)
    with use_case(quiet.engines.operator) as conn:
        proposed = propose_layouts(path, units=units_on(conn, date(2025, 12, 31))).found[0]
        layouts.save(conn, "tinh-mau-1", proposed.layout, actor="command")
    raw = path.read_bytes()
    plain = send(quiet, "admin", "observations", raw, name="bieu-1.xlsx")
    assert (plain["ok"], plain["known_layout"]) == (False, "tinh-mau-1")
    report = send(
        quiet, "admin", "observations", raw, name="bieu-1.xlsx", layout="tinh-mau-1", commit=True
    )
    assert report["committed"], report["findings"]
    beyond = send(quiet, "xaba", "observations", raw, name="bieu-1.xlsx", layout="tinh-mau-1")
    refused = [one for one in beyond["findings"] if one["code"] == "unit_outside_area"]
    assert len(refused) == len({one["column"] for one in refused}) > 0
    assert all(one["column"].startswith("Biểu 1!") for one in refused)
    told = sheets.reported(truth, IDS)
    assert report["counts"]["new"] == len(told)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "nothing"}, "import_kind_unknown"),
        ({"name": "..."}, "import_name"),
        ({"name": "\x00.csv"}, "import_name"),
        ({"name": "tep.exe"}, "file_kind_unknown"),
        ({"options": "["}, "import_options"),
        ({"options": '{"map": {"a": 5}}'}, "import_options"),
        ({"options": "[" * 4000}, "import_options"),
        ({"options": '{"other": 1}'}, "import_options"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(
    world: World, change: dict[str, str], code: str
) -> None:
    query = {"kind": "population", "name": "tep-1.csv", "options": "{}"} | change
    answer = world.browser("xaba").request(
        "POST", f"/imports/preview?{urlencode(query)}", content=b"a;b\n1;2\n"
    )
    body = json.loads(answer.text.splitlines()[-1])
    assert body["error"]["code"] == code


def test_folders_in_a_name_are_cut_off(world: World) -> None:
    report = send(
        world, "xaba", "population", POPULATION.format(code="00003"), name="../../etc/tep-1.csv"
    )
    assert report["ok"]


def test_large_files_are_for_sessions_only(world: World) -> None:
    address = "/imports/preview?kind=population&name=tep-1.csv"
    small = b"x" * 20_000
    assert world.browser().request("POST", address, content=small).status_code == 413
    assert world.browser("xaba").request("POST", address, content=small).status_code == 200
    large = b"x" * (LIMIT_BYTES + 1)
    assert world.browser("xaba").request("POST", address, content=large).status_code == 413
    # Other addresses take no files, session or not.
    other = world.browser("xaba").request("POST", "/imports/1/undo", content=small)
    assert other.status_code == 413


def test_nothing_of_a_file_is_left_on_disk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("tep-1.csv", "tep.exe", "hong.xlsx"):
        send(world, "xaba", "population", POPULATION.format(code="00003"), name=name)
    assert list(tmp_path.iterdir()) == []


def test_the_map_follows_an_import_by_itself(fresh_world: World) -> None:
    browser = fresh_world.browser("admin")
    address = f"/values/active/{fresh_world.new}/M2026-08"
    before = browser.values(address)["v"]
    assert send(fresh_world, "admin", "hotspots", PLACE.format(x="25"), commit=True)["committed"]
    deadline = time.monotonic() + 120
    while browser.json("/imports")["computing"] and time.monotonic() < deadline:
        time.sleep(0.3)
    after = browser.values(address)["v"]
    assert after[1] == (before[1] or 0) + 1


def test_wishes_while_the_computation_runs_are_one_more_run(world: World, tmp_path: Path) -> None:
    log = tmp_path / "runs"
    script = f"import time; open({str(log)!r}, 'a').write('x'); time.sleep(0.3)"

    work = Recompute(world.app.state.services.settings, command=(sys.executable, "-c", script))
    threads = [threading.Thread(target=work.ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deadline = time.monotonic() + 30
    while work.runs and time.monotonic() < deadline:
        time.sleep(0.05)
    assert log.read_text() in ("x", "xx")


def test_a_session_that_ends_midway_is_told_and_nothing_is_written(
    quiet: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*given: Any, **more: Any) -> Any:
        with use_case(quiet.engines.login) as conn:
            accounts.close_session(conn, quiet.tokens["xaba"])
        return judge(*given, **more)

    judge = importing.judge_records
    monkeypatch.setattr(importing, "judge_records", slowly)
    answer = send(quiet, "xaba", "population", POPULATION.format(code="00003"), commit=True)
    assert answer["error"]["code"] == "import_right_ended"
    assert count(quiet, "SELECT count(*) FROM import_batch WHERE actor = 'xaba'") == 0


def test_an_id_of_a_place_that_the_session_no_longer_sees_is_told(quiet: World) -> None:
    assert send(quiet, "admin", "hotspots", PLACE.format(x="45"), commit=True)["committed"]
    with use_case(quiet.engines.owner) as conn:
        conn.execute(text("DELETE FROM session"))
        conn.execute(
            text(
                "DELETE FROM account_area;"
                "INSERT INTO account_area (account_id, unit_key)"
                " SELECT a.account_id, u.unit_key FROM account AS a, unit_version AS u"
                " WHERE a.login = 'admin' AND u.code = '01' AND u.level = 'province'"
                f" AND u.set_id = {quiet.new_id}"
            )
        )
        number = conn.execute(
            text("SELECT account_id FROM account WHERE login = 'admin'")
        ).scalar_one()
    with use_case(quiet.engines.login) as conn:
        token = accounts.open_session(conn, number, lifetime=timedelta(hours=1))
    moved = replace(quiet, tokens={**quiet.tokens, "admin": token})
    answer = send(moved, "admin", "hotspots", PLACE.format(x="25"), commit=True)
    assert answer["error"]["code"] == "import_name_taken"
    assert count(quiet, "SELECT count(*) FROM hotspot WHERE source_ref = 'D1'") == 1


def test_a_full_disk_is_told(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = send(quiet, "xaba", "population", POPULATION.format(code="00003"))
    assert answer["error"]["code"] == "disk_full"
