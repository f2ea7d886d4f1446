"""Reads workbooks and text tables into grids: cells as their user sees them, nothing judged.

.xlsx .xlsm .xls .ods     values of formulas as they were last worked out
.csv .tsv .txt            UTF-8 or UTF-16 with mark; semicolon, tab or comma; old encodings by name
.zip                      one of these

Told: formulas and whether their value was kept, errors (#REF!, #N/A), hidden sheets, rows and
columns. Refused: texts that a spreadsheet would run as a formula once they are exported again.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath

from geo.errors import Detail, Finding, Refused
from geo.legacy_text import DECODERS
from geo.office_sheet.grid import Grid, address, make_cells
from geo.store.book_cells import sheets_of_book
from geo.store.opening import OpenedFile, opened
from geo.store.sheet_marks import SheetMarks, marks_of_ods, marks_of_xlsx
from geo.store.text_table import cells_of, decoded

_TEXT_KINDS = frozenset({".csv", ".tsv", ".txt"})
KINDS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")
# Named by their user, never guessed.
ENCODINGS = ("cp1258", *sorted(DECODERS))
_MOST_CELLS = 4_000_000
# What a spreadsheet takes for a formula: =A1, @SUM, and behind + or - only what is no plain word,
# since offices write "-Nữ" for an item of a list.
_RUNS = re.compile(
    r"\s*(?:[=@]\s*[^\W\d]|[+-]\s*(?:[^\W\d][\w.]*\(|\$?[A-Za-z]{1,3}\$?\d|[^|]*\||[^!]*!\$?[A-Za-z]))"
)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file as it was read.

    Parameters
    ----------
    name
        Of the file, without its folder.
    sha256
        Of its content.
    grids
        Its sheets in order; hidden ones say so.
    findings
        What is wrong with single cells.
    """

    name: str
    sha256: str
    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...]


def read(path: Path, *, encoding: str | None = None) -> SheetFile:
    """Read a workbook or a text table.

    Parameters
    ----------
    path
        The file.
    encoding
        One of `ENCODINGS` for a text table that is not Unicode.

    Raises
    ------
    NotFound, Refused
        What `opened` and `sheets_of_book` raise; ``sheet_file_unreadable``,
        ``sheet_file_encoding``, ``sheet_file_too_large`` or ``sheet_file_empty``.
    """
    with opened(path, kinds=KINDS) as file:
        if file.suffix in _TEXT_KINDS:
            grids, findings = _read_text(file, encoding)
        else:
            grids, findings = _read_book(file)
        findings += file.personal_beside()
    if not any(value is not None for grid in grids for value in grid.cells.ravel()):
        raise Refused("sheet_file_empty", name=file.name)
    findings += [found for grid in grids for found in _formula_cells(grid)]
    return SheetFile(file.name, file.sha256, tuple(grids), tuple(findings))


def _read_book(file: OpenedFile) -> tuple[list[Grid], list[Finding]]:
    grids = [
        Grid(
            sheet.name,
            make_cells([_cell(value) for value in row] for row in sheet.rows),
            merged=sheet.merged,
            hidden=sheet.hidden,
        )
        for sheet in sheets_of_book(file.path, name=file.name)
    ]
    scan = _SCANNERS.get(file.suffix)
    if scan is None:
        return grids, [Finding("sheet_formulas_not_seen", "info", details={"name": file.name})]
    marks = scan(file.name, file.path.read_bytes())
    known = [_with_marks(grid, marks.get(grid.sheet)) for grid in grids]
    return known, [found for grid in known for found in _on_formulas(grid, marks.get(grid.sheet))]


_SCANNERS: Mapping[str, Callable[[str, bytes], Mapping[str, SheetMarks]]] = {
    ".xlsx": marks_of_xlsx,
    ".ods": marks_of_ods,
}


def _with_marks(grid: Grid, marks: SheetMarks | None) -> Grid:
    if marks is None:
        return grid
    return replace(
        grid,
        merged=grid.merged or marks.merged,
        hidden=grid.hidden or marks.hidden,
        hidden_rows=marks.hidden_rows,
        hidden_columns=marks.hidden_columns,
        formulas=marks.formulas,
    )


def _on_formulas(grid: Grid, marks: SheetMarks | None) -> list[Finding]:
    if marks is None:
        return []
    found = []
    if marks.formulas:
        details: dict[str, Detail] = {"sheet": grid.sheet, "count": len(marks.formulas)}
        found.append(Finding("sheet_formulas_taken", "info", column=grid.sheet, details=details))
    for code, places in (
        ("sheet_formula_without_value", marks.without_value),
        ("sheet_error_cell", marks.errors),
    ):
        for row, column in sorted(places):
            where = address(grid.sheet, row, column)
            found.append(Finding(code, row=row + 1, column=where))
    return found


def _formula_cells(grid: Grid) -> list[Finding]:
    return [
        Finding(
            "sheet_formula_text", row=row + 1, column=address(grid.sheet, int(row), int(column))
        )
        for row, values in enumerate(grid.cells)
        for column, value in enumerate(values)
        if isinstance(value, str) and value[:1] in "=+-@" and _RUNS.match(value)
    ]


def _cell(value: object) -> object:
    if isinstance(value, str):
        # Offices paste hard spaces, and old programs write letters and accents apart.
        text = unicodedata.normalize("NFC", value.replace("\u00a0", " ")).strip()
        return text or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value if isinstance(value, int | float | bool | date) else None


def _read_text(file: OpenedFile, encoding: str | None) -> tuple[list[Grid], list[Finding]]:
    text = _decode(file.name, file.path.read_bytes(), encoding)
    stem = PurePath(file.name).stem
    try:
        rows = cells_of(text, strict=False)
    except csv.Error as error:
        raise Refused("sheet_file_unreadable", name=file.name) from error
    if len(rows) * max(map(len, rows), default=0) > _MOST_CELLS:
        raise Refused("sheet_file_too_large", name=file.name, sheet=stem)
    cells = make_cells([_cell(value) for value in row] for row in rows)
    return [Grid(stem, cells)], []


def _decode(name: str, content: bytes, encoding: str | None) -> str:
    try:
        old = {str(name): decode for name, decode in DECODERS.items()}.get(str(encoding))
        if old is not None:
            return old(content.decode("latin-1"))
        if encoding is not None:
            return content.decode(encoding)
        return decoded(content)
    except (UnicodeDecodeError, LookupError) as error:
        known = ", ".join(ENCODINGS)
        raise Refused("sheet_file_encoding", name=name, encodings=known) from error
