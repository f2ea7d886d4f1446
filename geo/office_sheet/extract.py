"""Reads the figures of a file by a layout. Nothing is dropped silently.

Every filled cell of every sheet ends as a figure, a checked total, a label, a heading, something
skipped or refused; what has none of these fates is a finding.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Detail, Finding, Severity
from geo.indicators import SERIES, Indicator
from geo.office_sheet import figures as f
from geo.office_sheet.checks import check_columns, check_totals, share_differs
from geo.office_sheet.figures import Figure, Reader
from geo.office_sheet.grid import Grid, address, letters, spread
from geo.office_sheet.indicator_names import is_share
from geo.office_sheet.layout import Layout, open_questions, signature_of
from geo.office_sheet.page import Page
from geo.office_sheet.periods import period_in
from geo.office_sheet.readers import READERS
from geo.office_sheet.tables import Table, find_tables
from geo.office_sheet.unit_names import UnitIndex, find_areas
from geo.units import fold

COLUMNS = (
    "unit_code",
    "unit_name",
    "indicator_id",
    "period_id",
    "value",
    "numerator",
    "denominator",
    "sheet",
    "row",
    "column",
)


_MARK_OPEN = "layout_question_mark"


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a file says.

    Parameters
    ----------
    records
        One row per unit, indicator and period, with `COLUMNS`. ``value`` is a count or a share
        0..1; ``numerator`` and ``denominator`` only of shares. ``unit_name`` as written; ``row``
        (from 1) and ``column`` (letters) of the value's cell.
    findings
        Everything noticed, by cell.
    cells
        Filled cells by what became of them, and ``blanks``: cells of figures left empty.
    """

    records: pd.DataFrame
    findings: tuple[Finding, ...]
    cells: Mapping[str, int]


def extract(
    grids: Sequence[Grid],
    layout: Layout,
    *,
    units: UnitIndex,
    indicators: Mapping[str, Indicator] = SERIES,
    period_id: str | None = None,
) -> Extracted:
    """Read the figures of all sheets that have the layout's form.

    Parameters
    ----------
    grids
        Sheets of one file.
    layout
        The learnt form.
    units
        Communes of the boundary set on whose day the figures stand.
    indicators
        Those that exist.
    period_id
        Given by the caller; wins over titles. A period of a column or heading stays.
    """
    reader = Reader(layout, indicators, dict(layout.marks))
    # A sign that is not decided is told at its cells; of a year nothing can be read.
    reader.findings += [one for one in open_questions(layout) if one.code != _MARK_OPEN]
    fates: dict[str, NDArray[np.int8]] = {}
    told_before: str | None = None
    matched = 0
    for grid in grids:
        fate = np.zeros(grid.cells.shape, dtype=np.int8)
        if grid.hidden:
            fate[:] = f.SKIPPED
            _tell_sheet(reader, grid, "sheet_hidden_left_out", "warning")
        else:
            shapes = find_tables(grid)
            found = [(t, _has_form(grid, t, layout)) for t in shapes]
            told_before = _read_sheet(reader, grid, fate, found, units, period_id, told_before)
            matched += sum(fits for _, fits in found)
            _tell_hidden(reader, grid, fate)
        fates[grid.sheet] = fate
    if not matched:
        reader.findings.append(Finding("sheet_form_unknown"))
    check_totals(reader, {grid.sheet: grid for grid in grids})
    records = _assemble(reader)
    cells = _account(reader, grids, fates)
    return Extracted(records, tuple(reader.findings), cells)


def row_labels(grid: Grid, table: Table, key: str | None) -> list[str]:
    """List the labels of a table's rows in the column of indicators."""
    column = next((one for one in table.columns if one.key == key), None)
    if column is None:
        return []
    cells = spread(grid) if grid.merged else grid.cells
    labels = cells[table.body : table.end, column.place]
    return [label for label in labels if isinstance(label, str)]


def _has_form(grid: Grid, table: Table, layout: Layout) -> bool:
    labels: list[str] = []
    if layout.orientation not in ("units_in_rows", "long"):
        labels = row_labels(grid, table, layout.columns.get("indicator"))
    return signature_of(table, layout.orientation, row_labels=labels) == layout.signature


def _read_sheet(
    reader: Reader,
    grid: Grid,
    fate: NDArray[np.int8],
    found: Sequence[tuple[Table, bool]],
    units: UnitIndex,
    period_id: str | None,
    told_before: str | None,
) -> str | None:
    """Read the tables of a sheet; give the period told by its titles for the sheets after it."""
    if not any(fits for _, fits in found):
        fate[:] = f.SKIPPED
        if any(value is not None for value in grid.cells.ravel()):
            _tell_sheet(reader, grid, "sheet_without_form", "warning")
        return told_before
    cells = spread(grid)
    tall, named = _tall(grid), frozenset({fold(grid.sheet)})
    titles: list[str] = []
    start = 0
    for table, fits in found:
        own = _texts(cells, table.title_rows)
        titles = [*titles, *own] if reader.layout.orientation != "blocks" else own
        fate[start : table.top] = f.TITLE
        fate[table.top : table.body] = f.HEADER
        fate[table.end : table.notes_end] = f.NOTE
        start = table.notes_end
        reader.table += 1
        shown = (*_dedupe(titles), grid.sheet)
        told = _period(reader, grid, table, (grid.sheet, *_dedupe([*titles, *own])))
        told_before = told or told_before
        if not fits:
            fate[table.body : table.end] = f.SKIPPED
            code = "sheet_table_left_out"
            reader.tell(code, grid, table.top, table.columns[0].place, severity="warning")
            continue
        period = period_id or _fixed(reader.layout)
        if reader.layout.period != "given":
            period = period or told or told_before
        within = _within(units, reader.layout, shown)
        page = Page(grid, cells, fate, table, units, within, period, shown, tall, named)
        READERS[reader.layout.orientation](reader, page)
        check_columns(reader, grid, table)
        _fate_of_rest(reader, page)
    _numbers_in_notes(grid, fate)
    return told_before


def _tall(grid: Grid) -> frozenset[tuple[int, int]]:
    return frozenset(
        (row, column)
        for top, left, bottom, right in grid.merged
        if bottom > top
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    )


def _fixed(layout: Layout) -> str | None:
    return None if layout.period in ("title", "column", "heading", "given") else layout.period


def _texts(cells: NDArray[np.object_], rows: Sequence[int]) -> list[str]:
    """List the texts of rows; a label and the cell at its right are read together."""
    found: list[str] = []
    for row in rows:
        texts = [str(v) for v in dict.fromkeys(cells[row].tolist()) if v is not None]
        found += texts
        if len(texts) > 1:
            found.append(": ".join(text.rstrip(": ") for text in texts))
    return found


def _dedupe(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _period(reader: Reader, grid: Grid, table: Table, titles: Sequence[str]) -> str | None:
    """Find the period in the titles, the nearest to the table first."""
    for text in reversed(titles):
        told = period_in(text, year_kind=reader.layout.year_kind)
        if told is None:
            continue
        if told.id is None:
            row = table.title_rows[0] if table.title_rows else table.top
            reader.tell("sheet_period_unlike", grid, row, 0, severity="warning")
            continue
        return told.id
    return None


def _within(units: UnitIndex, layout: Layout, titles: Sequence[str]) -> tuple[str, ...]:
    """Give the province of the layout and the districts that titles or the sheet's name tell."""
    provinces = [layout.province_code] if layout.province_code else []
    named: list[str] = []
    for text in titles:
        for piece in [text, *text.replace(" - ", ",").replace(":", ",").split(",")]:
            named += find_areas(units, piece)
    above = units.province_of
    districts = [
        code for code in named if code in above and (not provinces or above[code] in provinces)
    ]
    if not provinces:
        provinces = [code for code in dict.fromkeys(named) if len(code) == 2]
        provinces = provinces if len(provinces) == 1 else []
    return tuple(dict.fromkeys([*provinces, *districts]))


def _fate_of_rest(reader: Reader, page: Page) -> None:
    """Note the cells of the body that are labels, or columns and rows without an indicator."""
    figures = {(line.key, line.nth) for line in reader.layout.lines if line.indicator}
    named = set(reader.layout.columns.values())
    rows = slice(page.table.body, page.table.end)
    first = min((c.place for c in page.table.columns if (c.key, c.nth) in figures), default=1 << 30)
    for column in page.table.columns:
        own = page.fate[rows, column.place]
        stub = column.place < first and reader.layout.orientation == "units_in_rows"
        label = column.key in named or column.role in _LABEL_ROLES or stub
        own[own == f.UNREAD] = f.LABEL if label else f.SKIPPED


_LABEL_ROLES = ("number", "unit", "code", "indicator", "indicator_code", "measure", "note")


def _numbers_in_notes(grid: Grid, fate: NDArray[np.int8]) -> None:
    """Take the fate of a note from numbers below a table: they may be figures nobody read."""
    for row, column in zip(*np.nonzero(fate == f.NOTE), strict=True):
        value = grid.cells[row, column]
        if isinstance(value, int | float) and not isinstance(value, bool):
            fate[row, column] = f.UNREAD


def _tell_sheet(reader: Reader, grid: Grid, code: str, severity: Severity) -> None:
    filled = sum(value is not None for value in grid.cells.ravel())
    details: dict[str, Detail] = {"sheet": grid.sheet, "count": filled}
    reader.findings.append(Finding(code, severity, column=grid.sheet, details=details))


def _tell_hidden(reader: Reader, grid: Grid, fate: NDArray[np.int8]) -> None:
    """Tell that hidden rows or columns hold figures; they were read like the others."""
    rows = [row for row in sorted(grid.hidden_rows) if row < len(fate)]
    columns = [one for one in sorted(grid.hidden_columns) if one < fate.shape[1]]
    count = int((fate[rows] == f.FIGURE).sum()) + int((fate[:, columns] == f.FIGURE).sum())
    if count:
        shown = [str(row + 1) for row in rows[:5]] + [letters(one) for one in columns[:5]]
        details: dict[str, Detail] = {"count": count, "where": ", ".join(shown)}
        found = Finding("sheet_hidden_read", "warning", column=grid.sheet, details=details)
        reader.findings.append(found)


def _assemble(reader: Reader) -> pd.DataFrame:
    """Put parts together to records: one per unit, indicator and period."""
    grouped: defaultdict[tuple[str, str, str], dict[str, Figure]] = defaultdict(dict)
    twice: dict[tuple[str, str, int], Figure] = {}
    for figure in reader.figures:
        parts = grouped[(figure.unit, figure.indicator, figure.period)]
        known = parts.get(figure.part)
        if known is None:
            parts[figure.part] = figure
        elif known.sheet == figure.sheet and known.row != figure.row:
            twice.setdefault((figure.unit, figure.sheet, figure.row), known)
        else:
            _tell_repeated(reader, known, figure)
    for (unit, sheet, at), known in twice.items():
        details: dict[str, Detail] = {"first": address(known.sheet, known.row, known.column)}
        where = address(sheet, at, 0)
        reader.findings.append(Finding("sheet_unit_twice", "error", at + 1, where, unit, details))
    rows = [
        made
        for (unit, indicator, period), parts in grouped.items()
        if (made := _record(reader, unit, indicator, period, parts)) is not None
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _tell_repeated(reader: Reader, known: Figure, figure: Figure) -> None:
    same = known.value == figure.value
    where = address(figure.sheet, figure.row, figure.column)
    details: dict[str, Detail] = {
        "first": address(known.sheet, known.row, known.column),
        "indicator": figure.indicator,
    }
    code = "sheet_repeated" if same else "sheet_contradicts"
    severity: Severity = "info" if same else "error"
    reader.findings.append(Finding(code, severity, figure.row + 1, where, figure.unit, details))


def _record(
    reader: Reader, unit: str, indicator: str, period: str, parts: Mapping[str, Figure]
) -> tuple[object, ...] | None:
    value, top, bottom = (parts.get(part) for part in ("value", "numerator", "denominator"))
    stands = value or top or bottom
    if stands is None:
        return None
    number = value.value if value else None
    where = address(stands.sheet, stands.row, stands.column)

    def tell(code: str, severity: Severity = "error") -> None:
        details: dict[str, Detail] = {"indicator": indicator}
        reader.findings.append(Finding(code, severity, stands.row + 1, where, unit, details))

    if is_share(reader.indicators[indicator]) and (top or bottom):
        if top is None or bottom is None:
            tell("sheet_share_incomplete")
        elif top.value > bottom.value:
            tell("sheet_share_over")
        elif bottom.value == 0:
            # Nobody to count: the share is missing, neither 0 nor 100 %.
            tell("sheet_share_of_none", "info")
        elif number is None:
            number = top.value / bottom.value
        elif share_differs(number, top.value, bottom.value):
            tell("sheet_share_differs")
        if number is None and bottom is not None and bottom.value == 0:
            return None
    return (
        unit,
        stands.label,
        indicator,
        period,
        number,
        top.value if top else None,
        bottom.value if bottom else None,
        stands.sheet,
        stands.row + 1,
        letters(stands.column),
    )


def _account(
    reader: Reader, grids: Sequence[Grid], fates: Mapping[str, NDArray[np.int8]]
) -> dict[str, int]:
    """Count filled cells by what became of them, and tell of those that nobody read."""
    counts = dict.fromkeys(f.FATES.values(), 0)
    for grid in grids:
        fate = fates[grid.sheet]
        filled = np.array([v is not None for v in grid.cells.ravel()], dtype=np.bool_)
        own = fate.ravel()[filled]
        for number, name in f.FATES.items():
            counts[name] += int((own == number).sum())
        left = np.argwhere((fate == f.UNREAD) & filled.reshape(fate.shape))
        if len(left):
            row, column = (int(one) for one in left[0])
            code = "sheet_cells_unread"
            reader.tell(code, grid, row, column, severity="warning", count=len(left))
    counts["blanks"] = reader.blanks
    counts["filled"] = sum(counts[name] for name in f.FATES.values())
    told: dict[str, Detail] = dict(counts)
    reader.findings.append(Finding("sheet_account", "info", details=told))
    return counts
