"""The simulated steps of assessments obey the rules that the database holds for everybody else."""

from collections import Counter

import pandas as pd
import shapely

from geo.assessing import DECIDING, DUTY_OF, Matter, Step, after, duty_of, waits_for
from geo.assessing.duties import duty_on
from geo.assessing.judging import check_step
from geo.class_ladder import is_relapse
from geo.period import parse_period
from layers.demo.hotspots import AS_OF
from tests.support.demo_world import two_provinces


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _walk(steps: pd.DataFrame, period_id: str) -> Matter:
    matter = Matter()
    for one in steps.itertuples(index=False):
        assert one.number == matter.count + 1
        step = Step(
            one.step,
            one.effective_on.date(),
            _text(one.class_id),
            _text(one.verdict),
            _text(one.back_to),
            _text(one.document_no),
            _text(one.reason_code),
        )
        # What held before is checked where it is asked for a reason.
        previous = "khong_ma_tuy" if one.step == "cong_nhan" and step.reason else None
        if previous and not is_relapse(previous, str(step.class_id)):
            previous = None
        whole = check_step(
            matter,
            step,
            previous=previous,
            opens_on=parse_period(period_id).starts_on,
            today=AS_OF,
        )
        duty = duty_of(one.step, matter.state)
        assert duty is not None
        assert one.at_level == duty_on(duty, AS_OF).level
        assert one.actor_role in duty_on(duty, AS_OF).roles
        matter = after(matter, whole)
    return matter


def test_X2_every_simulated_step_of_an_assessment_is_one_that_the_rules_allow() -> None:
    data = two_provinces()
    ends: Counter[tuple[str, str]] = Counter()
    decided = {}
    for (number, code, period_id), steps in data.assessment_steps.groupby(
        ["set_number", "code", "period_id"]
    ):
        assert number == 2
        matter = _walk(steps, period_id)
        ends[period_id, matter.state] += 1
        if matter.state in DECIDING:
            decided[code, period_id] = matter
    # Nobody has decided in the cycle that runs; every body is awaited somewhere.
    running = {state for period, state in ends if period == "Y2026"}
    assert running == {"ra_soat", "danh_gia", "phan_loai", "tham_dinh"}
    assert {waits_for(state) for state in running} == {"report", "classify", "appraise", "decide"}
    assert {state for period, state in ends if period == "H2026-1"} >= {"cong_nhan", "khong_dat"}
    # C1: steps say what the demo's assessments say.
    known = data.assessments.loc[data.assessments["set_number"] == 2]
    known = known.dropna(subset=["decided_class"]).drop_duplicates(
        ["code", "period_id"], keep="last"
    )
    assert len(known) == len(decided)
    for one in known.itertuples(index=False):
        matter = decided[one.code, one.period_id]
        assert (matter.decided, matter.proposed, matter.since) == (
            one.decided_class,
            one.proposed_class,
            one.decided_on.date(),
        )


def test_X2_nobody_simulated_appraises_or_decides_what_he_put_forward() -> None:
    steps = two_provinces().assessment_steps
    by_duty = steps.assign(duty=steps["step"].map(DUTY_OF).fillna("classify"))
    actors = by_duty.groupby("duty")["actor"].agg(set)
    assert len(set().union(*actors)) == len(actors) == 4


def test_most_subcommunes_have_a_point_within_their_commune() -> None:
    data = two_provinces()
    told = data.records["subcommunes"]
    placed = told.loc[told["shape"].notna()]
    assert 0.8 < len(placed) / len(told) < 1
    land = data.country.sets[2].communes.set_index("code")["geometry"]
    shapes = land.reindex(placed["unit_code"]).to_numpy()
    assert shapely.contains_properly(shapes, placed["shape"].to_numpy(dtype=object)).all()
