"""Simulates the yearly assessment of communes: computed, proposed and decided class side by side.

The computed class is what the class engine gives for the simulated inputs by the fictional criteria
set. What must hold is kept: a commune decided drug-free has no active place on that day, a merged
commune has no class before its own first assessment, and the three results differ now and then.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.blank import BLANK
from geo.class_ladder import LADDER, NOT_ASSESSED
from layers.demo.boundaries import DemoCountry
from layers.demo.episodes import Episodes
from layers.demo.evidence import Evidence, worst_and_best

_NOT_KEY, _DRUG_FREE = LADDER.index("khong_trong_diem"), LADDER.index("khong_ma_tuy")

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
    judged_by
        Period whose inputs it stands on: of the first cycle, which was before all reports, those of
        the year after.
    """

    period_id: str
    set_number: int
    first_day: date
    day_count: int
    first_share: float
    again_share: float
    judged_by: str


CYCLES: tuple[Cycle, ...] = (
    Cycle("Y2022", 0, date(2023, 1, 9), 45, 0.96, 0.0, "Y2023"),
    Cycle("Y2023", 0, date(2023, 12, 1), 14, 0.985, 0.985, "Y2023"),
    Cycle("Y2024", 1, date(2024, 12, 2), 13, 0.985, 0.985, "Y2024"),
    Cycle("H2025-1", 1, date(2025, 6, 2), 12, 0.5, 0.2, "H2025-1"),
    Cycle("Y2025", 2, date(2025, 12, 1), 14, 0.70, 0.0, "Y2025"),
    Cycle("H2026-1", 2, date(2026, 1, 12), 150, 0.965, 0.30, "H2026-1"),
)
_HOPEFUL_SHARE = 0.05  # proposed one step better than computed
_GRANTED_SHARE = 0.25  # of these, decided as proposed
_STRICT_SHARE = 0.012  # decided one step worse than computed
_PENDING_SHARE = 0.01  # still under appraisal


def simulate_assessments(
    country: DemoCountry,
    episodes: Episodes,
    evidence: Evidence,
    *,
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
        rows, part = _assess(country, episodes, cycle, evidence=evidence, before=decided, rng=rng)
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
    evidence: Evidence,
    before: dict[int, Ints],
    rng: np.random.Generator,
) -> tuple[Ints, pd.DataFrame]:
    """Hold one cycle; give the rows of the assessed communes in their set, and the assessments."""
    number = cycle.set_number
    communes = country.sets[number].communes
    count = len(communes)
    day = np.datetime64(cycle.first_day, "D") + rng.integers(0, cycle.day_count, size=count)
    active = episodes.count_active(number, day)
    share = np.where(before[number] < 0, cycle.first_share, cycle.again_share)
    assessed = communes["assessable"].to_numpy() & (rng.random(count) < share)
    worst, best = worst_and_best(evidence.possible(cycle.judged_by))
    # What is open is appraised all the same, and never as drug-free.
    computed = np.where(worst == best, best, np.clip(best, worst, _NOT_KEY))
    chance = rng.random((4, count))
    hopeful = (chance[0] < _HOPEFUL_SHARE) & (computed < _DRUG_FREE) & (worst == best)
    proposed = computed + (hopeful & ((active == 0) | (computed < _NOT_KEY)))
    decided = np.where(chance[1] < _GRANTED_SHARE, proposed, computed)
    decided = np.maximum(decided - (chance[2] < _STRICT_SHARE), 0)
    # Whatever the period's last day says, on the day itself no place may be active.
    decided = np.where(active > 0, np.minimum(decided, _NOT_KEY), decided)
    pending = chance[3] < _PENDING_SHARE

    fell = (before[number] == _DRUG_FREE) & (decided < _DRUG_FREE)
    workflow = np.select(
        [pending, decided == _DRUG_FREE, fell, proposed == _DRUG_FREE],
        ["tham_dinh", "cong_nhan", "huy_bo", "khong_dat"],
        "phan_loai",
    )
    names = np.array(LADDER, dtype=object)
    told = np.where(worst == best, names[computed], NOT_ASSESSED)
    rows = np.flatnonzero(assessed)
    part = pd.DataFrame(
        {
            "set_number": number,
            "code": communes["code"].to_numpy()[rows],
            "period_id": cycle.period_id,
            "computed_class": told[rows],
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
