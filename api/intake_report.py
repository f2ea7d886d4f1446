"""What an import came to, as the browser is told: counts, findings, rows, shapes, units.

Cells of rows that look personal are never among it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.errors import Finding
from geo.period import LOCAL_TIME
from geo.store.engine import Connection
from geo.store.map_index import names_of_keys
from geo.store.place_columns import mask_names
from geo.store.place_rows import PERSONAL_COLUMNS

_FINDINGS_MOST, _GOOD_MOST, _REFUSED_MOST, _SHAPES_MOST, _UNITS_MOST = 1000, 200, 300, 5000, 4000
# About ten metres: a preview on a map needs no more.
_PREVIEW_DEGREES = 1e-4

Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Done:
    """What an import of any kind came to."""

    row_count: int
    refused: Sequence[int]
    findings: Sequence[Finding]
    columns: Mapping[str, str]
    rows: pd.DataFrame
    file_rows: pd.DataFrame
    new_count: int | None
    known_count: int
    import_id: int | None
    acceptable: frozenset[str]
    known_layout: str | None = None


def report_of(
    conn: Connection, done: Done, *, sha256: str, simulated: bool, committed: bool
) -> Line:
    """Shape the report of an import.

    Parameters
    ----------
    conn
        For the names of units.
    done
        What it came to.
    sha256
        Of the file.
    simulated
        Whether everything is marked as simulated.
    committed
        Whether it was written.
    """
    personal = {one.row for one in done.findings if one.code == "value_personal"}
    counts: dict[str, int] = {}
    for one in done.findings:
        counts[one.code] = counts.get(one.code, 0) + 1
    grave = sorted(done.findings, key=lambda one: (_RANK[one.severity], one.row or 0))
    named = _units(conn, done.rows)
    return {
        "committed": committed,
        "import_id": done.import_id if committed else None,
        "sha256": sha256,
        "simulated": simulated,
        "ok": done.new_count is not None,
        "counts": {
            "rows": done.row_count,
            "refused": len(done.refused),
            "new": done.new_count or 0,
            "known": done.known_count,
        },
        "columns": dict(done.columns),
        "file_columns": _column_names(done),
        "known_layout": done.known_layout,
        "findings": [
            {**one.as_json(), "details": one.details, "acceptable": one.code in done.acceptable}
            for one in grave[:_FINDINGS_MOST]
        ],
        "finding_counts": counts,
        "rows": [*_good_rows(done, named), *_refused_rows(done, personal)],
        "shapes": _shapes(done.rows),
        "units": [
            {"code": code, "name": name, "rows": rows}
            for code, name, rows in _counted(done.rows, named)[:_UNITS_MOST]
        ],
    }


_RANK = {"error": 0, "warning": 1, "info": 2}


def _column_names(done: Done) -> list[str]:
    names, _ = mask_names(done.file_rows.columns)
    return names


def _units(conn: Connection, rows: pd.DataFrame) -> dict[int, tuple[str, str]]:
    """Give code and name of the units that rows speak of."""
    if "unit_key" not in rows or rows.empty:
        return {}
    return names_of_keys(conn, [int(key) for key in rows["unit_key"].unique()])


def _counted(
    rows: pd.DataFrame, named: Mapping[int, tuple[str, str]]
) -> list[tuple[str, str, int]]:
    if "unit_key" not in rows:
        return []
    counts = rows["unit_key"].value_counts()
    return [
        (*named[key], int(count))
        for key, count in zip(counts.index.tolist(), counts.tolist(), strict=True)
        if key in named
    ]


def _good_rows(done: Done, named: Mapping[int, tuple[str, str]]) -> list[Line]:
    shown = []
    fields = [name for name in done.rows.columns if name not in ("unit_key", "level", "shape")]
    for number, row in done.rows.head(_GOOD_MOST).iterrows():
        unit = named.get(int(row["unit_key"])) if "unit_key" in done.rows else None
        shown.append(
            {
                "row": int(str(number)),
                "cells": {name: _as_text(row[name]) for name in fields if not _is_blank(row[name])},
                "unit": {"code": unit[0], "name": unit[1]} if unit else None,
                "state": "good",
            }
        )
    return shown


def _refused_rows(done: Done, personal: set[int | None]) -> list[Line]:
    hidden = {one.column for one in done.findings if one.code in PERSONAL_COLUMNS}
    columns = {
        field: name
        for field, name in done.columns.items()
        if name in done.file_rows.columns and name not in hidden
    }
    shown: list[Line] = []
    for number in done.refused[:_REFUSED_MOST]:
        cells = {}
        if number not in personal:
            told = {name: done.file_rows.at[number, column] for name, column in columns.items()}
            cells = {name: _as_text(value) for name, value in told.items() if not _is_blank(value)}
        shown.append({"row": number, "cells": cells, "unit": None, "state": "refused"})
    return shown


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL_TIME):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    # A figure that remembers its sign of per cent.
    return str(getattr(value, "value", value))[:120]


def _shapes(rows: pd.DataFrame) -> Line | None:
    """Give the shapes of the good rows for a map, simplified."""
    if "shape" in rows:
        placed = rows.loc[rows["shape"].notna(), "shape"].head(_SHAPES_MOST)
        shapes = np.asarray(placed.tolist(), dtype=object)
        numbers = placed.index.tolist()
    elif "lng" in rows:
        told = rows.head(_SHAPES_MOST)
        shapes = np.asarray(
            shapely.points(told["lng"].to_numpy(dtype=float), told["lat"].to_numpy(dtype=float)),
            dtype=object,
        )
        numbers = told.index.tolist()
    else:
        return None
    simple = shapely.simplify(shapes, _PREVIEW_DEGREES)
    drawn = shapely.to_geojson(shapely.set_precision(simple, 1e-6))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(text),
                "properties": {"row": int(number), "state": "good"},
            }
            for number, text in zip(numbers, drawn.tolist(), strict=True)
        ],
    }
