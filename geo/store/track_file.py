"""Opens a file of patrols as a stream of fixes: nothing is judged here, nothing held in memory.

.csv .txt .tsv    UTF-8; comma, semicolon or tab; decimal point or comma
.gpx              track points
.geojson .json    points with times, or lines with a list of times
.parquet          columns, or GeoParquet with points
.zip              one of these
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import shapely

from geo.errors import Detail, Finding, Refused
from geo.store.opening import Limits, OpenedFile, opened
from geo.store.track_batches import BATCH_FIXES, TOLD_MOST, FixBatch, TrackStream, make_batch
from geo.store.track_columns import find_columns
from geo.store.track_geojson import read_geojson, to_degrees
from geo.store.track_gpx import read_gpx

_DELIMITERS = ",;\t"
# A header is never longer: bounds what is read to find it.
_HEADER_MOST = 1 << 16
_BLOCK = 1 << 23
# Ten million fixes are 1.2 GB of GPX, and nothing here holds a file in memory.
_LIMITS = Limits(file_bytes=4_000_000_000, archive_bytes=4_000_000_000)

Opened = tuple[dict[str, str], Iterator[FixBatch]]


@contextmanager
def open_tracks(path: Path, *, named: Mapping[str, str], utc: bool) -> Iterator[TrackStream]:
    """Open a file of patrols while the block lasts.

    Parameters
    ----------
    path
        The file.
    named
        Column of a field where its user named it.
    utc
        Times without a zone are UTC rather than local.

    Raises
    ------
    NotFound, Refused
        Those of `opened`; ``place_file_unreadable``, ``place_file_encoding``,
        ``place_file_empty``, ``place_crs_missing``, ``line_times_disagree``, some of them only
        while the batches are read.
    """
    with opened(path, kinds=READERS, limits=_LIMITS) as file:
        findings: list[Finding] = []
        columns, batches = READERS[file.suffix](file, named, utc, findings)
        yield TrackStream(file.name, file.sha256, columns, batches, findings)


def _open_text(
    file: OpenedFile, named: Mapping[str, str], utc: bool, findings: list[Finding]
) -> Opened:
    with file.path.open("rb") as content:
        head = content.read(_HEADER_MOST).split(b"\n")[0]
    try:
        header = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("place_file_encoding", name=file.name) from error
    if not header.strip():
        raise Refused("place_file_empty", name=file.name)
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip().strip('"') for name in header.split(delimiter)]
    chosen, shown, found = find_columns(names, named=named)
    findings += found
    columns = {field: shown[at] for field, at in chosen.items()}
    if any(one.severity == "error" for one in found):
        return columns, iter(())
    return columns, _walk_text(
        file, delimiter, chosen, width=len(names), utc=utc, findings=findings
    )


def _walk_text(
    file: OpenedFile,
    delimiter: str,
    chosen: Mapping[str, int],
    *,
    width: int,
    utc: bool,
    findings: list[Finding],
) -> Iterator[FixBatch]:
    skipped: list[int] = []

    def skip(row: Any) -> str:
        # The header is row 1 of the parser; a row of our user's counting begins after it.
        skipped.append(row.number - 1)
        if len(skipped) <= TOLD_MOST:
            findings.append(Finding("row_width_wrong", row=row.number - 1))
        return "skip"

    # By position: two columns may bear one name.
    names = [f"c{at}" for at in range(width)]
    wanted = {field: names[at] for field, at in chosen.items()}
    try:
        reader = pc.open_csv(
            file.path,
            read_options=pc.ReadOptions(
                column_names=names, skip_rows=1, block_size=_BLOCK, use_threads=False
            ),
            parse_options=pc.ParseOptions(
                delimiter=delimiter, invalid_row_handler=skip, ignore_empty_lines=False
            ),
            convert_options=pc.ConvertOptions(
                include_columns=sorted(set(wanted.values())),
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        done = 0
        for batch in reader:
            row = _numbered(done, batch.num_rows, skipped)
            done += batch.num_rows
            # An empty line is none.
            filled = np.zeros(row.size, dtype=np.bool_)
            for column in batch.columns:
                filled |= np.asarray(column.is_valid())
            of = {
                field: batch.column(name).filter(pa.array(filled)) for field, name in wanted.items()
            }
            yield make_batch(of, row=row[filled], utc=utc)
        if len(skipped) > TOLD_MOST:
            told: dict[str, Detail] = {"code": "row_width_wrong", "count": len(skipped)}
            findings.append(Finding("fix_rows_counted", "info", details=told))
    except pa.ArrowInvalid as error:
        code = "place_file_encoding" if "UTF8" in str(error) else "place_file_unreadable"
        raise Refused(code, name=file.name) from error


def _numbered(done: int, count: int, skipped: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give the numbers of rows as their user counts them: those left out have numbers too."""
    nth = np.arange(done, done + count, dtype=np.int64)
    # Before the k-th row left out stand its number less k rows that were read.
    before = np.array(skipped, dtype=np.int64) - np.arange(len(skipped)) - 1
    return nth + 1 + np.searchsorted(before, nth, side="right")


def _open_parquet(
    file: OpenedFile, named: Mapping[str, str], utc: bool, findings: list[Finding]
) -> Opened:
    try:
        parquet = pq.ParquetFile(file.path)
    except (pa.ArrowInvalid, OSError) as error:
        raise Refused("place_file_unreadable", name=file.name) from error
    schema = parquet.schema_arrow
    geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    geometry = geo and geo["primary_column"]
    names = [name for name in schema.names if name != geometry]
    given = ("lng", "lat") if geometry else ()
    chosen, shown, found = find_columns(names, named=named, given=given)
    findings += found
    columns = {field: shown[at] for field, at in chosen.items()}
    if any(one.severity == "error" for one in found):
        return columns, iter(())
    wanted = {field: names[at] for field, at in chosen.items()}
    crs = None
    if geometry:
        about = geo["columns"][geometry]
        if "crs" in about and about["crs"] is None:
            raise Refused("place_crs_missing")
        if about["encoding"] != "WKB":
            details: dict[str, Detail] = {"encoding": str(about["encoding"])[:20]}
            findings.append(Finding("geometry_encoding_unknown", details=details))
            return columns, iter(())
        crs = json.dumps(about["crs"]) if "crs" in about else None
    return columns, _walk_parquet(parquet, wanted, geometry=geometry or None, crs=crs, utc=utc)


def _walk_parquet(
    file: pq.ParquetFile,
    wanted: Mapping[str, str],
    *,
    geometry: str | None,
    crs: str | None,
    utc: bool,
) -> Iterator[FixBatch]:
    names = sorted({*wanted.values(), *([geometry] if geometry else [])})
    done = 0
    for batch in file.iter_batches(batch_size=BATCH_FIXES, columns=names):
        of = {field: batch.column(name) for field, name in wanted.items()}
        if geometry:
            shapes = shapely.from_wkb(batch.column(geometry).to_numpy(zero_copy_only=False))
            x, y = to_degrees(shapely.get_x(shapes), shapely.get_y(shapes), crs)
            of |= {"lng": pa.array(x), "lat": pa.array(y)}
        row = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
        done += batch.num_rows
        yield make_batch(of, row=row, utc=utc)


def _open_gpx(
    file: OpenedFile, named: Mapping[str, str], utc: bool, findings: list[Finding]
) -> Opened:
    del named, utc  # The format names its fields, and its times are UTC.
    return {"lng": "lon", "lat": "lat", "time": "time"}, read_gpx(file, findings)


def _open_geojson(
    file: OpenedFile, named: Mapping[str, str], utc: bool, findings: list[Finding]
) -> Opened:
    return read_geojson(file, named=named, utc=utc, findings=findings)


READERS: Mapping[str, Callable[[OpenedFile, Mapping[str, str], bool, list[Finding]], Opened]] = {
    ".csv": _open_text,
    ".txt": _open_text,
    ".tsv": _open_text,
    ".gpx": _open_gpx,
    ".geojson": _open_geojson,
    ".json": _open_geojson,
    ".parquet": _open_parquet,
}
