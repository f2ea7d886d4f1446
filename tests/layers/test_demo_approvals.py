"""The simulated steps obey the rules that the database holds for everybody else."""

from collections import Counter

from geo import approval
from geo.period import parse_period
from geo.units import has_districts
from layers.demo.hotspots import AS_OF
from tests.support.demo_world import two_provinces


def test_X2_every_simulated_step_is_one_that_the_rules_allow() -> None:
    steps = two_provinces().steps
    assert set(steps["step"]) == {"submitted", "approved", "returned", "corrected"}
    ends = Counter()
    reports = steps.groupby(["set_number", "code", "period_id"])
    for (_, _, period_id), report in reports:
        last_day = parse_period(period_id).last_day
        levels = ["commune", "province", "country"] + ["district"] * has_districts(last_day)
        state = approval.ReportState("entered")
        assert report["number"].tolist() == list(range(1, len(report) + 1))
        assert report["done_on"].is_monotonic_increasing
        for step, at_level, reason, day in report[
            ["step", "at_level", "reason_code", "done_on"]
        ].itertuples(index=False):
            climb = approval.ladder(levels, last_day=last_day, on=day.date())
            wanted = approval.check_step(
                state,
                step,
                climb=climb,
                reason=reason if isinstance(reason, str) else None,
                own_entry=False,
            )
            assert wanted == at_level
            assert day.date() <= AS_OF
            state = approval.state_after(step, at_level, climb=climb)
        ends[state] += 1
    # Some all the way up, some waiting, some returned.
    assert ends[approval.ReportState("approved", "province")] > 0.5 * sum(ends.values())
    assert {state.status for state in ends} >= {"approved", "returned", "submitted"}
    assert ends[approval.ReportState("approved", "commune")] > 0


def test_X2_nobody_simulated_approves_what_he_handed_in() -> None:
    steps = two_provinces().steps
    entered = set(steps.loc[steps["step"].isin(["submitted", "corrected"]), "actor"])
    decided = set(steps.loc[steps["step"].isin(["approved", "returned"]), "actor"])
    assert entered & decided == set()


def test_X4_the_district_has_a_part_only_while_it_had_the_duty() -> None:
    steps = two_provinces().steps
    by_period = steps.groupby("period_id")["at_level"].agg(set)
    assert "district" in by_period["Y2024"]
    assert "district" not in set().union(*by_period.drop("Y2024"))
