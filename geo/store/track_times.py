"""Reads instants and numbers of a file of fixes, a column at once.

form                                   zone
2026-03-02T08:15:00.5Z, +07:00         its own
2026-03-02 08:15[:00]                  none: local time of Vietnam, or UTC where the user says so
02/03/2026 08:15[:00]                  none, likewise; day first, as everywhere in Vietnam
1772414100, 1772414100500              seconds or milliseconds since 1970 UTC
Arrow timestamps                       their own, or none
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.tracks.pieces import LOCAL_OFFSET_MS

NO_TIME = np.iinfo(np.int64).min

_CALENDAR = (
    r"^(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})[/.-](?P<m2>\d{1,2})[/.-](?P<y2>\d{4}))"
    r"[T ]+(?P<h>\d{1,2}):(?P<min>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<z>Z|z|UTC|[+-]\d{2}:?\d{2})?$"
)
_EPOCH = r"^\d{9,10}(?:[.,]\d+)?$|^\d{12,13}(?:[.,]\d+)?$"
_NUMBER = r"^[+-]?\d{1,9}(?:[.,]\d+)?$"
# Seconds since 1970 have ten digits from 2001 to 2286, milliseconds thirteen.
_LEAST_MILLISECONDS = 1e11
# A date with a clock has at least so many letters; Arrow would take a bare date for midnight.
_LEAST_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Times:
    """Instants as read.

    Parameters
    ----------
    ms
        Milliseconds since 1970 UTC, `NO_TIME` where there is none or it cannot be read.
    missing
        Where the cell is empty.
    zoneless
        Where the cell names no zone.
    """

    ms: NDArray[np.int64]
    missing: NDArray[np.bool_]
    zoneless: NDArray[np.bool_]


def read_times(column: pa.Array, *, utc: bool) -> Times:
    """Read instants.

    Parameters
    ----------
    column
        Text, whole or broken numbers, or timestamps.
    utc
        Instants without a zone are UTC rather than local.
    """
    missing = np.asarray(column.is_null())
    offset = 0 if utc else LOCAL_OFFSET_MS
    if pa.types.is_timestamp(column.type):
        stamp = column.cast(pa.timestamp("ms", column.type.tz), safe=False)
        zoneless = np.full(len(column), column.type.tz is None) & ~missing
        return Times(_as_ms(stamp, offset if column.type.tz is None else 0), missing, zoneless)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _from_epoch(read_numbers(column), missing)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = column.cast(pa.string())
    given = pc.utf8_trim_whitespace(column)
    return _in_one_go(given, missing, offset) or _by_parts(given, missing, offset)


def read_numbers(column: pa.Array) -> NDArray[np.float64]:
    """Read numbers with a decimal point or comma; NaN where there is none."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        try:
            return _floats(column.cast(pa.float64(), safe=False))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return np.full(len(column), np.nan)
    given = pc.utf8_trim_whitespace(column)
    real = pc.if_else(pc.match_substring_regex(given, _NUMBER), given, None)
    return _floats(pc.replace_substring(real, ",", ".").cast(pa.float64()))


def _floats(column: pa.Array) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = column.to_numpy(zero_copy_only=False)
    return numbers


def _as_ms(stamp: pa.Array, offset: int) -> NDArray[np.int64]:
    given = stamp.cast(pa.int64())
    ms: NDArray[np.int64] = pc.fill_null(given, 0).to_numpy() - offset
    return np.where(np.asarray(given.is_null()), NO_TIME, ms)


def _from_epoch(number: NDArray[np.float64], missing: NDArray[np.bool_]) -> Times:
    seconds = np.abs(number) < _LEAST_MILLISECONDS
    real = np.isfinite(number)
    scaled = np.where(seconds, number * 1000, number)
    ms = np.full(number.size, NO_TIME, dtype=np.int64)
    ms[real] = np.rint(scaled[real]).astype(np.int64)
    return Times(ms, missing, np.zeros(number.size, dtype=np.bool_))


def _in_one_go(given: pa.Array, missing: NDArray[np.bool_], offset: int) -> Times | None:
    """Read a column that is all of one ISO form, as most are; None when it is not."""
    shortest = pc.min(pc.utf8_length(given)).as_py()
    if shortest is None or shortest < _LEAST_LETTERS:
        return None
    for zone, off in (("UTC", 0), (None, offset)):
        try:
            stamp = given.cast(pa.timestamp("us", zone)).cast(pa.timestamp("ms", zone), safe=False)
        except pa.ArrowInvalid:
            continue
        return Times(_as_ms(stamp, off), missing, ~missing & (zone is None))
    return None


def _by_parts(given: pa.Array, missing: NDArray[np.bool_], offset: int) -> Times:
    """Read a column cell by cell in any of the forms, by the parts of a pattern."""
    parts = pc.extract_regex(given, _CALENDAR)
    real = ~np.asarray(parts.is_null())
    ms = np.full(len(given), NO_TIME, dtype=np.int64)
    zoneless = np.zeros(len(given), dtype=np.bool_)
    if real.any():
        found = parts.filter(pa.array(real))
        ms[real], zoneless[real] = _put_together(found, offset)
    epoch = pc.match_substring_regex(given, _EPOCH)
    as_epoch = np.asarray(pc.fill_null(epoch, False))
    if as_epoch.any():
        numbers = pc.replace_substring(given.filter(pa.array(as_epoch)), ",", ".")
        ms[as_epoch] = _from_epoch(_floats(numbers.cast(pa.float64())), missing[as_epoch]).ms
    return Times(ms, missing, zoneless)


def _put_together(found: pa.Array, offset: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    def number(*names: str) -> NDArray[np.int64]:
        text = found.field(names[0])
        for other in names[1:]:
            text = pc.if_else(pc.equal(text, ""), found.field(other), text)
        filled = pc.if_else(pc.equal(text, ""), "0", text)
        whole: NDArray[np.int64] = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
        return whole

    year, month, day = number("y", "y2"), number("m", "m2"), number("d", "d2")
    hour, minute, second = number("h"), number("min"), number("s")
    first = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    days = (first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")
    possible = ((month >= 1) & (month <= 12) & (day >= 1) & (day <= days.astype(np.int64))) & (
        (hour <= 23) & (minute <= 59) & (second <= 59)
    )
    since = (first.astype("datetime64[D]").astype(np.int64) + day - 1) * 86400
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(found.field("f"), 3, "0"), 0, 3)
    zone = found.field("z")
    zoneless = np.asarray(pc.equal(zone, ""))
    ahead = np.array([_offset_ms(one) for one in zone.unique().to_pylist()], dtype=np.int64)
    of_zone = zone.dictionary_encode().indices.to_numpy()
    ms = (since + hour * 3600 + minute * 60 + second) * 1000
    ms += fraction.cast(pa.int64()).to_numpy(zero_copy_only=False)
    ms -= np.where(zoneless, offset, ahead[of_zone])
    return np.where(possible, ms, NO_TIME), zoneless


def _offset_ms(zone: str) -> int:
    """Give how far a zone is ahead of UTC, 0 for none."""
    if not zone or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (minutes if zone[0] == "+" else -minutes) * 60_000
