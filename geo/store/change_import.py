"""Turns a list of changes into the change graph between two boundary sets.

    list       who became what, by law: its pairs hold, also against geometry
    sets       units that the list does not name stay what they are, or are found by overlay
    weights    of a divided unit: the list's shares, else the shares of land; a whole unit is 1

What an overlay or an earlier list had found between the two sets is replaced; identities and the
levels above are worked out anew. One transaction, opened by the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from geo.errors import Conflict, Detail, Finding, Refused
from geo.store import audit
from geo.store.activation import identify_units
from geo.store.boundary_sets import BoundarySet, list_sets, load_units
from geo.store.change_file import ChangeFile
from geo.store.records import open_batch
from geo.store.unit_changes import change_counts, write_changes, write_changes_above
from geo.store.unit_overlay import change_kinds, keep_real_parts, overlay
from geo.units import COUNTRY_CODE, tone_key

# A part below this is what two decimals of a share round to nothing.
_NO_SHARE = 1e-6
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """The graph that a list makes between two sets, not written yet.

    Parameters
    ----------
    earlier, later
        The sets.
    changes
        As `unit_changes.write_changes` takes them.
    findings
        Of the list and of the sets together; errors refuse all.
    """

    earlier: BoundarySet
    later: BoundarySet
    changes: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """Give the findings that refuse the list."""
        return [one for one in self.findings if one.severity == "error"]


def sets_around(conn: Connection, day: date) -> tuple[BoundarySet, BoundarySet]:
    """Give the sets in force on the day before a change and on its day.

    Raises
    ------
    Conflict
        ``changes_without_sets``: one of them is missing, or one set covers both days.
    """
    active = [one for one in list_sets(conn) if one.state == "active"]

    def on(when: date) -> BoundarySet | None:
        return next(
            (
                one
                for one in active
                if one.valid_from <= when and (one.valid_to is None or when < one.valid_to)
            ),
            None,
        )

    earlier, later = on(day - timedelta(days=1)), on(day)
    if earlier is None or later is None or earlier.set_id == later.set_id:
        raise Conflict("changes_without_sets", day=f"{day:%d/%m/%Y}")
    return earlier, later


def plan_changes(
    conn: Connection,
    file: ChangeFile,
    *,
    earlier: BoundarySet,
    later: BoundarySet,
    act: str | None = None,
    skip_refused: bool = False,
) -> ChangePlan:
    """Hold a list against two sets and complete it. Changes nothing.

    Parameters
    ----------
    conn
        Connection of the operator.
    file
        The list, judged by itself.
    earlier, later
        Neighbouring sets in force.
    act
        Legal act of all rows that name none; the later set's without it.
    skip_refused
        Leave out rows with an error, with their units found by overlay, instead of refusing all.
    """
    old = load_units(conn, earlier.set_id, levels=["commune"])
    new = load_units(conn, later.set_id, levels=["commune"])
    findings = list(file.findings)
    rows = file.changes
    unknown = list(_unknown(rows, old=old, new=new, earlier=earlier, later=later))
    findings += unknown
    wrong = {one.row for one in findings if one.severity == "error"}
    if skip_refused:
        rows = rows[~rows.index.isin(list(wrong))]
        findings = [
            replace(one, severity="warning") if one.severity == "error" else one for one in findings
        ]
    elif wrong:
        return ChangePlan(earlier, later, pd.DataFrame(), tuple(findings))
    pairs = _pairs(rows, old=old, new=new)
    listed = frozenset(pairs["old_row"])
    rest = [row for row in range(len(old)) if row not in listed]
    same, others = _stay(rest, old=old, new=new)
    by_land = _by_overlay(others, old=old, new=new)
    if len(by_land) or others:
        findings.append(_told("change_units_not_listed", old["code"].iloc[others].tolist()))
    pairs, dropped = _weigh(pairs, old=old, new=new)
    if dropped:
        findings.append(_told("change_pairs_without_share", dropped))
    every = pd.concat([pairs, same, by_land], ignore_index=True)
    every = every.sort_values(["old_row", "new_row"], ignore_index=True)
    changes = pd.DataFrame(
        {
            "from_set_id": earlier.set_id,
            "from_code": old["code"].to_numpy()[every["old_row"]],
            "to_set_id": later.set_id,
            "to_code": new["code"].to_numpy()[every["new_row"]],
            "changed_on": later.valid_from,
            "act": [one or act or later.act for one in every["act"]],
            "kind": change_kinds(every, old=old, new=new),
            "weight": every["weight"],
            "weight_basis": every["weight_basis"],
            "source": every["source"],
        }
    )
    lost = sorted(set(old["code"]) - set(changes["from_code"]))
    if lost:
        findings.append(_told("change_units_lost", lost))
        changes = pd.concat([changes, _abolished(lost, earlier, later, act)], ignore_index=True)
    return ChangePlan(earlier, later, changes, tuple(findings))


def write_plan(conn: Connection, plan: ChangePlan, file: ChangeFile, *, actor: str) -> int:
    """Replace the graph between two sets by a plan; give the number of the import.

    Raises
    ------
    Refused
        ``change_file_refused`` when the plan has errors.
    """
    if plan.errors:
        raise Refused(
            "change_file_refused", findings=plan.errors, name=file.name, count=len(plan.errors)
        )
    import_id = open_batch(
        conn,
        kind="changes",
        source_name=file.name,
        source_sha256=file.sha256,
        row_count=len(file.changes),
        provenance="imported",
        actor=actor,
        findings=plan.findings,
    )
    replaced = _delete_between(conn, plan.earlier.set_id, plan.later.set_id)
    write_changes(conn, plan.changes.assign(import_id=import_id))
    write_changes_above(conn, plan.earlier, plan.later)
    identify_units(conn)
    audit.append(
        conn,
        actor=actor,
        action="boundaries.changes",
        subject={
            "import_id": import_id,
            "from_set": plan.earlier.set_id,
            "to_set": plan.later.set_id,
            "replaced": replaced,
            **change_counts(conn, plan.earlier.set_id, plan.later.set_id),
        },
    )
    return import_id


def _unknown(
    rows: pd.DataFrame,
    *,
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    earlier: BoundarySet,
    later: BoundarySet,
) -> Sequence[Finding]:
    """Find codes of the list that the sets do not have."""
    found = []
    for field, units, one in (("old_code", old, earlier), ("new_code", new, later)):
        known = frozenset(units["code"])
        for row, code in rows[field].items():
            if code and code not in known:
                details: dict[str, Detail] = {"code": code, "title": one.title}
                found.append(
                    Finding(
                        "change_code_not_on_set",
                        row=int(str(row)),
                        column=field,
                        unit=code,
                        details=details,
                    )
                )
    return found


def _pairs(rows: pd.DataFrame, *, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the pairs of the list by position, each once, with its share where it has one."""
    at_old = pd.Series(range(len(old)), index=old["code"])
    at_new = pd.Series(range(len(new)), index=new["code"])
    pairs = pd.DataFrame(
        {
            "old_row": at_old.reindex(rows["old_code"]).to_numpy(dtype=np.int64),
            "new_row": at_new.reindex(rows["new_code"]).to_numpy(dtype=np.int64),
            "share": _numbers(rows.get("share"), count=len(rows)),
            "act": rows["act"].to_numpy() if "act" in rows else "",
            "source": "list",
        }
    )
    return pairs.drop_duplicates(["old_row", "new_row"], ignore_index=True)


def _numbers(
    column: "pd.Series[str] | None", *, count: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    if column is None:
        return np.full(count, np.nan)
    return pd.to_numeric(column.str.replace(",", "."), errors="coerce").to_numpy(dtype=np.float64)


def _stay(
    rest: Sequence[int], *, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, list[int]]:
    """Part the units that no row names: those that stay by code and name, and the others."""
    at_new = {code: row for row, code in enumerate(new["code"])}
    kept, others = [], []
    for row in rest:
        there = at_new.get(old["code"].iloc[row])
        named = there is not None and tone_key(old["name"].iloc[row]) == tone_key(
            new["name"].iloc[there]
        )
        if named:
            kept.append((row, there))
        else:
            others.append(row)
    frame = pd.DataFrame(kept, columns=["old_row", "new_row"]).astype(np.int64)
    return frame.assign(weight=1.0, weight_basis="none", act="", source="list"), others


def _by_overlay(
    rows: Sequence[int], *, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Find by geometry what became of some units."""
    parts = keep_real_parts(overlay(old.iloc[list(rows)], new)) if rows else _NOTHING
    found = parts.assign(old_row=np.asarray(rows, dtype=np.int64)[parts["old_row"]])
    whole = found.groupby("old_row")["new_row"].transform("size") == 1
    return found.assign(weight_basis=np.where(whole, "none", "area"), act="", source="overlay")[
        ["old_row", "new_row", "weight", "weight_basis", "act", "source"]
    ]


_NOTHING = pd.DataFrame(
    {"old_row": np.zeros(0, np.int64), "new_row": np.zeros(0, np.int64), "weight": np.zeros(0)}
)


def _weigh(
    pairs: pd.DataFrame, *, old: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Give every pair its weight; pairs of a divided unit whose share is nothing are dropped."""
    divided = pairs.groupby("old_row")["new_row"].transform("size").to_numpy() > 1
    shares = pairs["share"].fillna(0).where(divided, 1.0)
    told = shares.groupby(pairs["old_row"]).transform("sum").to_numpy() > _NO_SHARE
    lacking = pairs.loc[divided & ~told, "old_row"].unique()
    basis = np.where(divided, "area", "none")
    if lacking.size:
        parts = overlay(old.iloc[lacking], new)
        land = pd.Series(
            parts["old_share"].to_numpy(),
            index=pd.MultiIndex.from_arrays([lacking[parts["old_row"]], parts["new_row"]]),
        )
        own = land.reindex(pd.MultiIndex.from_frame(pairs[["old_row", "new_row"]])).fillna(0)
        shares = shares.where(told, own.to_numpy())
        none = shares.groupby(pairs["old_row"]).transform("sum").to_numpy() <= _NO_SHARE
        # By law divided, by the drawings not at all: in equal parts, resting on nothing.
        shares, basis = shares.where(~none, 1.0), np.where(none, "none", basis)
    kept = (shares > _NO_SHARE).to_numpy()
    total = shares[kept].groupby(pairs.loc[kept, "old_row"]).transform("sum")
    weighed = pairs[kept].assign(weight=shares[kept] / total, weight_basis=basis[kept])
    dropped = [
        f"{old['code'].iloc[a]} → {new['code'].iloc[b]}"
        for a, b in pairs.loc[~kept, ["old_row", "new_row"]].to_numpy().tolist()
    ]
    return weighed.drop(columns="share"), dropped


def _abolished(
    codes: Sequence[str], earlier: BoundarySet, later: BoundarySet, act: str | None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "from_set_id": earlier.set_id,
            "from_code": codes,
            "to_set_id": later.set_id,
            "to_code": COUNTRY_CODE,
            "changed_on": later.valid_from,
            "act": act or later.act,
            "kind": "abolish",
            "weight": 1.0,
            "weight_basis": "none",
            "source": "overlay",
        }
    )


def _told(code: str, codes: Sequence[str]) -> Finding:
    more = ", …" if len(codes) > _SHOWN else ""
    details: Mapping[str, Detail] = {
        "count": len(codes),
        "codes": ", ".join(codes[:_SHOWN]) + more,
    }
    return Finding(code, "warning", details=dict(details))


def _delete_between(conn: Connection, from_set_id: int, to_set_id: int) -> int:
    return conn.execute(
        text("DELETE FROM unit_change WHERE from_key >> 20 = :older AND to_key >> 20 = :newer"),
        {"older": from_set_id, "newer": to_set_id},
    ).rowcount
