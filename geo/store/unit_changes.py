"""Keeps the change graph: which unit became which, with what weight, by which act.

A list of changes, where there is one, is the law; without one the changes are derived by overlay
(`unit_overlay.py`) with weights by area. An old unit whose land is in no unit of a complete later
set is written as `abolish` to the country's row, so that its counts stay in the total.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from geo.errors import Finding, Refused
from geo.store.boundary_sets import BoundarySet, load_units, set_by_id
from geo.store.tables import unit_change, unit_version
from geo.store.unit_overlay import (
    COMPLETE_SHARE,
    SLIVER_SHARE,
    change_kinds,
    keep_real_parts,
    lift,
    overlay,
)
from geo.units import COUNTRY_CODE, UNIT_KEY_SHIFT, Level

CHANGE_COLUMNS = (
    *("from_set_id", "from_code", "to_set_id", "to_code"),
    *("changed_on", "act", "kind", "weight", "weight_basis"),
)
WEIGHT_TOLERANCE = 1e-6


def derive_changes(conn: Connection, from_set_id: int, to_set_id: int) -> pd.DataFrame:
    """Derive the commune-level changes between two sets from their geometry.

    Parameters
    ----------
    conn
        Connection of any role.
    from_set_id, to_set_id
        The earlier and the later set.

    Returns
    -------
    DataFrame
        As `write_changes` takes it; weights are shares of area that sum to 1 per old unit.
    """
    later = set_by_id(conn, to_set_id)
    old = load_units(conn, from_set_id, levels=["commune"])
    new = load_units(conn, to_set_id, levels=["commune"])
    complete = new["area_m2"].sum() >= COMPLETE_SHARE * old["area_m2"].sum()
    parts = overlay(old, new)
    pairs = keep_real_parts(parts, covered_share=SLIVER_SHARE if complete else COMPLETE_SHARE)
    changes = pd.DataFrame(
        {
            "from_code": old["code"].to_numpy()[pairs["old_row"]],
            "to_code": new["code"].to_numpy()[pairs["new_row"]],
            "kind": change_kinds(pairs, old=old, new=new),
            "weight": pairs["weight"],
            "weight_basis": "area",
        }
    )
    if complete:
        lost = old["code"][~old.index.isin(pairs["old_row"])]
        gone = pd.DataFrame(
            {"from_code": lost, "to_code": COUNTRY_CODE, "kind": "abolish", "weight": 1.0}
        )
        changes = pd.concat([changes, gone.assign(weight_basis="none")], ignore_index=True)
    return changes.assign(
        from_set_id=from_set_id, to_set_id=to_set_id, changed_on=later.valid_from, act=later.act
    )[list(CHANGE_COLUMNS)]


def write_changes(conn: Connection, changes: pd.DataFrame) -> int:
    """Write commune-level changes, given as a list or derived.

    Parameters
    ----------
    conn
        Connection of the operator.
    changes
        Columns of `CHANGE_COLUMNS`, and source (``list`` or ``overlay``) and import_id where they
        are known; ``to_code`` may be the country's code ``VN`` (abolish).

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    Refused
        With code ``changes_refused`` and every finding: unknown units, weights that do not sum to
        1 per old unit.
    """
    keys = _keys_by_code(conn, {*changes["from_set_id"], *changes["to_set_id"]})
    from_key = keys.reindex(pd.MultiIndex.from_frame(changes[["from_set_id", "from_code"]]))
    to_key = keys.reindex(pd.MultiIndex.from_frame(changes[["to_set_id", "to_code"]]))
    findings = [
        Finding("change_unit_unknown", row=int(row) + 1, unit=str(code), details={"code": code})
        for found, column in ((from_key, "from_code"), (to_key, "to_code"))
        for row, code in zip(
            np.flatnonzero(found.isna()), changes[column][found.isna().to_numpy()], strict=True
        )
    ]
    total = changes.groupby(["from_set_id", "to_set_id", "from_code"])["weight"].sum()
    wrong = total[(total - 1).abs() > WEIGHT_TOLERANCE].reset_index()
    findings += [
        Finding("change_weights_not_whole", unit=code, details={"code": code, "total": round(t, 6)})
        for code, t in zip(wrong["from_code"], wrong["weight"], strict=True)
    ]
    findings += [
        Finding("change_identity_not_single", unit=code, details={"code": code})
        for code in _shared_identities(changes)
    ]
    if findings:
        raise Refused("changes_refused", findings=findings, count=len(findings))
    columns = ["changed_on", "act", "kind", "weight", "weight_basis"]
    columns += [name for name in ("source", "import_id") if name in changes]
    rows = changes[columns].assign(
        from_key=from_key.to_numpy(dtype=np.int64),
        to_key=to_key.to_numpy(dtype=np.int64),
        weight=changes["weight"].clip(upper=1.0).astype(float),
    )
    return _insert(conn, rows)


def write_changes_above(conn: Connection, earlier: BoundarySet, later: BoundarySet) -> int:
    """Work out the changes of districts and provinces from those of the communes.

    A level that one of the two sets lacks has no changes. Weights are shares of area; a whole unit
    rests on nothing. A list is behind a change when it is behind all changes of its communes.

    Returns
    -------
    int
        Rows written.
    """
    units = [
        pd.DataFrame(load_units(conn, s.set_id, geometry=False)).set_index("unit_key", drop=False)
        for s in (earlier, later)
    ]
    old, new = units
    changes = _changes_between(conn, earlier.set_id, later.set_id)
    # Row 0 is the country: what was abolished goes nowhere above either.
    changes = changes[changes["to_key"] != new.index[0]]
    written = 0
    levels: tuple[Level, ...] = ("district", "province")
    for level in levels:
        if not ((old["level"] == level).any() and (new["level"] == level).any()):
            continue
        old_above, new_above = _above(old, level), _above(new, level)
        below = pd.DataFrame(
            {
                "old_row": old.index.get_indexer(changes["from_key"]),
                "new_row": new.index.get_indexer(changes["to_key"]),
                "weight": changes["weight"].to_numpy(),
            }
        )
        pairs = lift(
            below,
            old_parent=old_above,
            new_parent=new_above,
            old_area_m2=old["area_m2"].to_numpy(),
        )
        listed = (changes["source"] == "list").to_numpy()
        ends = [old_above[below["old_row"]], new_above[below["new_row"]]]
        told = pd.Series(listed, index=pd.MultiIndex.from_arrays(ends)).groupby(level=[0, 1]).all()
        by_list = told.reindex(pd.MultiIndex.from_frame(pairs[["old_row", "new_row"]])).to_numpy()
        rows = pd.DataFrame(
            {
                "from_key": old.index.to_numpy()[pairs["old_row"]],
                "to_key": new.index.to_numpy()[pairs["new_row"]],
                "kind": change_kinds(pairs, old=old, new=new),
                "weight": pairs["weight"],
                "weight_basis": np.where(pairs["weight"] < 1, "area", "none"),
                "source": np.where(by_list, "list", "overlay"),
                "changed_on": later.valid_from,
                "act": later.act,
            }
        )
        written += _insert(conn, rows)
    return written


def delete_changes(conn: Connection, from_set_id: int, to_set_id: int) -> int:
    """Delete what is written between two sets, at every level, and tell how many rows it was."""
    c = unit_change.c
    between = (
        key.between(set_id << UNIT_KEY_SHIFT, (set_id + 1 << UNIT_KEY_SHIFT) - 1)
        for key, set_id in ((c.from_key, from_set_id), (c.to_key, to_set_id))
    )
    return conn.execute(delete(unit_change).where(*between)).rowcount


def found_by_overlay(conn: Connection, from_set_id: int, to_set_id: int) -> bool:
    """Tell whether no list is behind what is written between two sets."""
    return bool((_changes_between(conn, from_set_id, to_set_id)["source"] == "overlay").all())


def has_changes(conn: Connection, from_set_id: int, to_set_id: int) -> bool:
    """Tell whether any commune-level change between two sets is written."""
    return not _changes_between(conn, from_set_id, to_set_id).empty


def _changes_between(conn: Connection, from_set_id: int, to_set_id: int) -> pd.DataFrame:
    old, new = unit_version.alias(), unit_version.alias()
    c = unit_change.c
    rows = conn.execute(
        select(c.from_key, c.to_key, c.kind, c.weight, c.source)
        .join(old, old.c.unit_key == c.from_key)
        .join(new, new.c.unit_key == c.to_key)
        .where(old.c.set_id == from_set_id, new.c.set_id == to_set_id, old.c.level == "commune")
        .order_by(c.from_key, c.to_key)
    ).all()
    return pd.DataFrame(rows, columns=["from_key", "to_key", "kind", "weight", "source"])


def _above(units: pd.DataFrame, level: Level) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give for each unit the row of the unit of a level that holds it (itself on that level)."""
    holders = np.flatnonzero(units["level"] == level)
    position = np.searchsorted(holders, np.arange(len(units)), side="right") - 1
    return holders[np.maximum(position, 0)]


def _keys_by_code(conn: Connection, set_ids: Iterable[int]) -> "pd.Series[int]":
    u = unit_version.c
    rows = conn.execute(
        select(u.set_id, u.code, u.unit_key).where(
            u.set_id.in_([int(s) for s in set_ids]), u.level.in_(["commune", "country"])
        )
    ).all()
    index = pd.MultiIndex.from_tuples([(r.set_id, r.code) for r in rows], names=["set", "code"])
    return pd.Series([r.unit_key for r in rows], index=index)


def _shared_identities(changes: pd.DataFrame) -> list[str]:
    """List units said to be one unit through time that nevertheless have several partners."""
    one_land = changes["kind"].isin(["unchanged", "rename"])
    several = pd.Series(False, index=changes.index)
    pair = ["from_set_id", "to_set_id"]
    for code in ("from_code", "to_code"):
        several |= changes.groupby([*pair, code])["kind"].transform("size") > 1
    return sorted(set(changes["from_code"][one_land & several]))


def _insert(conn: Connection, rows: pd.DataFrame) -> int:
    records = [
        {str(column): value for column, value in record.items()}
        for record in rows.astype(object).to_dict("records")
    ]
    if records:
        conn.execute(insert(unit_change), records)
    return len(records)


def change_counts(conn: Connection, from_set_id: int, to_set_id: int) -> dict[str, int]:
    """Count the commune-level changes between two sets by kind."""
    counted = _changes_between(conn, from_set_id, to_set_id)["kind"].value_counts()
    return {str(kind): int(count) for kind, count in counted.sort_index().items()}
