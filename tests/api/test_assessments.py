"""Assessments over HTTP: the board, one commune, its steps by role, what the map makes of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from api import assessment_models
from api.access import ASSESS_PERMISSIONS, ROLES, may
from geo.assessing.duties import calendar
from geo.store import accounts, records
from geo.store.aggregates import compute
from geo.store.engine import use_case
from tests.api.conftest import World, built_world
from tests.support import small_world
from tests.support.postgres import Server

CYCLE = "Y2026"
DAY = "2026-03-02"
MORE = {
    "xabon": ("reporter", "commune", "00004"),
    "tinhmot-thamdinh": ("appraiser", "province", "01"),
    "tinhmot-chutich": ("commander", "province", "01"),
    "tinhhai-chutich": ("commander", "province", "02"),
    "xaba-chihuy": ("commander", "commune", "00003"),
    "xamot": ("reporter", "commune", "00001"),
}
DOORS = {
    "ra_soat": "report",
    "danh_gia": "report",
    "phan_loai": "classification",
    "tham_dinh": "appraisal",
    "cong_nhan": "decision",
    "khong_dat": "decision",
    "huy_bo": "decision",
}
SAID: dict[str, dict[str, object]] = {
    "ra_soat": {},
    "danh_gia": {"class_id": "loai_3"},
    "phan_loai": {"class_id": "loai_3"},
    "tham_dinh": {"verdict": "dat"},
    "cong_nhan": {"document_no": "7/QĐ-UBND", "reason": "tai_phuc_tap"},
}
BY = {
    "ra_soat": "xaba",
    "danh_gia": "xaba",
    "phan_loai": "tinhmot",
    "tham_dinh": "tinhmot-thamdinh",
    "cong_nhan": "tinhmot-chutich",
}
WHOLE = tuple(BY)


@pytest.fixture(scope="module")
def settled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small country with somebody for every duty."""
    with built_world(server, tmp_path_factory.mktemp("home")) as world:
        with use_case(world.engines.owner) as conn:
            ids = {
                login: accounts.add_account(
                    conn,
                    login=login,
                    password_hash="x",  # noqa: S106 - of an account that lives as long as the test
                    role=role,
                    national=False,
                    area_keys=[small_world.key_of(conn, world.new_id, code, level)],
                )
                for login, (role, level, code) in MORE.items()
            }
        with use_case(world.engines.login) as conn:
            opened = {
                login: accounts.open_session(conn, key, lifetime=timedelta(hours=1))
                for login, key in ids.items()
            }
        yield replace(world, tokens={**world.tokens, **opened})


@pytest.fixture
def land(settled: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same country, without the steps of other tests; recomputing is only asked for."""
    monkeypatch.setattr(settled.app.state.services.recompute, "ask", lambda: None)
    yield settled
    with use_case(settled.engines.owner) as conn:
        conn.execute(
            text("DELETE FROM assessment WHERE step_id IS NOT NULL OR period_id = 'H2026-1'")
        )
        conn.execute(text("DELETE FROM assessment_step"))


@pytest.fixture
def asked(land: World, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Every time that figures were asked to be worked out anew."""
    told: list[bool] = []
    monkeypatch.setattr(land.app.state.services.recompute, "ask", lambda: told.append(True))
    return told


def key(world: World, code: str = "00003") -> int:
    with use_case(world.engines.operator) as conn:
        return small_world.key_of(conn, world.new_id, code)


def look(world: World, login: str, code: str = "00003", cycle: str = CYCLE):
    body = world.browser(login).json(f"/assessments/{key(world, code)}/{cycle}")
    assessment_models.AssessmentPage.model_validate(body)
    return body


def board(world: World, login: str, query: str = f"?cycle={CYCLE}"):
    body = world.browser(login).json(f"/assessments{query}")
    assessment_models.AssessmentBoard.model_validate(body)
    return body


def row(world: World, login: str, code: str = "00003", query: str = f"?cycle={CYCLE}"):
    return next(one for one in board(world, login, query)["rows"] if one["code"] == code)


def do(
    world: World,
    login: str,
    step: str,
    *,
    code: str = "00003",
    door: str | None = None,
    seen: int | None = None,
    **said: object,
):
    if seen is None:
        seen = look(world, "admin", code)["steps_made"]
    body = {"step": step, "effective_on": DAY, "seen": seen, **SAID.get(step, {}), **said}
    address = f"/assessments/{key(world, code)}/{CYCLE}/{door or DOORS[step]}"
    return world.browser(login).request("POST", address, json=body)


def go(world: World, *steps: str, **said: object) -> None:
    for step in steps:
        answer = do(world, BY[step], step, **said)
        assert answer.status_code == 200, answer.text


def code_of(answer) -> str:
    return answer.json()["error"]["code"]


def fields_of(answer) -> dict[str, str]:
    return {one["column"]: one["code"] for one in answer.json()["error"]["details"]["findings"]}


def test_C1_computed_proposed_and_decided_stand_side_by_side(land: World, asked) -> None:
    do(land, "xaba", "ra_soat")
    do(land, "xaba", "danh_gia", class_id="khong_ma_tuy")
    do(land, "tinhmot", "phan_loai", class_id="khong_trong_diem")
    do(land, "tinhmot-thamdinh", "tham_dinh", verdict="khong_dat")
    answer = do(
        land,
        "tinhmot-chutich",
        "khong_dat",
        class_id="loai_3",
        document_no="12/QĐ-UBND",
        reason="chua_dat_tieu_chi",
    )
    assert answer.status_code == 200, answer.text
    told = look(land, "xaba")
    assert (told["computed"], told["proposed"], told["classified"], told["decided"]) == (
        *(None, "khong_ma_tuy", "khong_trong_diem", "loai_3"),
    )
    assert "proposed_differs" in told["flags"]
    seen = row(land, "tinhmot")
    assert (seen["state"], seen["proposed"], seen["decided"], seen["waits_for"]) == (
        *("khong_dat", "khong_ma_tuy", "loai_3", None),
    )
    with use_case(land.engines.operator) as conn:
        kept = conn.execute(
            text(
                "SELECT proposed_class, decided_class, document_no, provenance FROM assessment"
                " WHERE step_id IS NOT NULL"
            )
        ).all()
        trail = conn.execute(
            text("SELECT actor, action FROM audit_entry WHERE action LIKE 'assessment.%'")
        ).all()
    assert [tuple(one) for one in kept] == [("khong_ma_tuy", "loai_3", "12/QĐ-UBND", "simulated")]
    assert [one.action for one in trail] == [
        f"assessment.{step}" for step in (*WHOLE[:4], "khong_dat")
    ]
    # The figures are worked out once, by the decision.
    assert asked == [True]


def test_the_map_goes_on_from_the_class_decided(land: World, asked) -> None:
    before = land.browser("tinhmot").json(f"/units/{land.new}/commune/00003?period=M2026-08")
    assert before["class"]["id"] == "khong_ma_tuy"
    for step in WHOLE:
        assert do(land, BY[step], step, effective_on="2026-07-01").status_code == 200
    with use_case(land.engines.operator) as conn:
        compute(conn, as_of=date(2026, 9, 30))
    after = land.browser("tinhmot").json(f"/units/{land.new}/commune/00003?period=M2026-08")
    assert (after["class"]["id"], after["class"]["document_no"]) == ("loai_3", "7/QĐ-UBND")


def test_C2_a_relapse_is_flagged_and_its_reason_asked_for_at_the_field(land: World, asked) -> None:
    for step in WHOLE[:4]:
        assert do(land, BY[step], step, effective_on="2026-07-01").status_code == 200
    told = look(land, "tinhmot-chutich")
    assert told["previous"] == "khong_ma_tuy"
    assert "relapse" in told["flags"]
    offer = next(one for one in told["offered"] if one["step"] == "cong_nhan")
    assert (offer["reason"], offer["classes"], offer["document"]) == (
        *("if_lower", ["loai_3"], "needed"),
    )
    answer = do(land, "tinhmot-chutich", "cong_nhan", effective_on="2026-07-01", reason=None)
    assert answer.status_code == 422
    assert fields_of(answer) == {"reason": "assess_reason_missing"}
    assert row(land, "tinhmot")["flags"] == ["relapse"]


def test_C2_a_jump_is_flagged_and_allowed(land: World, asked) -> None:
    # 00004 was of type II on 30/06/2026.
    for step, login in zip(
        WHOLE, ("xabon", "xabon", "tinhmot", "tinhmot-thamdinh", "tinhmot-chutich"), strict=True
    ):
        said = {"class_id": "khong_ma_tuy"} if "class_id" in SAID[step] else {}
        answer = do(
            land, login, step, code="00004", effective_on="2026-07-01", **{"reason": None, **said}
        )
        assert answer.status_code == 200, answer.text
    assert look(land, "tinhmot", "00004")["flags"] == ["jump"]
    assert row(land, "tinhmot", "00004")["flags"] == ["jump"]


def test_A4_a_merged_commune_starts_as_not_assessed_with_its_predecessors_classes(
    land: World,
) -> None:
    told = look(land, "tinhmot", "00001")
    assert (told["state"], told["previous"], told["new_land"]) == ("chua_bat_dau", None, True)
    # The session of a planner of the new province sees the old communes' classes within its area.
    assert {one["code"] for one in told["predecessors"]} == {"00001", "00002"}
    classes = {
        one["code"]: one["last_class"] for one in look(land, "chihuy", "00001")["predecessors"]
    }
    assert classes == {"00001": "loai_3", "00002": None}
    same = look(land, "tinhmot", "00003")
    assert (same["new_land"], same["predecessors"]) == (False, [])


def test_X3_the_board_says_who_owes_what_since_when_and_never_who_made_it(land: World) -> None:
    do(land, "xaba", "ra_soat")
    seen = row(land, "tinhmot", query=f"?cycle={CYCLE}&as_of=2026-11-20")
    # Deadlines of simulated land: 15/10/2026 for the proposal.
    # Known by that day is no step; the review was due on 30/09/2026.
    assert (seen["state"], seen["days_late"]) == ("chua_bat_dau", 51)
    seen = row(land, "tinhmot")
    assert (seen["state"], seen["waits_for"], seen["since"]) == ("ra_soat", "report", DAY)
    assert seen["due_last"] == "2026-10-15"
    told = look(land, "tinhmot")
    assert told["steps"][0]["role_vi"] == ROLES["reporter"].name_vi
    assert "xaba" not in land.browser("tinhmot").get(f"/assessments/{key(land)}/{CYCLE}").text


def test_a_result_of_a_file_is_shown_without_steps(land: World) -> None:
    body = board(land, "admin", "?cycle=H2026-1")
    assert body["counts"]["tu_tep"] == 0
    with use_case(land.engines.operator) as conn:
        records.append_assessments(
            conn,
            pd.DataFrame(
                [(key(land), "H2026-1", "cong_nhan", "khong_ma_tuy", date(2026, 6, 1), "2/QĐ")],
                columns=[
                    *("unit_key", "period_id", "workflow_state"),
                    *("decided_class", "decided_on", "document_no"),
                ],
            ),
            provenance="simulated",
            import_id=small_world.batch(conn, "assessments"),
        )
    seen = row(land, "admin", query="?cycle=H2026-1")
    assert (seen["state"], seen["decided"], seen["waits_for"], seen["document_no"]) == (
        *("tu_tep", "khong_ma_tuy", None, "2/QĐ"),
    )
    told = look(land, "admin", cycle="H2026-1")
    assert told["steps"] == []
    assert "H2026-1" in {one["period"] for one in told["results"]}


def test_the_board_counts_and_keeps_to_the_area(land: World) -> None:
    whole = board(land, "admin")
    assert [one["code"] for one in whole["rows"]] == ["00001", "00003", "00004", "00005", "00007"]
    assert sum(whole["counts"].values()) == 5
    assert {one["code"] for one in board(land, "tinhmot")["rows"]} == {"00001", "00003", "00004"}
    assert [one["code"] for one in board(land, "xaba")["rows"]] == ["00003"]
    assert board(land, "khongvung")["rows"] == []
    cut = board(land, "admin", f"?cycle={CYCLE}&area=02")
    assert {one["code"] for one in cut["rows"]} == {"00005", "00007"}
    one = board(land, "tinhmot", f"?cycle={CYCLE}&area=00005")
    assert one["rows"] == []
    # Nothing of another area is told by an address either.
    told = look(land, "tinhhai-chutich")
    assert not told["in_scope"]
    assert told["steps"] == told["results"] == told["offered"] == []


def test_X2_the_same_login_does_not_appraise_what_it_proposed(land: World, asked) -> None:
    do(land, "admin", "ra_soat")
    do(land, "admin", "danh_gia")
    do(land, "tinhmot", "phan_loai")
    told = look(land, "admin")
    assert told["own_proposal"]
    assert [one["step"] for one in told["offered"]] == ["tra_lai"]
    answer = do(land, "admin", "tham_dinh")
    assert (answer.status_code, code_of(answer)) == (409, "assess_own_proposal")
    go(land, "tham_dinh")
    answer = do(land, "admin", "cong_nhan")
    assert (answer.status_code, code_of(answer)) == (409, "assess_own_proposal")
    go(land, "cong_nhan")


@pytest.mark.parametrize(
    ("login", "step"),
    [
        ("xaba", "phan_loai"),
        ("tinhmot", "tham_dinh"),
        ("tinhmot", "danh_gia"),
        ("tinhmot", "cong_nhan"),
        ("tinhmot-thamdinh", "cong_nhan"),
        ("tinhmot-chutich", "tham_dinh"),
        ("quanly", "phan_loai"),
        ("quanly", "cong_nhan"),
        ("congchung", "ra_soat"),
    ],
)
def test_roles_without_the_duty_are_refused(land: World, login: str, step: str) -> None:
    answer = do(land, login, step, seen=0)
    assert (answer.status_code, code_of(answer)) == (403, "permission_missing")


@pytest.mark.parametrize("login", ["xaba-chihuy", "tinhhai-chutich", "khongvung"])
def test_a_commander_of_less_than_the_province_or_of_another_does_not_decide(
    land: World, asked, login: str
) -> None:
    go(land, *WHOLE[:4])
    answer = do(land, login, "cong_nhan")
    assert (answer.status_code, code_of(answer)) == (403, "assess_outside_area")
    assert look(land, login)["offered"] == []
    assert asked == []


def test_a_step_of_another_duty_does_not_come_through_one_s_own_door(land: World, asked) -> None:
    go(land, *WHOLE[:4])
    for login, door in (
        ("xaba", "report"),
        ("tinhmot", "classification"),
        ("tinhmot-thamdinh", "appraisal"),
    ):
        for step in ("cong_nhan", "tra_lai"):
            answer = do(
                land, login, step, door=door, back_to="ra_soat" if step == "tra_lai" else None
            )
            assert (answer.status_code, code_of(answer)) == (409, "assess_step_not_allowed")


def test_a_return_names_the_step_and_the_reason(land: World) -> None:
    go(land, "ra_soat", "danh_gia")
    offer = look(land, "tinhmot")["offered"]
    assert [one["step"] for one in offer] == ["phan_loai", "tra_lai"]
    back = next(one for one in offer if one["step"] == "tra_lai")
    assert back["back_to"] == ["ra_soat"]
    assert "sai_so_lieu" in [one["code"] for one in back["reasons"]]
    answer = do(land, "tinhmot", "tra_lai", door="classification")
    assert fields_of(answer) == {
        "back_to": "assess_back_to_missing",
        "reason": "assess_reason_missing",
    }
    answer = do(
        land, "tinhmot", "tra_lai", door="classification", back_to="ra_soat", reason="sai_so_lieu"
    )
    assert answer.status_code == 200
    told = look(land, "xaba")
    assert (told["state"], told["waits_for"], told["proposed"]) == ("ra_soat", "report", None)
    assert told["steps"][-1]["organ_vi"] == "Công an tỉnh"


def test_who_did_not_see_the_last_step_makes_none(land: World) -> None:
    do(land, "xaba", "ra_soat")
    answer = do(land, "xaba", "danh_gia", seen=0)
    assert (answer.status_code, code_of(answer)) == (409, "assess_changed_meanwhile")


def test_everything_that_is_wrong_is_told_by_field_and_nothing_is_repeated(land: World) -> None:
    do(land, "xaba", "ra_soat")
    answer = do(
        land,
        "xaba",
        "danh_gia",
        class_id=None,
        effective_on="2025-01-01",
        document_no="Nguyễn Văn Ất",
    )
    assert fields_of(answer) == {
        "class_id": "assess_class_id_missing",
        "effective_on": "assess_day_too_early",
        "document_no": "assess_document_form",
    }
    assert "Ất" not in answer.text
    assert do(land, "xaba", "danh_gia", note="x").status_code == 422


def test_units_and_cycles_that_are_none_are_told(land: World) -> None:
    browser = land.browser("admin")
    assert browser.get(f"/assessments/{key(land)}/M2026-07").status_code == 422
    assert browser.get("/assessments?cycle=C2026").status_code == 422
    assert browser.get(f"/assessments/{key(land, '00008')}/{CYCLE}").status_code == 404
    old = f"/assessments/{key(land)}/Y2024"
    assert code_of(browser.get(old)) == "assess_unit_not_due"
    assert browser.get("/assessments?cycle=Y1999").status_code == 404


def test_another_site_s_page_makes_no_step(land: World) -> None:
    body = {"step": "ra_soat", "effective_on": DAY, "seen": 0}
    answer = land.browser("xaba").request(
        "POST",
        f"/assessments/{key(land)}/{CYCLE}/report",
        json=body,
        headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert look(land, "xaba")["steps_made"] == 0


def test_roles_of_the_duties_have_the_permission_and_no_others_do() -> None:
    for rule in calendar().duties:
        needed = ASSESS_PERMISSIONS[rule.duty]
        assert {role for role in ROLES if may(role, needed)} == {*rule.roles, "administrator"}
