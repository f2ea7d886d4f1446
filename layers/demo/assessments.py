"""Simulates the yearly assessment of communes: computed, proposed and decided class side by side.

The rules are fictional. They keep what must hold: a commune decided drug-free has no active place
on that day, a merged commune has no class before its own first assessment, and the three results
differ now and then.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.blank import BLANK
from layers.demo.boundaries import DemoCountry
from layers.demo.episodes import Episodes

# The ladder from worst to best (C2).
LADDER = ("loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy")
_TYPE_1, _TYPE_2, _TYPE_3, _NOT_KEY, _DRUG_FREE = range(5)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cycle:
    """One round of assessments.

    Parameters
    ----------
    period_id
        Period to which it belongs.
    set_number
        Set on which it is held.
    first_day, day_count
        When decisions fall.
    first_share, again_share
        Share of communes without a class, and of those with one, that are assessed.
    drug_free_share
        Aim for the decided classes of the assessed.
    """

    period_id: str
    set_number: int
    first_day: date
    day_count: int
    first_share: float
    again_share: float
    drug_free_share: float


CYCLES: tuple[Cycle, ...] = (
    Cycle("Y2022", 0, date(2023, 1, 9), 45, 0.96, 0.0, 0.22),
    Cycle("Y2023", 0, date(2023, 12, 1), 14, 0.985, 0.985, 0.25),
    Cycle("Y2024", 1, date(2024, 12, 2), 13, 0.985, 0.985, 0.29),
    Cycle("H2025-1", 1, date(2025, 6, 2), 12, 0.5, 0.2, 0.31),
    Cycle("Y2025", 2, date(2025, 12, 1), 14, 0.70, 0.0, 0.35),
    Cycle("H2026-1", 2, date(2026, 1, 12), 150, 0.965, 0.30, 0.385),
)
# Active places from which a commune is of type I, II, III: before and after communes tripled.
_TYPE_LIMITS = ((3, 2, 1), (3, 2, 1), (5, 3, 1))
_QUIET_DAYS = 270
_HOPEFUL_SHARE = 0.05  # proposed one step better than computed
_GRANTED_SHARE = 0.25  # of these, decided as proposed
_STRICT_SHARE = 0.012  # decided one step worse than computed
_PENDING_SHARE = 0.01  # still under appraisal


def simulate_assessments(
    country: DemoCountry,
    episodes: Episodes,
    *,
    standing: tuple[Floats, ...],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Simulate all cycles.

    Returns
    -------
    DataFrame with columns set_number, code, period_id, computed_class, proposed_class,
    decided_class, decided_on, workflow_state, document_no.
    """
    decided: dict[int, Ints] = {
        number: np.full(len(one.communes), -1) for number, one in enumerate(country.sets)
    }
    parts = []
    for cycle in CYCLES:
        if cycle.set_number == 1 and (decided[1] < 0).all():
            decided[1] = _kept(country, decided[0])
        rows, part = _assess(
            country, episodes, cycle, merit=standing[cycle.set_number], before=decided, rng=rng
        )
        codes = part["decided_class"].map({name: rung for rung, name in enumerate(LADDER)})
        now = decided[cycle.set_number].copy()
        now[rows[codes.notna()]] = codes.dropna().astype(np.int64)
        decided[cycle.set_number] = now
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _kept(country: DemoCountry, decided: Ints) -> Ints:
    """Carry decided classes over to units that are the same unit; a merged one has none."""
    same = country.changes[0]
    same = same[same["kind"].isin(["unchanged", "rename"])]
    before = pd.Series(decided, index=country.sets[0].communes["code"])
    origin = country.sets[1].communes["code"].map(same.set_index("to_code")["from_code"])
    return origin.map(before).fillna(-1).to_numpy(dtype=np.int64)


def _assess(
    country: DemoCountry,
    episodes: Episodes,
    cycle: Cycle,
    *,
    merit: Floats,
    before: dict[int, Ints],
    rng: np.random.Generator,
) -> tuple[Ints, pd.DataFrame]:
    """Hold one cycle; give the rows of the assessed communes in their set, and the assessments."""
    number = cycle.set_number
    communes = country.sets[number].communes
    count = len(communes)
    day = np.datetime64(cycle.first_day, "D") + rng.integers(0, cycle.day_count, size=count)
    active = episodes.count_active(number, day)
    quiet = episodes.count_active(number, day, days_before=_QUIET_DAYS) == 0

    share = np.where(before[number] < 0, cycle.first_share, cycle.again_share)
    assessed = communes["assessable"].to_numpy() & (rng.random(count) < share)
    computed = _computed(
        active,
        quiet,
        merit + rng.normal(0, 0.25, count),
        limits=_TYPE_LIMITS[number],
        drug_free_share=cycle.drug_free_share,
    )
    chance = rng.random((4, count))
    hopeful = (chance[0] < _HOPEFUL_SHARE) & (computed < _DRUG_FREE)
    proposed = computed + (hopeful & ((active == 0) | (computed < _NOT_KEY)))
    decided = np.where(chance[1] < _GRANTED_SHARE, proposed, computed)
    decided = np.maximum(decided - (chance[2] < _STRICT_SHARE), 0)
    pending = chance[3] < _PENDING_SHARE

    fell = (before[number] == _DRUG_FREE) & (decided < _DRUG_FREE)
    workflow = np.select(
        [pending, decided == _DRUG_FREE, fell, proposed == _DRUG_FREE],
        ["tham_dinh", "cong_nhan", "huy_bo", "khong_dat"],
        "phan_loai",
    )
    names = np.array(LADDER, dtype=object)
    rows = np.flatnonzero(assessed)
    part = pd.DataFrame(
        {
            "set_number": number,
            "code": communes["code"].to_numpy()[rows],
            "period_id": cycle.period_id,
            "computed_class": names[computed[rows]],
            "proposed_class": names[proposed[rows]],
            "decided_class": pd.Series(names[decided[rows]]).where(~pending[rows], BLANK),
            "decided_on": pd.Series(day[rows]).where(~pending[rows]),
            "workflow_state": workflow[rows],
        }
    )
    order = part["decided_on"].notna().cumsum().astype(str)
    document = "MP-" + order + "/QĐ-" + cycle.period_id
    part["document_no"] = document.astype(object).where(part["decided_on"].notna(), BLANK)
    return rows, part


def _computed(
    active: Ints,
    quiet: NDArray[np.bool_],
    merit: Floats,
    *,
    limits: tuple[int, int, int],
    drug_free_share: float,
) -> Ints:
    """Work out the class by the demo's own rules: places first, then standing."""
    rung = np.select(
        [active >= limits[0], active >= limits[1], active >= limits[2]],
        [_TYPE_1, _TYPE_2, _TYPE_3],
        _NOT_KEY,
    )
    free_count = min(round(drug_free_share * len(merit)), int(quiet.sum()))
    if free_count:
        bar = np.sort(merit[quiet])[-free_count]
        rung = np.where(quiet & (merit >= bar), _DRUG_FREE, rung)
    return rung.astype(np.int64)
