"""A learnt form: what its rows and columns mean; frozen, to and from JSON, with its signature.

    units_in_rows        a unit per row, indicators across
    indicators_in_rows   an indicator per row, units across
    blocks               several units to a sheet, each with its own small table
    one_unit             one unit: indicators in rows, columns for value, numerator, denominator
    long                 one figure per row

The signature is a hash of the labels of the form, never of its values, units or periods: the same
form is known again when rows were added or the month has changed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from geo.errors import Finding, Refused
from geo.office_sheet.indicator_names import Part
from geo.office_sheet.periods import without_period
from geo.office_sheet.rows import is_total, strip_label
from geo.office_sheet.tables import PATH_SIGN, Column, Table, fold_label
from geo.period import parse_period

Orientation = Literal["units_in_rows", "indicators_in_rows", "blocks", "one_unit", "long"]
ORIENTATIONS: tuple[Orientation, ...] = get_args(Orientation)
UnitFrom = Literal["row", "column", "title", "sheet"]
Meaning = Literal["zero", "blank", "ask"]
# A period as `geo.period` writes it is fixed; these say where it stands.
PERIOD_SOURCES = ("title", "column", "heading", "given")

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column of figures.

    Parameters
    ----------
    key
        Its path of labels, folded, periods left out.
    header
        The path as written, for people.
    indicator
        Id, or None: its figures are left out, and told.
    part, scale
        Which part of the indicator, and the factor from what is written to what is stored.
    nth
        1, or more where an earlier line has the same key.
    why
        Why it has no indicator: breakdown, comparison, unknown, unclear.
    """

    key: str
    header: str
    indicator: str | None
    part: Part = "value"
    scale: float = 1.0
    nth: int = 1
    why: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A learnt form.

    Parameters
    ----------
    kind
        What it brings, e.g. ``observations``.
    orientation
        One of `ORIENTATIONS`.
    signature
        Of the form, see `signature_of`.
    lines
        Columns of figures (``units_in_rows``) or rows of figures (the others but ``long``).
    columns
        Columns by role: unit, code, district, province, indicator, indicator_code, period,
        and, where indicators stand in rows or in a column, value, numerator, denominator.
        The column's key.
    unit_from
        Where the unit is told: in its row, its column's heading, the titles, the sheet's name.
    period
        A period's identifier, or ``title``, ``column``, ``heading``, ``given``.
    year_kind
        What a plain year means: ``year`` (15/12 to 14/12), ``calendar_year``, or ``ask``.
    province_code
        Province of all units, or None.
    marks
        Signs in place of figures and what they mean.
    decimal_mark
        ``,`` or ``.``; ``auto``: as each column proves it.
    skip_rows
        Folded labels of rows that are left out, and told.
    """

    kind: str
    orientation: Orientation
    signature: str
    lines: tuple[Line, ...]
    columns: Mapping[str, str]
    unit_from: UnitFrom = "row"
    period: str = "title"
    year_kind: str = "year"
    province_code: str | None = None
    marks: tuple[tuple[str, Meaning], ...] = ()
    decimal_mark: Literal[",", ".", "auto"] = "auto"
    skip_rows: tuple[str, ...] = ()


def to_json(layout: Layout) -> dict[str, Any]:
    """Give a layout as plain data."""
    return {"format": FORMAT, **asdict(layout), "marks": dict(layout.marks)}


def from_json(told: Mapping[str, Any]) -> Layout:
    """Make a layout of plain data, as a person may have edited it.

    Raises
    ------
    Refused
        ``layout_unreadable`` with everything that does not fit.
    """
    findings = _wrong_in(told)
    if findings:
        raise Refused("layout_unreadable", findings=findings, count=len(findings))
    given = {one.name: told[one.name] for one in fields(Layout) if one.name in told}
    given["lines"] = tuple(Line(**line) for line in told["lines"])
    given["marks"] = tuple(told.get("marks", {}).items())
    given["skip_rows"] = tuple(told.get("skip_rows", ()))
    return Layout(**given)


def _wrong_in(told: Mapping[str, Any]) -> list[Finding]:
    wrong: list[str] = []
    known = {one.name for one in fields(Layout)} | {"format"}
    wrong += sorted(set(told) - known)
    wrong += [name for name in ("kind", "signature", "lines", "columns") if name not in told]
    if told.get("orientation") not in ORIENTATIONS:
        wrong.append("orientation")
    if told.get("decimal_mark", "auto") not in (",", ".", "auto"):
        wrong.append("decimal_mark")
    if told.get("year_kind", "year") not in ("year", "calendar_year", "ask"):
        wrong.append("year_kind")
    if told.get("unit_from", "row") not in get_args(UnitFrom):
        wrong.append("unit_from")
    marks = told.get("marks", {})
    if not isinstance(marks, Mapping) or not set(marks.values()) <= set(get_args(Meaning)):
        wrong.append("marks")
    if not isinstance(told.get("columns", {}), Mapping):
        wrong.append("columns")
    period = told.get("period", "title")
    if period not in PERIOD_SOURCES and not _is_period(period):
        wrong.append("period")
    names = {one.name for one in fields(Line)}
    for number, line in enumerate(told.get("lines", ()), start=1):
        fits = isinstance(line, Mapping) and {"key", "header", "indicator"} <= set(line) <= names
        if not fits or line.get("part", "value") not in get_args(Part):
            wrong.append(f"lines #{number}")
        elif not isinstance(line.get("scale", 1.0), int | float) or line.get("scale", 1.0) <= 0:
            wrong.append(f"lines #{number} scale")
    return [Finding("layout_field_unfit", column=name, details={"field": name}) for name in wrong]


def _is_period(text: object) -> bool:
    try:
        parse_period(str(text))
    except Refused:
        return False
    return True


def signature_of(table: Table, orientation: Orientation, *, row_labels: Sequence[str] = ()) -> str:
    """Give the signature of a table read in an orientation.

    Parameters
    ----------
    table
        As found in the grid.
    orientation
        How it is read.
    row_labels
        Labels of the body's rows, part of the form where indicators stand in rows.
    """
    if orientation in ("units_in_rows", "long"):
        told = [column.key for column in table.columns]
    else:
        shown = stub_columns(table) if orientation == "indicators_in_rows" else table.columns
        told = [column.key for column in shown]
        told += ["|", *dict.fromkeys(filter(None, map(row_key, row_labels)))]
    text = json.dumps([orientation, *told], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def row_key(label: str) -> str:
    """Fold a row's label; totals have none, since they belong to no form."""
    plain = strip_label(without_period(label))
    return "" if is_total(label) and "%" not in label else fold_label(plain)


def stub_columns(table: Table) -> list[Column]:
    """Give the first columns of a table whose headings across are units: labels, not figures."""
    roles = ("number", "indicator", "indicator_code", "measure")
    return [column for column in table.columns if column.role in roles]


def line_header(path: Sequence[str]) -> str:
    """Join a path of labels for people."""
    return PATH_SIGN.join(path)


def open_questions(layout: Layout) -> list[Finding]:
    """List what a person must answer before a layout can be used."""
    questions = [
        Finding("layout_question_mark", column=mark, details={"mark": mark})
        for mark, meaning in layout.marks
        if meaning == "ask"
    ]
    if layout.year_kind == "ask":
        questions.append(Finding("layout_question_year"))
    if not any(line.indicator for line in layout.lines) and layout.orientation != "long":
        questions.append(Finding("layout_without_indicator"))
    return questions
