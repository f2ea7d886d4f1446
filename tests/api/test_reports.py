"""Reports over HTTP: the calendar, one report, its steps, and what an import may still change."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from api import models, report_models
from geo.reporting import reports_owed
from geo.store import accounts, report_calendar, report_reading
from geo.store.accounts import ALL_KEYS
from geo.store.engine import use_case
from tests.api.conftest import Browser, World
from tests.support import small_world

PERIOD = "M2026-08"
MORE = {
    "xaba-chihuy": ("commander", "commune", "00003"),
    "xanam-chihuy": ("commander", "commune", "00005"),
    "tinhmot-chihuy": ("commander", "province", "01"),
    "tinhhai-chihuy": ("commander", "province", "02"),
}


@pytest.fixture
def reports(fresh_world: World) -> Iterator[World]:
    """The small country with commanders of communes and provinces."""
    with use_case(fresh_world.engines.owner) as conn:
        ids = {
            login: accounts.add_account(
                conn,
                login=login,
                password_hash="x",  # noqa: S106 - of an account that lives as long as the test
                role=role,
                national=False,
                area_keys=[small_world.key_of(conn, fresh_world.new_id, code, level)],
            )
            for login, (role, level, code) in MORE.items()
        }
    with use_case(fresh_world.engines.login) as conn:
        tokens = {
            login: accounts.open_session(conn, key, lifetime=timedelta(hours=1))
            for login, key in ids.items()
        }
    fresh_world.tokens.update(tokens)
    return fresh_world


def address(world: World, code: str = "00003", period: str = PERIOD) -> str:
    return f"/reports/{world.new}/commune/{code}/{period}"


def look(world: World, login: str, code: str = "00003", period: str = PERIOD):
    body = world.browser(login).json(address(world, code, period))
    report_models.ReportPage.model_validate(body)
    return body


def do(
    world: World,
    login: str,
    step: str,
    *,
    code: str = "00003",
    period: str = PERIOD,
    reason: str | None = None,
    covers: str | None = None,
):
    seen = covers or look(world, login, code, period)["figures_hash"]
    if step == "submitted":
        path, body = "submission", {"covers": seen}
    else:
        path, body = "steps", {"step": step, "reason": reason, "covers": seen}
    return world.browser(login).request("POST", f"{address(world, code, period)}/{path}", json=body)


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def offered(world: World, login: str, **more: str) -> list[str]:
    return [one["step"] for one in look(world, login, **more)["offered"]]


def enter(world: World, login: str, value: int, *, period: str = PERIOD, **options: object):
    """Bring one figure of 00003 in from the browser, and give the last line of the answer."""
    browser: Browser = world.browser(login)
    content = f"unit_code;period;I01\n00003;{period};{value}\n".encode()
    query = f"kind=observations&name=so-lieu.csv&options={json.dumps(options)}"
    told = browser.request("POST", f"/imports/preview?{query}", content=content)
    sha256 = json.loads(told.text.splitlines()[-1])["report"]["sha256"]
    done = browser.request("POST", f"/imports/commit?{query}&sha256={sha256}", content=content)
    return json.loads(done.text.splitlines()[-1])["report"]


def test_X2_a_report_is_handed_in_approved_and_locked(reports: World) -> None:
    period = "M2026-06"
    assert enter(reports, "xaba", 5, period=period)["committed"]
    assert look(reports, "xaba", period=period)["approval"] == "entered"
    assert offered(reports, "xaba", period=period) == ["submitted"]
    assert do(reports, "xaba", "submitted", period=period).status_code == 200
    told = look(reports, "xaba-chihuy", period=period)
    assert (told["approval"], told["waits_for"]) == ("submitted", "commune")
    assert offered(reports, "xaba-chihuy", period=period) == ["approved", "returned"]
    assert do(reports, "xaba-chihuy", "approved", period=period).json() == {
        "step": "approved",
        "at_level": "commune",
    }
    told = look(reports, "tinhmot-chihuy", period=period)
    assert (told["approved_at"], told["waits_for"]) == ("commune", "province")
    assert do(reports, "tinhmot", "approved", period=period).status_code == 200
    told = look(reports, "xaba", period=period)
    assert (told["approval"], told["approved_at"], told["waits_for"]) == (
        "approved",
        "province",
        None,
    )
    assert told["offered"] == []
    assert [(one["step"], one["at_level"]) for one in told["steps"]] == [
        ("submitted", "commune"),
        ("approved", "commune"),
        ("approved", "province"),
    ]
    with use_case(reports.engines.operator) as conn:
        trail = conn.execute(
            text("SELECT actor, action FROM audit_entry WHERE action LIKE 'report.%' ORDER BY seq")
        ).all()
    assert [tuple(row) for row in trail] == [
        ("xaba", "report.submitted"),
        ("xaba-chihuy", "report.approved"),
        ("tinhmot", "report.approved"),
    ]


def test_X2_the_same_login_does_not_approve_its_own_entry(reports: World) -> None:
    period = "M2026-06"
    enter(reports, "admin", 5, period=period)
    do(reports, "xaba", "submitted", period=period)
    told = look(reports, "admin", period=period)
    assert told["own_entry"] is True
    assert "approved" not in [one["step"] for one in told["offered"]]
    answer = do(reports, "admin", "approved", period=period)
    assert (answer.status_code, code_of(answer)) == (409, "report_own_entry")
    assert do(reports, "xaba-chihuy", "approved", period=period).status_code == 200


@pytest.mark.parametrize("login", ["xanam-chihuy", "tinhhai-chihuy", "khongvung"])
def test_X2_another_unit_s_user_sees_nothing_and_does_nothing(reports: World, login: str) -> None:
    told = look(reports, login)
    assert not told["in_scope"]
    assert told["figures"] == told["steps"] == told["offered"] == []
    assert told["submitted_on"] is None
    answer = do(reports, login, "returned", reason="sai_so_lieu")
    assert answer.status_code in (403, 409)
    with use_case(reports.engines.operator) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM report_step").scalar_one() == 0


@pytest.mark.parametrize(
    ("login", "step"),
    [
        ("xaba", "approved"),
        ("quanly", "approved"),
        ("thamdinh", "returned"),
        ("chihuy", "submitted"),
        ("quanly", "submitted"),
        ("congchung", "submitted"),
    ],
)
def test_X2_roles_without_the_permission_are_refused(reports: World, login: str, step: str) -> None:
    answer = do(reports, login, step, covers="0" * 64)
    assert (answer.status_code, code_of(answer)) == (403, "permission_missing")


def test_X2_a_planner_decides_at_the_province_and_nowhere_else(reports: World) -> None:
    assert offered(reports, "tinhmot") == []
    answer = do(reports, "tinhmot", "approved")
    assert (answer.status_code, code_of(answer)) == (403, "report_outside_area")
    assert do(reports, "xaba-chihuy", "approved").status_code == 200
    assert offered(reports, "tinhmot") == ["approved", "returned", "unapproved"]


def test_X2_unapprove_needs_the_level_above(reports: World) -> None:
    do(reports, "xaba-chihuy", "approved")
    assert "unapproved" not in offered(reports, "xaba-chihuy")
    answer = do(reports, "xaba-chihuy", "unapproved", reason="duyet_nham")
    assert (answer.status_code, code_of(answer)) == (403, "report_outside_area")
    do(reports, "tinhmot-chihuy", "approved")
    assert do(reports, "tinhmot-chihuy", "unapproved", reason="duyet_nham").status_code == 403
    assert do(reports, "chihuy", "unapproved", reason="duyet_nham").json()["at_level"] == "province"
    assert look(reports, "xaba")["waits_for"] == "province"


def test_X2_a_reason_is_a_code_and_no_sentence(reports: World) -> None:
    assert do(reports, "xaba-chihuy", "returned", reason=None).status_code == 422
    answer = do(reports, "xaba-chihuy", "returned", reason="Nguyen Van A noi sai")
    assert answer.status_code == 422
    assert "Nguyen" not in answer.text
    assert do(reports, "xaba-chihuy", "returned", reason="thieu_so_lieu").status_code == 200
    assert look(reports, "xaba")["approval"] == "returned"


def test_P5_figures_that_were_not_seen_are_not_approved(reports: World) -> None:
    seen = look(reports, "xaba-chihuy")["figures_hash"]
    enter(reports, "xaba", 5)
    answer = do(reports, "xaba-chihuy", "approved", covers=seen)
    assert (answer.status_code, code_of(answer)) == (409, "report_figures_changed")
    assert do(reports, "xaba-chihuy", "approved").status_code == 200


def test_P5_imports_leave_approved_figures_unless_a_correction_is_asked_for(
    reports: World,
) -> None:
    first = enter(reports, "xaba", 5)
    do(reports, "xaba-chihuy", "approved")
    # The same figure again changes nothing, and is no finding.
    again = enter(reports, "xaba", 5)
    assert (again["counts"]["new"], again["counts"]["known"]) == (0, 1)
    assert again["finding_counts"].get("figure_locked") is None
    refused = enter(reports, "xaba", 6)
    assert not refused["committed"]
    assert [one["code"] for one in refused["findings"] if one["row"] == 1] == ["figure_locked"]
    undone = reports.browser("xaba").request(
        "POST", f"/imports/{first['import_id']}/undo", json={"reason": "sai_tep"}
    )
    assert (undone.status_code, code_of(undone)) == (409, "import_holds_locked_figures")
    corrected = enter(reports, "xaba", 6, correction="nhap_sai")
    assert corrected["committed"]
    assert corrected["finding_counts"]["figure_corrected"] == 1
    told = look(reports, "xaba")
    assert told["approval"] == "reopened"
    assert [(one["revision"], one["value"], one["is_held"]) for one in told["figures"]] == [
        (2, 6.0, True),
        (1, 5.0, False),
    ]
    assert told["steps"][-1]["step"] == "corrected"
    assert told["steps"][-1]["reason"] == "nhap_sai"
    assert do(reports, "tinhmot-chihuy", "approved").status_code == 409
    assert do(reports, "xaba", "submitted").status_code == 200
    assert do(reports, "xaba-chihuy", "approved").status_code == 200


def test_P5_figures_of_a_unit_say_how_far_their_report_has_climbed(reports: World) -> None:
    def figures(login: str) -> dict[str, str | None]:
        path = f"/units/{reports.new}/commune/00003?period={PERIOD}"
        body = reports.browser(login).json(path)
        models.UnitPage.model_validate(body)
        return {one["indicator"]: one["approval"] for one in body["figures"]}

    enter(reports, "xaba", 5)
    assert figures("xaba")["I01"] == "submitted"
    do(reports, "xaba-chihuy", "approved")
    assert figures("xaba")["I01"] == "approved"
    assert figures("admin")["I02"] is None


def test_P5_a_correction_needs_a_known_reason(reports: World) -> None:
    browser = reports.browser("xaba")
    options = json.dumps({"correction": "vi_thich"})
    answer = browser.request(
        "POST",
        f"/imports/preview?kind=observations&name=a.csv&options={options}",
        content=b"unit_code;period;I01\n00003;M2026-08;5\n",
    )
    assert json.loads(answer.text.splitlines()[-1])["error"]["code"] == "report_reason_missing"


def test_P5_what_was_approved_is_known_as_it_was_on_a_day(reports: World) -> None:
    do(reports, "xaba-chihuy", "approved")
    with use_case(reports.engines.operator) as conn:
        key = small_world.key_of(conn, reports.new_id, "00003")
        asked = {"period_id": PERIOD, "ranges": [ALL_KEYS]}
        now = report_reading.states(conn, **asked)
        before = report_reading.states(conn, known=date(2026, 1, 1), **asked)
    assert (now[key].status, now[key].approved_at) == ("approved", "commune")
    assert before[key].status == "none"
    # 00008 is a commune too, and none of its reports is there.
    assert {state.status for state in now.values()} == {"approved", "submitted", "none"}


def test_P2_the_calendar_says_who_is_on_time_late_and_missing(reports: World) -> None:
    with use_case(reports.engines.operator) as conn:
        import_id = small_world.batch(conn, "submissions")
        conn.execute(
            text(
                "INSERT INTO submission (unit_key, period_id, due_before, submitted_on, provenance,"
                " import_id) VALUES (:key, :period, '2026-09-15', '2026-09-17', 'simulated', :id)"
            ),
            {
                "key": small_world.key_of(conn, reports.new_id, "00004"),
                "period": PERIOD,
                "id": import_id,
            },
        )
    body = reports.browser("admin").json("/reports/calendar?as_of=2026-09-20")
    report_models.ReportCalendar.model_validate(body)
    month = next(one for one in body["cycles"] if one["period"] == PERIOD)
    assert (month["due_last"], month["window_last"]) == ("2026-09-14", "2026-08-31")
    # 00001, 00003, 00005 were in time; 00004 was not; 00007 is missing; 00008 owes nothing (A9).
    assert month["counts"] == {"on_time": 3, "late": 1, "missing": 1, "not_due": 0}
    rows = {
        unit["code"]: next(row for row in unit["rows"] if row["period"] == PERIOD)
        for unit in body["units"]
    }
    assert set(rows) == {"00001", "00003", "00004", "00005", "00007"}
    assert (rows["00004"]["state"], rows["00004"]["days_late"]) == ("late", 3)
    assert (rows["00007"]["state"], rows["00007"]["days_late"]) == ("missing", 6)
    with use_case(reports.engines.operator) as conn:
        day = date(2026, 9, 20)
        owed = reports_owed(day)
        units = report_calendar.read_calendar(conn, owed=owed, as_of=day, ranges=[ALL_KEYS])
        due = next(one for one in owed if one.period.id == PERIOD)
        share = report_calendar.on_time_parts(units, due)
        provinces = [
            small_world.key_of(conn, reports.new_id, code, "province") for code in ("01", "02")
        ]
    # I20: 00001 and 00003 of three, 00005 of two.
    assert [share[key] for key in provinces] == [(2, 3), (1, 2)]
    before = reports.browser("admin").json("/reports/calendar?as_of=2026-09-14")
    month = next(one for one in before["cycles"] if one["period"] == PERIOD)
    assert month["counts"] == {"on_time": 3, "late": 0, "missing": 0, "not_due": 2}


def test_X3_the_calendar_names_units_and_roles_and_no_login(reports: World) -> None:
    do(reports, "xaba-chihuy", "approved")
    for path in ("/reports/calendar?as_of=2026-12-31", address(reports)):
        told = reports.browser("tinhmot").get(path).text
        for login in (*MORE, "xaba", "admin"):
            assert f'"{login}"' not in told
    told = look(reports, "tinhmot")["steps"][-1]
    assert (told["role_vi"], told["at_level"]) == ("Lãnh đạo, chỉ huy", "commune")
    assert set(told) == set(report_models.ReportStep.model_fields)


def test_X3_each_sees_who_owes_what_in_the_own_area_only(reports: World) -> None:
    def units(login: str, query: str = "") -> list[str]:
        body = reports.browser(login).json(f"/reports/calendar?as_of=2026-09-20{query}")
        return sorted({unit["code"] for unit in body["units"]})

    assert units("xaba") == ["00003"]
    assert units("tinhmot") == ["00001", "00003", "00004"]
    assert units("khongvung") == []
    assert units("admin", f"&boundary_set={reports.new}&level=province&code=02") == [
        "00005",
        "00007",
    ]
    assert reports.browser("xaba").json("/reports/calendar?as_of=2026-09-20")["own_unit"] == "00003"
    assert reports.browser("tinhmot").json("/reports/calendar")["own_unit"] is None
    one = reports.browser("xaba").json(
        f"/units/{reports.new}/commune/00003/reports?as_of=2026-09-20"
    )
    report_models.ReportCalendar.model_validate(one)
    assert [unit["code"] for unit in one["units"]] == ["00003"]
    assert len(one["units"][0]["rows"]) > 5


def test_P2_a_unit_owes_on_the_set_of_the_periods_last_day(reports: World) -> None:
    body = reports.browser("admin").json("/reports/calendar?as_of=2025-07-20")
    by_period: dict[str, set[str]] = {}
    for unit in body["units"]:
        for row in unit["rows"]:
            by_period.setdefault(row["period"], set()).add((unit["boundary_set"], unit["code"]))
    # June was the old communes' and stays theirs; the new ones owe from July on.
    assert by_period["M2025-06"] == {(reports.old, f"0000{n}") for n in range(1, 8)}
    later = reports.browser("admin").json("/reports/calendar?as_of=2025-08-01")
    july = {
        (unit["boundary_set"], unit["code"])
        for unit in later["units"]
        for row in unit["rows"]
        if row["period"] == "M2025-07"
    }
    assert july == {(reports.new, f"0000{n}") for n in (1, 3, 4, 5, 7)}


def test_X4_districts_owe_half_years_while_they_were_there(reports: World) -> None:
    def owing(as_of: str, period: str) -> set[tuple[str, str]]:
        body = reports.browser("admin").json(f"/reports/calendar?as_of={as_of}")
        return {
            (unit["level"], unit["code"])
            for unit in body["units"]
            for row in unit["rows"]
            if row["period"] == period
        }

    communes = {("commune", f"0000{n}") for n in range(1, 8)}
    districts = {("district", f"00{n}") for n in range(1, 5)}
    assert owing("2025-06-25", "H2025-1") == communes | districts
    assert owing("2025-06-25", "M2025-05") == communes
    assert {level for level, _ in owing("2025-12-31", "Y2025")} == {"commune"}


def test_P2_what_all_predecessors_handed_in_counts_for_the_merged_unit(reports: World) -> None:
    def hand_in(code: str) -> None:
        with use_case(reports.engines.operator) as conn:
            conn.execute(
                text(
                    "INSERT INTO submission (unit_key, period_id, due_before, submitted_on,"
                    " provenance, import_id) VALUES (:key, 'M2025-07', '2025-08-15', :day,"
                    " 'simulated', :id)"
                ),
                {
                    "key": small_world.key_of(conn, reports.old_id, code),
                    "day": date(2025, 8, int(code)),
                    "id": small_world.batch(conn, "submissions"),
                },
            )

    def state() -> tuple[str, str | None]:
        body = reports.browser("admin").json("/reports/calendar?as_of=2025-08-20")
        unit = next(
            one
            for one in body["units"]
            if one["code"] == "00001" and one["boundary_set"] == reports.new
        )
        row = next(one for one in unit["rows"] if one["period"] == "M2025-07")
        return row["state"], row["submitted_on"]

    hand_in("00001")
    assert state() == ("missing", None)
    hand_in("00002")
    assert state() == ("on_time", "2025-08-02")


@pytest.mark.parametrize(
    "path",
    [
        "/reports/calendar?as_of=hom-nay",
        "/reports/calendar?ngay=2026-01-01",
        "/reports/{new}/commune/00003/X2026",
        "/reports/{new}/commune/99999/M2026-08",
        "/reports/{old}/commune/00003/M2026-08",
        "/reports/{new}/country/VN/M2026-08",
    ],
)
def test_addresses_of_no_report_are_refused(world: World, path: str) -> None:
    answer = world.browser("admin").get(path.format(new=world.new, old=world.old))
    assert answer.status_code in (400, 404, 422)
    assert answer.json()["error"]["code"]


def test_page_of_reports_is_for_those_with_a_session(world: World) -> None:
    page = world.browser("xaba").get("/reports")
    assert page.status_code == 200
    assert "reports_page.js" in page.text
    away = world.browser().get("/reports")
    assert (away.status_code, away.headers["location"]) == (303, "/login#page=reports")
