"""Simulates the steps of reports: handed in, approved level by level, some returned, some waiting.

A report waits where its next step would fall on a day after the demo's last. The district approves
while it had the duty (X4).
"""

import numpy as np
import pandas as pd

from geo.approval import REASONS, ladder
from geo.period import parse_period
from geo.units import Level, has_districts
from layers.demo.hotspots import AS_OF

# Reports whose steps are simulated: one with districts, those with figures since, the last months.
PERIODS = ("Y2024", "Y2025", "H2026-1", "M2026-08", "M2026-09", "M2026-10")
_RETURNED_SHARE = 0.02
# Fewest and most days from one step to the next, by level that approves.
_LAG_DAYS: dict[Level, tuple[int, int]] = {
    "commune": (0, 3),
    "district": (1, 7),
    "province": (2, 21),
}
_ROLES: dict[Level, str] = {"commune": "commander", "district": "commander", "province": "planner"}
_NO_REASON = ""


def simulate_steps(submissions: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate the steps of the reports that were handed in.

    Parameters
    ----------
    submissions
        set_number, code, period_id, submitted_on, as `reports.simulate_reports` makes them.

    Returns
    -------
    DataFrame
        set_number, code, period_id, number, step, at_level, reason_code (None where there is
        none), done_on, actor, actor_role; one row per step.
    """
    parts = []
    for period_id in PERIODS:
        handed_in = submissions.loc[submissions["period_id"] == period_id]
        if not handed_in.empty:
            parts += _steps(handed_in, period_id, rng=rng)
    listed = pd.concat(parts, ignore_index=True)
    listed = listed.loc[listed["done_on"] <= np.datetime64(AS_OF, "D")]
    return listed.assign(
        reason_code=listed["reason_code"].where(listed["reason_code"] != _NO_REASON, None)
    ).reset_index(drop=True)


def _steps(
    handed_in: pd.DataFrame, period_id: str, *, rng: np.random.Generator
) -> list[pd.DataFrame]:
    """Make the steps of the reports of one period, later days than the last one included."""
    last_day = parse_period(period_id).last_day
    levels: list[Level] = ["commune", "province", "country"]
    if has_districts(last_day):
        levels.append("district")
    climb = ladder(levels, last_day=last_day, on=last_day)[:-1]
    count = len(handed_in)
    day = handed_in["submitted_on"].to_numpy(dtype="datetime64[D]")
    heads = handed_in[["set_number", "code", "period_id"]].reset_index(drop=True)
    returned_by = np.where(
        rng.random(count) < _RETURNED_SHARE, rng.integers(0, len(climb), size=count), len(climb)
    )
    reasons = rng.choice(REASONS["returned"], size=count)
    made = [
        heads.assign(
            number=1,
            step="submitted",
            at_level="commune",
            reason_code=_NO_REASON,
            done_on=day,
            actor="mo-phong-nop",
            actor_role="reporter",
        )
    ]
    for place, level in enumerate(climb):
        fewest, most = _LAG_DAYS[level]
        day = day + rng.integers(fewest, most + 1, size=count)
        is_returned = returned_by == place
        steps = heads.assign(
            number=place + 2,
            step=np.where(is_returned, "returned", "approved"),
            at_level=level,
            reason_code=np.where(is_returned, reasons, _NO_REASON),
            done_on=day,
            actor=f"mo-phong-duyet-{place}",
            actor_role=_ROLES[level],
        )
        made.append(steps.loc[returned_by >= place])
    return made
