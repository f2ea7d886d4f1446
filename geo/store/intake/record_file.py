"""Reads a file of records: rows of a table, with a geometry per row where the file has one."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.errors import Finding, Refused
from geo.store import place_file
from geo.store.boundary_crs import to_wgs84
from geo.store.opening import OpenedFile, opened

_LAYERS = frozenset({".geojson", ".json", ".gpkg", ".shp", ".kml", ".gpx", ".geoparquet"})
# A GPX file holds layers of its own; a route or a track is a line, a waypoint a point.
_GPX_LAYERS = ("routes", "tracks", "waypoints")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file as it was read.

    Parameters
    ----------
    name, sha256
        Of the file, without its folder, and of its content.
    rows
        Cells by column; the index numbers the rows, the first data row being 1.
    shapes
        Geometry by row, EPSG:4326, two dimensions; None where the file has none.
    findings
        What was noticed on reading.
    cells
        Cell that each row was read from, for sheets read by a layout; empty for tables.
    """

    name: str
    sha256: str
    rows: pd.DataFrame
    shapes: gpd.GeoSeries | None = None
    findings: tuple[Finding, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def row_count(self) -> int:
        """Number of data rows."""
        return len(self.rows)


def read(path: Path, *, crs: str | None = None) -> RecordFile:
    """Read a file of records.

    Parameters
    ----------
    path
        A table (CSV, Excel, Parquet) or anything with geometry that GDAL reads.
    crs
        CRS of the file when it has none or a wrong one.

    Raises
    ------
    NotFound
        ``file_missing``.
    Refused
        As `place_file.read`, and ``record_crs_refused`` with the findings on its CRS.
    """
    with opened(path, kinds=_LAYERS | set(place_file.READERS)) as file:
        if file.suffix not in _LAYERS:
            table = place_file.read_opened(file)
            return RecordFile(table.name, table.sha256, table.rows, None, table.findings)
        layer = _open(file)
        beside = file.personal_beside()
    if layer.empty:
        raise Refused("place_file_empty", name=file.name)
    rows = place_file.plain_rows(pd.DataFrame(layer.drop(columns=layer.geometry.name)))
    if layer.geometry.isna().all():
        return RecordFile(file.name, file.sha256, rows, None, tuple(beside))
    shapes, findings = to_wgs84(layer, crs)
    if shapes is None:
        raise Refused("record_crs_refused", findings=findings, name=file.name)
    flat = gpd.GeoSeries(
        shapely.force_2d(np.asarray(shapes, dtype=object)), index=rows.index, crs=4326
    )
    return RecordFile(file.name, file.sha256, rows, flat, (*findings, *beside))


def _open(file: OpenedFile) -> gpd.GeoDataFrame:
    try:
        if file.suffix == ".geoparquet":
            return gpd.read_parquet(file.path)
        if file.suffix == ".gpx":
            for name in _GPX_LAYERS:
                frame = pyogrio.read_dataframe(file.path, layer=name)
                if len(frame):
                    break
        else:
            frame = pyogrio.read_dataframe(file.path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        nothing = np.full(len(frame), None, dtype=object)
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(nothing, crs=4326))
    return frame
