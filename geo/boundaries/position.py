"""Rules on where units lie: the register's centre points in their own unit and province."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundaries.subject import Details, Subject
from geo.errors import Finding, Severity

# Register points are centres of villages or offices: some always lie over the border.
POINTS_OUTSIDE_NOTED = 0.02
POINTS_OUTSIDE_REFUSED = 0.25
_SHOWN_CODES = 10


def judge_points(subject: Subject) -> Iterator[Finding]:
    """Count the register's points that lie outside their own unit, and say where they lie.

    When so many do that codes are mixed up or the coordinates wrong, single ones say nothing.
    """
    if subject.register is None:
        return
    points = subject.register.units.drop_duplicates("code").set_index("code")
    points = points.dropna(subset=["lng", "lat"])
    codes = subject.text("code").to_numpy(dtype=object)[subject.sound]
    land = subject.land[subject.sound]
    held = np.flatnonzero(np.isin(codes, points.index.to_numpy(dtype=object)))
    outside = held[:0]
    if held.size:
        own = points.loc[codes[held], ["lng", "lat"]].to_numpy(dtype=float)
        outside = held[~shapely.intersects_xy(land[held], own[:, 0], own[:, 1])]
    if outside.size:
        shown = sorted(codes[outside])[:_SHOWN_CODES]
        details = Details(
            count=outside.size,
            total=held.size,
            codes=", ".join(shown) + ("…" if outside.size > len(shown) else ""),
        )
        if outside.size / held.size > POINTS_OUTSIDE_REFUSED:
            yield Finding("register_points_far", subject.severity, details=details)
            return
        noted = outside.size / held.size > POINTS_OUTSIDE_NOTED
        severity: Severity = "warning" if noted else "info"
        yield Finding("register_points_outside", severity, details=details)
    strays = np.setdiff1d(np.arange(len(codes)), np.setdiff1d(held, outside))
    if strays.size:
        yield from _judge_strays(subject, points, strays=strays, outside=outside)


def _judge_strays(
    subject: Subject,
    points: pd.DataFrame,
    *,
    strays: NDArray[np.int64],
    outside: NDArray[np.int64],
) -> Iterator[Finding]:
    """Say where points lie that are not in their unit, and whose points lie in such units."""
    codes = subject.text("code").to_numpy(dtype=object)[subject.sound]
    names = subject.text("name").to_numpy(dtype=object)[subject.sound]
    land = subject.land[subject.sound]
    lng, lat = points.loc[codes[outside], ["lng", "lat"]].to_numpy(dtype=float).T
    found, unit = shapely.STRtree(land).query(shapely.points(lng, lat), "intersects")
    lies_in = {int(row): int(other) for row, other in zip(outside[found], unit, strict=True)}
    for row in outside.tolist():
        other = lies_in.get(row)
        details = Details(code=codes[row], name=names[row])
        where = int(subject.sound[row]) + 1
        if other is None:
            yield Finding(
                "register_point_nowhere", "info", row=where, unit=codes[row], details=details
            )
            continue
        details |= Details(other=codes[other], other_name=names[other])
        if lies_in.get(other) != row:
            yield Finding(
                "register_point_elsewhere", "info", row=where, unit=codes[row], details=details
            )
        elif row < other:
            yield Finding("units_swapped", "warning", row=where, unit=codes[row], details=details)
    yield from _judge_provinces_of(subject, points, strays=strays)


def _judge_provinces_of(
    subject: Subject,
    points: pd.DataFrame,
    *,
    strays: NDArray[np.int64],
) -> Iterator[Finding]:
    """Find units that hold points of other provinces only: they lie where they do not belong."""
    lng, lat = points["lng"].to_numpy(float), points["lat"].to_numpy(float)
    tree = shapely.STRtree(np.asarray(shapely.points(lng, lat), dtype=object))
    found, point = tree.query(subject.land[subject.sound[strays]], "intersects")
    provinces = points["province_code"].to_numpy(dtype=object)[point]
    codes = subject.text("code").to_numpy(dtype=object)[subject.sound]
    own = subject.text("province_code").to_numpy(dtype=object)[subject.sound]
    for number, row in enumerate(strays.tolist()):
        around = set(provinces[found == number])
        if around and own[row] and own[row] not in around:
            details = Details(code=codes[row], province=own[row], around=", ".join(sorted(around)))
            yield Finding(
                "unit_in_other_province",
                "warning",
                row=int(subject.sound[row]) + 1,
                unit=codes[row] or None,
                details=details,
            )
