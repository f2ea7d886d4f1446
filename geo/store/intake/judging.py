"""Judges the rows of a file of records on their own: columns, cells, persons, days, geometry.

Everything wrong is found at once, by row and column, and no finding repeats a value. The units that
rows speak of and what the store holds are judged by the caller, who has a connection.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.errors import Detail, Finding
from geo.store.intake.fields import Field, read_day, read_day_after
from geo.store.intake.kind import RecordKind, Shape
from geo.store.intake.record_file import RecordFile
from geo.store.place_columns import COLUMN_NAMES, find_columns, mask_names, parse_number
from geo.store.place_rows import find_personal_cells, judge_positions, refused_rows
from geo.units import fold

_FIRST_POSSIBLE_DAY = date(1975, 1, 1)
# Folded words for what is never mapped (N10).
_MILITARY = re.compile(
    r"\b(doanh trai|quan su|quan doi|quan khu|quan doan|su doan|lu doan|trung doan|tieu doan|bo doi"
    r"|don bien phong|thao truong|truong ban|tran dia|kho dan|kho vu khi|can cu hai quan|barracks"
    r"|military|army base)\b"
)
_POSITION = ("lng", "lat")
_SHAPES: Mapping[int, Shape] = {0: "point", 1: "line", 5: "line", 3: "area", 6: "area", 4: "point"}


@dataclass(frozen=True, slots=True)
class JudgedRecords:
    """Rows after judgement.

    Parameters
    ----------
    rows
        The rows that hold: one column per field, as its reader gives it, None where blank; the
        index is the row number.
    shapes
        Geometry of the rows that hold, EPSG:4326; None for kinds without.
    findings
        Everything noticed. A finding of severity error with a row refuses that row, without a row
        the whole file.
    columns
        Column of each field, as found.
    """

    rows: pd.DataFrame
    shapes: gpd.GeoSeries | None
    findings: tuple[Finding, ...]
    columns: Mapping[str, str]


def judge_records(
    kind: RecordKind,
    file: RecordFile,
    *,
    as_of: date,
    named: Mapping[str, str],
    defaults: Mapping[str, str],
    accepted: Collection[str] = (),
) -> JudgedRecords:
    """Judge the rows of a file.

    Parameters
    ----------
    kind
        What they are.
    file
        As `record_file.read` gives it.
    as_of
        Today: later days are refused where a field speaks of the past.
    named
        Column of a field where its user named it.
    defaults
        Value of a field for the rows that have none, as its user wrote it.
    accepted
        Codes of findings that are taken nevertheless: they warn.
    """
    names, findings = mask_names(file.rows.columns)
    cells = file.rows.set_axis(names, axis="columns")
    columns, found = find_columns(
        names,
        named=named,
        defaults=defaults,
        names=_names_of(kind),
        required=[field.id for field in kind.fields if field.need == "required"],
    )
    findings += found
    uses = {field.id: field.text_use() for field in kind.fields}
    findings += find_personal_cells(cells, columns, uses=uses)
    if kind.shapes:
        findings += _military(cells)
    values: dict[str, NDArray[np.object_]] = {}
    for field in kind.fields:
        values[field.id], found = _read(field, cells, columns, defaults)
        findings += found
    rows = pd.DataFrame(values, index=cells.index, dtype=object)
    for field in kind.fields:
        findings += _judge_days(field, rows[field.id], as_of=as_of, column=columns.get(field.id))
    shapes = None
    if kind.shapes:
        shapes, found = _shapes(kind, file, cells, columns)
        findings += found
    whole = any(one.severity == "error" and one.row is None for one in findings)
    good = rows.head(0) if whole else rows.loc[~rows.index.isin(list(refused_rows(findings)))]
    findings += [
        replace(one, severity="warning") if one.code in accepted else one
        for one in kind.judge(good)
    ]
    again = _says_again(good, shapes)
    findings += [
        Finding("row_twice", "warning", row=number) for number in good.index[again].tolist()
    ]
    gone = refused_rows(findings)
    kept = good.loc[~good.index.isin(list(gone)) & ~again]
    return JudgedRecords(
        rows=kept,
        shapes=None if shapes is None else gpd.GeoSeries(shapes.loc[kept.index]),
        findings=tuple(sorted(findings, key=lambda one: one.row or 0)),
        columns=columns,
    )


def _says_again(good: pd.DataFrame, shapes: gpd.GeoSeries | None) -> NDArray[np.bool_]:
    """Tell which rows say in every field, and with the same shape, what an earlier one says."""
    if shapes is not None:
        # Two schools without a reference differ in nothing but where they are.
        good = good.assign(shape=shapely.to_wkb(np.asarray(shapes.loc[good.index], dtype=object)))
    again: NDArray[np.bool_] = good.duplicated().to_numpy()
    return again


def _names_of(kind: RecordKind) -> dict[str, frozenset[str]]:
    names = {field.id: field.usual_names() for field in kind.fields}
    if kind.shapes:
        names |= {axis: COLUMN_NAMES[axis] for axis in _POSITION}
        names["wkt"] = frozenset({"wkt", "geometry", "geom", "hinh hoc"})
    return names


def _military(cells: pd.DataFrame) -> list[Finding]:
    """Find rows that speak of barracks and the like: never mapped (N10)."""
    texts = cells.map(lambda value: value if isinstance(value, str) else "")
    distinct = {
        text: _MILITARY.search(fold(text)) is not None for text in pd.unique(texts.values.ravel())
    }
    return [
        Finding("place_military", row=number, column=str(name))
        for name in texts.columns
        for number, text in zip(texts.index.tolist(), texts[name], strict=True)
        if distinct[text]
    ]


def _read(
    field: Field,
    cells: pd.DataFrame,
    columns: Mapping[str, str],
    defaults: Mapping[str, str],
) -> tuple[NDArray[np.object_], list[Finding]]:
    """Read the cells of a field, the default where one is blank; note what cannot be read."""
    column = columns.get(field.id)
    default = defaults.get(field.id)
    given: list[object] = [default] * len(cells)
    if column is not None:
        found = cells[column]
        # A name that two columns bear gives a frame; it is refused elsewhere.
        told = found.iloc[:, 0] if isinstance(found, pd.DataFrame) else found
        given = [default if value is None else value for value in told.tolist()]
    known = {value: field.read(value) for value in set(given) if value is not None}
    findings = []
    missing_matters = field.need == "required" and (column is not None or default is not None)
    for number, value in zip(cells.index.tolist(), given, strict=True):
        if value is None and missing_matters:
            findings.append(Finding("record_blank", row=number, column=column))
        elif value is not None and known[value] is None:
            details: dict[str, Detail] = {"example": field.example}
            findings.append(
                Finding("record_unreadable", row=number, column=column, details=details)
            )
    read = np.empty(len(given), dtype=object)
    read[:] = [None if value is None else known[value] for value in given]
    return read, findings


def _judge_days(field: Field, days: pd.Series, *, as_of: date, column: str | None) -> list[Finding]:
    if field.read not in (read_day, read_day_after):
        return []
    findings = []
    for number, day in zip(days.index.tolist(), days.tolist(), strict=True):
        if day is None:
            continue
        if field.in_past and day > as_of:
            details: dict[str, Detail] = {"as_of": f"{as_of:%d/%m/%Y}"}
            findings.append(Finding("date_in_future", row=number, column=column, details=details))
        elif day < _FIRST_POSSIBLE_DAY or day.year > as_of.year + 50:
            findings.append(Finding("date_impossible", row=number, column=column))
    return findings


def _shapes(
    kind: RecordKind, file: RecordFile, cells: pd.DataFrame, columns: Mapping[str, str]
) -> tuple[gpd.GeoSeries, list[Finding]]:
    """Give the geometry of each row: the file's own, else of columns lng and lat or wkt."""
    numbers = cells.index.tolist()
    if file.shapes is not None:
        shapes = np.asarray(file.shapes, dtype=object)
        findings = _judge_bounds(shapes, numbers)
    elif "wkt" in columns:
        texts = ["" if value is None else str(value) for value in cells[columns["wkt"]]]
        shapes = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore")
        shapes = shapely.force_2d(shapes)
        findings = [
            Finding("record_shape_unreadable", row=numbers[at], column=columns["wkt"])
            for at, text in enumerate(texts)
            if text and shapes[at] is None
        ]
        findings += _judge_bounds(shapes, numbers)
    elif "lng" in columns and "lat" in columns:
        lng, lat = (
            np.array([parse_number(value) for value in cells[columns[axis]]], dtype=np.float64)
            for axis in _POSITION
        )
        shapes = np.asarray(shapely.points(lng, lat), dtype=object)
        shapes[~(np.isfinite(lng) & np.isfinite(lat))] = None
        blank = cells[[columns[axis] for axis in _POSITION]].isna().all(axis="columns")
        without = set(cells.index[blank].tolist())
        findings = [
            one
            for one in judge_positions(numbers, lng=lng, lat=lat, columns=columns)
            if kind.needs_shape or one.row not in without
        ]
    else:
        shapes = np.full(len(cells), None, dtype=object)
        findings = [Finding("record_shapes_none")] if kind.needs_shape else []
    findings += _judge_shapes(kind, shapes, numbers, findings)
    return gpd.GeoSeries(shapes, index=cells.index, crs=4326), findings


def _judge_bounds(shapes: NDArray[np.object_], numbers: list[int]) -> list[Finding]:
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    west, south, east, north = shapely.bounds(shapes[there]).T
    columns = {"lng": "geometry", "lat": "geometry"}
    placed = [numbers[at] for at in there]
    findings = [
        *judge_positions(placed, lng=west, lat=south, columns=columns),
        *judge_positions(placed, lng=east, lat=north, columns=columns),
    ]
    return list({(one.row, one.code): one for one in findings}.values())


def _judge_shapes(
    kind: RecordKind,
    shapes: NDArray[np.object_],
    numbers: list[int],
    found: list[Finding],
) -> list[Finding]:
    told = {one.row for one in found}
    whole = any(one.row is None for one in found)
    findings = []
    names = ", ".join(kind.shapes)
    for number, shape in zip(numbers, shapes, strict=True):
        if number in told:
            continue
        if shape is None or shapely.is_empty(shape):
            if kind.needs_shape and not whole:
                findings.append(Finding("record_shape_missing", row=number))
        elif _SHAPES.get(int(shapely.get_type_id(shape))) not in kind.shapes:
            details: dict[str, Detail] = {"shapes": names}
            findings.append(Finding("record_shape_other", row=number, details=details))
        elif not shapely.is_valid(shape):
            findings.append(Finding("record_shape_invalid", row=number))
    return findings


def judge_twice(rows: pd.DataFrame, key: list[str]) -> list[Finding]:
    """Find rows that name one fact and say different things about it.

    Parameters
    ----------
    rows
        Of which none says the same as another; the index numbers them.
    key
        Columns that together name a fact.
    """
    first: dict[tuple[object, ...], int] = {}
    findings = []
    for number, name in zip(
        rows.index.tolist(), rows[key].itertuples(index=False, name=None), strict=True
    ):
        if first.setdefault(name, number) != number:
            details: dict[str, Detail] = {"other": first[name]}
            findings.append(Finding("record_twice", row=number, details=details))
    return findings
