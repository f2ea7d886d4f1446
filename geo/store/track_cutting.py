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

# Stretches in memory at once.
_STRETCHES = 200_000
# 1e-9 degree is 0.1 mm: what the arithmetic of a cut leaves over, not the land.
_DUST_DEGREES = 1e-9
# A commune has thousands of vertices; those so near to a stretch decide.
_NEAR_DEGREES = 1e-3


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
    stretches = shapely.linestrings(np.stack([begin, end], axis=1))
    tree = shapely.STRtree(np.asarray(stretches, dtype=object))
    unit = np.full(joined.size, outside, dtype=np.int64)
    commune, stretch = tree.query(shapes, predicate="covers")
    # The smallest key comes last and stays.
    order = np.argsort(-commune, kind="stable")
    unit[stretch[order]] = keys[commune[order]]
    covered = np.zeros(joined.size, dtype=np.bool_)
    covered[stretch] = True
    commune, stretch = tree.query(shapes, predicate="intersects")
    open_pairs = ~covered[stretch]
    commune, stretch = commune[open_pairs], stretch[open_pairs]
    order = np.lexsort((commune, stretch))
    commune, stretch = commune[order], stretch[order]
    crossing = np.unique(stretch)
    bounds = np.searchsorted(stretch, np.append(crossing, joined.size))
    made = [
        (at, *piece)
        for at, first, last in zip(crossing.tolist(), bounds[:-1], bounds[1:], strict=True)
        for piece in _cut_one(begin[at], end[at], commune[first:last], keys, shapes, outside)
    ]
    whole = np.setdiff1d(np.arange(joined.size), crossing)
    cut_at = np.array([one[0] for one in made], dtype=np.int64)
    ends = np.array([one[1:5] for one in made], dtype=np.float64).reshape(-1, 4)
    at = np.concatenate([whole, cut_at])
    # Stable: parts of one stretch come in the order of going.
    order = np.argsort(at, kind="stable")
    return _Stretches(
        line=line[at][order],
        begin=np.concatenate([begin[whole], ends[:, :2]])[order],
        end=np.concatenate([end[whole], ends[:, 2:]])[order],
        unit=np.concatenate([unit[whole], np.array([one[5] for one in made], dtype=np.int64)])[
            order
        ],
    )


def _cut_one(
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    communes: NDArray[np.int64],
    keys: NDArray[np.int64],
    shapes: NDArray[np.object_],
    outside: int,
) -> list[tuple[float, float, float, float, int]]:
    """Cut one stretch; give its parts (begin, end, unit) in the order of going."""
    west, south = np.minimum(begin, end) - _NEAR_DEGREES
    east, north = np.maximum(begin, end) + _NEAR_DEGREES
    rest: shapely.Geometry = shapely.LineString([begin, end])
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
        near = shapely.clip_by_rect(shapes[number], west, south, east, north)
        take(shapely.intersection(rest, near), int(keys[number]))
        rest = shapely.difference(rest, near)
    take(rest, outside)
    return [one[1:] for one in sorted(parts)]


def _join(stretches: _Stretches) -> pd.DataFrame:
    """Join stretches that follow one another in one unit; give a MultiLineString per unit."""
    line, unit = stretches.line, stretches.unit
    apart = np.abs(stretches.begin[1:] - stretches.end[:-1]).max(axis=1) > _DUST_DEGREES
    begins = np.append(True, (np.diff(line) != 0) | (np.diff(unit) != 0) | apart)
    run = np.cumsum(begins) - 1
    heads = np.flatnonzero(begins)
    # The vertices of a run: where it begins, then the end of each of its stretches.
    vertices = np.concatenate([stretches.begin[heads], stretches.end])
    of_run = np.concatenate([np.arange(heads.size), run])
    order = np.argsort(of_run, kind="stable")
    runs = np.asarray(shapely.linestrings(vertices[order], indices=of_run[order]), dtype=object)
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
