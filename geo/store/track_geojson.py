"""Reads fixes of a GeoJSON file: points with a time each, or lines with a list of times.

GDAL walks through the file, so it need not fit into memory. The times of a line stand in one of its
properties: ``coordTimes``, ``times``, ``timestamps``, or ``coordinateProperties.times``.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.errors import Detail, Finding, Refused
from geo.store.boundary_crs import transformer
from geo.store.opening import OpenedFile
from geo.store.track_batches import FixBatch, make_batch
from geo.store.track_columns import find_columns
from geo.units import fold

_LINE_TIMES = ("coordTimes", "times", "timestamps", "coordinateProperties")
# Free text that converters of GPX carry along.
_TEXTS = frozenset({"name", "desc", "cmt", "author", "src", "keywords", "description", "link"})
# Features at once: a line can be a whole shift.
_FEATURES = 1 << 13
_LNG_LAT = CRS.from_user_input("OGC:CRS84")


def read_geojson(
    file: OpenedFile, *, named: Mapping[str, str], utc: bool, findings: list[Finding]
) -> tuple[dict[str, str], Iterator[FixBatch]]:
    """Open a file of points or lines.

    Returns
    -------
    tuple
        Column of each field, and the batches.

    Raises
    ------
    Refused
        ``place_file_unreadable``.
    """
    try:
        info = pyogrio.read_info(file.path, DATE_AS_STRING="YES")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    fields = [str(name) for name in info["fields"]]
    times = next((name for name in _LINE_TIMES if name in fields), None)
    given = ("lng", "lat", "time") if times else ("lng", "lat")
    present = [name for name in fields if name != times]
    found, shown, told = find_columns(present, named=named, given=given, dropped=_TEXTS)
    findings += told
    texts = sum(fold(name) in _TEXTS for name in present)
    if texts:
        details: dict[str, Detail] = {"count": texts}
        findings.append(Finding("gpx_texts_dropped", "info", details=details))
    columns = {field: shown[at] for field, at in found.items()}
    if any(one.severity == "error" for one in findings):
        return columns, iter(())
    wanted = {field: present[at] for field, at in found.items()}
    if times:
        wanted["time"] = columns["time"] = times
    return columns, _walk(file, wanted, lines=times is not None, utc=utc)


def _walk(
    file: OpenedFile, wanted: Mapping[str, str], *, lines: bool, utc: bool
) -> Iterator[FixBatch]:
    row, part = 1, 0
    names = sorted(set(wanted.values()))
    try:
        with pyogrio.open_arrow(
            file.path, columns=names, batch_size=_FEATURES, use_pyarrow=True, DATE_AS_STRING="YES"
        ) as (meta, reader):
            crs = meta["crs"]
            for batch in reader:
                shapes = shapely.from_wkb(
                    batch.column(meta["geometry_name"] or "wkb_geometry").to_numpy(
                        zero_copy_only=False
                    )
                )
                of = {field: batch.column(name) for field, name in wanted.items()}
                fixes = (
                    _of_lines(file, shapes, of, row=row, part=part, crs=crs, utc=utc)
                    if lines
                    else _of_points(shapes, of, row=row, crs=crs, utc=utc)
                )
                row, part = row + fixes.row.size, part + len(shapes)
                yield fixes
    except (pyogrio.errors.DataSourceError, pa.ArrowInvalid, shapely.GEOSException) as error:
        raise Refused("place_file_unreadable", name=file.name) from error


def _of_points(
    shapes: NDArray[np.object_],
    of: Mapping[str, pa.Array],
    *,
    row: int,
    crs: str | None,
    utc: bool,
) -> FixBatch:
    x, y = to_degrees(shapely.get_x(shapes), shapely.get_y(shapes), crs)
    columns = {**of, "lng": pa.array(x), "lat": pa.array(y)}
    return make_batch(columns, row=np.arange(row, row + len(shapes)), utc=utc)


def _of_lines(
    file: OpenedFile,
    shapes: NDArray[np.object_],
    of: Mapping[str, pa.Array],
    *,
    row: int,
    part: int,
    crs: str | None,
    utc: bool,
) -> FixBatch:
    coordinates, feature = shapely.get_coordinates(shapes, return_index=True)
    told: list[str | None] = []
    count = np.bincount(feature, minlength=len(shapes))
    for number, given in enumerate(of["time"].to_pylist()):
        times = _flat(given)
        if len(times) != count[number]:
            # Which instant belongs to which vertex is anybody's guess.
            raise Refused("line_times_disagree", name=file.name, feature=part + number + 1)
        told += times
    x, y = to_degrees(coordinates[:, 0], coordinates[:, 1], crs)
    columns = {
        "lng": pa.array(x),
        "lat": pa.array(y),
        "time": pa.array(told, pa.string()),
    }
    if "shift" in of:
        columns["shift"] = of["shift"].take(pa.array(feature))
    batch = make_batch(columns, row=np.arange(row, row + len(told)), utc=utc)
    if "shift" not in of:
        batch.which[:] = part + feature
    return batch


def _flat(given: object) -> list[str | None]:
    """Give the times of a line as one list, whatever way GDAL hands them over."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    if isinstance(given, dict):
        given = given.get("times", [])
    flat: list[str | None] = []
    for one in given if isinstance(given, list) else []:
        flat += _flat(one) if isinstance(one, list) else [None if one is None else str(one)]
    return flat


def to_degrees(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring coordinates to EPSG:4326 by the pinned operation; None means they are."""
    operation = None if crs is None else _operation(crs)
    if operation is None:
        return x, y
    lng, lat = operation.transform(x, y)
    return lng, lat


@cache
def _operation(crs: str) -> Transformer | None:
    given = CRS.from_user_input(crs)
    return None if given.to_epsg() == 4326 or given.equals(_LNG_LAT) else transformer(given)
