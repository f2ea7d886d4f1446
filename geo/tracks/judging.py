"""Judges the times of fixes, and shifts as a whole."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import Detail, Finding
from geo.tracks.pieces import LOCAL_OFFSET_MS

# Receivers without the time write 1970, 1980 (the first day of GPS) or 1999 (its counter run over).
FIRST_POSSIBLE_MS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
TIME_FAULTS: Mapping[int, str] = {1: "fix_time_impossible", 2: "date_in_future"}

# More of its fixes out of reach than within: nobody on the ground, or no shift at all.
_JUMPS_MOST = 0.5
# A receiver on a desk, or positions rounded to a map's points.
_STACKED_SHARE = 0.5
_STACKED_LEAST = 20
_LONGEST_MS = 24 * 3600 * 1000
# A column that names every fix anew names no shifts.
_SHIFTS_LEAST = 10
_FIXES_PER_SHIFT_LEAST = 2.0


def time_faults(time_ms: NDArray[np.int64], *, as_of: date) -> NDArray[np.int8]:
    """Give for each instant 0 or the number of its fault in `TIME_FAULTS`.

    Parameters
    ----------
    time_ms
        Milliseconds since 1970 UTC.
    as_of
        Today, local: what is later has not happened yet.
    """
    midnight = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    future = time_ms >= int(midnight.timestamp() * 1000) - LOCAL_OFFSET_MS
    return np.select([time_ms < FIRST_POSSIBLE_MS, future], [1, 2], 0).astype(np.int8)


def unbelievable(sums: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which shifts cannot be patrols, by the sums of `geo.tracks.measure`."""
    return (sums["jump_count"] > _JUMPS_MOST * sums["fix_count"]).to_numpy()


def judge_tracks(sums: pd.DataFrame) -> list[Finding]:
    """Judge shifts by their sums; a shift is named by the first row of its fixes.

    Parameters
    ----------
    sums
        As in `geo.tracks.Tracks`, of all shifts of a file.
    """
    if sums.empty:
        return []
    findings = [
        Finding("patrol_not_on_ground", row=int(row))
        for row in sums.loc[unbelievable(sums), "first_row"]
    ]
    if len(sums) >= _SHIFTS_LEAST and sums["fix_count"].mean() < _FIXES_PER_SHIFT_LEAST:
        findings.append(Finding("patrol_shifts_of_one_fix", details={"count": len(sums)}))
    lasted = sums["ended_ms"] - sums["started_ms"]
    stacked = (sums["stacked_share"] > _STACKED_SHARE) & (sums["fix_count"] >= _STACKED_LEAST)
    findings += [
        Finding(code, "warning", row=int(row))
        for code, which in (
            ("patrol_without_line", lasted == sums["gap_ms"]),
            ("patrol_too_long", lasted > _LONGEST_MS),
        )
        for row in sums.loc[which, "first_row"]
    ]
    findings += [
        Finding(
            "patrol_stacked", "warning", row=row, details={"share": round(100 * share), "count": n}
        )
        for row, share, n in zip(
            sums.loc[stacked, "first_row"].tolist(),
            sums.loc[stacked, "stacked_share"].tolist(),
            sums.loc[stacked, "fix_count"].tolist(),
            strict=True,
        )
    ]
    for code, column in (
        ("patrol_jumps", "jump_count"),
        ("patrol_gaps", "gap_count"),
        ("patrol_duplicates", "duplicate_count"),
        ("patrol_unordered", "unordered_count"),
    ):
        counts = sums[column]
        if counts.sum():
            details: dict[str, Detail] = {
                "count": int(counts.sum()),
                "shifts": int((counts > 0).sum()),
            }
            if column == "gap_count":
                details["minutes"] = round(int(sums["gap_ms"].sum()) / 60_000)
            findings.append(Finding(code, "info", details=details))
    return findings
