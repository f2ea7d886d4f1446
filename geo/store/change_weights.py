"""Completes the pairs of a list: what it leaves out, and how much of an old unit goes where.

What a weight rests on is said beside it. An undivided unit goes over whole, which rests on nothing
(``none``). A divided unit's weights are the list's own shares where it has them, else the shares of
its land by the overlay of the two sets (``area``). An old unit that the list does not name stays
with the same code and name where its land is still there; else the overlay tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import Detail, Finding
from geo.store.change_pairs import Land
from geo.store.unit_overlay import COMPLETE_SHARE, SLIVER_SHARE, keep_real_parts
from geo.units import tone_key

# A part below this is what a list's decimals round to nothing.
_NO_SHARE = 1e-6
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Completed:
    """Pairs of every old unit that has a successor.

    Parameters
    ----------
    pairs
        old_row, new_row, weight, weight_basis, source, and changed_on and act where the list says.
    lost
        Codes of old units whose land is in no unit of a complete later set.
    findings
        Everything noticed.
    """

    pairs: pd.DataFrame
    lost: tuple[str, ...]
    findings: tuple[Finding, ...]


def complete_pairs(pairs: pd.DataFrame, land: Land, *, basis: str = "area") -> Completed:
    """Give every pair its weight, and every old unit that the list leaves out its successor.

    Parameters
    ----------
    pairs
        As `find_pairs` gives them; with column ``share`` (0..1, NaN for none) the list's own.
    land
        Of the two sets.
    basis
        What the list's shares rest on.
    """
    listed, dropped = _weigh(pairs, land, basis=basis)
    codes = land.old["code"].to_numpy()
    unnamed = np.setdiff1d(np.arange(len(land.old)), listed["old_row"])
    kept = _stay(unnamed, land)
    others = np.setdiff1d(unnamed, kept["old_row"])
    complete = land.new["area_m2"].sum() >= COMPLETE_SHARE * land.old["area_m2"].sum()
    rest = land.parts[land.parts["old_row"].isin(others)]
    derived = keep_real_parts(rest, covered_share=SLIVER_SHARE if complete else COMPLETE_SHARE)
    whole = derived["weight"] == 1
    derived = derived[["old_row", "new_row", "weight"]].assign(
        weight_basis=np.where(whole, "none", "area"), source="overlay"
    )
    every = pd.concat([listed, kept, derived], ignore_index=True)
    every = every.sort_values(["old_row", "new_row"], ignore_index=True)
    lost = codes[np.setdiff1d(others, derived["old_row"])].tolist() if complete else []
    alone = np.setdiff1d(np.arange(len(land.new)), every["new_row"])
    told = {
        "change_units_not_listed": codes[others].tolist(),
        "change_pairs_without_share": dropped,
        "change_units_lost": lost,
        "change_units_without_old": land.new["code"].to_numpy()[alone].tolist() if complete else [],
    }
    findings = tuple(_told(code, units) for code, units in told.items() if units)
    return Completed(every, tuple(lost), findings)


def _weigh(pairs: pd.DataFrame, land: Land, *, basis: str) -> tuple[pd.DataFrame, list[str]]:
    """Give the pairs of a list their weights; parts of nothing are left out and told."""
    columns = ["old_row", "new_row", *(c for c in ("changed_on", "act") if c in pairs)]
    by_old = pairs["old_row"]
    measured = land.parts.set_index(["old_row", "new_row"])["area_m2"]
    index = pd.MultiIndex.from_frame(pairs[["old_row", "new_row"]])
    area = pd.Series(measured.reindex(index).fillna(0.0).to_numpy(), index=pairs.index)
    share = pairs["share"] if "share" in pairs else pd.Series(np.nan, index=pairs.index)
    divided = by_old.groupby(by_old).transform("size") > 1
    told = share.fillna(0.0).groupby(by_old).transform("sum") > _NO_SHARE
    amount = share.fillna(0.0).where(told, area).where(divided, 1.0)
    # Neither list nor land says how much: equal parts, which rest on nothing.
    even = amount.groupby(by_old).transform("sum") <= 0
    amount = amount.mask(even, 1.0)
    weight = amount / amount.groupby(by_old).transform("sum")
    kept = weight > _NO_SHARE
    rests_on = np.select([~divided | even, told], ["none", basis], "area")
    found = pairs[columns].assign(weight=weight, weight_basis=rests_on, source="list")[kept]
    found["weight"] /= found["weight"].groupby(found["old_row"]).transform("sum")
    # Of a unit whose other parts are nothing, the one that is left is the whole.
    found.loc[found["weight"] >= 1, "weight_basis"] = "none"
    dropped = pairs[~kept]
    return found, [*(dropped["old_code"] + " → " + dropped["new_code"])]


def _stay(unnamed: np.ndarray, land: Land) -> pd.DataFrame:
    """Pair units that keep code and name and share land."""
    places = pd.Series(range(len(land.new)), index=land.new["code"].to_numpy())
    rows = land.old["code"].iloc[unnamed].map(places)
    both = pd.DataFrame({"old_row": unnamed, "new_row": rows.to_numpy()}).dropna().astype(int)
    old_names = land.old["name"].iloc[both["old_row"]].map(tone_key).to_numpy()
    new_names = land.new["name"].iloc[both["new_row"]].map(tone_key).to_numpy()
    both = both[old_names == new_names]
    shared = land.parts[land.parts["old_share"] >= SLIVER_SHARE][["old_row", "new_row"]]
    kept: pd.DataFrame = both.merge(shared, on=["old_row", "new_row"])
    kept["weight"], kept["weight_basis"], kept["source"] = 1.0, "none", "list"
    return kept


def _told(code: str, units: Sequence[str]) -> Finding:
    more = ", …" if len(units) > _SHOWN else ""
    details: dict[str, Detail] = {
        "count": len(units),
        "codes": ", ".join(units[:_SHOWN]) + more,
    }
    return Finding(code, "warning", details=details)
