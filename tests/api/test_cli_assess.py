"""Assessments by command: the board, one commune, one step, and what a command may not."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import text

from api.cli import main
from geo.store.engine import use_case
from tests.support import small_world
from tests.support.postgres import Engines

CYCLE = "Y2026"


@pytest.fixture
def run(
    fresh_settings, fresh_engines: Engines, monkeypatch: pytest.MonkeyPatch, capsys
) -> Callable[..., tuple[int, dict]]:
    """Run a command on a small country of real boundaries, and give status and JSON."""
    monkeypatch.setenv("BANDO_HOME", str(fresh_settings.home))
    monkeypatch.setenv("BANDO_DATABASE_URL", fresh_settings.database_url)
    with use_case(fresh_engines.operator) as conn:
        small_world.add_sets(conn, provenance="imported")

    def call(*words: str) -> tuple[int, dict]:
        status = main([*words, "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def step(run, name: str, *more: str, code: str = "00003", on: str = "2026-03-01"):
    return run("assess", "step", code, "--cycle", CYCLE, "--step", name, "--on", on, *more)


def test_a_command_reviews_and_proposes_and_shows_it(run) -> None:
    assert step(run, "ra_soat")[0] == 0
    status, told = step(run, "danh_gia", "--class", "loai_3")
    assert (status, told["class"]) == (0, "loai_3")
    _, shown = run("assess", "show", "00003", "--cycle", CYCLE)
    assert (shown["state"], shown["waits_for"]) == ("danh_gia", "classify")
    assert [one["role"] for one in shown["steps"]] == ["command", "command"]
    _, listed = run("assess", "list", "--cycle", CYCLE)
    assert listed["counts"]["danh_gia"] == 1
    assert listed["counts"]["chua_bat_dau"] == 4
    _, area = run("assess", "list", "--cycle", CYCLE, "--area", "02")
    assert {one["code"] for one in area["communes"]} == {"00005", "00007"}


def test_X2_a_command_appraises_nothing_that_a_command_put_forward(run) -> None:
    step(run, "ra_soat")
    step(run, "danh_gia", "--class", "loai_3")
    step(run, "phan_loai", "--class", "loai_3")
    status, told = step(run, "tham_dinh", "--verdict", "dat")
    assert (status, told["error"]["code"]) == (1, "assess_own_proposal")


def test_X3_nothing_is_late_while_no_act_names_a_day(run) -> None:
    _, listed = run("assess", "list", "--cycle", CYCLE, "--as-of", "2027-06-01")
    assert listed["counts"]["late"] == 0
    assert {one["since"] for one in listed["communes"]} == {"2025-12-15"}


def test_A4_a_merged_commune_is_shown_with_its_predecessors(run) -> None:
    _, shown = run("assess", "show", "00001", "--cycle", CYCLE)
    assert [one["code"] for one in shown["predecessors"]] == ["00001", "00002"]
    assert shown["previous"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "00008", "--cycle", CYCLE), "assess_unit_not_due"),
        (("show", "xa", "--cycle", CYCLE), "assess_code_unknown"),
        (("show", "00003", "--cycle", "M2026-07"), "assess_no_cycle"),
        (("list", "--cycle", "Y1999"), "assess_no_set"),
        (
            ("step", "00003", "--cycle", CYCLE, "--step", "phan_loai", "--on", "2026-03-01"),
            "assess_step_not_allowed",
        ),
    ],
)
def test_what_cannot_be_is_told_by_name(run, words: tuple[str, ...], code: str) -> None:
    status, told = run("assess", *words)
    assert (status, told["error"]["code"]) == (1, code)


def test_a_file_is_told_row_by_row_that_a_commune_is_assessed_step_by_step(
    run, tmp_path, fresh_engines: Engines
) -> None:
    step(run, "ra_soat")
    file = tmp_path / "danh-gia.csv"
    file.write_text(
        "unit_code;period;workflow_state;decided_class;decided_on;document_no\n"
        f"00003;{CYCLE};cong_nhan;khong_ma_tuy;2026-03-01;1/QĐ-UBND\n"
        f"00004;{CYCLE};cong_nhan;khong_ma_tuy;2026-03-01;1/QĐ-UBND\n",
        encoding="utf-8",
    )
    status, told = run("import", "assessments", str(file), "--commit")
    assert status == 1
    found = [(one["code"], one["row"]) for one in told["findings"]]
    assert ("assess_has_steps", 1) in found
    status, _ = run("import", "assessments", str(file), "--commit", "--skip-refused")
    with use_case(fresh_engines.operator) as conn:
        keys = conn.execute(text("SELECT count(*) FROM held_assessment")).scalar_one()
    assert keys == 1
