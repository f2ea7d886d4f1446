"""Reads one table by a layout, an orientation each; every cell touched gets its fate."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.office_sheet.cells import DecimalMark
from geo.office_sheet.figures import (
    CHECKED,
    LABEL,
    REFUSED,
    SKIPPED,
    CellOf,
    Figure,
    Reader,
    Total,
    mark_of_cells,
    read_figure,
)
from geo.office_sheet.grid import Grid
from geo.office_sheet.indicator_names import Part, is_share
from geo.office_sheet.layout import Line, row_key
from geo.office_sheet.periods import period_in, period_of_cell
from geo.office_sheet.rows import is_grand_total, is_section, is_total, strip_label
from geo.office_sheet.tables import Column, Table
from geo.office_sheet.unit_names import (
    UnitIndex,
    UnitMatch,
    clean_name,
    find_areas,
    find_unit,
    names_areas,
    near_units,
    same_name,
)
from geo.units import fold, split_kind

PARTS: tuple[Part, ...] = ("value", "numerator", "denominator")
_TITLE_UNIT = re.compile(
    r"\b((?:xã|phường|thị trấn|đặc khu)\s+[^,;:()\n]+?)"
    r"(?=\s*(?:$|[,;()]| - | – |\s(?:huyện|quận|thị xã|thành phố|tỉnh)\s))",
    re.I,
)
_CODE = re.compile(r"\b(?:mã|code)\D{0,12}(\d{5})\b", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """A table with what its surroundings say.

    Parameters
    ----------
    grid, spread, fate
        The sheet, its cells with merged ranges filled, and what became of each cell.
    table
        The table.
    index
        Units of the boundary set.
    within
        Codes of provinces and districts named by the layout, the sheet's name and titles.
    period
        Told by the titles or given; None where each row or heading has its own.
    titles
        Texts above the table and the name of the sheet.
    tall
        Cells of merged ranges over several rows: a figure there stands for several units.
    areas
        Folded name of the sheet: totals on other sheets may name it.
    """

    grid: Grid
    spread: NDArray[np.object_]
    fate: NDArray[np.int8]
    table: Table
    index: UnitIndex
    within: tuple[str, ...]
    period: str | None
    titles: tuple[str, ...]
    tall: frozenset[tuple[int, int]] = frozenset()
    areas: frozenset[str] = frozenset()


def read_units_in_rows(reader: Reader, page: Page) -> None:
    """Read a unit per row, indicators across."""
    lines = _lines_by_column(reader, page)
    marks = {c.place: _column_mark(reader, page, c.place) for c, _ in lines}
    labels = _label_columns(reader, page, {column.place for column, _ in lines})
    section, areas = page.within, frozenset[str]()
    bare_areas = names_areas(page.index, _unit_labels(reader, page))
    for row in range(page.table.body, page.table.end):
        texts = _row_labels(page, row, labels)
        filled = [c.place for c, _ in lines if page.grid.cells[row, c.place] is not None]
        if not texts and not filled:
            continue
        name = _unit_label(reader, page, row) or (texts[0] if texts else "")
        match = _unit_of_row(reader, page, row, name, section)
        kind = _row_kind(reader, page, row, texts=texts, name=name, match=match)
        if kind == "data" and bare_areas and match.how != "code" and find_areas(page.index, name):
            kind = "section"
        if kind == "section":
            named = _areas_within(page, name)
            section = tuple(dict.fromkeys([*page.within, *named])) if named else page.within
            areas = frozenset({fold(strip_label(name))})
        if kind == "skip" or (kind == "section" and not filled):
            _fate_of(page, row, filled, SKIPPED)
            continue
        if kind == "data" and not _judge_unit(reader, page, row, match, filled):
            continue
        for column, line in lines:
            cell = CellOf(page.grid, page.fate, row, column.place, line, marks[column.place])
            period = _heading_period(reader, page, column)
            here = (row, column.place)
            found = _figure(reader, page, cell, line, (match.code or "", name), period, areas)
            if kind != "data" and found is not None:
                page.fate[here] = CHECKED
                reader.totals.append(Total(found, reader.table, kind, name))
            elif found is not None:
                _keep(reader, found)


def read_indicators_in_rows(reader: Reader, page: Page) -> None:
    """Read an indicator per row, units across."""
    label_column = _column(page.table, reader.layout.columns.get("indicator"))
    rows = _lines_by_row(reader, page, label_column)
    units: list[tuple[Column, UnitMatch, bool]] = []
    stub = ("number", "indicator", "indicator_code", "measure", "note")
    for column in page.table.columns:
        if column.role in stub or not column.path:
            continue
        units.append((column, *_unit_of_heading(reader, page, column)))
    for row, line in rows:
        here = [column.place for column, _, _ in units]
        mark = mark_of_cells(reader, page.grid, [(row, place) for place in here])
        for column, match, total in units:
            if not total and match.code is None:
                _fate_of(page, row, [column.place], REFUSED)
                continue
            own = replace(line, part=_part_of(column)) if _part_of(column) != "value" else line
            cell = CellOf(page.grid, page.fate, row, column.place, own, mark)
            period = _heading_period(reader, page, column)
            unit = (match.code or "", column.path[-1])
            found = _figure(reader, page, cell, own, unit, period, frozenset())
            if found is not None and total:
                page.fate[row, column.place] = CHECKED
                reader.totals.append(Total(found, reader.table, "across"))
            elif found is not None:
                _keep(reader, found)


def read_one_unit(reader: Reader, page: Page) -> None:
    """Read the form of one unit: the unit is named above it, or by the sheet."""
    label_column = _column(page.table, reader.layout.columns.get("indicator"))
    rows = _lines_by_row(reader, page, label_column)
    match, label = unit_of_titles(page.index, page.titles, within=page.within)
    if match.code is None:
        first = page.table.title_rows[0] if page.table.title_rows else page.table.top
        _tell_unit(reader, page, (first, 0), match)
    parts = [
        (column, part)
        for part in PARTS
        if (column := _column(page.table, reader.layout.columns.get(part))) is not None
    ]
    marks = {column.place: _column_mark(reader, page, column.place) for column, _ in parts}
    for row, line in rows:
        for column, part in parts:
            if match.code is None:
                _fate_of(page, row, [column.place], REFUSED)
                continue
            part = line.part if part == "value" else part
            own = replace(line, part=part, scale=line.scale if part == "value" else 1.0)
            cell = CellOf(page.grid, page.fate, row, column.place, own, marks[column.place])
            period = _heading_period(reader, page, column)
            found = _figure(reader, page, cell, own, (match.code, label), period, frozenset())
            if found is not None:
                _keep(reader, found)


def read_long(reader: Reader, page: Page) -> None:
    """Read one figure per row."""
    columns = {role: _column(page.table, key) for role, key in reader.layout.columns.items()}
    lines = {line.key: line for line in reader.layout.lines}
    parts = [(columns[p], p) for p in PARTS if columns.get(p)]
    marks = {c.place: _column_mark(reader, page, c.place) for c, _ in parts if c is not None}
    for row in range(page.table.body, page.table.end):
        filled = [c.place for c, _ in parts if c and page.grid.cells[row, c.place] is not None]
        if all(value is None for value in page.grid.cells[row]):
            continue
        name = _unit_label(reader, page, row)
        line = _line_of_row(reader, page, row, columns, lines)
        within = _areas_of_row(page, row, columns)
        match = _unit_of_row(reader, page, row, name, within)
        if match.code is None and is_total(name):
            _fate_of(page, row, filled, SKIPPED)
            reader.tell("sheet_total_unchecked", page.grid, row, 0, severity="warning")
            continue
        if line is None:
            _fate_of(page, row, filled, REFUSED)
            column = columns.get("indicator_code") or columns.get("indicator")
            reader.tell("sheet_indicator_unknown", page.grid, row, column.place if column else 0)
            continue
        if not _judge_unit(reader, page, row, match, filled):
            continue
        period = _period_of_row(reader, page, row, columns.get("period"))
        for column, part in parts:
            if column is None:
                continue
            own = replace(line, part=part, scale=line.scale if part == "value" else 1.0)
            cell = CellOf(page.grid, page.fate, row, column.place, own, marks[column.place])
            unit = (match.code or "", name)
            found = _figure(reader, page, cell, own, unit, period, frozenset())
            if found is not None:
                _keep(reader, found)


READERS: Mapping[str, Callable[[Reader, Page], None]] = {
    "units_in_rows": read_units_in_rows,
    "indicators_in_rows": read_indicators_in_rows,
    "blocks": read_one_unit,
    "one_unit": read_one_unit,
    "long": read_long,
}


def unit_of_titles(
    index: UnitIndex, titles: Sequence[str], *, within: Collection[str] = ()
) -> tuple[UnitMatch, str]:
    """Find the unit that the texts above a form name, the nearest first, and its name there."""
    met: dict[str, tuple[UnitMatch, str]] = {}
    failed: list[tuple[UnitMatch, str]] = []
    for text in reversed(titles):
        code = _CODE.search(text)
        if code and code[1] in index.units:
            return UnitMatch(code[1], "code"), index.units[code[1]][0]
        for name in names_in_title(text):
            match = find_unit(index, name, within=within)
            if match.code is not None and match.how != "kind_differs":
                met.setdefault(match.code, (match, name))
            elif match.how in ("ambiguous", "elsewhere"):
                failed.append((match, name))
    if len(met) == 1:
        return next(iter(met.values()))
    if met:
        return UnitMatch(None, "ambiguous", tuple(met)), ""
    return failed[0] if failed else (UnitMatch(None, "unknown"), "")


def names_in_title(text: str) -> list[str]:
    """List what may be names of communes in a text above a form."""
    after = text.partition(":")[2].strip() or text
    found = [one.strip() for one in _TITLE_UNIT.findall(after)]
    if not found and split_kind(clean_name(after))[0]:
        found = [clean_name(after)]
    return found


def _lines_by_column(reader: Reader, page: Page) -> list[tuple[Column, Line]]:
    wanted = {(line.key, line.nth): line for line in reader.layout.lines if line.indicator}
    keyed = ((column, wanted.get((column.key, column.nth))) for column in page.table.columns)
    return [(column, line) for column, line in keyed if line is not None]


def _lines_by_row(reader: Reader, page: Page, column: Column | None) -> list[tuple[int, Line]]:
    wanted = {(line.key, line.nth): line for line in reader.layout.lines if line.indicator}
    seen: dict[str, int] = {}
    found = []
    for row in range(page.table.body, page.table.end):
        label = page.spread[row, column.place] if column else None
        key = row_key(label) if isinstance(label, str) else ""
        if not key:
            continue
        seen[key] = seen.get(key, 0) + 1
        line = wanted.get((key, seen[key]))
        if line is not None:
            found.append((row, line))
    return found


def _column(table: Table, key: str | None) -> Column | None:
    return next((one for one in table.columns if one.key == key), None) if key else None


def _column_mark(reader: Reader, page: Page, place: int) -> DecimalMark | None:
    rows = range(page.table.body, page.table.end)
    return mark_of_cells(reader, page.grid, [(row, place) for row in rows])


def _label_columns(reader: Reader, page: Page, figures: Collection[int]) -> list[int]:
    """Give the columns left of the first figures, and those that the layout names."""
    named = set(reader.layout.columns.values())
    first = min(figures, default=0)
    return [
        column.place
        for column in page.table.columns
        if column.place not in figures and (column.place < first or column.key in named)
    ]


def _row_labels(page: Page, row: int, columns: Sequence[int]) -> list[str]:
    texts: list[str] = []
    for place in columns:
        value = page.spread[row, place]
        if page.grid.cells[row, place] is not None:
            page.fate[row, place] = LABEL
        if isinstance(value, str) and value not in texts:
            texts.append(value)
    return texts


def _unit_label(reader: Reader, page: Page, row: int) -> str:
    column = _column(page.table, reader.layout.columns.get("unit"))
    value = page.spread[row, column.place] if column else None
    return value if isinstance(value, str) else ""


def _unit_labels(reader: Reader, page: Page) -> list[str]:
    rows = range(page.table.body, page.table.end)
    labels = (_unit_label(reader, page, row) for row in rows)
    return [label for label in labels if label and not is_total(label)]


def _unit_of_row(
    reader: Reader, page: Page, row: int, name: str, within: Collection[str]
) -> UnitMatch:
    column = _column(page.table, reader.layout.columns.get("code"))
    code = page.grid.cells[row, column.place] if column else None
    return find_unit(page.index, name, code=code, within=within)


def _row_kind(
    reader: Reader, page: Page, row: int, *, texts: Sequence[str], name: str, match: UnitMatch
) -> str:
    if match.how == "code":
        return "data"
    if any(row_key(text) in reader.layout.skip_rows for text in texts if row_key(text)):
        return "skip"
    if any(is_total(text) for text in texts):
        return "grand" if any(is_grand_total(text) for text in texts) else "total"
    certain = match.how == "name" and split_kind(clean_name(name))[0] is not None
    first = page.table.columns[0].place
    number = page.grid.cells[row, first] if first >= 0 else None
    if not certain and is_section(name, number=number):
        return "section"
    return "data" if match.code or page_has_figures(reader, page, row) else "section"


def page_has_figures(reader: Reader, page: Page, row: int) -> bool:
    """Tell whether a row has anything in a column of figures."""
    places = (column.place for column, _ in _lines_by_column(reader, page))
    return any(page.grid.cells[row, place] is not None for place in places)


def _judge_unit(
    reader: Reader, page: Page, row: int, match: UnitMatch, filled: Sequence[int]
) -> bool:
    column = _column(page.table, reader.layout.columns.get("unit")) or _column(
        page.table, reader.layout.columns.get("code")
    )
    place = (row, column.place if column else 0)
    if match.code is None:
        _fate_of(page, row, filled, REFUSED)
        _tell_unit(reader, page, place, match)
        return False
    if match.how in ("kind_differs", "name_plain"):
        code = f"sheet_unit_{match.how}"
        reader.tell(code, page.grid, *place, severity="info", unit=match.code)
    name = _unit_label(reader, page, row)
    if match.how == "code" and name and not same_name(page.index, match.code, name):
        reader.tell("sheet_unit_code_and_name_differ", page.grid, *place, unit=match.code)
    elsewhere = reader.layout.province_code
    if elsewhere and page.index.units[match.code][2] != elsewhere:
        _fate_of(page, row, filled, REFUSED)
        reader.tell("sheet_unit_elsewhere", page.grid, *place, unit=match.code, candidates="")
        return False
    return True


def _tell_unit(reader: Reader, page: Page, place: tuple[int, int], match: UnitMatch) -> None:
    label = page.spread[place]
    near = match.candidates
    if match.how == "unknown" and isinstance(label, str):
        near = near_units(page.index, label, within=page.within)
    shown = ", ".join(near[:6])
    how = match.how if match.how in ("ambiguous", "elsewhere") else "unknown"
    reader.tell(f"sheet_unit_{how}", page.grid, *place, candidates=shown)


def _unit_of_heading(reader: Reader, page: Page, column: Column) -> tuple[UnitMatch, bool]:
    if any(is_total(label) for label in column.path):
        return UnitMatch(None, "unknown"), True
    within = list(page.within)
    for label in column.path[:-1]:
        within += _areas_within(page, label)
    match = UnitMatch(None, "unknown")
    for label in reversed(column.path):
        found = find_unit(page.index, label, within=within)
        if found.code is not None:
            return found, False
        match = found if match.how == "unknown" else match
    _tell_unit(reader, page, (page.table.top, column.place), match)
    return match, False


def _areas_within(page: Page, label: str) -> tuple[str, ...]:
    """Give the districts of the page's province (or provinces) that a label names."""
    named = find_areas(page.index, label)
    above = page.index.province_of
    districts = [
        one for one in named if one in above and (not page.within or above[one] in page.within)
    ]
    return tuple(districts) or tuple(one for one in named if len(one) == 2)


def _areas_of_row(page: Page, row: int, columns: Mapping[str, Column | None]) -> tuple[str, ...]:
    within = list(page.within)
    for role in ("province", "district"):
        column = columns.get(role)
        value = page.spread[row, column.place] if column else None
        if isinstance(value, str):
            within += _areas_within(replace(page, within=tuple(within)), value)
    return tuple(within)


def _line_of_row(
    reader: Reader,
    page: Page,
    row: int,
    columns: Mapping[str, Column | None],
    lines: Mapping[str, Line],
) -> Line | None:
    for role in ("indicator_code", "indicator"):
        column = columns.get(role)
        value = page.spread[row, column.place] if column else None
        if not isinstance(value, str):
            continue
        known = lines.get(row_key(value))
        if known is not None:
            return known if known.indicator else None
        named = reader.indicators.get(value.strip())
        if named is not None and not is_share(named):
            return Line(row_key(value), value, named.id)
    return None


def _period_of_row(reader: Reader, page: Page, row: int, column: Column | None) -> str | None:
    if reader.layout.period != "column" or column is None:
        return page.period
    told = period_of_cell(page.spread[row, column.place], year_kind=reader.layout.year_kind)
    return told.id if told else None


def _heading_period(reader: Reader, page: Page, column: Column) -> str | None:
    if reader.layout.period != "heading":
        return page.period
    for label in reversed(column.path):
        told = period_in(label, year_kind=reader.layout.year_kind)
        if told is not None:
            return told.id
    return page.period


def _part_of(column: Column) -> Part:
    return next((part for part in PARTS[1:] if part == column.role), "value")


def _figure(
    reader: Reader,
    page: Page,
    cell: CellOf,
    line: Line,
    unit: tuple[str, str],
    period: str | None,
    areas: frozenset[str],
) -> Figure | None:
    """Read one cell as a figure of a unit; refuse one that stands for several cells."""
    if (cell.row, cell.column) in page.tall:
        if page.grid.cells[cell.row, cell.column] is not None:
            page.fate[cell.row, cell.column] = REFUSED
            reader.tell("sheet_figure_merged", page.grid, cell.row, cell.column)
        return None
    value = read_figure(reader, cell)
    if value is None:
        return None
    if period is None:
        page.fate[cell.row, cell.column] = REFUSED
        reader.tell("sheet_period_missing", page.grid, cell.row, cell.column)
        return None
    code, label = unit
    sheet = page.grid.sheet
    named = areas | page.areas
    return Figure(
        code,
        label,
        str(line.indicator),
        line.part,
        period,
        value,
        sheet,
        cell.row,
        cell.column,
        named,
    )


def _keep(reader: Reader, figure: Figure) -> None:
    reader.figures.append(figure)
    reader.table_of.append(reader.table)


def _fate_of(page: Page, row: int, places: Sequence[int], fate: int) -> None:
    for place in places:
        if page.grid.cells[row, place] is not None:
            page.fate[row, place] = fate
