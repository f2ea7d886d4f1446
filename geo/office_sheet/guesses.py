"""Guesses about one table, each with its evidence or its question."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import Detail, Finding
from geo.indicators import Indicator
from geo.office_sheet.cells import decimal_mark_of, marks_in, read_number
from geo.office_sheet.grid import Grid
from geo.office_sheet.indicator_names import HeadingMatch, is_share, match_heading
from geo.office_sheet.layout import Line, Meaning, Orientation, line_header
from geo.office_sheet.page import names_in_title
from geo.office_sheet.periods import NamedPeriod, period_in, period_of_cell
from geo.office_sheet.tables import Column, Table, find_tables
from geo.office_sheet.unit_names import UnitIndex, clean_name, find_unit
from geo.office_sheet.words import words


@dataclass(frozen=True, slots=True)
class View:
    """A table with what the labels of its body and headings are."""

    grid: Grid
    cells: NDArray[np.object_]
    table: Table
    titles: tuple[str, ...]
    units: UnitIndex
    indicators: Mapping[str, Indicator]
    kind: str
    tables_like_it: int

    def labels(self, column: Column) -> list[str]:
        """List the texts of a column's body."""
        body = self.cells[self.table.body : self.table.end, column.place]
        return [value for value in body if isinstance(value, str)]


def once(row: Iterable[object]) -> list[object]:
    """List the contents of a row, a merged one once."""
    return [value for value in dict.fromkeys(row) if value is not None]


def guess_line(
    view: View,
    path: Sequence[str],
    key: str,
    nth: int,
    values: Sequence[object],
    *,
    measure: str = "",
) -> tuple[Line, Finding, list[Finding]]:
    """Propose what a column or row of figures is, with its evidence and questions."""
    match = match_heading(path, view.indicators, measure=measure)
    header = line_header(path)
    questions: list[Finding] = []
    if match.indicator is None:
        details: dict[str, Detail] = {"header": header, "others": ", ".join(match.others)}
        told = Finding(f"layout_line_{match.why or 'unknown'}", "info", details=details)
        if match.why == "unclear":
            questions.append(replace(told, severity="warning"))
        return Line(key, header, None, nth=nth, why=match.why), told, questions
    scale, asked = _guess_scale(view, match, values, header)
    questions += asked
    details = {
        "header": header,
        "indicator": match.indicator,
        "part": match.part,
        "score": match.score,
    }
    told = Finding("layout_line_found", "info", details=details)
    return Line(key, header, match.indicator, match.part, scale, nth), told, questions


def _guess_scale(
    view: View, match: HeadingMatch, values: Sequence[object], header: str
) -> tuple[float, list[Finding]]:
    """Decide how shares are written: 45,6 for 45.6 %, or 0,456; asked where it is not told."""
    if match.indicator is None or match.part != "value":
        return match.scale, []
    if not is_share(view.indicators[match.indicator]):
        return match.scale, []
    numbers = [
        got.value
        for value in values
        if (got := read_number(value, decimal_mark=",", marks={})).what == "number"
        and got.value is not None
        and not got.percent
    ]
    if not numbers:
        return match.scale, []
    small = max(numbers) <= 1
    scale = 1.0 if small and any(0 < number < 1 for number in numbers) else 0.01
    if not small and match.percent_told:
        return 0.01, []
    if small and not any(numbers):
        return 0.01, []
    details: dict[str, Detail] = {"header": header, "scale": "0..1" if scale == 1.0 else "0..100"}
    return scale, [Finding("layout_question_scale", "warning", details=details)]


def values_of(view: View, column: Column) -> list[object]:
    """List the cells of a column's body."""
    return list(view.grid.cells[view.table.body : view.table.end, column.place])


def guess_period(
    view: View, columns: Mapping[str, str], lines: Sequence[Line]
) -> tuple[str, str, Finding]:
    """Find where the period stands; of a plain year it is asked which of the two is meant."""
    named: list[tuple[str, NamedPeriod]] = []
    if "period" in columns:
        column = next(c for c in view.table.columns if c.key == columns["period"])
        cells = {value for value in values_of(view, column) if value is not None}
        named = [("column", told) for value in cells if (told := period_of_cell(value))]
    if not named:
        headings = [label for column in view.table.columns for label in column.path]
        named = [("heading", told) for label in headings if (told := period_in(label))]
        if len({told.id for _, told in named}) == 1 and len(named) < len(lines):
            named = []
    if not named:
        titles = [*view.titles, view.grid.sheet]
        named = [("title", told) for text in titles if (told := period_in(text)) and told.id]
    if not named:
        return "title", "year", Finding("layout_period_not_found", "info")
    source, told = named[0]
    details: dict[str, Detail] = {"where": source, "period": told.id}
    year_kind = "ask" if any(one.is_year for _, one in named) else "year"
    return source, year_kind, Finding("layout_period_found", "info", details=details)


def guess_decimal(view: View) -> tuple[Literal[",", ".", "auto"], list[Finding]]:
    """Propose a decimal mark where a column cannot tell: by the sheet as a whole, and ask."""
    proved: set[Literal[",", "."]] = set()
    unclear = 0
    for column in view.table.columns:
        own, both_ways = decimal_mark_of(values_of(view, column))
        proved |= own
        unclear += both_ways if len(own) != 1 else 0
    if not unclear:
        return "auto", []
    mark = next(iter(proved)) if len(proved) == 1 else ","
    details: dict[str, Detail] = {"mark": mark, "count": unclear}
    return mark, [Finding("layout_question_decimal", "warning", details=details)]


def guess_marks(
    view: View, columns: Mapping[str, str]
) -> tuple[tuple[tuple[str, Meaning], ...], list[Finding]]:
    """List the signs that stand for figures; what an office means by a dash is asked."""
    named = {columns.get(role) for role in ("unit", "indicator", "indicator_code", "code")}
    counted: Counter[str] = Counter()
    for column in view.table.columns:
        if column.key not in named and column.role not in ("number", "note", "measure"):
            counted.update(marks_in(values_of(view, column)))
    marks: list[tuple[str, Meaning]] = []
    questions = []
    for mark, count in sorted(counted.items()):
        meaning = words().marks.get(mark, "ask")
        marks.append((mark, "blank" if meaning == "blank" else "ask"))
        if meaning != "blank":
            details: dict[str, Detail] = {"mark": mark, "count": count}
            questions.append(Finding("layout_question_mark_count", "warning", details=details))
    return tuple(marks), questions


def guess_province(view: View, columns: Mapping[str, str], orientation: Orientation) -> str | None:
    """Find the one province in which most of the units lie; None where they lie in several."""
    if "province" in columns or "code" in columns:
        return None
    names: list[str] = []
    if orientation in ("units_in_rows", "long"):
        column = next(c for c in view.table.columns if c.key == columns["unit"])
        names = view.labels(column)
    elif orientation == "indicators_in_rows":
        names = [label for column in view.table.columns for label in column.path]
    else:
        titles = [
            str(v)
            for table in find_tables(view.grid)
            for row in table.title_rows
            for v in once(view.cells[row])
        ]
        names = [name for text in titles for name in names_in_title(text)]
    by_province: Counter[str] = Counter()
    asked = 0
    for name in dict.fromkeys(names):
        match = find_unit(view.units, clean_name(name))
        codes = (match.code,) if match.code else match.candidates
        if match.how == "unknown" or not codes:
            continue
        asked += 1
        by_province.update({view.units.units[code][2] for code in codes})
    if not asked:
        return None
    (province, count), *others = by_province.most_common(2)
    # One name that several provinces have tells nothing.
    tied = bool(others) and others[0][1] == count
    return province if count >= 0.6 * asked and not tied else None
