"""Holds the fixes of a file on disk until all are read, in parts that hold whole shifts.

Rows of one shift may stand anywhere in a file. They are dealt out over `_PARTS` files, so that one
after the other fits into memory; a shift is always in one file. They lie in the staging folder of
the fixes and go with it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from geo.tracks import Fixes

_PARTS = 64
_ROW = np.dtype(
    [("track", "<i4"), ("row", "<u4"), ("lng", "<f8"), ("lat", "<f8"), ("time_ms", "<i8")]
)
# Fixes measured at once: bounds the memory (some hundred bytes for each).
CHUNK_FIXES = 500_000
# One shift cannot be cut. At a fix a second this is eleven days: no shift.
TRACK_FIXES_MOST = 1_000_000


class Spill:
    """Fixes on disk.

    Parameters
    ----------
    staging
        As `fixes.locked` gives it.
    """

    def __init__(self, staging: Path) -> None:
        self._folder = staging / "spill"
        self._folder.mkdir(mode=0o700)
        self._files: dict[int, IO[bytes]] = {}
        self.bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
        self.fix_count = 0

    def add(self, fixes: Fixes) -> None:
        """Write fixes to the parts of their tracks."""
        if not fixes.track.size:
            return
        rows = np.empty(fixes.track.size, dtype=_ROW)
        rows["track"], rows["row"], rows["time_ms"] = fixes.track, fixes.row, fixes.time_ms
        rows["lng"], rows["lat"] = fixes.lng, fixes.lat
        self.bounds[:2] = np.minimum(self.bounds[:2], [fixes.lng.min(), fixes.lat.min()])
        self.bounds[2:] = np.maximum(self.bounds[2:], [fixes.lng.max(), fixes.lat.max()])
        self.fix_count += rows.size
        part = fixes.track % _PARTS
        order = np.argsort(part, kind="stable")
        ends = np.searchsorted(part[order], np.arange(_PARTS + 1))
        for number in np.unique(part).tolist():
            if number not in self._files:
                path = self._folder / f"{number}"
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                self._files[number] = os.fdopen(os.open(path, flags, 0o600), "wb")
            # Not `tofile`: its error does not say that the disk is full.
            self._files[number].write(rows[order[ends[number] : ends[number + 1]]].tobytes())

    def parts(self) -> Iterator[Fixes]:
        """Give the parts, each once; its file goes with it."""
        for number, file in sorted(self._files.items()):
            file.close()
            path = self._folder / f"{number}"
            rows = np.fromfile(path, dtype=_ROW)
            path.unlink()
            yield Fixes(
                track=rows["track"].astype(np.int64),
                row=rows["row"].astype(np.int64),
                # Views: a part can be a whole file.
                lng=rows["lng"],
                lat=rows["lat"],
                time_ms=rows["time_ms"],
            )

    def close(self) -> None:
        """Close what is open; the files are swept with the staging folder."""
        for file in self._files.values():
            # What it could not write out has been told by then, or is not wanted any more.
            with suppress(OSError):
                file.close()


def chunks(fixes: Fixes) -> Iterator[Fixes]:
    """Give whole tracks, about `CHUNK_FIXES` at once (more where one track has more)."""
    order = np.argsort(fixes.track, kind="stable")
    track = fixes.track[order]
    first = np.flatnonzero(np.diff(track, prepend=-1))
    group = first // CHUNK_FIXES
    starts = first[np.flatnonzero(np.diff(group, prepend=-1))]
    for chosen in np.split(order, starts[1:]):
        if chosen.size:
            yield fixes.take(chosen)


def without_endless(fixes: Fixes) -> tuple[Fixes, list[int]]:
    """Leave out tracks of more than `TRACK_FIXES_MOST` fixes; give the first row of each."""
    endless = np.bincount(fixes.track) > TRACK_FIXES_MOST
    if not endless.any():
        return fixes, []
    rows = [int(fixes.row[fixes.track == track].min()) for track in np.flatnonzero(endless)]
    return fixes.take(~endless[fixes.track]), rows
