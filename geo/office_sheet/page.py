"""A table with what its surroundings say, and look-ups in it by a layout."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.office_sheet.cells import DecimalMark
from geo.office_sheet.figures import LABEL, Reader, mark_of_cells
from geo.office_sheet.grid import Grid
from geo.office_sheet.indicator_names import Part
from geo.office_sheet.layout import Line, row_key
from geo.office_sheet.periods import period_in, period_of_cell
from geo.office_sheet.rows import is_total
from geo.office_sheet.tables import Column, Table
from geo.office_sheet.unit_names import UnitIndex, UnitMatch, clean_name, find_areas, find_unit
from geo.units import split_kind

_CODE = re.compile(r"\b(?:mã|code)\D{0,12}(\d{5})\b", re.I)


_TITLE_UNIT = re.compile(
    r"\b((?:xã|phường|thị trấn|đặc khu)\s+[^,;:()\n]+?)"
    r"(?=\s*(?:$|[,;()]| - | – |\s(?:huyện|quận|thị xã|thành phố|tỉnh)\s))",
    re.I,
)


PARTS: tuple[Part, ...] = ("value", "numerator", "denominator")


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


def lines_by_column(reader: Reader, page: Page) -> list[tuple[Column, Line]]:
    """Give the columns of figures that the layout knows."""
    wanted = {(line.key, line.nth): line for line in reader.layout.lines if line.indicator}
    keyed = ((column, wanted.get((column.key, column.nth))) for column in page.table.columns)
    return [(column, line) for column, line in keyed if line is not None]


def lines_by_row(reader: Reader, page: Page, column: Column | None) -> list[tuple[int, Line]]:
    """Give the rows of figures that the layout knows by their label."""
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


def column_of(table: Table, key: str | None) -> Column | None:
    """Find a column by its key."""
    return next((one for one in table.columns if one.key == key), None) if key else None


def column_mark(reader: Reader, page: Page, place: int) -> DecimalMark | None:
    """Decide the decimal mark of a column as a whole."""
    rows = range(page.table.body, page.table.end)
    return mark_of_cells(reader, page.grid, [(row, place) for row in rows])


def label_columns(reader: Reader, page: Page, figures: Collection[int]) -> list[int]:
    """Give the columns left of the first figures, and those that the layout names."""
    named = set(reader.layout.columns.values())
    first = min(figures, default=0)
    return [
        column.place
        for column in page.table.columns
        if column.place not in figures and (column.place < first or column.key in named)
    ]


def row_labels(page: Page, row: int, columns: Sequence[int]) -> list[str]:
    """List the texts of a row outside its figures, and note them as labels."""
    texts: list[str] = []
    for place in columns:
        value = page.spread[row, place]
        if page.grid.cells[row, place] is not None:
            page.fate[row, place] = LABEL
        if isinstance(value, str) and value not in texts:
            texts.append(value)
    return texts


def unit_label(reader: Reader, page: Page, row: int) -> str:
    """Give what stands in a row's column of units."""
    column = column_of(page.table, reader.layout.columns.get("unit"))
    value = page.spread[row, column.place] if column else None
    return value if isinstance(value, str) else ""


def unit_labels(reader: Reader, page: Page) -> list[str]:
    """List the labels of the units of a table, totals left out."""
    rows = range(page.table.body, page.table.end)
    labels = (unit_label(reader, page, row) for row in rows)
    return [label for label in labels if label and not is_total(label)]


def areas_within(page: Page, label: str) -> tuple[str, ...]:
    """Give the districts of the page's province (or provinces) that a label names."""
    named = find_areas(page.index, label)
    above = page.index.province_of
    districts = [
        one for one in named if one in above and (not page.within or above[one] in page.within)
    ]
    return tuple(districts) or tuple(one for one in named if len(one) == 2)


def areas_of_row(page: Page, row: int, columns: Mapping[str, Column | None]) -> tuple[str, ...]:
    """Narrow a row's unit down by its columns of province and district."""
    within = list(page.within)
    for role in ("province", "district"):
        column = columns.get(role)
        value = page.spread[row, column.place] if column else None
        if isinstance(value, str):
            within += areas_within(replace(page, within=tuple(within)), value)
    return tuple(within)


def period_of_row(reader: Reader, page: Page, row: int, column: Column | None) -> str | None:
    """Give a row's period, from its own column where the layout says so."""
    if reader.layout.period != "column" or column is None:
        return page.period
    told = period_of_cell(page.spread[row, column.place], year_kind=reader.layout.year_kind)
    return told.id if told else None


def heading_period(reader: Reader, page: Page, column: Column) -> str | None:
    """Give a column's period, from its heading where the layout says so."""
    if reader.layout.period != "heading":
        return page.period
    for label in reversed(column.path):
        told = period_in(label, year_kind=reader.layout.year_kind)
        if told is not None:
            return told.id
    return page.period


def part_of(column: Column) -> Part:
    """Tell which part of a share a column holds."""
    return next((part for part in PARTS[1:] if part == column.role), "value")


def set_fate(page: Page, row: int, places: Sequence[int], fate: int) -> None:
    """Note what became of the filled cells among some of a row."""
    for place in places:
        if page.grid.cells[row, place] is not None:
            page.fate[row, place] = fate
