"""Reads a file of places into rows as its user sees them: no row is judged or dropped here.

.csv .txt .tsv      UTF-8, or UTF-16 with its mark; comma, semicolon or tab
.xlsx .xlsm .xls .ods   the first sheet that holds anything; its first such row holds the names
.geojson .json .gpkg .shp   points, brought to EPSG:4326 as columns lng and lat
.parquet            columns, or GeoParquet with points
.zip                one of these
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.blank import BLANK
from geo.errors import Finding, Refused
from geo.messages import say
from geo.store.book_cells import sheets_of_book
from geo.store.boundary_crs import to_wgs84
from geo.store.opening import OpenedFile, opened
from geo.store.text_table import cells_of, decoded


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """A file as it was read.

    Parameters
    ----------
    name
        Of the file, without its folder.
    sha256
        Of the file as sent.
    rows
        Cells by column, as text, number or date; an empty cell is None. The index numbers the
        rows as their user counts them, the first data row being 1.
    findings
        Rows that do not fit the header; data on persons beside the cells.
    """

    name: str
    sha256: str
    rows: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read(path: Path) -> PlaceFile:
    """Read a file of places.

    Raises
    ------
    NotFound
        ``file_missing``.
    Refused
        ``place_file_unreadable``, ``place_file_encoding``, ``place_file_empty`` or
        ``place_crs_missing``; those of `opened`.
    """
    with opened(path, kinds=READERS) as file:
        return read_opened(file)


def read_opened(file: OpenedFile) -> PlaceFile:
    """Read a file of places that is opened already: for `READERS`; raises as `read` does."""
    content = file.path.read_bytes()
    rows, findings = READERS[file.suffix](file, content)
    if rows.empty:
        raise Refused("place_file_empty", name=file.name)
    return PlaceFile(file.name, file.sha256, rows, (*findings, *file.personal_beside()))


Read = tuple[pd.DataFrame, tuple[Finding, ...]]


def _read_text(file: OpenedFile, content: bytes) -> Read:
    try:
        table = cells_of(decoded(content))
    except UnicodeDecodeError as error:
        # Old encodings are to be named by their user, never guessed.
        raise Refused("place_file_encoding", name=file.name) from error
    except csv.Error as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    return _from_table(table)


def _read_workbook(file: OpenedFile, _content: bytes) -> Read:
    """Read the first sheet that holds anything; say how many others do."""
    sheets = [
        one
        for one in sheets_of_book(file.path, name=file.name)
        if not one.hidden and any(cell != "" for row in one.rows for cell in row)
    ]
    # The sheet that explains our own templates is no data.
    data = [one for one in sheets if one.name != say("template_sheet_help")]
    if not data:
        return pd.DataFrame(), ()
    rows, findings = _from_table(data[0].rows)
    if len(data) > 1:
        findings += (Finding("sheets_left_out", "warning", details={"count": len(data) - 1}),)
    return rows, findings


def _from_table(table: Sequence[Sequence[object]]) -> Read:
    """Make rows of a table whose first row that is not empty holds the names of the columns."""
    filled = [[_cell(value) for value in row] for row in table]
    start = next((n for n, row in enumerate(filled) if any(v is not None for v in row)), None)
    if start is None:
        return pd.DataFrame(), ()
    header = filled[start]
    while header and header[-1] is None:
        header.pop()
    width = len(header)
    names = [f"#{n}" if name is None else str(name) for n, name in enumerate(header, start=1)]
    rows: dict[int, list[object]] = {}
    findings = []
    for number, row in enumerate(filled[start + 1 :], start=1):
        if all(value is None for value in row):
            continue
        if any(value is not None for value in row[width:]):
            findings.append(Finding("row_wider_than_header", row=number))
        rows[number] = [*row[:width], *[None] * (width - len(row))]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=names, dtype=object)
    return frame, tuple(findings)


def _read_layer(file: OpenedFile, _content: bytes) -> Read:
    try:
        layer = pyogrio.read_dataframe(file.path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    return _from_layer(layer)


def _read_parquet(file: OpenedFile, content: bytes) -> Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(io.BytesIO(content)).metadata or {}
        if b"geo" in metadata:
            return _from_layer(gpd.read_parquet(file.path))
        return plain_rows(pd.read_parquet(io.BytesIO(content))), ()
    except (pa.ArrowInvalid, ValueError) as error:
        raise Refused("place_file_unreadable", name=file.name) from error


def _from_layer(layer: pd.DataFrame) -> Read:
    """Turn points into columns lng and lat; what is no point gets NaN."""
    if not isinstance(layer, gpd.GeoDataFrame):
        return plain_rows(layer), ()
    placed, findings = to_wgs84(layer, None)
    if placed is None:
        raise Refused("place_crs_missing")
    shapes = np.asarray(placed, dtype=object)
    rows = plain_rows(pd.DataFrame(layer.drop(columns=layer.geometry.name)))
    own = [name for name in ("lng", "lat") if name in rows]
    # The geometry is what a layer says about the position; columns beside it may be stale.
    placed_rows = rows.drop(columns=own).assign(
        lng=shapely.get_x(shapes), lat=shapely.get_y(shapes)
    )
    return placed_rows, tuple(findings)


def plain_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Give cells as text, number, date or None, rows numbered from 1."""
    rows = frame.astype(object)
    rows.index = pd.RangeIndex(1, len(rows) + 1)
    rows.columns = [str(name) for name in rows.columns]
    # Layers and Parquet have empty texts where a table has empty cells.
    return rows.where(rows.notna(), BLANK).map(_cell)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return value.strip() or None
    return value


READERS: Mapping[str, Callable[[OpenedFile, bytes], Read]] = {
    ".csv": _read_text,
    ".txt": _read_text,
    ".tsv": _read_text,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".xls": _read_workbook,
    ".ods": _read_workbook,
    ".geojson": _read_layer,
    ".json": _read_layer,
    ".gpkg": _read_layer,
    ".shp": _read_layer,
    ".parquet": _read_parquet,
}
