"""Holds a sheet against itself: totals, sums in columns, shares against what they are made of.

Totals are never imported. One that differs from the sum of its rows is a finding with both numbers
and the cell: somebody mistyped a figure or forgot a row.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from geo.office_sheet.cells import read_number
from geo.office_sheet.figures import Figure, Reader, Total
from geo.office_sheet.grid import Grid
from geo.office_sheet.indicator_names import is_share
from geo.office_sheet.rows import strip_label
from geo.office_sheet.tables import Table
from geo.units import fold

_SUM = re.compile(r"\(?\s*(\d{1,2})\s*\)?\s*=\s*(.+)")
_TERM = re.compile(r"\s*([+-])?\s*\(?\s*(\d{1,2})\s*\)?\s*")


def check_totals(reader: Reader, grids: Mapping[str, Grid]) -> None:
    """Compare every total with the rows that it may mean; tell where none of them gives it."""
    by_table: defaultdict[tuple[int, str, str, str], list[Figure]] = defaultdict(list)
    by_file: defaultdict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure, table in zip(reader.figures, reader.table_of, strict=True):
        what = (figure.indicator, figure.part, figure.period)
        by_table[(table, *what)].append(figure)
        by_file[what].append(figure)
    sections: defaultdict[tuple[int, str, str, str], list[Total]] = defaultdict(list)
    stops: defaultdict[int, set[int]] = defaultdict(set)
    for total in reader.totals:
        what = (total.figure.indicator, total.figure.part, total.figure.period)
        sections[(total.table, *what)].append(total)
        stops[total.table].add(total.figure.row)
    for total in reader.totals:
        stated = total.figure
        if is_share(reader.indicators[stated.indicator]) and stated.part == "value":
            continue
        what = (stated.indicator, stated.part, stated.period)
        own = by_table[(total.table, *what)]
        if total.kind == "across":
            sums = [[one for one in own if one.row == stated.row]]
        else:
            sums = _candidates(total, own, by_file[what], sorted(stops[total.table]))
        added = [sum(one.value for one in group) for group in sums if group]
        heads = [t.figure for t in sections[(total.table, *what)] if t.kind == "section"]
        if total.kind in ("total", "grand") and not own and heads:
            # A sheet of districts only: its rows are sums themselves.
            added.insert(0, sum(one.value for one in heads))
        _tell_total(reader, total, added, grids[stated.sheet])


def _candidates(
    total: Total, own: Sequence[Figure], in_file: Sequence[Figure], stops: Sequence[int]
) -> list[list[Figure]]:
    """List the groups of rows that a total may mean, the likeliest first."""
    row = total.figure.row
    above = max((stop for stop in stops if stop < row), default=-1)
    below = min((stop for stop in stops if stop > row), default=1 << 30)
    since = [one for one in own if above < one.row < row]
    until = [one for one in own if row < one.row < below]
    area = fold(strip_label(total.label))
    named = [one for one in in_file if area in one.areas and one.sheet != total.figure.sheet]
    if total.kind == "section":
        groups = [until, named, [one for one in own if area in one.areas]]
    elif total.kind == "grand":
        groups = [list(own), since, list(in_file)]
    else:
        groups = [since, list(own), list(in_file)]
    return [group for group in groups if group]


def _tell_total(reader: Reader, total: Total, added: Sequence[float], grid: Grid) -> None:
    stated = total.figure
    if not added:
        code = "sheet_total_unchecked"
        reader.tell(code, grid, stated.row, stated.column, severity="warning")
    elif not any(np.isclose(stated.value, one, rtol=0, atol=1e-6) for one in added):
        reader.tell(
            "sheet_total_differs",
            grid,
            stated.row,
            stated.column,
            stated=number_text(stated.value),
            added=number_text(added[0]),
            indicator=stated.indicator,
        )


def check_columns(reader: Reader, grid: Grid, table: Table) -> None:
    """Check the sums that the row of column numbers states: ``(3)=(1)+(2)``."""
    places: dict[int, int] = {}
    for column in table.columns:
        own = re.match(r"\(?\s*(\d{1,2})", column.formula)
        if own:
            places[int(own[1])] = column.place
    for column in table.columns:
        terms = _terms(column.formula, places)
        if not terms:
            continue
        for row in range(table.body, table.end):
            stated = _number(reader, grid, row, column.place)
            parts = [(sign, _number(reader, grid, row, place)) for sign, place in terms]
            if stated is None or all(part is None for _, part in parts):
                continue
            added = sum(sign * (part or 0.0) for sign, part in parts)
            if not np.isclose(stated, added, rtol=0, atol=1e-6):
                reader.tell(
                    "sheet_column_sum_differs",
                    grid,
                    row,
                    column.place,
                    stated=number_text(stated),
                    added=number_text(added),
                    formula=column.formula,
                )


def _terms(formula: str, places: Mapping[int, int]) -> list[tuple[int, int]]:
    """Read the right side of a stated sum as signs and columns; none when it is no plain sum."""
    found = _SUM.fullmatch(formula.strip())
    if found is None:
        return []
    terms: list[tuple[int, int]] = []
    at = 0
    while at < len(found[2]):
        term = _TERM.match(found[2], at)
        if term is None or (terms and term[1] is None) or int(term[2]) not in places:
            return []
        terms.append((-1 if term[1] == "-" else 1, places[int(term[2])]))
        at = term.end()
    return terms


def _number(reader: Reader, grid: Grid, row: int, column: int) -> float | None:
    mark = reader.layout.decimal_mark
    got = read_number(
        grid.cells[row, column],
        decimal_mark=None if mark == "auto" else mark,
        marks=reader.marks,
    )
    return got.value if got.what == "number" else None


def share_differs(value: float, numerator: float, denominator: float) -> bool:
    """Tell whether a share is not the quotient of its parts, as rounded to a tenth of a percent."""
    return abs(value - numerator / denominator) > 0.00055


def number_text(value: float) -> str:
    """Write a number as Vietnamese officials do: 1.234,5."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))
