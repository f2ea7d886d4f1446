"""Finds the units that the rows of a list of changes speak of, on two sets, with their land.

A row's unit is that of its code. Where the code is on no unit of the set, or on one of another
name, and exactly one unit of the row's name shares land with the row's other unit, it is that one:
lists have mistyped codes, and a code is no identity (A2). Every such reading is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import Detail, Finding
from geo.store.unit_overlay import SLIVER_SHARE
from geo.units import EQUAL_AREA_SRID, split_kind, tone_key

Side = Literal["old", "new"]

# Of 10,564 lawful pairs of the reform of 2025 five have their land further apart than this, most
# by errors of the drawing; of 52 pairs that contradict the law 51.
APART_KM = 2.0
# Less than this of both units is no shared land: two drawings of one border meet by more.
NO_LAND_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class Land:
    """Communes of two neighbouring sets and what land they share.

    Parameters
    ----------
    old, new
        As `load_units` gives them.
    parts
        As `overlay` gives them: old_row, new_row, area_m2, old_share, new_share.
    old_title, new_title
        Of the sets, to be said.
    """

    old: gpd.GeoDataFrame
    new: gpd.GeoDataFrame
    parts: pd.DataFrame
    old_title: str
    new_title: str

    def units(self, side: Side) -> gpd.GeoDataFrame:
        """Give the communes of one side."""
        return self.old if side == "old" else self.new


def find_pairs(changes: pd.DataFrame, land: Land) -> tuple[pd.DataFrame, list[Finding]]:
    """Find both units of each row.

    Parameters
    ----------
    changes
        As `ChangeFile` has them; the index numbers the rows as their user does.
    land
        Of the two sets.

    Returns
    -------
    tuple
        The rows whose two units were found, with old_row and new_row beside their other columns,
        each pair once; and the findings by row.
    """
    found = _by_code(changes, land)
    findings: list[Finding] = []
    for side in ("old", "new"):
        findings += _read_by_name(found, land, side)
    for side in ("old", "new"):
        absent = found[(found[f"{side}_row"] < 0) & found[f"{side}_code"].ne("")]
        findings += [
            Finding(
                "change_code_not_on_set",
                row=int(str(row)),
                column=f"{side}_code",
                unit=code,
                details={
                    "code": code,
                    "title": land.old_title if side == "old" else land.new_title,
                },
            )
            for row, code in absent[f"{side}_code"].items()
        ]
    whole = found[(found["old_row"] >= 0) & (found["new_row"] >= 0)]
    single = whole[~whole.duplicated(["old_row", "new_row"])]
    findings += _judge_land(single, land)
    return single, findings


def _by_code(changes: pd.DataFrame, land: Land) -> pd.DataFrame:
    found = changes.copy()
    for side in ("old", "new"):
        places = pd.Series(range(len(land.units(side))), index=land.units(side)["code"].to_numpy())
        found[f"{side}_row"] = found[f"{side}_code"].map(places).fillna(-1).astype(int)
    return found


def _read_by_name(found: pd.DataFrame, land: Land, side: Side) -> Iterator[Finding]:
    """Put rows right whose code is another unit's or nobody's, by name and land. Edits `found`."""
    if f"{side}_name" not in found:
        return
    other: Side = "new" if side == "old" else "old"
    units = land.units(side)
    keys = [_name_key(name) for name in units["name"]]
    told = found[f"{side}_name"].map(_name_key).to_numpy()
    rows, others = found[f"{side}_row"].to_numpy(copy=True), found[f"{other}_row"].to_numpy()
    real = land.parts[
        (land.parts["old_share"] >= SLIVER_SHARE) | (land.parts["new_share"] >= SLIVER_SHARE)
    ]
    sharing = real.groupby(f"{other}_row")[f"{side}_row"].agg(list).to_dict()
    for place, (row, partner, name) in enumerate(zip(rows, others, told, strict=True)):
        if partner < 0 or not name or (row >= 0 and keys[row] == name):
            continue
        named = [one for one in sharing.get(partner, ()) if keys[one] == name]
        if len(named) != 1 or named[0] == row:
            continue
        rows[place] = named[0]
        code = str(found[f"{side}_code"].iloc[place])
        details: dict[str, Detail] = {"code": code, "found": str(units["code"].iloc[named[0]])}
        yield Finding(
            f"change_{side}_code_by_name",
            "warning",
            row=int(str(found.index[place])),
            unit=code,
            details=details,
        )
    found[f"{side}_row"] = rows


def _judge_land(pairs: pd.DataFrame, land: Land) -> Iterator[Finding]:
    """Find pairs whose units share no land: impossible when they are apart, doubtful when near."""
    shares = land.parts.set_index(["old_row", "new_row"])[["old_share", "new_share"]].max(axis=1)
    wanted = pd.MultiIndex.from_frame(pairs[["old_row", "new_row"]])
    shared = shares.reindex(wanted).fillna(0.0).to_numpy()
    doubtful = pairs[shared < NO_LAND_SHARE]
    if doubtful.empty:
        return
    old = land.old.iloc[doubtful["old_row"]].to_crs(EQUAL_AREA_SRID).geometry
    new = land.new.iloc[doubtful["new_row"]].to_crs(EQUAL_AREA_SRID).geometry
    km = shapely.distance(old.to_numpy(), new.to_numpy()) / 1000
    codes = zip(doubtful["old_code"], doubtful["new_code"], strict=True)
    for row, (unit, code), far in zip(doubtful.index, codes, km.tolist(), strict=True):
        details: dict[str, Detail] = {"old": unit, "new": code, "km": round(far)}
        number = int(str(row))
        if far > APART_KM:
            yield Finding("change_pair_apart", row=number, unit=unit, details=details)
        else:
            yield Finding(
                "change_pair_without_land", "warning", row=number, unit=unit, details=details
            )


def _name_key(name: str) -> str:
    """Give the key of a name without its kind: a thị trấn that became a phường keeps it."""
    return tone_key(split_kind(name)[1])
