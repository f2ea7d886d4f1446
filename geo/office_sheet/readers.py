"""Reads one table by a layout, an orientation each; every cell touched gets its fate."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from geo.office_sheet.figures import (
    CHECKED,
    REFUSED,
    SKIPPED,
    CellOf,
    Figure,
    Reader,
    Total,
    mark_of_cells,
    read_figure,
)
from geo.office_sheet.indicator_names import is_share
from geo.office_sheet.layout import Line, row_key
from geo.office_sheet.page import (
    PARTS,
    Page,
    areas_of_row,
    areas_within,
    column_mark,
    column_of,
    heading_period,
    label_columns,
    lines_by_column,
    lines_by_row,
    part_of,
    period_of_row,
    row_labels,
    set_fate,
    unit_label,
    unit_labels,
    unit_of_titles,
)
from geo.office_sheet.rows import is_grand_total, is_section, is_total, strip_label
from geo.office_sheet.tables import Column
from geo.office_sheet.unit_names import (
    UnitMatch,
    clean_name,
    find_areas,
    find_unit,
    names_areas,
    near_units,
    same_name,
)
from geo.units import fold, split_kind


def read_units_in_rows(reader: Reader, page: Page) -> None:
    """Read a unit per row, indicators across."""
    lines = lines_by_column(reader, page)
    marks = {c.place: column_mark(reader, page, c.place) for c, _ in lines}
    labels = label_columns(reader, page, {column.place for column, _ in lines})
    columns = {role: column_of(page.table, key) for role, key in reader.layout.columns.items()}
    section, areas = page.within, frozenset[str]()
    bare_areas = names_areas(page.index, unit_labels(reader, page))
    for row in range(page.table.body, page.table.end):
        texts = row_labels(page, row, labels)
        filled = [c.place for c, _ in lines if page.grid.cells[row, c.place] is not None]
        if not texts and not filled:
            continue
        name = unit_label(reader, page, row) or (texts[0] if texts else "")
        within = (*section, *areas_of_row(page, row, columns))
        match = _unit_of_row(reader, page, row, name, within)
        kind = _row_kind(reader, page, row, texts=texts, name=name, match=match)
        if kind == "data" and bare_areas and match.how != "code" and find_areas(page.index, name):
            kind = "section"
        if kind == "section":
            named = areas_within(page, name)
            section = tuple(dict.fromkeys([*page.within, *named])) if named else page.within
            areas = frozenset({fold(strip_label(name))})
        if kind == "skip" or (kind == "section" and not filled):
            set_fate(page, row, filled, SKIPPED)
            continue
        if kind == "data" and not _judge_unit(reader, page, row, match, filled):
            continue
        row_period = None
        if reader.layout.period == "column":
            row_period = period_of_row(reader, page, row, columns.get("period"))
        for column, line in lines:
            cell = CellOf(page.grid, page.fate, row, column.place, line, marks[column.place])
            period = row_period or heading_period(reader, page, column)
            here = (row, column.place)
            found = _figure(reader, page, cell, line, (match.code or "", name), period, areas)
            if kind != "data" and found is not None:
                page.fate[here] = CHECKED
                reader.totals.append(Total(found, reader.table, kind, name))
            elif found is not None:
                _keep(reader, found)


def read_indicators_in_rows(reader: Reader, page: Page) -> None:
    """Read an indicator per row, units across."""
    label_column = column_of(page.table, reader.layout.columns.get("indicator"))
    rows = lines_by_row(reader, page, label_column)
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
                set_fate(page, row, [column.place], REFUSED)
                continue
            own = replace(line, part=part_of(column)) if part_of(column) != "value" else line
            cell = CellOf(page.grid, page.fate, row, column.place, own, mark)
            period = heading_period(reader, page, column)
            unit = (match.code or "", column.path[-1])
            found = _figure(reader, page, cell, own, unit, period, frozenset())
            if found is not None and total:
                page.fate[row, column.place] = CHECKED
                reader.totals.append(Total(found, reader.table, "across"))
            elif found is not None:
                _keep(reader, found)


def read_one_unit(reader: Reader, page: Page) -> None:
    """Read the form of one unit: the unit is named above it, or by the sheet."""
    label_column = column_of(page.table, reader.layout.columns.get("indicator"))
    rows = lines_by_row(reader, page, label_column)
    match, label = unit_of_titles(page.index, page.titles, within=page.within)
    if match.code is None:
        first = page.table.title_rows[0] if page.table.title_rows else page.table.top
        _tell_unit(reader, page, (first, 0), match)
    parts = [
        (column, part)
        for part in PARTS
        if (column := column_of(page.table, reader.layout.columns.get(part))) is not None
    ]
    marks = {column.place: column_mark(reader, page, column.place) for column, _ in parts}
    for row, line in rows:
        for column, part in parts:
            if match.code is None:
                set_fate(page, row, [column.place], REFUSED)
                continue
            part = line.part if part == "value" else part
            own = replace(line, part=part, scale=line.scale if part == "value" else 1.0)
            cell = CellOf(page.grid, page.fate, row, column.place, own, marks[column.place])
            period = heading_period(reader, page, column)
            found = _figure(reader, page, cell, own, (match.code, label), period, frozenset())
            if found is not None:
                _keep(reader, found)


def read_long(reader: Reader, page: Page) -> None:
    """Read one figure per row."""
    columns = {role: column_of(page.table, key) for role, key in reader.layout.columns.items()}
    lines = {line.key: line for line in reader.layout.lines}
    parts = [(columns[p], p) for p in PARTS if columns.get(p)]
    marks = {c.place: column_mark(reader, page, c.place) for c, _ in parts if c is not None}
    for row in range(page.table.body, page.table.end):
        filled = [c.place for c, _ in parts if c and page.grid.cells[row, c.place] is not None]
        if all(value is None for value in page.grid.cells[row]):
            continue
        name = unit_label(reader, page, row)
        line = _line_of_row(reader, page, row, columns, lines)
        within = areas_of_row(page, row, columns)
        match = _unit_of_row(reader, page, row, name, within)
        if match.code is None and is_total(name):
            set_fate(page, row, filled, SKIPPED)
            reader.tell("sheet_total_unchecked", page.grid, row, 0, severity="warning")
            continue
        if line is None:
            set_fate(page, row, filled, REFUSED)
            column = columns.get("indicator_code") or columns.get("indicator")
            reader.tell("sheet_indicator_unknown", page.grid, row, column.place if column else 0)
            continue
        if not _judge_unit(reader, page, row, match, filled):
            continue
        period = period_of_row(reader, page, row, columns.get("period"))
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


def _unit_of_row(
    reader: Reader, page: Page, row: int, name: str, within: Collection[str]
) -> UnitMatch:
    column = column_of(page.table, reader.layout.columns.get("code"))
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
    places = (column.place for column, _ in lines_by_column(reader, page))
    return any(page.grid.cells[row, place] is not None for place in places)


def _judge_unit(
    reader: Reader, page: Page, row: int, match: UnitMatch, filled: Sequence[int]
) -> bool:
    column = column_of(page.table, reader.layout.columns.get("unit")) or column_of(
        page.table, reader.layout.columns.get("code")
    )
    place = (row, column.place if column else 0)
    if match.code is None:
        set_fate(page, row, filled, REFUSED)
        _tell_unit(reader, page, place, match)
        return False
    if match.how in ("kind_differs", "name_plain"):
        code = f"sheet_unit_{match.how}"
        reader.tell(code, page.grid, *place, severity="info", unit=match.code)
    name = unit_label(reader, page, row)
    if match.how == "code" and name and not same_name(page.index, match.code, name):
        reader.tell("sheet_unit_code_and_name_differ", page.grid, *place, unit=match.code)
    elsewhere = reader.layout.province_code
    if elsewhere and page.index.units[match.code][2] != elsewhere:
        set_fate(page, row, filled, REFUSED)
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
        within += areas_within(page, label)
    match = UnitMatch(None, "unknown")
    for label in reversed(column.path):
        found = find_unit(page.index, label, within=within)
        if found.code is not None:
            return found, False
        match = found if match.how == "unknown" else match
    _tell_unit(reader, page, (page.table.top, column.place), match)
    return match, False


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
