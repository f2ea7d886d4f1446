"""Proposes how a sheet is to be read, with the evidence in numbers; a person confirms.

Nothing is decided here that cannot be seen: each proposal says how many labels are units, which
heading is which indicator and how sure that is, and what has to be answered first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.errors import Detail, Finding
from geo.indicators import SERIES, Indicator
from geo.office_sheet.extract import row_labels
from geo.office_sheet.finders import (
    Found,
    best_indicators,
    best_units,
    heading_is_unit,
    may_be_unit,
)
from geo.office_sheet.grid import Grid, letters, spread
from geo.office_sheet.guesses import (
    View,
    guess_decimal,
    guess_line,
    guess_marks,
    guess_period,
    guess_province,
    once,
    values_of,
)
from geo.office_sheet.layout import (
    Layout,
    Line,
    Orientation,
    UnitFrom,
    row_key,
    signature_of,
)
from geo.office_sheet.page import unit_of_titles
from geo.office_sheet.periods import period_in
from geo.office_sheet.rows import is_total
from geo.office_sheet.tables import Column, find_tables
from geo.office_sheet.unit_names import UnitIndex, clean_code, same_name

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


def propose(
    grids: Sequence[Grid],
    *,
    units: UnitIndex,
    indicators: Mapping[str, Indicator] = SERIES,
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
            own = [str(v) for row in table.title_rows for v in once(cells[row])]
            titles = [*titles, *own]
            like = likes[tuple(one.key for one in table.columns)]
            shown = tuple(own if like > 1 else titles)
            view = View(grid, cells, table, shown, units, indicators, kind, like)
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


def _propose_table(view: View) -> list[Proposal]:
    made: list[Proposal] = []
    unit = best_units(view)
    indicator = best_indicators(view)
    across = [c for c in view.table.columns if c.path and heading_is_unit(view, c)]
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


def _units_in_rows(view: View, unit: Found) -> Proposal:
    columns = _unit_columns(view, unit)
    codes = _code_column(view, unit.column)
    for column in view.table.columns:
        if column.role in ("district", "province", "period"):
            columns.setdefault(column.role, column.key)
    skip = {unit.column.place} | ({codes.place} if codes else set())
    lines: list[Line] = []
    evidence: list[Finding] = []
    questions: list[Finding] = []
    for column in view.table.columns:
        if column.place in skip or column.role in _NO_FIGURES or not column.path:
            continue
        line, told, asked = guess_line(
            view, column.path, column.key, column.nth, values_of(view, column)
        )
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


def _indicators_in_rows(view: View, indicator: Found, across: Sequence[Column]) -> Proposal:
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


def _one_unit(view: View, indicator: Found) -> Proposal:
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


def _long(view: View, unit: Found, indicator: Found) -> Proposal:
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
        line, told, asked = guess_line(view, (label,), row_key(label), 1, values)
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
    view: View, column: Column, places: Sequence[int]
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
        line, told, asked = guess_line(
            view, (str(label),), key, seen[key], values, measure=str(told_measure or "")
        )
        lines.append(line)
        evidence.append(replace(told, row=row + 1))
        questions += [replace(one, row=row + 1) for one in asked]
    return lines, evidence, questions


def _unit_columns(view: View, unit: Found) -> dict[str, str]:
    if unit.codes:
        return {"code": unit.column.key}
    codes = _code_column(view, unit.column)
    return {"unit": unit.column.key} | ({"code": codes.key} if codes else {})


def _code_column(view: View, unit: Column) -> Column | None:
    for column in view.table.columns:
        values = [v for v in values_of(view, column) if v is not None and not isinstance(v, bool)]
        if column is unit or column.role not in ("code", None) or not values:
            continue
        known = sum(clean_code(value) in view.units.units for value in values)
        if known >= 0.8 * len(values) and (column.role or _codes_fit(view, column, unit)):
            return column
    return None


def _codes_fit(view: View, column: Column, unit: Column) -> bool:
    """Tell whether numbers are the codes of the names beside them, not figures."""
    rows = range(view.table.body, view.table.end)
    pairs = [(view.cells[row, column.place], view.cells[row, unit.place]) for row in rows]
    told = [(clean_code(code), name) for code, name in pairs if isinstance(name, str)]
    units = [(code, name) for code, name in told if may_be_unit(view, name)]
    fitting = sum(
        code in view.units.units and same_name(view.units, code, name) for code, name in units
    )
    return fitting >= max(0.8 * len(units), 1)


def _units_told(unit: Found) -> Finding:
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
    view: View,
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
    period, year_kind, told = guess_period(view, columns, lines)
    decimal_mark, asked = guess_decimal(view)
    marks, mark_questions = guess_marks(view, columns)
    province = guess_province(view, columns, orientation)
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
