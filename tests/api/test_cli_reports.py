"""Commands about reports."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from api.cli import main
from api.settings import Settings
from geo.store.engine import use_case
from tests.support import small_world
from tests.support.postgres import Engines

PERIOD = "M2026-08"


@pytest.fixture
def land(fresh_engines: Engines, fresh_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    """The country of squares; commands find it. Gives the key of 00003."""
    monkeypatch.setenv("BANDO_HOME", str(fresh_settings.home))
    monkeypatch.setenv("BANDO_DATABASE_URL", str(fresh_settings.database_url))
    with use_case(fresh_engines.operator) as conn:
        _, new = small_world.add_sets(conn, provenance="imported")
        return small_world.key_of(conn, new, "00003")


def run(capsys: pytest.CaptureFixture[str], *words: str):
    status = main([*words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def entered_by(engines: Engines, key: int, login: str) -> None:
    with use_case(engines.operator) as conn:
        conn.execute(
            text(
                "INSERT INTO import_batch (kind, source_name, source_sha256, row_count, provenance,"
                " actor) VALUES ('observations', 't', '0', 1, 'imported', :login)"
            ),
            {"login": login},
        )
        conn.execute(
            text(
                "INSERT INTO submission (unit_key, period_id, due_before, submitted_on, provenance,"
                " import_id) SELECT :key, :period, '2026-09-15', :day, 'imported', max(import_id)"
                " FROM import_batch"
            ),
            {"key": key, "period": PERIOD, "day": date(2026, 9, 1)},
        )


def test_a_report_is_approved_returned_and_listed(
    land: int, fresh_engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    entered_by(fresh_engines, land, "xa")
    listed = run(capsys, "report", "list", "--as-of", "2026-09-20")[1]
    assert listed["counts"][f"{PERIOD}.on_time"] == 1
    assert listed["missing"][PERIOD] == ["00001", "00004", "00005", "00007"]
    for step, level in (("approve", "commune"), ("approve", "province"), ("unapprove", "province")):
        reason = ["--reason", "duyet_nham"] if step == "unapprove" else []
        status, told = run(capsys, "report", step, "00003", "--period", PERIOD, *reason)
        assert (status, told["at_level"]) == (0, level)
    status, told = run(
        capsys, "report", "return", "00003", "--period", PERIOD, "--reason", "sai_ky"
    )
    assert (status, told["at_level"]) == (0, "province")
    assert run(capsys, "report", "submit", "00003", "--period", PERIOD)[0] == 0


def test_X2_a_command_approves_nothing_that_a_command_brought_in(
    land: int, fresh_engines: Engines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "report", "submit", "00003", "--period", PERIOD)[0] == 0
    status, told = run(capsys, "report", "approve", "00003", "--period", PERIOD)
    assert (status, told["error"]["code"]) == (1, "report_own_entry")


def test_P5_an_import_needs_a_correction_to_change_what_is_approved(
    land: int, fresh_engines: Engines, capsys: pytest.CaptureFixture[str], tmp_path
) -> None:
    entered_by(fresh_engines, land, "xa")
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"unit_code;period;I01\n00003;{PERIOD};5\n00004;{PERIOD};1\n")
    assert run(capsys, "import", "observations", str(file), "--commit")[0] == 0
    file.write_text(f"unit_code;period;I01\n00003;{PERIOD};6\n00004;{PERIOD};2\n")
    _approve_as_another(fresh_engines, land)
    status, told = run(capsys, "import", "observations", str(file), "--commit")
    assert status == 1
    assert [(one["code"], one["row"]) for one in told["findings"]] == [("figure_locked", 1)]
    status, told = run(
        capsys, "import", "observations", str(file), "--correction", "nhap_sai", "--commit"
    )
    assert status == 0, told
    assert told["counts"]["new"] == 2
    assert [(one["code"], one["row"]) for one in told["findings"]] == [("figure_corrected", 1)]
    with use_case(fresh_engines.operator) as conn:
        steps = conn.exec_driver_sql(
            "SELECT step, reason_code, actor FROM report_step ORDER BY number"
        ).all()
    assert [tuple(step) for step in steps][-1] == ("corrected", "nhap_sai", "command")


def _approve_as_another(engines: Engines, key: int) -> None:
    with use_case(engines.operator) as conn:
        conn.execute(
            text(
                "INSERT INTO report_step (unit_key, period_id, step, at_level, actor, actor_role,"
                " provenance) VALUES (:key, :period, 'approved', 'commune', 'chihuy', 'commander',"
                " 'reported')"
            ),
            {"key": key, "period": PERIOD},
        )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("99999", "--period", PERIOD), "unit_unknown"),
        (("xyz", "--period", PERIOD), "report_code_unknown"),
        (("00003", "--period", "X1"), "period_unknown"),
        (("00003", "--period", "M2020-01"), "report_code_unknown"),
        (("00003", "--period", PERIOD), "report_step_not_allowed"),
    ],
)
def test_reports_that_cannot_be_approved_are_refused_by_name(
    land: int, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    status, told = run(capsys, "report", "approve", *words)
    assert (status, told["error"]["code"]) == (1, code)
