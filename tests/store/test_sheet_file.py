"""Workbooks and text tables become grids, with what their cells do not say themselves."""

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from geo.errors import NotFound, Refused
from geo.store import sheet_file
from tests.support import office_sheets


def book_with(path: Path, fill: dict[str, object]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for place, value in fill.items():
        sheet[place] = value
    book.save(path)
    return book, sheet


def codes(file: sheet_file.SheetFile) -> list[tuple[str, str | None]]:
    return [(one.code, one.column) for one in file.findings]


def test_cells_come_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    fill = {"B2": " Xã\u00a0A ", "C2": 5.0, "D2": 2.5, "E2": date(2026, 5, 1), "F2": True}
    book_with(path, fill)
    (grid,) = sheet_file.read(path).grids
    assert grid.cells[1].tolist() == [None, "Xã A", 5, 2.5, date(2026, 5, 1), True]


def test_letters_written_apart_are_put_together(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("Xa\u0303;Ho\u0300a\n1;2\n", encoding="utf-8")
    (grid,) = sheet_file.read(path).grids
    assert grid.cells[0].tolist() == ["Xã", "Hòa"]


def test_formulas_without_value_and_errors_are_found(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book_with(path, {"A1": "x", "B3": "=1+1", "C4": "#N/A", "D5": 7})
    file = sheet_file.read(path)
    assert codes(file) == [
        ("sheet_formulas_taken", "Sheet"),
        ("sheet_formula_without_value", "Sheet!B3"),
        ("sheet_error_cell", "Sheet!C4"),
    ]
    assert file.grids[0].formulas == {(2, 1)}


def test_a_formula_with_its_value_is_taken_and_told(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book_with(path, {"A1": "x", "B3": 5})
    patched = tmp_path / "c.xlsx"
    office_sheets.patch_part(
        path,
        patched,
        "xl/worksheets/sheet1.xml",
        b'<c r="B3" t="n"><v>5</v></c>',
        b'<c r="B3"><f>2+3</f><v>5</v></c>',
    )
    file = sheet_file.read(patched)
    assert file.grids[0].cells[2, 1] == 5
    assert codes(file) == [("sheet_formulas_taken", "Sheet")]


def test_a_document_type_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book_with(path, {"A1": "x"})
    bomb = tmp_path / "c.xlsx"
    office_sheets.patch_part(
        path,
        bomb,
        "xl/worksheets/sheet1.xml",
        b"<worksheet",
        b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet',
    )
    with pytest.raises(Refused) as refused:
        sheet_file.read(bomb)
    assert refused.value.code == "file_xml_doctype"


def test_hidden_parts_and_merged_ranges_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book, sheet = book_with(path, {"A1": "x", "B2": 1, "C3": 2})
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("cũ")
    other["A1"] = 1
    other.sheet_state = "hidden"
    book.save(path)
    first, second = sheet_file.read(path).grids
    assert first.merged == ((0, 0, 0, 2),)
    assert (first.hidden_rows, first.hidden_columns) == ({1}, {1})
    assert (first.hidden, second.hidden) == (False, True)


@pytest.mark.parametrize(
    "text", ["@SUM(A1)", "=cmd|' /C calc'!A0", "+A1", "-SUM(A1:A3)", "-cmd|x", "= HYPERLINK"]
)
def test_texts_that_would_run_as_formulas_are_found(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.csv"
    path.write_text(f'Đơn vị;Số\nXã A;"{text}"\n', encoding="utf-8")
    file = sheet_file.read(path)
    assert codes(file) == [("sheet_formula_text", "b!B2")]
    assert file.findings[0].severity == "error"


@pytest.mark.parametrize("text", ["-Nữ", "- Trong đó: nữ (18 tuổi)", "-", "-5", "(3)=(1)+(2)", "+"])
def test_items_of_lists_and_marks_are_no_formulas(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.csv"
    path.write_text(f"Đơn vị;Số\nXã A;{text}\n", encoding="utf-8")
    assert codes(sheet_file.read(path)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_are_read_in_every_unicode_and_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "b.csv"
    rows = [["Số liệu tháng 5/2026"], ["Đơn vị", "Tỷ lệ"], ["Xã A, mới", "1,5"], ["Xã B", "2,5"]]
    text = office_sheets.text_of(rows, delimiter=delimiter)
    path.write_text(text, encoding=encoding)
    (grid,) = sheet_file.read(path).grids
    assert grid.cells[2].tolist() == ["Xã A, mới", "1,5"]


def test_a_separator_told_in_the_first_line_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("sep=;\na,b;1\n", encoding="utf-8")
    assert sheet_file.read(path).grids[0].cells.tolist() == [["a,b", "1"]]


def test_old_encodings_are_read_only_when_named(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes("Đơn vị;Số\nXã Cẩm Trung;5\n".encode("cp1258", errors="ignore"))
    with pytest.raises(Refused) as refused:
        sheet_file.read(path)
    assert refused.value.code == "sheet_file_encoding"
    assert "Đơn" in str(sheet_file.read(path, encoding="cp1258").grids[0].cells[0, 0])
    tcvn = tmp_path / "c.csv"
    tcvn.write_bytes(b"\xa7\xacn v\xde;S\xe8\nX\xb7 A;5\n")
    assert sheet_file.read(tcvn, encoding="tcvn3").grids[0].cells[0].tolist() == ["Đơn vị", "Số"]


def test_a_workbook_with_macros_and_one_in_an_archive_are_read(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsm"
    book_with(path, {"A1": "Xã A", "B2": "=1+1"})
    archive = tmp_path / "c.zip"
    with ZipFile(archive, "w") as file:
        file.write(path, "b.xlsm")
    for one in (path, archive):
        read = sheet_file.read(one)
        assert read.grids[0].cells[0, 0] == "Xã A"
        assert ("sheet_formula_without_value", "Sheet!B2") in codes(read)


def test_ods_is_read_with_its_formulas(tmp_path: Path) -> None:
    path = tmp_path / "b.ods"
    office_sheets.ods(path, [["Đơn vị", "Số"], ["Xã A", 5], ["Xã B", "=1+1"]])
    file = sheet_file.read(path)
    assert file.grids[0].cells[1].tolist() == ["Xã A", 5]
    assert ("sheet_formula_without_value", "Biểu 1!B3") in codes(file)


def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    (tmp_path / "c.csv").write_text("\n;;\n", encoding="utf-8")
    for name, code in (
        ("a.pdf", "file_kind_unknown"),
        ("b.xlsx", "file_content_other"),
        ("c.csv", "sheet_file_empty"),
        ("d.xlsx", "file_missing"),
    ):
        with pytest.raises((Refused, NotFound)) as refused:
            sheet_file.read(tmp_path / name)
        assert refused.value.code == code


@pytest.mark.real_data
def test_an_old_xls_is_read_and_says_what_it_cannot_tell(real_data: Path) -> None:
    file = sheet_file.read(real_data / "messy" / "gso_ward_changes_2019_2024.xls")
    assert [one.code for one in file.findings] == ["sheet_formulas_not_seen"]
    assert max(len(grid.cells) for grid in file.grids) > 11_000


def test_a_comment_about_a_person_is_found_without_echo(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book, sheet = book_with(path, {"A1": "Xã A", "B1": 5})
    person = " ".join(("Trần", "Văn", "Bê"))
    sheet["B1"].comment = Comment(f"ông {person} báo", "x")
    book.save(path)
    found = [one for one in sheet_file.read(path).findings if one.severity == "error"]
    assert [one.code for one in found] == ["part_personal_comment"]
    assert person not in str([one.as_json() for one in found])
