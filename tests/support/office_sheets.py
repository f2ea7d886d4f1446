"""Sheets as offices lay them out, built at run time from figures that are known.

A truth is a mapping (unit code, indicator id) -> count or None; None is "not reported" and stands
as an empty cell. Shares are written from (numerator, denominator).
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo.indicators import INDICATORS
from geo.store.register import read_register

Truth = Mapping[tuple[str, str], int | None]
PERIOD = "H2026-1"
WINDOW = "Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026"
COUNTS = ("I01", "I06", "I08", "I09", "I10", "I24")


@dataclass(frozen=True)
class Place:
    """A commune with its district, where there are districts."""

    code: str
    name: str
    district: str = ""


def communes(province_code: str, count: int, *, districts: bool = False) -> list[Place]:
    """Give the first communes of a province of the register."""
    units = read_register(districts=districts).units
    own = units[units["province_code"] == province_code].head(count)
    names = own["district"] if districts else [""] * len(own)
    return [
        Place(code, name, district)
        for code, name, district in zip(own["code"], own["name"], names, strict=True)
    ]


def counts_of(
    places: Sequence[Place], ids: Sequence[str] = COUNTS
) -> dict[tuple[str, str], int | None]:
    """Make figures that differ from each other, with zeros, gaps and thousands."""
    truth: dict[tuple[str, str], int | None] = {}
    for row, place in enumerate(places):
        for column, id_ in enumerate(ids):
            number = (row * 37 + column * 11) % 97 + (1200 * row if column == 1 else 0)
            truth[(place.code, id_)] = None if number % 13 == 5 else number if number % 7 else 0
    return truth


def vietnamese(number: float | None) -> str | None:
    """Write a number as text, with points between thousands and a decimal comma."""
    if number is None:
        return None
    return f"{number:,.10g}".translate(str.maketrans(",.", ".,"))


def total(truth: Truth, places: Sequence[Place], id_: str) -> int:
    """Add up what was reported."""
    return sum(truth[(place.code, id_)] or 0 for place in places)


def letterhead(sheet: Worksheet, width: int, *titles: str) -> int:
    """Write the head of a letter and titles; give the next free row."""
    sheet["A1"] = "CÔNG AN TỈNH"
    sheet.cell(1, width, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    sheet.cell(2, width, "Độc lập - Tự do - Hạnh phúc")
    for number, title in enumerate(titles, start=4):
        sheet.cell(number, 1, title)
        sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    return 5 + len(titles)


def signatures(sheet: Worksheet, row: int, width: int) -> None:
    """Write what stands below a table."""
    sheet.cell(row + 1, 1, "Ghi chú: số liệu do Công an các xã, phường báo cáo")
    sheet.cell(row + 2, width, "Hưng Yên, ngày 18 tháng 6 năm 2026")
    sheet.cell(row + 3, 1, "NGƯỜI LẬP BIỂU")
    sheet.cell(row + 3, width, "THỦ TRƯỞNG ĐƠN VỊ")


def province_report(
    path: Path, places: Sequence[Place], truth: Truth, *, dash_for_zero: bool = False, **wrong: int
) -> None:
    """(a) Three rows of header, districts as section heads, the total first and last.

    Columns: STT, unit, I01, (I06: total, of which women), I08, I09 (texts), note.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Biểu 1"
    top = letterhead(sheet, 8, "BIỂU TỔNG HỢP KẾT QUẢ", WINDOW)
    heads = {
        (0, 0): ("STT", 3, 1),
        (0, 1): ("Đơn vị", 3, 1),
        (0, 2): ("Số vụ việc tội phạm và tệ nạn ma túy phát hiện, bắt giữ", 3, 1),
        (0, 3): ("Người nghiện, người sử dụng", 1, 4),
        (1, 3): ("Số người nghiện ma túy có hồ sơ quản lý", 1, 2),
        (2, 3): ("Tổng số", 1, 1),
        (2, 4): ("Nữ", 1, 1),
        (1, 5): ("Số người sử dụng trái phép chất ma túy", 2, 1),
        (1, 6): ("Phát sinh mới", 1, 1),
        (2, 6): ("Số người nghiện, sử dụng phát sinh mới", 1, 1),
        (0, 7): ("Ghi chú", 3, 1),
    }
    write_head(sheet, top, heads)
    row = top + 3
    for column in range(8):
        sheet.cell(row, column + 1, f"({column + 1})")
    ids = {3: "I01", 4: "I06", 6: "I08", 7: "I09"}
    row += 1

    def put_total(label: str, own: Sequence[Place], at: int) -> None:
        sheet.cell(at, 2, label)
        for column, id_ in ids.items():
            sheet.cell(
                at,
                column,
                total(truth, own, id_) + (wrong.get(id_, 0) if label == "Tổng cộng" else 0),
            )

    put_total("TỔNG CỘNG", places, row)
    for number, district in enumerate(dict.fromkeys(place.district for place in places), start=1):
        own = [place for place in places if place.district == district]
        row += 1
        sheet.cell(row, 1, "I" * number)
        put_total(district.upper() if district else f"Cụm {number}", own, row)
        for position, place in enumerate(own, start=1):
            row += 1
            sheet.cell(row, 1, position)
            sheet.cell(row, 2, place.name)
            sheet.cell(row, 5, 1)
            for column, id_ in ids.items():
                number_here = truth[(place.code, id_)]
                written: Any = vietnamese(number_here) if id_ == "I09" else number_here
                if dash_for_zero and number_here == 0:
                    written = "-"
                sheet.cell(row, column, written)
    row += 1
    put_total("Tổng cộng", places, row)
    signatures(sheet, row, 8)
    book.save(path)


def write_head(
    sheet: Worksheet, top: int, heads: Mapping[tuple[int, int], tuple[str, int, int]]
) -> None:
    """Write a header block of merged cells: place -> text, rows, columns."""
    for (down, right), (text, rows, columns) in heads.items():
        sheet.cell(top + down, right + 1, text)
        if rows > 1 or columns > 1:
            sheet.merge_cells(
                start_row=top + down,
                end_row=top + down + rows - 1,
                start_column=right + 1,
                end_column=right + columns,
            )


def transposed(
    path: Path, places: Sequence[Place], truth: Truth, ids: Sequence[str] = COUNTS
) -> None:
    """(b) Indicators in rows, communes across, a column of totals."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "SỐ LIỆU 6 THÁNG ĐẦU NĂM 2026"
    sheet.append([])
    sheet.append(["STT", "Chỉ tiêu", "ĐVT", *(place.name for place in places), "Tổng cộng"])
    for number, id_ in enumerate(ids, start=1):
        one = INDICATORS[id_]
        own = [truth[(place.code, id_)] for place in places]
        sheet.append([number, one.name_vi, one.unit_vi, *own, total(truth, places, id_)])
    book.save(path)


def blocks(path: Path, places: Sequence[Place], truth: Truth, ids: Sequence[str] = COUNTS) -> None:
    """(c) Several units to a sheet, each with its own head and table."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "TỔNG HỢP BÁO CÁO THÁNG 5/2026"
    for number, place in enumerate(places, start=1):
        sheet.append([])
        sheet.append([f"{number}. {place.name}"])
        sheet.append(["TT", "Nội dung", "Số liệu", "Ghi chú"])
        for position, id_ in enumerate(ids, start=1):
            sheet.append([position, INDICATORS[id_].name_vi, truth[(place.code, id_)]])
    book.save(path)


SHARES = ("I07", "I11", "I12", "I13")


def one_unit(path: Path, place: Place, shares: Mapping[str, tuple[int, int]]) -> None:
    """(d) The form of one unit: numerator, denominator, percent."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = f"Đơn vị báo cáo: {place.name}"
    sheet["A2"] = "Kỳ báo cáo: tháng 05 năm 2026"
    sheet.append([])
    sheet.append(["STT", "Chỉ tiêu", "Tử số", "Mẫu số", "Tỷ lệ (%)"])
    for number, (id_, (top, bottom)) in enumerate(shares.items(), start=1):
        percent = round(100 * top / bottom, 1)
        sheet.append([number, INDICATORS[id_].name_vi, top, bottom, vietnamese(percent)])
    book.save(path)


def long_list(
    path: Path, places: Sequence[Place], truth: Truth, ids: Sequence[str] = COUNTS
) -> None:
    """(e) One figure per row."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã đơn vị", "Tên đơn vị", "Chỉ tiêu", "Kỳ", "Giá trị"])
    for place in places:
        for id_ in ids:
            # Spreadsheets eat the zeros at the head of a code.
            sheet.append(
                [
                    int(place.code),
                    place.name,
                    INDICATORS[id_].name_vi,
                    "05/2026",
                    truth[(place.code, id_)],
                ]
            )
    book.save(path)


def per_district(
    path: Path, places: Sequence[Place], truth: Truth, ids: Sequence[str] = ("I01", "I06")
) -> None:
    """(f) A sheet per district and a summary of districts that must not count again."""
    book = Workbook()
    summary = book.active
    assert summary is not None
    summary.title = "Tổng hợp"
    head = ["STT", "Đơn vị", *(INDICATORS[id_].name_vi for id_ in ids)]
    districts = list(dict.fromkeys(place.district for place in places))
    for sheet in (summary, *(book.create_sheet(name) for name in districts)):
        sheet["A1"] = f"BIỂU SỐ 2 - {sheet.title}"
        sheet["A2"] = "Tháng 5/2026"
        sheet.append([])
        sheet.append(head)
    for number, district in enumerate(districts, start=1):
        own = [place for place in places if place.district == district]
        summary.append([number, district, *(total(truth, own, id_) for id_ in ids)])
        for position, place in enumerate(own, start=1):
            book[district].append(
                [position, place.name, *(truth[(place.code, id_)] for id_ in ids)]
            )
        book[district].append([None, "Cộng", *(total(truth, own, id_) for id_ in ids)])
    summary.append([None, "Tổng cộng", *(total(truth, places, id_) for id_ in ids)])
    book.save(path)


def word_table(path: Path, places: Sequence[Place], truth: Truth) -> None:
    """(g) Pasted from a text: all cells texts, merged heads, Roman numbers, footnotes (*)."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "Phụ lục kèm theo Báo cáo ngày 20/6/2026"
    sheet["A2"] = "(Số liệu tháng 5/2026)"
    write_head(
        sheet,
        4,
        {
            (0, 0): ("TT", 2, 1),
            (0, 1): ("Xã, phường", 2, 1),
            (0, 2): ("Kết quả", 1, 3),
            (1, 2): ("Số vụ phát hiện, bắt giữ", 1, 1),
            (1, 3): ("Số người bị bắt", 1, 1),
            (1, 4): ("Số người nghiện", 1, 1),
        },
    )
    sheet.append(["A", "B", "1", "2", "3"])
    sheet.append(["I", "Khu vực phía Bắc", None, None, None])
    half = len(places) // 2
    for number, place in enumerate(places, start=1):
        if number == half + 1:
            sheet.append(["II", "Khu vực phía Nam", None, None, None])
        own = [vietnamese(truth[(place.code, id_)]) for id_ in ("I01", "I10", "I06")]
        if own[0] is not None:
            own[0] += " (*)"
        sheet.append([f"{number}", f"- {place.name}", *own])
    sheet.append(["(*) Số vụ gồm cả vụ do đơn vị khác chuyển đến"])
    sheet.append(["Nơi nhận:"])
    book.save(path)


def csv_list(
    path: Path, places: Sequence[Place], truth: Truth, ids: Sequence[str] = COUNTS
) -> None:
    """(i) CSV as Excel in Vietnam saves it: with a mark, semicolons and decimal commas."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Số liệu tháng 5/2026"])
        writer.writerow(["Mã xã", "Tên xã", *(INDICATORS[id_].name_vi for id_ in ids)])
        for place in places:
            own = (vietnamese(truth[(place.code, id_)]) for id_ in ids)
            writer.writerow([place.code, place.name, *own])


_ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)


def ods(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "Biểu 1") -> None:
    """(h) A plain ODS; a cell given as ``=...`` is a formula without its value."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str) and value.startswith("="):
            return f'<table:table-cell table:formula="of:{escape(value)}"/>'
        if isinstance(value, int | float):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(value)}</text:p></table:table-cell>"
        )

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest"
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS}><office:body>'
            f'<office:spreadsheet><table:table table:name="{sheet}">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def rows_of(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Give records by unit and indicator, to be compared with a truth."""
    return {
        (unit, indicator): float(value)
        for unit, indicator, value in zip(
            frame["unit_code"], frame["indicator_id"], frame["value"], strict=True
        )
    }


def reported(truth: Truth, ids: Sequence[str]) -> dict[tuple[str, str], float]:
    """Give what a sheet of these indicators must bring: blanks bring nothing."""
    return {
        key: float(value) for key, value in truth.items() if value is not None and key[1] in ids
    }


def text_of(rows: Sequence[Sequence[Any]], *, delimiter: str = ",") -> str:
    """Write rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def patch_part(source: Path, target: Path, part: str, old: bytes, new: bytes) -> None:
    """Copy a workbook with one place of its XML changed, as other programs write it."""
    with zipfile.ZipFile(source) as book, zipfile.ZipFile(target, "w") as copy:
        for name in book.namelist():
            content = book.read(name)
            if name == part:
                assert old in content, content[:2000]
                content = content.replace(old, new)
            copy.writestr(name, content)
