"""The annex as a spreadsheet reads it: numbers are numbers, totals agree, nothing is a formula."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from layers.report.contents import Cell, Column, Contents, Table
from layers.report_xlsx import HEAD_ROW, write_xlsx
from tests.support.handout_facts import contents_of, province


@pytest.fixture(scope="module")
def contents() -> Contents:
    return contents_of(province())


@pytest.fixture(scope="module")
def book(contents: Contents) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(contents)))


def test_there_is_a_sheet_for_each_table_and_one_about_them_all(
    book: Any, contents: Contents
) -> None:
    assert book.sheetnames == ["Thông tin", *(one.id for one in contents.tables())]
    told = [row[1].value for row in book["Thông tin"].iter_rows() if row[1].value]
    assert f"Địa giới thử ({'a' * 16})" in told
    assert "31/10/2026" in told
    assert any("canbo" in str(one) for one in told)


def test_every_figure_is_a_number_equal_to_its_contents(book: Any, contents: Contents) -> None:
    for table in contents.tables():
        sheet = book[table.id]
        for number, row in enumerate(table.rows, start=HEAD_ROW + 1):
            for place, cell in enumerate(row, start=1):
                assert_equal(sheet.cell(number, place).value, cell)


def assert_equal(found: object, wanted: Cell) -> None:
    if wanted.value is None:
        assert found in (None, "chưa có số liệu")
    elif isinstance(wanted.value, str):
        assert found == (wanted.value or None)
    elif isinstance(wanted.value, date):
        assert isinstance(found, datetime)
        assert found.date() == wanted.value
    else:
        assert isinstance(found, int | float)
        assert found == pytest.approx(
            wanted.value / 100 if wanted.kind == "share" else wanted.value, abs=1e-9
        )


def test_totals_are_formulas_that_agree_with_the_store(book: Any, contents: Contents) -> None:
    table = next(one for one in contents.tables() if one.id == "theo-don-vi")
    sheet = book[table.id]
    last = sheet.max_row
    while sheet.cell(last, 2).value != "Tổng số":
        last -= 1
    for place, total in enumerate(table.totals, start=1):
        if total is None or not table.columns[place - 1].adds_up:
            continue
        formula = sheet.cell(last, place).value
        assert formula == f"=SUM({letter(place)}{HEAD_ROW + 1}:{letter(place)}{last - 1})"
        values = [sheet.cell(row, place).value for row in range(HEAD_ROW + 1, last)]
        assert sum(one for one in values if isinstance(one, int | float)) == total.value


def letter(place: int) -> str:
    return str(openpyxl.utils.get_column_letter(place))


def test_sheets_print_across_with_frozen_and_repeated_heads(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.freeze_panes.endswith(str(HEAD_ROW + 1))
        assert sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}"
        assert "MÔ PHỎNG" in sheet["A1"].value
        assert "MÔ PHỎNG" in sheet.oddHeader.center.text


def test_a_text_that_begins_like_a_formula_stays_a_text(contents: Contents) -> None:
    from dataclasses import replace

    nasty = Table("thu", "thử", (Column("tên"),), ((Cell('=HYPERLINK("x")'),),))
    made = write_xlsx(replace(contents, sections=(), annexes=(nasty,)))
    cell = openpyxl.load_workbook(io.BytesIO(made))["thu"].cell(HEAD_ROW + 1, 1)
    assert cell.data_type == "s"
    assert cell.value == '=HYPERLINK("x")'
