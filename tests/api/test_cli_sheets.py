"""An office's own sheet, from learning its layout to the figures in the store."""

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection

from api.settings import Settings
from geo.errors import NotFound, Refused
from tests.api.test_cli_records import bando, bring, refused, rows, store, told
from tests.support import office_sheets as sheets

__all__ = ["store"]

IDS = ("I01", "I06", "I08", "I09")
# The small world after the reform, with names that sheets can bear.
PLACES = [
    sheets.Place(code, f"Xã {code}")
    for code in ("00001", "00003", "00004", "00005", "00007", "00008")
]
FIGURES = (
    "SELECT u.code, o.indicator_id, o.value, o.period_id FROM held_observation AS o"
    " JOIN unit_version AS u USING (unit_key)"
)


def learn(settings: Settings, path: Path, name: str = "tinh-mau-1") -> None:
    done = bando(
        settings,
        "import",
        "layout",
        "save",
        name,
        "--from",
        str(path),
        "--units-on",
        "2025-12-31",
        "--confirm",
    )
    assert done.data["saved"] is True


@pytest.fixture
def truth() -> dict[tuple[str, str], int | None]:
    return sheets.counts_of(PLACES)


def test_a_report_comes_in_by_the_layout_learnt_from_it(
    fresh_settings: Settings, store: Connection, tmp_path: Path, truth: sheets.Truth
) -> None:
    path = tmp_path / "bieu-1.xlsx"
    sheets.province_report(path, PLACES, truth)
    learn(fresh_settings, path)
    done = bring(fresh_settings, "observations", path, "--layout", "tinh-mau-1", "--commit")
    # The half-year of the sheet ends after the day of the test.
    assert done.ok, told(done)
    found = {(code, one): float(value) for code, one, value, _ in rows(store, FIGURES)}
    assert found == sheets.reported(truth, IDS)
    assert {period for *_, period in rows(store, FIGURES)} == {"H2026-1"}
    again = bring(fresh_settings, "observations", path, "--layout", "tinh-mau-1", "--commit")
    assert (again.counts["new"], again.counts["known"]) == (0, len(found))


def test_a_total_that_does_not_add_up_refuses_the_sheet_until_it_is_accepted(
    fresh_settings: Settings, store: Connection, tmp_path: Path, truth: sheets.Truth
) -> None:
    path = tmp_path / "bieu-1.xlsx"
    sheets.province_report(path, PLACES, truth, I06=3)
    learn(fresh_settings, path)
    first = bring(fresh_settings, "observations", path, "--layout", "tinh-mau-1", "--commit")
    assert not first.ok
    assert [code for _, code in told(first)] == ["sheet_total_differs"]
    cell = next(one.column for one in first.findings if one.code == "sheet_total_differs")
    assert cell is not None
    assert cell.startswith("Biểu 1!D")
    assert rows(store, "SELECT count(*) FROM observation") == [(0,)]
    accepted = ("--accept", "sheet_total_differs=bản giấy cũng ghi như vậy")
    done = bring(
        fresh_settings, "observations", path, "--layout", "tinh-mau-1", *accepted, "--commit"
    )
    assert done.ok


def test_findings_of_a_sheet_stand_at_their_own_cells(
    fresh_settings: Settings, store: Connection, tmp_path: Path, truth: sheets.Truth
) -> None:
    path = tmp_path / "bieu-1.xlsx"
    sheets.province_report(path, PLACES, truth)
    learn(fresh_settings, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    # Far below the last figure, a cell that nothing reads; and one unit is named more plainly.
    sheet["C60"] = 7
    for row in sheet.iter_rows(min_col=2, max_col=2):
        if row[0].value == "Xã 00003":
            row[0].value = "00003"
    book.save(path)
    done = bring(fresh_settings, "observations", path, "--layout", "tinh-mau-1")
    placed = {one.code: one.column for one in done.findings if one.severity == "warning"}
    assert placed["sheet_cells_unread"] == "Biểu 1!C60"


def test_a_layout_is_known_by_its_name_and_for_figures_only(
    fresh_settings: Settings, store: Connection, tmp_path: Path, truth: sheets.Truth
) -> None:
    path = tmp_path / "bieu-1.xlsx"
    sheets.province_report(path, PLACES, truth)
    with refused(NotFound, "layout_unknown"):
        bring(fresh_settings, "observations", path, "--layout", "khong-co")
    with refused(Refused, "layout_for_figures_only"):
        bring(fresh_settings, "population", path, "--layout", "tinh-mau-1")
