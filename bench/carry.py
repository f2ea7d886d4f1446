"""A country's history onto another boundary set: ours against geopandas.overlay and groupby."""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.report import Figure
from bench.workshop import REAL_COMMUNES, Workshop
from geo.carrying import Links, carry_counts, make_links
from geo.store.unit_overlay import keep_real_parts, overlay
from geo.units import EQUAL_AREA_SRID

Ints = NDArray[np.int64]
# Ten years of months, twenty indicators; a short run carries one year.
_MONTHS, _INDICATORS = 120, 20
_COLUMNS_AT_ONCE = 400


def measure(shop: Workshop) -> list[Figure]:
    """Carry a history forwards; both begin with the two drawings and end with the figures."""
    old, new = shop.two_sets(REAL_COMMUNES.with_name("communes_2024.parquet"))
    columns = _INDICATORS * (12 if shop.quick else _MONTHS)
    rng = np.random.default_rng(2025)
    rate = rng.lognormal(0, 1.5, (len(old), 1))
    values = rng.poisson(rate, (len(old), columns)).astype(np.int64)
    began = time.perf_counter()
    links = _links(old, new)
    joined = time.perf_counter() - began
    carried = _carry(values, links)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    pairs = _geopandas_pairs(old, new)
    peer_joined = time.perf_counter() - began
    theirs = _geopandas_sums(pairs, values, count=len(new))
    peer = time.perf_counter() - began
    exact = bool((carried.sum(axis=0) == values.sum(axis=0)).all())
    return [
        Figure(
            "carry: history of the country",
            ours,
            "s",
            goal=60,
            at_most=True,
            equal=exact,
            detail=f"{len(old):,} units to {len(new):,}, {columns:,} columns, every total exact;"
            f" of it the overlay {joined:.1f} s",
        ),
        Figure(
            "carry: against geopandas.overlay and groupby",
            peer / ours,
            "x",
            gate=1,
            equal=_same(links, pairs, carried, theirs),
            detail=f"{peer:.1f} s; both spend most on the overlay of the two drawings",
        ),
        Figure(
            "carry: sums alone against groupby",
            (peer - peer_joined) / (ours - joined),
            "x",
            detail=f"{peer - peer_joined:.1f} s; ours are whole, with totals exact and marks",
        ),
        Figure(
            "carry: a month of all indicators",
            1000 * (ours - joined) * _INDICATORS / columns,
            "ms",
            detail="once who became what is known",
        ),
    ]


def _links(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> Links:
    parts = keep_real_parts(overlay(old, new))
    return make_links(
        parts["old_row"].to_numpy(),
        parts["new_row"].to_numpy(),
        parts["weight"].to_numpy(),
        here_count=len(old),
        there_count=len(new),
    )


def _carry(values: Ints, links: Links) -> Ints:
    told = np.ones((links.here_count, 1), dtype=np.bool_)
    blocks = [
        values[:, first : first + _COLUMNS_AT_ONCE]
        for first in range(0, values.shape[1], _COLUMNS_AT_ONCE)
    ]
    return np.concatenate(
        [
            carry_counts(block, np.broadcast_to(told, block.shape), links=links).value
            for block in blocks
        ],
        axis=1,
    )


def _geopandas_pairs(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find who became what as one would by hand: pieces, areas, the sliver rule, weights."""
    left = old[["geometry"]].to_crs(EQUAL_AREA_SRID).assign(old_row=np.arange(len(old)))
    right = new[["geometry"]].to_crs(EQUAL_AREA_SRID).assign(new_row=np.arange(len(new)))
    # Borders that only touch give lines: dropped, as both answers are about areas.
    pieces = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    area = pd.DataFrame(pieces[["old_row", "new_row"]]).assign(area_m2=pieces.area)
    parts = area.groupby(["old_row", "new_row"], as_index=False)["area_m2"].sum()
    for side, land in (("old", left), ("new", right)):
        whole = land.area.to_numpy()
        parts[f"{side}_share"] = np.minimum(parts["area_m2"] / whole[parts[f"{side}_row"]], 1)
    return keep_real_parts(parts[parts["area_m2"] > 0].reset_index(drop=True))


def _geopandas_sums(pairs: pd.DataFrame, values: Ints, *, count: int) -> NDArray[np.float64]:
    rows = pd.DataFrame(values[pairs["old_row"]] * pairs["weight"].to_numpy()[:, None])
    sums = rows.groupby(pairs["new_row"].to_numpy()).sum()
    return sums.reindex(range(count), fill_value=0.0).to_numpy()


def _same(links: Links, pairs: pd.DataFrame, carried: Ints, theirs: NDArray[np.float64]) -> bool:
    """Tell whether both found the same pairs, weights and sums; ours are whole numbers.

    A whole number is less than 1 from its share for each divided unit that comes in.
    """
    ordered = pairs.sort_values(["old_row", "new_row"])
    if not np.array_equal(ordered[["old_row", "new_row"]].to_numpy().T, [links.here, links.there]):
        return False
    weights = np.abs(ordered["weight"].to_numpy() - links.weight).max() < 1e-6
    divided = np.bincount(links.there[links.divided], minlength=links.there_count)
    near = np.abs(carried - theirs) <= divided[:, None] + 1e-3
    return bool(weights and near.all())
