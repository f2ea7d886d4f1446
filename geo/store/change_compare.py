"""Holds the change graph between two sets against their geometry, and says where they disagree.

    no_land       a pair of the list whose units share no land, or next to none
    not_listed    land over the sliver rule that the list gives to nobody
    share         the share of the list and that of the land lie far apart

A disagreement is no error: drawings are old and coarse, and the list is the law. It is what
somebody should look at.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from geo.store.boundary_sets import load_units
from geo.store.unit_overlay import keep_real_parts, overlay
from geo.units import COUNTRY_CODE

# Two drawings of one border lie up to some hundred metres apart: less land than this, in both
# units, is no land.
NO_LAND_SHARE = 0.01
SHARES_APART = 0.1
COLUMNS = ("what", "from_code", "from_name", "to_code", "to_name", "listed", "land", "area_km2")


def read_changes(conn: Connection, from_set_id: int, to_set_id: int) -> pd.DataFrame:
    """Read the changes of communes between two sets in force as written.

    Returns
    -------
    DataFrame
        from_code, from_name, to_code, to_name, changed_on, act, kind, weight, weight_basis, source.
    """
    rows = conn.execute(
        text(
            "SELECT o.code AS from_code, o.name AS from_name, n.code AS to_code,"
            " n.name AS to_name, c.changed_on, c.act, c.kind, c.weight, c.weight_basis, c.source"
            " FROM unit_change AS c JOIN unit_version AS o ON o.unit_key = c.from_key"
            " JOIN unit_version AS n ON n.unit_key = c.to_key"
            " WHERE o.set_id = :older AND n.set_id = :newer AND o.level = 'commune'"
            " ORDER BY c.from_key, c.to_key"
        ),
        {"older": from_set_id, "newer": to_set_id},
    ).mappings()
    columns = (
        *("from_code", "from_name", "to_code", "to_name", "changed_on", "act", "kind"),
        *("weight", "weight_basis", "source"),
    )
    return pd.DataFrame([dict(row) for row in rows], columns=list(columns))


def compare_with_land(
    conn: Connection, from_set_id: int, to_set_id: int, changes: pd.DataFrame
) -> pd.DataFrame:
    """Lay both sets over each other and list where changes and land disagree.

    Parameters
    ----------
    conn
        Any role that reads geometry.
    from_set_id, to_set_id
        The sets.
    changes
        from_code, to_code, weight.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`: ``listed`` is the weight of the list, ``land`` the share of the old
        unit's land, ``area_km2`` the land that both share; the largest disagreement first.
    """
    old = load_units(conn, from_set_id, levels=["commune"])
    new = load_units(conn, to_set_id, levels=["commune"])
    return compare(old, new, changes)


def compare(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Do the same on units that are loaded already."""
    parts = overlay(old, new)
    real = keep_real_parts(parts)
    key = ["old_row", "new_row"]
    land = parts.assign(
        what="",
        from_code=old["code"].to_numpy()[parts["old_row"]],
        to_code=new["code"].to_numpy()[parts["new_row"]],
    ).merge(real[[*key, "weight"]].rename(columns={"weight": "real"}), on=key, how="left")
    told = changes.loc[changes["to_code"] != COUNTRY_CODE, ["from_code", "to_code", "weight"]]
    both = told.merge(land, on=["from_code", "to_code"], how="outer")
    share, seen = both["old_share"].fillna(0.0), both["new_share"].fillna(0.0)
    listed = both["weight"].notna()
    both["what"] = np.select(
        [
            listed & (share < NO_LAND_SHARE) & (seen < NO_LAND_SHARE),
            ~listed & both["real"].notna(),
            listed & both["real"].notna() & ((both["weight"] - both["real"]).abs() > SHARES_APART),
        ],
        ["no_land", "not_listed", "share"],
        "",
    )
    both = both.assign(
        listed=both["weight"],
        land=both["old_share"],
        area_km2=(both["area_m2"] / 1e6).round(3),
    )
    found = both[both["what"] != ""].copy()
    names = {
        side: units.drop_duplicates("code").set_index("code")["name"]
        for side, units in (("from", old), ("to", new))
    }
    for side in ("from", "to"):
        found[f"{side}_name"] = found[f"{side}_code"].map(names[side])
    order = (found["listed"].fillna(0) - found["land"].fillna(0)).abs()
    return found.loc[order.sort_values(ascending=False).index, list(COLUMNS)].reset_index(drop=True)
