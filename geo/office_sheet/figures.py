"""Figures on their way from a sheet to records: what was read, what became of every cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.errors import Detail, Finding, Severity
from geo.indicators import Indicator
from geo.office_sheet.cells import DecimalMark, Reading, decimal_mark_of, read_number
from geo.office_sheet.grid import Grid, address, letters
from geo.office_sheet.indicator_names import Part, is_share
from geo.office_sheet.layout import Layout, Line

# What became of a filled cell. Nothing is dropped silently: a cell without a fate is a finding.
UNREAD, TITLE, HEADER, LABEL, FIGURE, CHECKED, SKIPPED, REFUSED, NOTE = range(9)
FATES: Mapping[int, str] = {
    TITLE: "titles",
    HEADER: "headers",
    LABEL: "labels",
    FIGURE: "figures",
    CHECKED: "checked",
    SKIPPED: "skipped",
    REFUSED: "refused",
    NOTE: "notes",
    UNREAD: "unread",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure read from one cell, scaled.

    Parameters
    ----------
    unit
        Code, or '' for a total.
    label
        Name of the unit as written.
    indicator, part, period
        What it is.
    value
        Count, or share 0..1.
    sheet, row, column
        Where it stands, from 0.
    areas
        Folded names of the sheet and section in which it stands.
    """

    unit: str
    label: str
    indicator: str
    part: Part
    period: str
    value: float
    sheet: str
    row: int
    column: int
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Total:
    """A sum that the sheet itself states.

    Parameters
    ----------
    figure
        What it says.
    table
        Number of the table within the file.
    kind
        ``across`` (its own row), ``section`` (rows below its label), ``total`` or ``grand``.
    """

    figure: Figure
    table: int
    kind: str
    label: str = ""


@dataclass
class Reader:
    """What is known while one file is read: filled by the readers of the tables."""

    layout: Layout
    indicators: Mapping[str, Indicator]
    marks: Mapping[str, str]
    figures: list[Figure] = field(default_factory=list)
    table_of: list[int] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    blanks: int = 0
    table: int = 0

    def tell(
        self,
        code: str,
        grid: Grid,
        row: int,
        column: int,
        *,
        severity: Severity = "error",
        unit: str | None = None,
        **details: Detail,
    ) -> None:
        """Note a finding with the address of its cell."""
        self.findings.append(
            Finding(
                code,
                severity,
                row=row + 1,
                column=address(grid.sheet, row, column),
                unit=unit,
                details=details,
            )
        )


@dataclass(frozen=True, slots=True)
class CellOf:
    """Where a figure's cell stands and what it should hold."""

    grid: Grid
    fate: NDArray[np.int8]
    row: int
    column: int
    line: Line
    mark: DecimalMark | None


def read_figure(reader: Reader, cell: CellOf) -> float | None:
    """Read and judge one figure; None where there is none, with its fate and finding noted."""
    grid, row, column = cell.grid, cell.row, cell.column
    value = grid.cells[row, column]
    got = read_number(value, decimal_mark=cell.mark, marks=reader.marks)
    if got.what == "blank":
        reader.blanks += 1
        if value is not None:
            cell.fate[row, column] = SKIPPED
        return None
    wrong = _WRONG.get(got.what) or _wrong_figure(got, cell.line, reader.indicators)
    if wrong is not None:
        cell.fate[row, column] = REFUSED
        reader.tell(wrong, grid, row, column, indicator=cell.line.indicator)
        return None
    cell.fate[row, column] = FIGURE
    return scaled(got, cell.line)


_WRONG: Mapping[str, str] = {
    "ambiguous": "sheet_number_ambiguous",
    "date": "sheet_value_is_date",
    "mark": "sheet_mark_unknown",
    "no_number": "sheet_no_number",
}


def scaled(got: Reading, line: Line) -> float:
    """Bring a number as written to the number stored; what bears a % sign is 0..1 already."""
    number = got.value or 0.0
    if got.percent or line.scale == 1.0:
        return number
    return round(number * line.scale, 12)


def _wrong_figure(got: Reading, line: Line, indicators: Mapping[str, Indicator]) -> str | None:
    number = scaled(got, line)
    if not np.isfinite(number):
        return "sheet_no_number"
    if number < 0:
        return "sheet_negative"
    one = indicators.get(str(line.indicator))
    if one is None:
        return None
    if is_share(one) and line.part == "value":
        return "sheet_share_over" if number > 1 + 1e-9 else None
    if got.percent:
        return "sheet_percent_in_count"
    if one.is_whole and abs(number - round(number)) > 1e-9:
        return "sheet_count_not_whole"
    return None


def mark_of_cells(
    reader: Reader, grid: Grid, places: Iterable[tuple[int, int]]
) -> DecimalMark | None:
    """Decide the decimal mark of one line of figures as a whole; tell where it is both."""
    if reader.layout.decimal_mark != "auto":
        return reader.layout.decimal_mark
    listed = list(places)
    proved, _ = decimal_mark_of(grid.cells[place] for place in listed)
    if len(proved) == 2:
        row, column = listed[0]
        where = letters(column)
        reader.tell("sheet_decimal_conflict", grid, row, column, where=where)
        return None
    return next(iter(proved), None)
