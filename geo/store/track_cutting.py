"""Cuts lines of tracks by communes, stretch by stretch: a street gone down and back counts twice.

An overlay of whole lines would count such a street once; here every stretch between two vertices is
cut on its own, so the pieces of a line are as long as the line. A stretch along a border, or within
a sliver that two communes claim, belongs to the commune with the smaller key, as points do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.spatial_join import NOWHERE, assign

# Stretches in memory at once.
_STRETCHES = 1_000_000
# 1e-9 degree is 0.1 mm: what the arithmetic of a cut leaves over, not the land.
_DUST_DEGREES = 1e-9


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Stretches or parts of them, in the order of going.

    Parameters
    ----------
    line
        Position of the line.
    begin, end
        Coordinates, shape (n, 2).
    unit
        Key of the unit.
    """

    line: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    unit: NDArray[np.int64]


def cut_lines(
    lines: NDArray[np.object_],
    *,
    keys: NDArray[np.int64],
    shapes: NDArray[np.object_],
    outside: int,
) -> pd.DataFrame:
    """Cut lines by communes.

    Parameters
    ----------
    lines
        MultiLineStrings, EPSG:4326; empty ones have no pieces.
    keys, shapes
        Unit key and geometry of each commune, by key.
    outside
        Key of what lies in no commune.

    Returns
    -------
    Columns line (position in `lines`), unit, geom (MultiLineString); one row per line and unit.
    """
    frames = [
        _join(_cut(lines, chosen, keys=keys, shapes=shapes, outside=outside))
        for chosen in _groups(lines)
    ]
    empty = pd.DataFrame({"line": [], "unit": [], "geom": []}).astype({"line": int, "unit": int})
    return pd.concat(frames, ignore_index=True) if frames else empty


def _groups(lines: NDArray[np.object_]) -> Iterator[NDArray[np.int64]]:
    """Give lines that are not empty, in groups of about `_STRETCHES`."""
    there = np.flatnonzero(~shapely.is_empty(lines))
    count = np.cumsum(shapely.get_num_coordinates(lines[there]))
    for group in np.unique(count // _STRETCHES):
        yield there[count // _STRETCHES == group]


def _cut(
    lines: NDArray[np.object_],
    chosen: NDArray[np.int64],
    *,
    keys: NDArray[np.int64],
    shapes: NDArray[np.object_],
    outside: int,
) -> _Stretches:
    parts, owner = shapely.get_parts(lines[chosen], return_index=True)
    vertices, part = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(part[1:] == part[:-1])
    begin, end = vertices[joined], vertices[joined + 1]
    line = chosen[owner[part[joined]]]
    held = assign(shapes, vertices[:, 0], vertices[:, 1])
    stays = held[joined] == held[joined + 1]
    # A step shorter than dust would be swept away by a cut.
    sure = np.hypot(*(end - begin).T) < _DUST_DEGREES
    heads = np.ones(joined.size, dtype=np.bool_)
    heads[1:] = (np.diff(joined) != 1) | ~stays[1:] | ~stays[:-1]
    # Long runs first, then what they leave open one by one.
    for apart in (heads, np.ones_like(heads)):
        open_ = np.flatnonzero(stays & ~sure)
        sure[open_] = _within(
            begin[open_], end[open_], heads=apart[open_], held=held[joined[open_]], shapes=shapes
        )
    unit = np.append(keys, outside)[np.where(held == NOWHERE, keys.size, held)[joined]]
    crossing = np.flatnonzero(~sure)
    made = _cut_crossing(begin, end, crossing, keys=keys, shapes=shapes, outside=outside)
    whole = np.flatnonzero(sure)
    ends = np.array([one[1:5] for one in made], dtype=np.float64).reshape(-1, 4)
    at = np.concatenate([whole, np.array([one[0] for one in made], dtype=np.int64)])
    # Stable: parts of one stretch come in the order of going.
    order = np.argsort(at, kind="stable")
    made_unit = np.array([one[5] for one in made], dtype=np.int64)
    return _Stretches(
        line=line[at][order],
        begin=np.concatenate([begin[whole], ends[:, :2]])[order],
        end=np.concatenate([end[whole], ends[:, 2:]])[order],
        unit=np.concatenate([unit[whole], made_unit])[order],
    )


def _within(
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    *,
    heads: NDArray[np.bool_],
    held: NDArray[np.int64],
    shapes: NDArray[np.object_],
) -> NDArray[np.bool_]:
    """Tell which stretches surely lie in the one commune of both their ends, or in none.

    Runs of stretches are asked at once, each beginning where `heads` says; of a run that meets a
    second commune none is sure.
    """
    run = np.cumsum(heads) - 1
    first = np.flatnonzero(heads)
    runs = _linestrings(begin, end, first, run)
    owner = held[first]
    asked, commune = shapely.STRtree(shapes).query(runs, predicate="intersects")
    met = np.bincount(asked, minlength=first.size)
    sure = (owner == NOWHERE) & (met == 0)
    one = asked[(met[asked] == 1) & (commune == owner[asked])]
    shapely.prepare(shapes)
    sure[one] = shapely.covers(shapes[owner[one]], runs[one])
    of_stretch: NDArray[np.bool_] = sure[run]
    return of_stretch


def _cut_crossing(
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    crossing: NDArray[np.int64],
    *,
    keys: NDArray[np.int64],
    shapes: NDArray[np.object_],
    outside: int,
) -> list[tuple[int, float, float, float, float, int]]:
    """Cut stretches one by one; give their number and parts, in the order of going."""
    if not crossing.size:
        return []
    pairs = np.stack([begin[crossing], end[crossing]], axis=1)
    stretches = np.asarray(shapely.linestrings(pairs), dtype=object)
    asked, commune = shapely.STRtree(shapes).query(stretches, predicate="intersects")
    order = np.lexsort((commune, asked))
    asked, commune = asked[order], commune[order]
    bounds = np.searchsorted(asked, np.arange(crossing.size + 1))
    return [
        (at, *piece)
        for nth, at in enumerate(crossing.tolist())
        for piece in _cut_one(
            stretches[nth],
            commune[bounds[nth] : bounds[nth + 1]],
            keys=keys,
            shapes=shapes,
            outside=outside,
        )
    ]


def _cut_one(
    stretch: shapely.LineString,
    communes: NDArray[np.int64],
    *,
    keys: NDArray[np.int64],
    shapes: NDArray[np.object_],
    outside: int,
) -> list[tuple[float, float, float, float, int]]:
    """Cut one stretch; give its parts (begin, end, unit) in the order of going."""
    begin, end = shapely.get_coordinates(stretch)
    rest: shapely.Geometry = stretch
    parts: list[tuple[float, float, float, float, float, int]] = []

    def take(shape: shapely.Geometry, unit: int) -> None:
        for one in shapely.get_parts(shape):
            if shapely.length(one) < _DUST_DEGREES:
                continue
            ends = shapely.get_coordinates(one)[[0, -1]]
            # Where along the stretch; an overlay may have turned the part round.
            far = (ends - begin) @ (end - begin)
            first, last = ends[np.argsort(far)]
            parts.append((float(far.min()), *first.tolist(), *last.tolist(), unit))

    for number in communes.tolist():
        take(shapely.intersection(rest, shapes[number]), int(keys[number]))
        rest = shapely.difference(rest, shapes[number])
    take(rest, outside)
    return [one[1:] for one in sorted(parts)]


def _join(stretches: _Stretches) -> pd.DataFrame:
    """Join stretches that follow one another in one unit; give a MultiLineString per unit."""
    line, unit = stretches.line, stretches.unit
    apart = np.abs(stretches.begin[1:] - stretches.end[:-1]).max(axis=1) > _DUST_DEGREES
    begins = np.append(True, (np.diff(line) != 0) | (np.diff(unit) != 0) | apart)
    run = np.cumsum(begins) - 1
    heads = np.flatnonzero(begins)
    runs = _linestrings(stretches.begin, stretches.end, heads, run)
    owner = np.lexsort((unit[heads], line[heads]))
    pairs = np.stack([line[heads][owner], unit[heads][owner]], axis=1)
    first = np.append(True, (np.diff(pairs, axis=0) != 0).any(axis=1))
    return pd.DataFrame(
        {
            "line": pairs[first, 0],
            "unit": pairs[first, 1],
            "geom": shapely.multilinestrings(runs[owner], indices=np.cumsum(first) - 1),
        }
    )


def _linestrings(
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    heads: NDArray[np.int64],
    run: NDArray[np.int64],
) -> NDArray[np.object_]:
    """Make a line of each run of stretches: where it begins, then the end of each."""
    vertices = np.concatenate([begin[heads], end])
    of_run = np.concatenate([np.arange(heads.size), run])
    order = np.argsort(of_run, kind="stable")
    return np.asarray(shapely.linestrings(vertices[order], indices=of_run[order]), dtype=object)
