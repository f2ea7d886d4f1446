"""Reads an office's own sheet by a layout that a person confirmed, as a file of records.

Every record knows the cell that it was read from, and findings name that cell. What is wrong with
the sheet refuses it as a whole: a figure that was read wrong is worse than one that is missing.
"""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from geo.blank import BLANK
from geo.errors import Finding, Refused
from geo.office_sheet.grid import address
from geo.period import parse_period
from geo.store import layouts
from geo.store.intake.fields import read_period
from geo.store.intake.record_file import RecordFile
from geo.store.sheet_import import propose_layouts, read_with_layout, units_on

# What an office may take with a reason: its own arithmetic does not add up.
ACCEPTABLE = frozenset({"sheet_total_differs", "sheet_column_sum_differs", "sheet_share_differs"})


def read(
    conn: Connection,
    path: Path,
    *,
    layout: str,
    period: str | None,
    as_of: date,
    encoding: str | None = None,
) -> RecordFile:
    """Read a sheet by a saved layout.

    Parameters
    ----------
    conn
        Of a role that reads units and layouts.
    path
        The office's file.
    layout
        Name of the layout.
    period
        Identifier of the period; None to take it from the sheet.
    as_of
        Today: units are those of this day until the sheet says its period.
    encoding
        Of a text table that is not Unicode.

    Raises
    ------
    NotFound
        ``layout_unknown``, ``no_boundary_set_on_day``.
    Refused
        ``sheet_without_figures``, ``default_unreadable``; what `read_with_layout` refuses.
    """
    known = layouts.find(conn, layout).layout
    asked = None if period is None else read_period(period)
    if period is not None and asked is None:
        raise Refused("default_unreadable", field="period")

    def figures(day: date) -> tuple[pd.DataFrame, list[Finding]]:
        units = units_on(conn, day)
        return read_with_layout(path, known, units=units, period_id=asked, encoding=encoding)

    frame, findings = figures(as_of)
    last_days = {parse_period(one).last_day for one in frame["period_id"].unique()}
    newest = max(last_days, default=as_of)
    if newest != as_of:
        # Names of units are those of the period: the set may have been another one.
        frame, findings = figures(newest)
    errors = [one for one in findings if one.severity == "error"]
    if frame.empty and not errors:
        raise Refused("sheet_without_figures", name=path.name)
    rows = pd.DataFrame(
        {
            "unit_code": frame["unit_code"],
            "period": frame["period_id"],
            "indicator": frame["indicator_id"],
            "value": frame["value"],
            "numerator": frame["numerator"],
            "denominator": frame["denominator"],
        },
        dtype=object,
    )
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    cells = tuple(
        address(sheet, row - 1, _place(column))
        for sheet, row, column in zip(frame["sheet"], frame["row"], frame["column"], strict=True)
    )
    return RecordFile(
        path.name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        rows.where(rows.notna(), BLANK),
        None,
        # Rows of the sheet are not rows of records: these name their cell already, and what is
        # wrong refuses the file.
        tuple(replace(one, row=None) for one in findings),
        cells,
    )


def find_known(conn: Connection, path: Path, *, as_of: date) -> str | None:
    """Give the name of the saved layout whose form a file has, None when there is none.

    Raises
    ------
    Refused
        As `propose_layouts`.
    """
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt"):
        return None
    for one in propose_layouts(path, units=units_on(conn, as_of)).found:
        saved = layouts.find_by_signature(conn, one.layout.signature)
        if saved is not None:
            return saved.name
    return None


def _place(letters: str) -> int:
    """Give the place, from 0, of a column's letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
