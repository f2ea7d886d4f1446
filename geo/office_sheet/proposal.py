"""Proposes how a sheet is to be read, with the evidence in numbers; a person confirms.

Nothing is decided here that cannot be seen: each proposal says how many labels are units, which
heading is which indicator and how sure that is, and what has to be answered first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.errors import Detail, Finding
from geo.indicators import INDICATORS, Indicator
from geo.office_sheet.cells import decimal_mark_of, is_number_like, marks_in, read_number
from geo.office_sheet.extract import row_labels
from geo.office_sheet.grid import Grid, letters, spread
from geo.office_sheet.indicator_names import LIKELY, HeadingMatch, is_share, match_heading
from geo.office_sheet.layout import (
    Layout,
    Line,
    Meaning,
    Orientation,
    UnitFrom,
    line_header,
    row_key,
    signature_of,
)
from geo.office_sheet.periods import NamedPeriod, period_in, period_of_cell
from geo.office_sheet.readers import names_in_title, unit_of_titles
from geo.office_sheet.rows import is_section, is_total
from geo.office_sheet.tables import Column, Table, find_tables
from geo.office_sheet.unit_names import UnitIndex, clean_code, clean_name, find_unit, names_areas
from geo.office_sheet.words import words

_FEWEST = 2
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A layout that may be the right one.

    Parameters
    ----------
    layout
        To be confirmed or edited.
    score
        0..1: share of labels recognised.
    sheets
        Sheets on which the form stands.
    evidence
        What speaks for it, in numbers.
    questions
        What a person has to answer or look at.
    """

    layout: Layout
    score: float
    sheets: tuple[str, ...]
    evidence: tuple[Finding, ...]
    questions: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _View:
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


@dataclass(frozen=True, slots=True)
class _Found:
    """Labels recognised in a column: how many of how many."""

    column: Column
    count: int
    of: int
    codes: bool = False

    @property
    def share(self) -> float:
        """Part of the labels that were recognised."""
        return self.count / self.of if self.of else 0.0


def propose(
    grids: Sequence[Grid],
    *,
    units: UnitIndex,
    indicators: Mapping[str, Indicator] = INDICATORS,
    kind: str = "observations",
) -> list[Proposal]:
    """Propose layouts for the sheets of a file, the likeliest first, one per form.

    Parameters
    ----------
    grids
        Sheets of one file, or one of them.
    units
        Communes of the boundary set on whose day the figures stand.
    indicators
        Those that may be meant.
    kind
        What the file brings.
    """
    by_form: dict[str, Proposal] = {}
    for grid in grids:
        if grid.hidden:
            continue
        cells = spread(grid)
        tables = find_tables(grid)
        likes = Counter(tuple(one.key for one in table.columns) for table in tables)
        titles: list[str] = []
        for table in tables:
            own = [str(v) for row in table.title_rows for v in _once(cells[row])]
            titles = [*titles, *own]
            like = likes[tuple(one.key for one in table.columns)]
            shown = tuple(own if like > 1 else titles)
            view = _View(grid, cells, table, shown, units, indicators, kind, like)
            for made in _propose_table(view):
                _put_together(by_form, made)
    return sorted(by_form.values(), key=lambda one: (-one.score, -len(one.sheets)))


def _put_together(by_form: dict[str, Proposal], made: Proposal) -> None:
    known = by_form.get(made.layout.signature)
    if known is None:
        by_form[made.layout.signature] = made
        return
    best, other = (known, made) if known.score >= made.score else (made, known)
    marks = dict(other.layout.marks) | dict(best.layout.marks)
    province = best.layout.province_code
    if other.layout.province_code not in (None, province) and other.score >= _ENOUGH:
        province = None
    layout = replace(best.layout, marks=tuple(marks.items()), province_code=province)
    questions = [*best.questions]
    questions += [one for one in other.questions if one not in questions]
    sheets = tuple(dict.fromkeys([*known.sheets, *made.sheets]))
    by_form[layout.signature] = replace(
        best, layout=layout, sheets=sheets, questions=tuple(questions)
    )


def _once(row: Iterable[object]) -> list[object]:
    return [value for value in dict.fromkeys(row) if value is not None]


def _propose_table(view: _View) -> list[Proposal]:
    made: list[Proposal] = []
    unit = _best_units(view)
    indicator = _best_indicators(view)
    across = [c for c in view.table.columns if c.path and _heading_is_unit(view, c)]
    if unit and indicator and unit.column != indicator.column:
        made.append(_long(view, unit, indicator))
    elif unit:
        made.append(_units_in_rows(view, unit))
    if indicator and not unit:
        if len(across) >= _FEWEST:
            made.append(_indicators_in_rows(view, indicator, across))
        else:
            made.append(_one_unit(view, indicator))
    return made


def _best_units(view: _View) -> _Found | None:
    """Find the column whose texts are names or codes of units."""
    found = []
    for column in view.table.columns:
        values = view.cells[view.table.body : view.table.end, column.place]
        labels = [
            v
            for v in values
            if isinstance(v, str) and not is_total(v) and not is_number_like(v) and len(v) > 1
        ]
        codes = [v for v in values if is_number_like(v) and clean_code(v) in view.units.units]
        if codes and (column.role == "code" or len(codes) >= _ENOUGH * len(values)):
            of = sum(v is not None for v in values)
            found.append(_Found(column, len(codes), of, codes=True))
            continue
        if names_areas(view.units, labels):
            # Provinces or districts: many a commune bears the name of one.
            continue
        asked = [v for v in labels if not _is_only_section(v)]
        hits = sum(_may_be_unit(view, label) for label in asked)
        found.append(_Found(column, hits, len(asked)))
    good = [one for one in found if one.count >= 1 and one.share >= _ENOUGH]
    # Names before codes: a code column is added beside it.
    return max(
        good, key=lambda one: (one.column.role == "unit", one.count, one.share), default=None
    )


def _is_only_section(label: str) -> bool:
    return is_section(label)


def _may_be_unit(view: _View, label: str) -> bool:
    match = find_unit(view.units, label)
    return match.code is not None or match.how in ("ambiguous", "elsewhere")


def _best_indicators(view: _View) -> _Found | None:
    found = []
    for column in view.table.columns:
        labels = [v for v in view.labels(column) if not is_number_like(v) and len(v) > 2]
        distinct = Counter(labels)
        hits = sum(
            count
            for label, count in distinct.items()
            if match_heading([label], view.indicators).score >= LIKELY
        )
        found.append(_Found(column, hits, len(labels)))
    good = [one for one in found if one.count >= 1 and one.share >= 0.3]
    return max(good, key=lambda one: (one.column.role == "indicator", one.count), default=None)


def _heading_is_unit(view: _View, column: Column) -> bool:
    return any(_may_be_unit(view, label) for label in column.path if not words().role_of.get(label))


def _units_in_rows(view: _View, unit: _Found) -> Proposal:
    columns = _unit_columns(view, unit)
    codes = _code_column(view, unit.column)
    for column in view.table.columns:
        if column.role in ("district", "province"):
            columns.setdefault(column.role, column.key)
    skip = {unit.column.place} | ({codes.place} if codes else set())
    lines: list[Line] = []
    evidence: list[Finding] = []
    questions: list[Finding] = []
    for column in view.table.columns:
        if column.place in skip or column.role in _NO_FIGURES or not column.path:
            continue
        line, told, asked = _line(view, column.path, column.key, column.nth, _values(view, column))
        lines.append(line)
        evidence.append(replace(told, column=letters(column.place)))
        questions += [replace(one, column=letters(column.place)) for one in asked]
    named = sum(line.indicator is not None for line in lines)
    questions += _doubles(lines)
    return _finish(
        view,
        "units_in_rows",
        columns=columns,
        lines=lines,
        evidence=[_units_told(unit), *evidence],
        questions=questions,
        score=_mean(unit.share, 1.0 if named else 0.0),
        unit_from="row",
    )


_NO_FIGURES = ("number", "unit", "code", "district", "province", "note", "measure", "period")


def _indicators_in_rows(view: _View, indicator: _Found, across: Sequence[Column]) -> Proposal:
    places = [
        column.place
        for column in view.table.columns
        if column in across or any(is_total(label) for label in column.path)
    ]
    lines, evidence, questions = _row_lines(view, indicator.column, places)
    asked = [c for c in view.table.columns if c.role not in _STUB and c.path]
    asked = [c for c in asked if not any(is_total(label) for label in c.path)]
    details: dict[str, Detail] = {"count": len(across), "of": len(asked), "where": "across"}
    told = Finding("layout_units_found", "info", details=details)
    return _finish(
        view,
        "indicators_in_rows",
        columns={"indicator": indicator.column.key},
        lines=lines,
        evidence=[told, *evidence],
        questions=questions,
        score=_mean(len(across) / max(len(asked), 1), indicator.share),
        unit_from="column",
    )


_STUB = ("number", "indicator", "indicator_code", "measure", "note")


def _one_unit(view: _View, indicator: _Found) -> Proposal:
    columns = {"indicator": indicator.column.key}
    figures = [
        c
        for c in view.table.columns
        if c.place != indicator.column.place and c.role not in (*_STUB, "unit", "code", "period")
    ]
    for column in figures:
        if column.role in ("value", "numerator", "denominator"):
            columns.setdefault(column.role, column.key)
    if "value" not in columns and "numerator" not in columns and figures:
        columns["value"] = figures[0].key
    places = [c.place for c in figures if c.key == columns.get("value")]
    lines, evidence, questions = _row_lines(view, indicator.column, places)
    match, _ = unit_of_titles(view.units, [*view.titles, view.grid.sheet])
    named = match.code is not None or match.how in ("ambiguous", "elsewhere")
    if not named:
        questions.append(Finding("layout_question_unit", "warning"))
    details: dict[str, Detail] = {"count": int(named), "of": 1, "where": "title"}
    blocks = view.tables_like_it > 1
    return _finish(
        view,
        "blocks" if blocks else "one_unit",
        columns=columns,
        lines=lines,
        evidence=[Finding("layout_units_found", "info", details=details), *evidence],
        questions=questions,
        score=_mean(1.0 if named else 0.3, indicator.share),
        unit_from="title",
    )


def _long(view: _View, unit: _Found, indicator: _Found) -> Proposal:
    columns = {**_unit_columns(view, unit), "indicator": indicator.column.key}
    for column in view.table.columns:
        if column.role in (
            *("district", "province", "period", "indicator_code"),
            *("value", "numerator", "denominator"),
        ):
            columns.setdefault(column.role, column.key)
    value = next((c for c in view.table.columns if c.key == columns.get("value")), None)
    by_label: dict[str, list[object]] = {}
    for row in range(view.table.body, view.table.end):
        label = view.cells[row, indicator.column.place]
        if isinstance(label, str):
            by_label.setdefault(label, []).append(
                view.grid.cells[row, value.place] if value else None
            )
    lines: list[Line] = []
    evidence: list[Finding] = []
    questions: list[Finding] = []
    for label, values in by_label.items():
        line, told, asked = _line(view, (label,), row_key(label), 1, values)
        if line.key and line.key not in {one.key for one in lines}:
            lines.append(line)
            evidence.append(told)
            questions += asked
    return _finish(
        view,
        "long",
        columns=columns,
        lines=lines,
        evidence=[_units_told(unit), *evidence],
        questions=questions,
        score=_mean(unit.share, indicator.share),
        unit_from="row",
    )


def _row_lines(
    view: _View, column: Column, places: Sequence[int]
) -> tuple[list[Line], list[Finding], list[Finding]]:
    measure = next((c for c in view.table.columns if c.role == "measure"), None)
    seen: dict[str, int] = {}
    lines: list[Line] = []
    evidence: list[Finding] = []
    questions: list[Finding] = []
    for row in range(view.table.body, view.table.end):
        label = view.cells[row, column.place]
        key = row_key(label) if isinstance(label, str) else ""
        if not key:
            continue
        seen[key] = seen.get(key, 0) + 1
        told_measure = view.cells[row, measure.place] if measure else ""
        values = [view.grid.cells[row, place] for place in places]
        line, told, asked = _line(
            view, (str(label),), key, seen[key], values, measure=str(told_measure or "")
        )
        lines.append(line)
        evidence.append(replace(told, row=row + 1))
        questions += [replace(one, row=row + 1) for one in asked]
    return lines, evidence, questions


def _line(
    view: _View,
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
    scale, asked = _scale(view, match, values, header)
    questions += asked
    details = {
        "header": header,
        "indicator": match.indicator,
        "part": match.part,
        "score": match.score,
    }
    told = Finding("layout_line_found", "info", details=details)
    return Line(key, header, match.indicator, match.part, scale, nth), told, questions


def _scale(
    view: _View, match: HeadingMatch, values: Sequence[object], header: str
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


def _values(view: _View, column: Column) -> list[object]:
    return list(view.grid.cells[view.table.body : view.table.end, column.place])


def _unit_columns(view: _View, unit: _Found) -> dict[str, str]:
    if unit.codes:
        return {"code": unit.column.key}
    codes = _code_column(view, unit.column)
    return {"unit": unit.column.key} | ({"code": codes.key} if codes else {})


def _code_column(view: _View, unit: Column) -> Column | None:
    for column in view.table.columns:
        values = [v for v in _values(view, column) if v is not None and not isinstance(v, bool)]
        if column is unit or column.role == "number" or not values:
            continue
        known = sum(clean_code(value) in view.units.units for value in values)
        if known >= 0.8 * len(values) and column.role in ("code", None):
            return column
    return None


def _units_told(unit: _Found) -> Finding:
    details: dict[str, Detail] = {"count": unit.count, "of": unit.of, "where": "rows"}
    return Finding("layout_units_found", "info", column=letters(unit.column.place), details=details)


def _doubles(lines: Sequence[Line]) -> list[Finding]:
    """Ask where two columns would give the same figure."""
    # Figures of two years side by side are no doubles.
    seen = Counter(
        (line.indicator, line.part, told.id if (told := period_in(line.header)) else None)
        for line in lines
        if line.indicator
    )
    return [
        Finding("layout_question_double", "warning", details={"indicator": indicator, "part": part})
        for (indicator, part, _), count in seen.items()
        if count > 1
    ]


def _mean(*shares: float) -> float:
    return round(sum(shares) / len(shares), 3)


def _finish(
    view: _View,
    orientation: Orientation,
    *,
    columns: Mapping[str, str],
    lines: Sequence[Line],
    evidence: Sequence[Finding],
    questions: Sequence[Finding],
    score: float,
    unit_from: UnitFrom,
) -> Proposal:
    labels: list[str] = []
    if orientation not in ("units_in_rows", "long"):
        labels = row_labels(view.grid, view.table, columns.get("indicator"))
    period, year_kind, told = _period(view, columns, lines)
    decimal_mark, asked = _decimal(view)
    marks, mark_questions = _marks(view, columns)
    province = _province(view, columns, orientation)
    layout = Layout(
        kind=view.kind,
        orientation=orientation,
        signature=signature_of(view.table, orientation, row_labels=labels),
        lines=tuple(lines),
        columns=dict(columns),
        unit_from=unit_from,
        period=period,
        year_kind=year_kind,
        province_code=province,
        marks=marks,
        decimal_mark=decimal_mark,
    )
    all_questions = [*questions, *asked, *mark_questions]
    if year_kind == "ask":
        all_questions.append(Finding("layout_question_year", "warning"))
    shown = [*evidence, told]
    if province:
        details: dict[str, Detail] = {"province": view.units.area_names.get(province, province)}
        shown.append(Finding("layout_province_found", "info", details=details))
    return Proposal(layout, score, (view.grid.sheet,), tuple(shown), tuple(all_questions))


def _period(
    view: _View, columns: Mapping[str, str], lines: Sequence[Line]
) -> tuple[str, str, Finding]:
    """Find where the period stands; of a plain year it is asked which of the two is meant."""
    named: list[tuple[str, NamedPeriod]] = []
    if "period" in columns:
        column = next(c for c in view.table.columns if c.key == columns["period"])
        cells = {value for value in _values(view, column) if value is not None}
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


def _decimal(view: _View) -> tuple[Literal[",", ".", "auto"], list[Finding]]:
    """Propose a decimal mark where a column cannot tell: by the sheet as a whole, and ask."""
    proved: set[Literal[",", "."]] = set()
    unclear = 0
    for column in view.table.columns:
        own, both_ways = decimal_mark_of(_values(view, column))
        proved |= own
        unclear += both_ways if len(own) != 1 else 0
    if not unclear:
        return "auto", []
    mark = next(iter(proved)) if len(proved) == 1 else ","
    details: dict[str, Detail] = {"mark": mark, "count": unclear}
    return mark, [Finding("layout_question_decimal", "warning", details=details)]


def _marks(
    view: _View, columns: Mapping[str, str]
) -> tuple[tuple[tuple[str, Meaning], ...], list[Finding]]:
    named = {columns.get(role) for role in ("unit", "indicator", "indicator_code", "code")}
    counted: Counter[str] = Counter()
    for column in view.table.columns:
        if column.key not in named and column.role not in ("number", "note", "measure"):
            counted.update(marks_in(_values(view, column)))
    marks: list[tuple[str, Meaning]] = []
    questions = []
    for mark, count in sorted(counted.items()):
        meaning = words().marks.get(mark, "ask")
        marks.append((mark, "blank" if meaning == "blank" else "ask"))
        if meaning != "blank":
            details: dict[str, Detail] = {"mark": mark, "count": count}
            questions.append(Finding("layout_question_mark_count", "warning", details=details))
    return tuple(marks), questions


def _province(view: _View, columns: Mapping[str, str], orientation: Orientation) -> str | None:
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
            for v in _once(view.cells[row])
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
