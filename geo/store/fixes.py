"""Keeps raw fixes in files below the home: GeoParquet by month, one file per import and month.

    fixes/month=2026-03/import-12-0123456789abcdef.parquet     what a row of `patrol` names
    fixes/.staging/...                                         an import under way, or cut short
    fixes/.lock                                                one import at a time

The database is the truth. A file is written whole in the staging folder, under the name that it
will have; the rows that name it are committed; then `settle` moves it. So a file in place has rows,
always. What a cut leaves in staging is moved by the next `settle` when rows name it, else swept.

Readers of Parquet folders pass over names that begin with a dot. Columns: shift, lng, lat, time
(UTC), geometry (points, WKB, longitude before latitude). The files are for the home's owner alone.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.errors import Conflict

FOLDER = "fixes"
_STAGING = ".staging"
_ROW_GROUP = 1 << 18
_HASH_LETTERS = 16

_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    # Without a "crs" the format means longitude and latitude on WGS 84.
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}
_SCHEMA = pa.schema(
    [
        pa.field("shift", pa.string(), nullable=False),
        pa.field("lng", pa.float64(), nullable=False),
        pa.field("lat", pa.float64(), nullable=False),
        pa.field("time", pa.timestamp("ms", "UTC"), nullable=False),
        pa.field("geometry", pa.binary(), nullable=False),
    ],
    metadata={"geo": json.dumps(_GEO)},
)
# Well-known binary of a point, little-endian.
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


@dataclass(frozen=True, slots=True)
class FixesFile:
    """A file of fixes as rows name it.

    Parameters
    ----------
    path
        Below the folder of fixes.
    sha256
        Of its content.
    """

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` did.

    Parameters
    ----------
    moved, swept
        Files that rows name and that now stand in place; files that no row names.
    missing
        Files that rows name and that are nowhere.
    """

    moved: int
    swept: int
    missing: tuple[str, ...]


@contextmanager
def locked(home: Path) -> Iterator[Path]:
    """Hold the folder of fixes for one import; give the staging folder, made if need be.

    The lock ends with the process, however that ends.

    Raises
    ------
    Conflict
        With code ``fixes_busy`` when another import holds it.
    """
    staging = home / FOLDER / _STAGING
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    staging.parent.chmod(0o700)
    descriptor = os.open(staging.parent / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("fixes_busy") from error
        yield staging
    finally:
        os.close(descriptor)


class FixesWriter:
    """Writes the fixes of one import into staging, a file per month; never more than it is given.

    Parameters
    ----------
    staging
        As `locked` gives it.
    """

    def __init__(self, staging: Path) -> None:
        self._staging = staging
        self._open: dict[str, tuple[Path, Any]] = {}

    def add(
        self,
        month: str,
        *,
        shift: pa.Array,
        lng: NDArray[np.float64],
        lat: NDArray[np.float64],
        time_ms: NDArray[np.int64],
    ) -> None:
        """Write fixes of shifts that began in a month (yyyy-mm)."""
        if month not in self._open:
            part = self._staging / f"{month}.part"
            # Opened by ourselves, for nobody else's eyes from the first byte on.
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._open[month] = part, pq.ParquetWriter(part, _SCHEMA, compression="zstd")
        points = np.empty(lng.size, dtype=_POINT)
        points["order"], points["type"], points["x"], points["y"] = 1, 1, lng, lat
        ends = np.arange(lng.size + 1, dtype=np.int32) * _POINT.itemsize
        geometry = pa.Array.from_buffers(
            pa.binary(), lng.size, [None, pa.py_buffer(ends), pa.py_buffer(points)]
        )
        times = pa.array(time_ms).cast(_SCHEMA.field("time").type)
        columns = [shift, pa.array(lng), pa.array(lat), times, geometry]
        table = pa.Table.from_arrays(columns, schema=_SCHEMA)
        self._open[month][1].write_table(table, row_group_size=_ROW_GROUP)

    def finish(self, import_id: int) -> dict[str, FixesFile]:
        """Close the files, put them on the disk under their staged names; give them by month."""
        made = {}
        for month, (part, writer) in self._open.items():
            writer.close()
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            name = f"month={month}/import-{import_id}-{digest[:_HASH_LETTERS]}.parquet"
            part.rename(_staged(self._staging, name))
            made[month] = FixesFile(name, digest)
        self._open.clear()
        _sync_folder(self._staging)
        return made

    def discard(self) -> None:
        """Close and remove what was not finished."""
        for part, writer in self._open.values():
            writer.close()
            part.unlink(missing_ok=True)
        self._open.clear()


def settle(home: Path, named: Collection[FixesFile]) -> Settled:
    """Move files that rows name into place, sweep what no row names; only while `locked`.

    Parameters
    ----------
    home
        BANDO_HOME.
    named
        Every file that a committed row names.
    """
    folder, staging = home / FOLDER, home / FOLDER / _STAGING
    moved, missing = 0, []
    for file in named:
        target, waiting = folder / file.path, _staged(staging, file.path)
        if waiting.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            waiting.rename(target)
            _sync_folder(target.parent)
            _sync_folder(folder)
            moved += 1
        if not target.exists():
            missing.append(file.path)
    swept = 0
    for left in staging.iterdir():
        swept += 1
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    known = {file.path for file in named}
    for path in folder.glob("month=*/*"):
        if path.relative_to(folder).as_posix() not in known:
            path.unlink()
            swept += 1
    return Settled(moved, swept, tuple(missing))


def find_file(home: Path, path: str) -> Path | None:
    """Give where a file is that rows name: in place, or not yet moved there."""
    folder = home / FOLDER
    places = (folder / path, _staged(folder / _STAGING, path))
    return next((one for one in places if one.exists()), None)


def check(home: Path, named: Collection[FixesFile]) -> tuple[str, ...]:
    """Give the files that rows name and that are missing, or no longer what they were."""
    wrong = []
    for file in named:
        here = find_file(home, file.path)
        if here is None or _digest(here) != file.sha256:
            wrong.append(file.path)
    return tuple(wrong)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _staged(staging: Path, path: str) -> Path:
    return staging / path.replace("/", "__")


def _sync_folder(folder: Path) -> None:
    """Put names of a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
