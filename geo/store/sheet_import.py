"""From an office's file to records, by a saved layout; and from a file to proposals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Finding, NotFound, Refused
from geo.indicators import SERIES, Indicator
from geo.office_sheet.cells import is_number_like
from geo.office_sheet.extract import extract
from geo.office_sheet.grid import Grid, address
from geo.office_sheet.layout import Layout
from geo.office_sheet.proposal import Proposal, propose
from geo.office_sheet.tables import find_tables
from geo.office_sheet.unit_names import UnitIndex, find_unit, index_units
from geo.store import sheet_file
from geo.store.personal import column_looks_personal, value_looks_personal

_UNITS = text(
    """
    SELECT u.code, u.name, u.kind, p.code AS province_code, p.name AS province,
           d.code AS district_code, d.name AS district
      FROM boundary_set AS s
      JOIN unit_version AS u USING (set_id)
      JOIN unit_version AS p ON p.set_id = s.set_id AND p.level = 'province'
       AND u.unit_key BETWEEN p.unit_key AND p.key_to
      LEFT JOIN unit_version AS d ON d.set_id = s.set_id AND d.level = 'district'
       AND u.unit_key BETWEEN d.unit_key AND d.key_to
     WHERE s.state = 'active' AND u.level = 'commune'
       AND s.valid_from <= :day AND (s.valid_to IS NULL OR s.valid_to > :day)
     ORDER BY u.code
    """
)
# More than any count of a commune: an identity number or a telephone in a column of numbers.
_TOO_LONG = 10_000_000


@dataclass(frozen=True, slots=True)
class Proposals:
    """What a file may be.

    Parameters
    ----------
    file
        As read, with its own findings.
    found
        The likeliest first.
    """

    file: sheet_file.SheetFile
    found: tuple[Proposal, ...]


def units_on(conn: Connection, day: date) -> pd.DataFrame:
    """Give the communes of the set in force on a day, with province and district.

    Raises
    ------
    NotFound
        ``no_boundary_set_on_day``.
    """
    units = pd.read_sql_query(_UNITS, conn, params={"day": day})
    if units.empty:
        raise NotFound("no_boundary_set_on_day", day=day.isoformat())
    return units if units["district_code"].notna().any() else _without_districts(units)


def propose_layouts(
    path: Path,
    *,
    units: pd.DataFrame,
    kind: str = "observations",
    sheet: str | None = None,
    encoding: str | None = None,
    indicators: Mapping[str, Indicator] = SERIES,
) -> Proposals:
    """Read a file and propose how its sheets are to be read.

    Raises
    ------
    Refused
        What `sheet_file.read` raises; ``sheet_unknown``; ``sheets_refused`` where the file seems
        to hold data on persons.
    """
    file = sheet_file.read(path, encoding=encoding)
    grids = _only(file.grids, sheet)
    index = index_units(units)
    _refuse_personal(grids, index)
    found = propose(grids, units=index, indicators=indicators, kind=kind)
    return Proposals(file, tuple(found))


def read_with_layout(
    path: Path,
    layout: Layout,
    *,
    units: pd.DataFrame,
    period_id: str | None = None,
    encoding: str | None = None,
    indicators: Mapping[str, Indicator] = SERIES,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read the figures of a file by a layout.

    Parameters
    ----------
    path
        The office's file.
    layout
        Confirmed by a person.
    units
        Communes of the boundary set on whose day the figures stand: code, name, kind,
        province_code, province [, district_code, district].
    period_id
        Wins over what the titles say.
    encoding
        Of a text table that is not Unicode.
    indicators
        Those that exist.

    Returns
    -------
    (frame, findings)
        Columns `geo.office_sheet.extract.COLUMNS`, one row per unit, indicator and period; and
        everything noticed, each with sheet and cell. The caller refuses on errors that nobody
        accepted. The last finding, ``sheet_account``, says what became of every filled cell.

    Raises
    ------
    Refused
        What `sheet_file.read` raises; ``sheets_refused`` where the file seems to hold data on
        persons.
    """
    file = sheet_file.read(path, encoding=encoding)
    index = index_units(units)
    _refuse_personal(file.grids, index)
    got = extract(file.grids, layout, units=index, indicators=indicators, period_id=period_id)
    return got.records, [*file.findings, *got.findings]


def _without_districts(units: pd.DataFrame) -> pd.DataFrame:
    return units.drop(columns=["district_code", "district"])


def _only(grids: Sequence[Grid], sheet: str | None) -> Sequence[Grid]:
    if sheet is None:
        return grids
    found = [grid for grid in grids if grid.sheet == sheet]
    if not found:
        names = ", ".join(grid.sheet for grid in grids)
        raise Refused("sheet_unknown", sheet=sheet[:60], sheets=names)
    return found


def _refuse_personal(grids: Sequence[Grid], index: UnitIndex) -> None:
    """Refuse a file that seems to hold data on persons; letterheads and signatures are not read."""
    findings = [found for grid in grids for found in _personal_cells(grid, index)]
    if findings:
        raise Refused("sheets_refused", findings=findings, count=len(findings))


def _personal_cells(grid: Grid, index: UnitIndex) -> list[Finding]:
    found: list[Finding] = []
    for table in find_tables(grid):
        for column in table.columns:
            body = grid.cells[table.body : table.end, column.place]
            titled = any(column_looks_personal(label) for label in column.path)
            if any(_is_personal(label) for label in column.path) or (
                titled and _holds_persons(body.tolist(), index)
            ):
                where = address(grid.sheet, table.top, column.place)
                found.append(Finding("sheet_personal", row=table.top + 1, column=where))
                continue
            for row, value in enumerate(body, start=table.body):
                if _is_personal(value) and not _is_unit(value, index):
                    where = address(grid.sheet, row, column.place)
                    found.append(Finding("sheet_personal", row=row + 1, column=where))
    return found


def _holds_persons(values: Sequence[object], index: UnitIndex) -> bool:
    """Tell whether a column with a personal title holds more than counts and names of units."""
    filled = [value for value in values if value is not None]
    texts = [v for v in filled if isinstance(v, str) and not is_number_like(v) and len(v) > 3]
    long = [v for v in filled if isinstance(v, int | float) and abs(v) >= _TOO_LONG]
    units = [v for v in texts if find_unit(index, v).how != "unknown"]
    return bool(long) or len(texts) - len(units) > 0.2 * max(len(filled), 1)


def _is_unit(value: object, index: UnitIndex) -> bool:
    """Tell whether a text is the name of a commune: some begin like a form of address."""
    return isinstance(value, str) and find_unit(index, value).how != "unknown"


def _is_personal(value: object) -> bool:
    if isinstance(value, str):
        return value_looks_personal(value)
    # A spreadsheet turns what looks like a number into one.
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and value >= _TOO_LONG
        and (value_looks_personal(str(value)) or value_looks_personal(f"0{value}"))
    )
