"""Fixes of patrols into sums: order, jumps, gaps, length, time moving and standing, time per cell.

Pure, on arrays; many shifts at once, each known by a number. Nothing here knows who was there.

    ordering   one order of the fixes, duplicates dropped, shifts told apart by long breaks
    kernels    compiled loops: steps that cannot be, stays
    pieces     time and metres of each step by H3 cell, unit and month
    lines      the simplified line
    judging    what is wrong with times, and with shifts as a whole

What is counted. Between two neighbouring fixes of a shift lies a *step*. A step that would need a
speed that no patrol has is a jump, and the fixes that caused it leave the line. A step longer in
time than `GAP_S` is a gap: nobody knows where the patrol was, so no line, no metre and no second is
counted across it. Time from first to last fix = moving + standing + gaps, exactly, in milliseconds.
Metres are those of moving: a receiver at rest wanders, at one fix a second some kilometres an hour.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.tracks import kernels
from geo.tracks.lines import draw_lines
from geo.tracks.ordering import Fixes, Ordered, put_in_order, split_by_breaks
from geo.tracks.pieces import CELL_RESOLUTION, share_out

__all__ = [
    "CELL_RESOLUTION",
    "GAP_S",
    "SPEED_LIMIT_KMH",
    "Fixes",
    "Ordered",
    "Tracks",
    "measure",
    "put_in_order",
    "split_by_breaks",
]

# A car in a hurry does 140 km/h; receivers add a tenth. A helicopter cruises at 200 and more.
SPEED_LIMIT_KMH = 160.0
# Two fixes of one standing receiver lie up to so far apart between houses: at one fix a second that
# alone would be over 100 km/h, so it is taken off the distance before a speed is judged.
NOISE_M = 30.0
# Reflections last for a few fixes. A longer run elsewhere is believed, and the line breaks there.
RUN_MOST = 5
# Receivers write a fix every 1 to 60 s, saving ones every 120 s: after 300 s at least two are lost,
# and a motorcycle is 3 km further.
GAP_S = 300
# Who stays for a minute within the noise of the receiver stands.
STAND_RADIUS_M = 25.0
STAND_LEAST_S = 60

_SECOND = 1000
_HOUR_S = 3600

UnitOf = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Tracks:
    """Shifts measured.

    Parameters
    ----------
    sums
        By shift (the index is its number): first_row, started_ms, ended_ms (UTC, of the line),
        fix_count (fixes without duplicates), duplicate_count, unordered_count, stacked_share (of
        the fixes, the share that repeats an earlier position), jump_count (fixes left off the
        line), gap_count, gap_ms, moving_ms, standing_ms, distance_m.
    lines
        By shift in the order of `sums`: simplified MultiLineString, EPSG:4326; empty when no two
        fixes hang together.
    cells
        Columns track, month (datetime64[M] as first day), cell, unit, ms, metres, fix_count: time
        and length by cell, unit and local month. Their sums are those of `sums`, milliseconds and
        fixes on the line exactly.
    """

    sums: pd.DataFrame
    lines: NDArray[np.object_]
    cells: pd.DataFrame


def measure(ordered: Ordered, *, unit_of: UnitOf) -> Tracks:
    """Measure shifts.

    Parameters
    ----------
    ordered
        Fixes of whole shifts as `put_in_order` gives them.
    unit_of
        Gives a number for each position (lng, lat in degrees): the unit that holds it.
    """
    track, lng, lat, time = ordered.track, ordered.lng, ordered.lat, ordered.time_ms
    kept, starts = kernels.follow(
        track,
        lng,
        lat,
        time,
        SPEED_LIMIT_KMH / _HOUR_S,  # km/h over 3600 are metres per millisecond
        NOISE_M,
        RUN_MOST,
        GAP_S * _SECOND,
    )
    jumps = pd.Series(~kept).groupby(track).sum()
    track, lng, lat, time = track[kept], lng[kept], lat[kept], time[kept]
    starts = starts[kept]
    standing = kernels.stays(lng, lat, time, starts, STAND_RADIUS_M, STAND_LEAST_S * _SECOND)
    metres = np.where(standing | starts, 0.0, kernels.step_metres(lng, lat))
    took = np.diff(time, prepend=time[:1])
    first = np.diff(track, prepend=-1) != 0
    steps = pd.DataFrame(
        {
            "gap_count": starts & ~first,
            "gap_ms": np.where(starts & ~first, took, 0),
            "standing_ms": np.where(standing, took, 0),
            "moving_ms": np.where(standing | starts, 0, took),
            "distance_m": metres,
        }
    ).groupby(track)
    spans = pd.Series(time).groupby(track)
    sums = ordered.counts.assign(
        started_ms=spans.first(), ended_ms=spans.last(), jump_count=jumps
    ).join(steps.sum())
    return Tracks(
        sums=sums,
        lines=draw_lines(track, lng, lat, starts, tracks=sums.index.to_numpy()),
        cells=share_out(track, lng, lat, time, starts, metres, unit_of=unit_of),
    )
