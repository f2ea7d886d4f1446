"""Simulates the steps of reports: handed in, approved level by level, some returned, some waiting.

A report waits where its next step would fall on a day after the demo's last. The district approves
while it had the duty (X4).
"""

import numpy as np
import pandas as pd

from geo.approval import REASONS, StepKind, duty_at, ladder
from geo.blank import BLANK
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
# From a correction on.
_AGAIN: tuple[tuple[StepKind, Level], ...] = (
    ("corrected", "commune"),
    ("submitted", "commune"),
    ("approved", "commune"),
    ("approved", "province"),
)
_NO_REASON = ""
_REPORT = ["set_number", "code", "period_id"]


def simulate_steps(
    submissions: pd.DataFrame, corrections: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Simulate the steps of the reports that were handed in, and of those corrected later.

    Parameters
    ----------
    submissions
        set_number, code, period_id, submitted_on, as `reports.simulate_reports` makes them.
    corrections
        set_number, code, period_id, recorded_on of later revisions of figures.

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
    listed = pd.concat([*parts, *_corrected(pd.concat(parts), corrections, rng=rng)])
    listed = listed.sort_values([*_REPORT, "number"], kind="stable")
    listed["number"] = listed.groupby(_REPORT).cumcount() + 1
    listed = listed.loc[listed["done_on"] <= np.datetime64(AS_OF, "D")]
    return listed.assign(
        reason_code=listed["reason_code"].where(listed["reason_code"] != _NO_REASON, BLANK)
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


def _corrected(
    steps: pd.DataFrame, corrections: pd.DataFrame, *, rng: np.random.Generator
) -> list[pd.DataFrame]:
    """Reopen the reports that were approved to the top when a correction came, and approve anew."""
    last = steps.sort_values("number").groupby(_REPORT).last()
    whole = last.loc[(last["step"] == "approved") & (last["at_level"] == "province")]
    came = corrections.groupby(_REPORT)["recorded_on"].min().astype("datetime64[s]")
    days = came.loc[came.index.isin(whole.index)]
    days = days.loc[days > whole.loc[days.index, "done_on"].astype("datetime64[s]")]
    # While the district had the duty it would approve again too: those are left as they were.
    days = days.loc[[duty_at("district", day.date()) is None for day in days]]
    if days.empty:
        return []
    heads = days.index.to_frame(index=False)
    day = days.to_numpy(dtype="datetime64[D]")
    made = []
    # Far behind the numbers of the first climb; the whole is numbered anew.
    for number, (step, level) in enumerate(_AGAIN, start=100):
        if step == "approved":
            fewest, most = _LAG_DAYS[level]
            day = day + rng.integers(fewest, most + 1, size=len(heads))
        made.append(
            heads.assign(
                number=number,
                step=step,
                at_level=level,
                reason_code=rng.choice(REASONS["corrected"], size=len(heads))
                if step == "corrected"
                else _NO_REASON,
                done_on=day,
                actor="mo-phong-nop" if step != "approved" else f"mo-phong-duyet-{level}",
                actor_role=_ROLES[level] if step == "approved" else "reporter",
            )
        )
    return made
