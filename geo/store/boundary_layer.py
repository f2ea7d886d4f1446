"""Opens the one layer of a boundary file, and says what a file is that holds no areas.

Offices send points, lists without shapes, lists of changes and coordinates in structures of their
own. Each is told by name with what to do; nothing is read into it.
"""

import json
import re
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from geo.errors import Finding, Refused
from geo.store.change_columns import looks_like_changes
from geo.store.list_file import BOOKS, TEXTS, read_list
from geo.store.opening import Limits, OpenedFile
from geo.store.personal import column_looks_personal, value_looks_personal
from geo.units import fold

_PARQUET = frozenset({".parquet", ".geoparquet"})
_JSON = frozenset({".json", ".geojson", ".topojson"})
KINDS = frozenset(
    {
        *(*_PARQUET, *_JSON, *TEXTS, *BOOKS),
        *(".gpkg", ".shp", ".kml", ".fgb", ".tab", ".mif", ".dxf", ".dgn"),
    }
)
# An area as text is one field: the most detailed commune of 2025 takes 0.6 MB, unsimplified more.
LIMITS = Limits(line_bytes=16_000_000)
# A private structure is looked into only when it is small enough to be held whole.
_LOOKED_INTO_BYTES = 64_000_000
_SHOWN_KEYS = 8
_SHOWN_LETTERS = 40

# How columns of shapes and of positions are called, folded.
WKT_NAMES = frozenset(("wkt", "wkt geom", "geom", "geometry", "the geom", "shape", "hinh"))
_LNG_NAMES = frozenset(("lng", "lon", "long", "longitude", "x", "kinh do", "kinhdo"))
_LAT_NAMES = frozenset(("lat", "latitude", "y", "vi do", "vido"))
_SRID = re.compile(r"^\s*SRID=\d+;", re.IGNORECASE)
_HEX = re.compile(r"[0-9A-Fa-f]{18,}")


def open_layer(file: OpenedFile) -> gpd.GeoDataFrame:
    """Open the one layer of areas of a file; of a table, its column of shapes if it has one.

    Raises
    ------
    Refused
        ``boundary_file_layers``, ``boundary_file_unreadable``, ``boundary_file_private_json``;
        those of `read_list`.
    """
    if file.suffix in TEXTS or file.suffix in BOOKS:
        return _with_shapes(read_list(file))
    try:
        if file.suffix in _PARQUET:
            return gpd.read_parquet(file.path)
        layers = pyogrio.list_layers(file.path)
        with_shapes = [name for name, kind in layers if kind is not None]
        areas = [name for name, kind in layers if kind is not None and "Polygon" in kind]
        if len(areas or with_shapes) != 1:
            raise Refused(
                "boundary_file_layers",
                name=file.name,
                layers=", ".join(map(str, areas or with_shapes)) or "0",
            )
        return gpd.GeoDataFrame(pyogrio.read_dataframe(file.path, layer=(areas or with_shapes)[0]))
    except (DataSourceError, ValueError, OSError) as error:
        if isinstance(error, Refused):
            raise
        if file.suffix in _JSON:
            _say_private(file)
        # GDAL and Arrow name the cause in words of their own, which may hold paths.
        raise Refused("boundary_file_unreadable", name=file.name) from error


def what_lacks(layer: gpd.GeoDataFrame, *, name: str) -> list[Finding]:
    """Say what a layer is when it holds no area at all.

    Raises
    ------
    Refused
        ``boundary_file_is_changes``: nothing else needs to be said about a list of changes.
    """
    shapes = np.asarray(layer.geometry, dtype=object)
    if len(shapes) == 0:
        return []
    kinds = shapely.get_type_id(shapes)
    if (kinds < 0).all():
        columns = [str(column) for column in layer.columns if column != layer.geometry.name]
        if looks_like_changes(columns):
            raise Refused("boundary_file_is_changes", name=name)
        return [Finding("boundary_file_is_list")]
    drawn = kinds[kinds >= 0]
    if np.isin(drawn, [shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT]).all():
        return [Finding("boundary_file_is_points", details={"count": len(drawn)})]
    lines = [
        *(shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING),
        shapely.GeometryType.LINEARRING,
    ]
    if np.isin(drawn, lines).all():
        return [Finding("boundary_file_is_lines", details={"count": len(drawn)})]
    return []


def _with_shapes(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Make a layer of a table: shapes as WKT or WKB in hexadecimals, or points in two columns."""
    folded = {str(column): fold(str(column)) for column in table.columns}
    wkt = _first(folded, WKT_NAMES)
    lng, lat = _first(folded, _LNG_NAMES), _first(folded, _LAT_NAMES)
    used: list[str] = []
    shapes = np.full(len(table), None, dtype=object)
    if wkt is not None:
        used, shapes = [wkt], _shapes_of(table[wkt])
    elif lng is not None and lat is not None:
        used = [lng, lat]
        x, y = (_numbers(table[column]) for column in used)
        known = (x.notna() & y.notna()).to_numpy()
        shapes[known] = shapely.points(x[known], y[known])
    rest = table.drop(columns=used).reset_index(drop=True)
    return gpd.GeoDataFrame(rest, geometry=gpd.GeoSeries(list(shapes)))


def _first(folded: dict[str, str], names: Iterable[str]) -> str | None:
    return next((column for column, plain in folded.items() if plain in names), None)


def _shapes_of(texts: "pd.Series[str]") -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    plain = [_SRID.sub("", text).strip() for text in texts]
    hexadecimal = all(_HEX.fullmatch(text) for text in plain if text)
    read = shapely.from_wkb if hexadecimal else shapely.from_wkt
    given = np.array([text or None for text in plain], dtype=object)
    return np.asarray(read(given, on_invalid="ignore"), dtype=object)


def _numbers(texts: "pd.Series[str]") -> "pd.Series[float]":
    # 105,82 in Vietnamese is 105.82.
    plain = texts.str.strip().str.replace(",", ".", regex=False)
    return pd.to_numeric(plain, errors="coerce")


def _say_private(file: OpenedFile) -> None:
    """Say which keys a JSON file has that is no GeoJSON; never what stands behind them.

    Raises
    ------
    Refused
        ``boundary_file_private_json``, when the file is JSON at all.
    """
    if file.path.stat().st_size > _LOOKED_INTO_BYTES:
        return
    try:
        content = json.loads(file.path.read_bytes())
    except (ValueError, RecursionError):
        return
    first = content[0] if isinstance(content, list) and content else content
    keys = [str(key) for key in first] if isinstance(first, dict) else []
    shown = [
        key
        for key in keys
        if len(key) <= _SHOWN_LETTERS
        and not (column_looks_personal(key) and fold(key) != "name")
        and not value_looks_personal(key)
    ]
    more = ", …" if len(keys) > _SHOWN_KEYS else ""
    raise Refused(
        "boundary_file_private_json",
        name=file.name,
        keys=(", ".join(shown[:_SHOWN_KEYS]) or "–") + more,
    )
