"""Empty workbooks that offices fill in: one sheet to fill, one that explains every column.

The first row holds the names of the columns as the readers know them, so a filled template comes in
without a word about its layout. Cells that take one of some values have a list to choose from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import hotspots
from geo.errors import Conflict, Unavailable
from geo.indicators import SERIES
from geo.messages import say
from geo.store.intake import KINDS
from geo.store.intake.fields import Field
from geo.store.intake.figures import WIDE

_HEAD, _REQUIRED, _HAIR = "1F4E8C", "FDECC8", "DCDCD6"
_ROWS = 2000
_WIDTH = 22
# The long form of figures is for programs; people fill in one column per indicator.
_LONG_ONLY = frozenset({"indicator", "value", "numerator", "denominator"})


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    title_en: str
    is_required: bool
    choices: Sequence[tuple[str, str]] = ()
    example: str = ""
    is_day: bool = False
    is_text: bool = False


def write_template(path: Path, kind: str) -> None:
    """Write the template of a kind.

    Parameters
    ----------
    path
        Of the workbook to be made.
    kind
        One of `KINDS`, or ``hotspots``.

    Raises
    ------
    Conflict
        ``template_exists``.
    Unavailable
        ``refused_file_not_written``.
    """
    if path.exists():
        raise Conflict("template_exists", name=path.name)
    book = make_template(kind)
    try:
        book.save(path)
    except OSError as error:
        raise Unavailable("refused_file_not_written", name=path.name) from error


def make_template(kind: str) -> Any:
    """Make the workbook of a kind, as openpyxl has it."""
    # Half a second that only this costs.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    columns = _columns(kind)
    book = Workbook()
    sheet = book.active
    sheet.title = say("template_sheet_data")
    line = Side(style="thin", color=_HAIR)
    for number, column in enumerate(columns, start=1):
        cell = sheet.cell(row=1, column=number, value=column.title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(left=line, right=line)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTH
        if column.choices:
            names = ",".join(name.replace(",", " ") for _, name in column.choices)
            # The list of a cell holds 255 signs; longer ones stand on the second sheet.
            if len(names) <= 250:
                rule = DataValidation(type="list", formula1=f'"{names}"', allow_blank=True)
                sheet.add_data_validation(rule)
                rule.add(f"{letter}2:{letter}{_ROWS}")
        if column.is_day:
            _format(sheet, letter, "dd/mm/yyyy")
        elif column.is_text:
            # Codes are texts: as numbers they lose their zeros.
            _format(sheet, letter, "@")
    sheet.row_dimensions[1].height = 42
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet(say("template_sheet_help")), kind, columns)
    return book


def _format(sheet: Any, letter: str, form: str) -> None:
    for row in range(2, 202):
        sheet[f"{letter}{row}"].number_format = form


def _explain(sheet: Any, kind: str, columns: Sequence[_Column]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.append([say(f"command_import_{kind.replace('-', '_')}")])
    sheet.append([say("template_never")])
    sheet.append([say("template_never", language="en")])
    sheet.append([])
    sheet.append([say(f"template_head_{name}") for name in ("column", "english", "need", "values")])
    for cell in (sheet["A1"], *sheet[5]):
        cell.font = Font(bold=True)
    for column in columns:
        values = "\n".join(f"{code}: {name}" for code, name in column.choices)
        need = say("template_required" if column.is_required else "template_optional")
        sheet.append([column.title, column.title_en, need, values or column.example])
        if column.is_required:
            sheet.cell(row=sheet.max_row, column=3).fill = PatternFill("solid", fgColor=_REQUIRED)
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCD", (44, 36, 14, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _columns(kind: str) -> list[_Column]:
    if kind == "hotspots":
        return _hotspot_columns()
    record = KINDS[kind]
    wide = {field.id for field in WIDE}
    columns = [
        _column(field)
        for field in record.fields
        if field.id not in wide and not (kind == "observations" and field.id in _LONG_ONLY)
    ]
    if record.shapes and "point" in record.shapes:
        need = record.needs_shape
        columns += [_Column(say(f"field_{axis}"), axis, need) for axis in ("lng", "lat")]
    elif record.shapes:
        columns.append(
            _Column("wkt", "wkt", record.needs_shape, example="LINESTRING (105.8 21, ...)")
        )
    if kind == "observations":
        for one in SERIES.values():
            parts = ("tử số", "mẫu số") if one.is_share else ("",)
            english = ("numerator", "denominator") if one.is_share else ("",)
            columns += [
                _Column(
                    f"{one.id} {part}" if part else f"{one.id} {one.name_vi}",
                    f"{one.name_en}, {also}" if also else one.name_en,
                    is_required=False,
                    example=f"{one.name_vi} ({one.unit_vi})",
                )
                for part, also in zip(parts, english, strict=True)
            ]
    return columns


def _column(field: Field) -> _Column:
    return _Column(
        title=say(f"field_{field.id}"),
        title_en=say(f"field_{field.id}", language="en"),
        is_required=field.need == "required",
        choices=[(code, say(sentence)) for code, sentence in field.choices.items()],
        example=field.example,
        is_day="/" in field.example and field.example[:2].isdecimal(),
        is_text=field.id in ("unit_code", "ref", "code"),
    )


def _hotspot_columns() -> list[_Column]:
    kinds = [(kind, say(f"hotspot_kind_{kind}")) for kind in hotspots.KINDS]
    states = [
        (state, say(f"hotspot_state_{state}"))
        for state in hotspots.STATES
        if state not in hotspots.OFF_BY_DEFAULT
    ]
    return [
        _Column("Mã điểm", "ref", is_required=False, example="D-0001", is_text=True),
        _Column("Loại điểm", "kind", True, kinds),
        _Column("Trạng thái", "state", True, states),
        _Column("Ngày hiệu lực", "date", True, example="15/03/2026", is_day=True),
        _Column(say("field_lng"), "lng", True, example="105,8542"),
        _Column(say("field_lat"), "lat", True, example="21,0285"),
        _Column("Số ký hiệu", "document_no", False, example="12/KH-UBND"),
        _Column("Lý do", "reason", False, example="nhap_nham"),
    ]
