"""What the readers of files of fixes give: batches of arrays, and findings beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.errors import Finding
from geo.store.track_times import Times, read_numbers, read_times

# Fixes in one batch: a few megabytes.
BATCH_FIXES = 1 << 17
# Rows with one fault that are named one by one; all are counted.
TOLD_MOST = 100
_CLOCK = r"^\s*\d{1,2}:\d{2}"


@dataclass(frozen=True, slots=True)
class FixBatch:
    """Some fixes of a file, as they stand there.

    Parameters
    ----------
    row
        Row as its user counts, the first being 1.
    lng, lat
        Degrees as given; NaN where there is no number.
    times
        Instants.
    which, names
        Position in `names` of the shift of each fix. A name that is None is a part of the file that
        bears none; `which` then counts such parts over the whole file.
    """

    row: NDArray[np.int64]
    lng: NDArray[np.float64]
    lat: NDArray[np.float64]
    times: Times
    which: NDArray[np.int64]
    names: tuple[str | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class TrackStream:
    """A file of fixes on its way in.

    Parameters
    ----------
    name
        Of the file, without its folder.
    sha256
        Of its content.
    columns
        Column of each field, as found.
    findings
        Complete once `batches` is exhausted. With an error among those known from the start,
        there are no batches.
    batches
        The fixes, once.
    """

    name: str
    sha256: str
    columns: Mapping[str, str]
    batches: Iterator[FixBatch]
    findings: list[Finding] = field(default_factory=list)


def make_batch(columns: Mapping[str, pa.Array], *, row: NDArray[np.int64], utc: bool) -> FixBatch:
    """Make a batch of columns lng, lat, time and, where the file has them, date and shift."""
    time = columns["time"]
    if "date" in columns and pa.types.is_string(time.type):
        day = columns["date"].cast(pa.string())
        clock = pc.match_substring_regex(time, _CLOCK)
        time = pc.if_else(clock, pc.binary_join_element_wise(day, time, " "), time)
    names: tuple[str | None, ...] | None = None
    which = np.zeros(row.size, dtype=np.int64)
    if "shift" in columns:
        shift = columns["shift"]
        if pa.types.is_dictionary(shift.type):
            shift = shift.dictionary_decode()
        told = pc.utf8_trim_whitespace(_as_text(shift)).dictionary_encode()
        which = pc.fill_null(told.indices, -1).to_numpy().astype(np.int64)
        names = tuple(told.dictionary.to_pylist())
    return FixBatch(
        row=row,
        lng=read_numbers(columns["lng"]),
        lat=read_numbers(columns["lat"]),
        times=read_times(time, utc=utc),
        which=which,
        names=names,
    )


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        # 12.0 is shift 12: an empty cell made the whole column broken numbers.
        column = column.cast(pa.int64(), safe=False)
    return column.cast(pa.string())
