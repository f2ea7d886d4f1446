"""Writes the annex of a report as XLSX: a sheet per table, numbers as numbers, totals as formulas.

The first sheet says where the figures come from, what the marks mean and who made the file. Sheets
print on A4 across, their heads frozen and repeated. Numbers have formats, not texts: Excel in
Vietnamese shows 1.234,5. A total is a formula over its rows and the line for what lies in none of
them, so that it agrees with the figure of the store.
"""

from collections.abc import Sequence
from copy import copy
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from geo.messages import say
from layers.report.contents import NUMBERS, Cell, Contents, Kind, Table
from layers.report_docx import stamp_line

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.worksheet.worksheet import Worksheet

_FONT = "Times New Roman"
_FORMATS: dict[Kind, str] = {
    "number": "#,##0.###",
    "change": "+#,##0;-#,##0;0",
    "share": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "date": "dd/mm/yyyy",
}
_THIN = Side(style="thin", color="9AA0A8")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8EEF2")
_BAND = PatternFill("solid", fgColor="F6E7C1")
# Characters across a sheet that fit A4 across at a size people read.
_CHARACTERS = 120.0
# How a cell looks -> its numbers in the book: working them out costs more than writing the cell.
Looks = dict[tuple[object, ...], Any]
# Rows above the head of a table: simulated, title, window and borders, data date.
HEAD_ROW = 5
_LINE = 15.0


def write_xlsx(contents: Contents) -> bytes:
    """Write the annex of a report as XLSX."""
    book = Workbook()
    looks: Looks = {}
    book.properties.title = f"{contents.title}: {contents.about}"
    book.properties.creator = contents.office.agency
    book.properties.description = stamp_line(contents)
    if contents.simulated:
        book.properties.keywords = say("map_simulated", language=contents.language)
    first = book.active
    _about(looks, first, contents)
    for table in contents.tables():
        _sheet(looks, book.create_sheet(table.id[:31]), table, contents)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _about(looks: Looks, sheet: "Worksheet", contents: Contents) -> None:
    language = contents.language
    sheet.title = say("handout_sheet_about", language=language)
    lines = [
        *contents.sources,
        (say("handout_source_made", language=language), stamp_line(contents)),
    ]
    row = _heading(looks, sheet, contents, contents.about, width=2)
    for name, text in lines:
        _put(looks, sheet.cell(row, 1), Cell(name), bold=True)
        _put(looks, sheet.cell(row, 2), Cell(text))
        row += 1
    row += 1
    _put(looks, sheet.cell(row, 1), Cell(say("handout_sheet_marks", language=language)), bold=True)
    for name, text in contents.marks:
        row += 1
        _put(looks, sheet.cell(row, 1), Cell(name))
        _put(looks, sheet.cell(row, 2), Cell(text))
    row += 2
    _put(looks, sheet.cell(row, 1), Cell(say("handout_sheet_tables", language=language)), bold=True)
    for table in contents.tables():
        row += 1
        _put(looks, sheet.cell(row, 1), Cell(table.id))
        _put(looks, sheet.cell(row, 2), Cell(table.title))
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = _CHARACTERS - 34
    _paper(sheet, contents)


def _sheet(looks: Looks, sheet: "Worksheet", table: Table, contents: Contents) -> None:
    language = contents.language
    _heading(looks, sheet, contents, table.title, width=len(table.columns))
    whole = sum(one.width for one in table.columns)
    for place, column in enumerate(table.columns, start=1):
        cell = sheet.cell(HEAD_ROW, place)
        _put(looks, cell, Cell(column.title), bold=True, boxed=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[HEAD_ROW].height = 2 * _LINE
    for place, column in enumerate(table.columns, start=1):
        width = max(_CHARACTERS * column.width / whole, 9.0)
        sheet.column_dimensions[get_column_letter(place)].width = width
    row = HEAD_ROW
    missing = say("handout_missing", language=language)
    for cells in table.rows:
        row += 1
        for place, one in enumerate(cells, start=1):
            _put(looks, sheet.cell(row, place), one, boxed=True, missing=missing)
        sheet.row_dimensions[row].height = _LINE * _lines_of(cells, table, contents)
    if table.totals:
        row = _totals(looks, sheet, table, row, contents)
    if table.note:
        _put(looks, sheet.cell(row + 2, 1), Cell(table.note), italic=True, wrap=False)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, _frozen(table))
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    if len(table.rows) > 1:
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{HEAD_ROW + len(table.rows)}"
    _paper(sheet, contents)


def _lines_of(cells: Sequence[Cell], table: Table, contents: Contents) -> int:
    """Estimate the lines of the tallest cell; programs do not grow rows that a file leaves open."""
    whole = sum(one.width for one in table.columns)
    lines = [
        ceil(
            len(one.text(contents.language, missing=""))
            / max(1.1 * _CHARACTERS * column.width / whole, 8.0)
        )
        for one, column in zip(cells, table.columns, strict=True)
    ]
    return max(1, *lines)


def _frozen(table: Table) -> int:
    """Give the first column that moves: what stands before the figures stays in sight."""
    kinds = [one.kind in NUMBERS for one in table.columns]
    return min(kinds.index(True) if True in kinds else 1, 2) + 1


def _totals(looks: Looks, sheet: "Worksheet", table: Table, row: int, contents: Contents) -> int:
    """Add up columns by formulas over the rows and over what lies in none of them."""
    first, rest = HEAD_ROW + 1, table.rest()
    label = next(place for place, one in enumerate(table.totals) if one is not None)
    if any(rest):
        row += 1
        for place, one in enumerate(rest, start=1):
            _put(
                looks,
                sheet.cell(row, place),
                Cell(one, "number") if one is not None else Cell(None),
                boxed=True,
            )
        _put(
            looks,
            sheet.cell(row, label + 1),
            Cell(say("handout_rest", language=contents.language)),
            boxed=True,
        )
    last = row
    row += 1
    for place, total in enumerate(table.totals, start=1):
        cell = sheet.cell(row, place)
        _put(looks, cell, total or Cell(None), bold=True, boxed=True)
        if total is not None and table.columns[place - 1].adds_up and total.value is not None:
            letter = get_column_letter(place)
            cell.value = f"=SUM({letter}{first}:{letter}{last})"
            cell.data_type = "f"
    return row


def _heading(
    looks: Looks, sheet: "Worksheet", contents: Contents, title: str, *, width: int
) -> int:
    """Write the lines above a table; give the first free row after them."""
    language = contents.language
    if contents.simulated:
        mark = Cell(say("map_simulated", language=language))
        _put(looks, sheet.cell(1, 1), mark, bold=True, wrap=False)
        for place in range(1, width + 1):
            sheet.cell(1, place).fill = _BAND
    _put(looks, sheet.cell(2, 1), Cell(title), bold=True, wrap=False)
    told = dict(contents.sources)
    names = [say(f"handout_source_{one}", language=language) for one in ("unit", "borders")]
    _put(
        looks,
        sheet.cell(3, 1),
        Cell(" · ".join(f"{name}: {told[name]}" for name in names)),
        wrap=False,
    )
    dated = say("handout_dated", language=language, day=f"{contents.day:%d/%m/%Y}")
    _put(looks, sheet.cell(4, 1), Cell(dated), italic=True, wrap=False)
    return HEAD_ROW


def _put(
    looks: Looks,
    cell: "SheetCell",
    told: Cell,
    *,
    bold: bool = False,
    italic: bool = False,
    boxed: bool = False,
    wrap: bool = True,
    missing: str = "",
) -> None:
    """Write one cell; a text stays a text, also one that begins with an equals sign."""
    absent = told.kind in NUMBERS and told.value is None
    value = told.value
    if absent:
        value = missing or None
    elif told.kind == "share" and isinstance(value, int | float):
        # Percent with one decimal: in thousandths it is whole, so nothing is lost.
        value = round(value * 10) / 1000
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    across = "right" if told.kind in NUMBERS else "center" if told.kind == "date" else "left"
    form = "General"
    if told.kind in _FORMATS and not isinstance(value, str):
        form = _format(told)
    look = (form, bold, italic or absent, boxed, wrap, across)
    known = looks.get(look)
    if known is not None:
        cell._style = copy(known)
        return
    cell.number_format = form
    cell.font = Font(name=_FONT, size=11, bold=bold, italic=italic or absent)
    cell.alignment = Alignment(
        horizontal=across, vertical="top", wrap_text=wrap, indent=int(boxed and across == "left")
    )
    if boxed:
        cell.border = _BOX
    looks[look] = copy(cell._style)


def _format(told: Cell) -> str:
    """Give the number format; whole numbers show no trailing separator."""
    whole = isinstance(told.value, int) or (
        isinstance(told.value, float) and told.value.is_integer()
    )
    return "#,##0" if told.kind == "number" and whole else _FORMATS[told.kind]


def _paper(sheet: "Worksheet", contents: Contents) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.75
    if contents.simulated:
        sheet.oddHeader.center.text = say("map_simulated", language=contents.language)
    # & begins a code in heads and feet of sheets.
    sheet.oddFooter.left.text = stamp_line(contents).replace("&", "&&")[:200]
    sheet.oddFooter.right.text = "&P/&N"
