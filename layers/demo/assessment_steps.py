"""Simulates the steps of assessments: two cycles that are over, and one that runs.

Steps end where the simulated assessments end: at their decision, or waiting for it. Of the running
cycle some communes have not begun, some wait for the next body, some are late. Cycles on older
boundaries have results without steps, as files bring them.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.assessing import DUTY_OF, REASONS, StepKind
from geo.assessing.duties import duty_on
from geo.blank import BLANK
from geo.class_ladder import LADDER
from geo.period import parse_period
from layers.demo.boundaries import DemoCountry
from layers.demo.hotspots import AS_OF

_SET_NUMBER = 2
OVER = ("Y2025", "H2026-1")
RUNNING = "Y2026"
_BEGUN_SHARE = 0.9
_RETURNED_SHARE = 0.03
# Of those that have begun, some get stuck before each next step.
_STUCK_SHARE = 0.06
_LIFTED_SHARE, _JUMPED_SHARE, _LOWERED_SHARE, _DOUBTED_SHARE = 0.15, 0.02, 0.1, 0.06
_FIRST_REVIEWS, _REVIEW_DAYS = date(2026, 8, 20), 50
# Fewest and most days from the step before, by step.
_LAG_DAYS = {"danh_gia": (3, 18), "phan_loai": (4, 20), "tham_dinh": (5, 25), "cong_nhan": (2, 12)}
_WAY: tuple[StepKind, ...] = ("ra_soat", "danh_gia", "phan_loai", "tham_dinh")
_ROLES = {"report": "reporter", "classify": "planner", "appraise": "appraiser"}
_ROLES |= {"decide": "commander"}
_RUNG = {name: rung for rung, name in enumerate(LADDER)}
# A column of a table.
Cells = NDArray[Any]
_CASE = ["set_number", "code", "period_id"]


def simulate_assessment_steps(
    country: DemoCountry, assessments: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Simulate the steps of the cycles on today's boundaries.

    Parameters
    ----------
    country
        Its newest set has the communes.
    assessments
        As `layers.demo.assessments` makes them.
    rng
        Where chance comes from.

    Returns
    -------
    DataFrame
        set_number, code, period_id, number, step, back_to, at_level, class_id, verdict,
        effective_on, document_no, reason_code, done_on, actor, actor_role; one row per step, of
        each assessment from 1 on, in an order that `geo.assessing` allows.
    """
    today = assessments.loc[assessments["set_number"] == _SET_NUMBER]
    before = _kept(country, assessments)
    parts: list[pd.DataFrame] = []
    for period_id in OVER:
        held = today.loc[today["period_id"] == period_id].drop_duplicates("code", keep="last")
        parts += _steps_over(held, period_id, before=before, rng=rng)
        decided = held.dropna(subset=["decided_class"])
        before = pd.concat([before, decided.set_index("code")["decided_class"]])
        before = before.loc[~before.index.duplicated(keep="last")]
    communes = country.sets[_SET_NUMBER].communes
    codes = communes.loc[communes["assessable"], "code"].reset_index(drop=True)
    parts += _steps_running(codes, before=before, rng=rng)
    listed = pd.concat(parts, ignore_index=True)
    listed = listed.loc[listed["effective_on"] <= np.datetime64(AS_OF, "D")]
    listed = listed.sort_values([*_CASE, "number"], kind="stable").reset_index(drop=True)
    listed["number"] = listed.groupby(_CASE).cumcount() + 1
    text = ["back_to", "class_id", "verdict", "document_no", "reason_code"]
    listed[text] = listed[text].astype(object).where(listed[text] != "", BLANK)
    return listed.assign(done_on=listed["effective_on"])


def _kept(country: DemoCountry, assessments: pd.DataFrame) -> "pd.Series[str]":
    """Give the last decided class of today's communes that have the land of one of before."""
    old = assessments.loc[assessments["set_number"] == _SET_NUMBER - 1]
    old = old.dropna(subset=["decided_class"]).drop_duplicates("code", keep="last")
    same = country.changes[_SET_NUMBER - 1]
    same = same.loc[same["kind"].isin(["unchanged", "rename"])]
    found = same.set_index("to_code")["from_code"].map(old.set_index("code")["decided_class"])
    return found.dropna()


def _steps_over(
    held: pd.DataFrame,
    period_id: str,
    *,
    before: "pd.Series[str]",
    rng: np.random.Generator,
) -> Iterator[pd.DataFrame]:
    """Make the steps of a cycle that is over, back from each decision."""
    count = len(held)
    opens = np.datetime64(parse_period(period_id).starts_on, "D")
    end = held["decided_on"].to_numpy(dtype="datetime64[D]")
    pending = np.isnat(end)
    last_day = np.datetime64(parse_period(period_id).last_day, "D")
    end = np.where(pending, last_day - rng.integers(0, 20, count), end)
    proposed = held["proposed_class"].fillna(held["decided_class"]).to_numpy(dtype=object)
    decided = held["decided_class"].where(~pending, held["proposed_class"]).to_numpy(dtype=object)
    lower = _rungs(decided) < _rungs(proposed)
    refused = lower & (held["workflow_state"] == "khong_dat").to_numpy() & ~pending
    classified = np.where(refused, proposed, decided)
    heads = held[_CASE].reset_index(drop=True)
    days = {"cong_nhan": end}
    for later, step in zip(("cong_nhan", *_WAY[:0:-1]), reversed(_WAY), strict=True):
        fewest, most = _LAG_DAYS[later]
        days[step] = np.maximum(days[later] - rng.integers(fewest, most + 1, count), opens)
    said = {"danh_gia": proposed, "phan_loai": classified}
    doubted = refused | (rng.random(count) < _DOUBTED_SHARE / 4)
    for number, step in enumerate(_WAY, start=1):
        yield _rows(
            heads,
            step,
            number=number,
            day=days[step],
            class_id=said.get(step, ""),
            verdict=np.where(doubted, "khong_dat", "dat") if step == "tham_dinh" else "",
        )
    fell = _rungs(decided) < _rungs(heads["code"].map(before).to_numpy(dtype=object))
    reasons = rng.choice(REASONS["khong_dat"][:3], size=count)
    decision = _rows(
        heads,
        "cong_nhan",
        number=5,
        day=end,
        class_id=decided,
        document=held["document_no"].fillna("").to_numpy(dtype=object),
        reason=np.where(refused, reasons, np.where(fell, "tai_phuc_tap", "")),
    )
    decision["step"] = np.where(refused, "khong_dat", "cong_nhan")
    yield decision.loc[~pending]


def _steps_running(
    codes: "pd.Series[str]", *, before: "pd.Series[str]", rng: np.random.Generator
) -> Iterator[pd.DataFrame]:
    """Make the steps of the cycle that runs; those of later days are dropped by the caller."""
    codes = codes.loc[rng.random(len(codes)) < _BEGUN_SHARE].reset_index(drop=True)
    count = len(codes)
    heads = pd.DataFrame({"set_number": _SET_NUMBER, "code": codes, "period_id": RUNNING})
    now = _rungs(codes.map(before).fillna("khong_trong_diem").to_numpy(dtype=object))
    chance = rng.random((4, count))
    lift = np.where(chance[0] < _JUMPED_SHARE, 2, chance[0] < _JUMPED_SHARE + _LIFTED_SHARE)
    proposed = np.minimum(now + lift.astype(np.int64), len(LADDER) - 1)
    classified = np.maximum(proposed - (chance[1] < _LOWERED_SHARE), 0)
    names = np.array(LADDER, dtype=object)
    day = np.datetime64(_FIRST_REVIEWS, "D") + rng.integers(0, _REVIEW_DAYS, count)
    yield _rows(heads, "ra_soat", number=1, day=day)
    returned = chance[2] < _RETURNED_SHARE
    number = 2
    for step in _WAY[1:]:
        fewest, most = _LAG_DAYS[step]
        day = day + rng.integers(fewest, most + 1, count)
        day = day + np.where(rng.random(count) < _STUCK_SHARE, 365, 0)
        if step == "phan_loai":
            reasons = rng.choice(REASONS["tra_lai"], size=count)
            back = _rows(heads, "tra_lai", number=number, day=day, reason=reasons)
            yield back.assign(back_to="ra_soat").loc[returned]
            # Proposed anew within days; who was not returned goes on.
            day = day + np.where(returned, rng.integers(2, 9, count), 0)
            again = _rows(heads, "danh_gia", number=number + 1, day=day, class_id=names[classified])
            yield again.loc[returned]
            day = day + np.where(returned, rng.integers(2, 9, count), 0)
            number += 2
        class_id = {"danh_gia": names[proposed], "phan_loai": names[classified]}.get(step, "")
        verdict = np.where(chance[3] < _DOUBTED_SHARE, "khong_dat", "dat")
        yield _rows(
            heads,
            step,
            number=number,
            day=day,
            class_id=class_id,
            verdict=verdict if step == "tham_dinh" else "",
        )
        number += 1


def _rows(
    heads: pd.DataFrame,
    step: StepKind,
    *,
    number: int,
    day: Cells,
    class_id: Cells | str = "",
    verdict: Cells | str = "",
    document: Cells | str = "",
    reason: Cells | str = "",
) -> pd.DataFrame:
    # A return of these is the planner's.
    duty = "classify" if step == "tra_lai" else DUTY_OF[step]
    return heads.assign(
        number=number,
        step=step,
        back_to="",
        at_level=duty_on(duty, AS_OF).level,
        class_id=class_id,
        verdict=verdict,
        effective_on=day,
        document_no=document,
        reason_code=reason,
        actor=f"mo-phong-{duty}",
        actor_role=_ROLES[duty],
    )


def _rungs(classes: Cells) -> NDArray[np.int64]:
    """Give the place on the ladder of each class, -1 outside it."""
    return np.array([_RUNG.get(one, -1) for one in classes], dtype=np.int64)
