"""How reports climb: the rules as tables, and what holds whatever is done."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.approval import (
    REASONS,
    ReportState,
    check_step,
    decided_at,
    duties,
    duty_at,
    ladder,
    next_steps,
    state_after,
    waits_for,
)
from geo.errors import Conflict, Refused

NOW = ("commune", "province", "country")
THEN = ("commune", "district", "province", "country")
STEPS = ("submitted", "approved", "returned", "unapproved", "corrected")

# last day of the period, day of the step, levels that the report climbs.
CLIMBS = [
    (date(2024, 10, 31), date(2024, 11, 5), THEN),
    (date(2025, 1, 31), date(2025, 2, 28), THEN),
    # District police ended on 01/03/2025, district committees on 01/07/2025.
    (date(2025, 3, 31), date(2025, 4, 5), THEN),
    (date(2025, 5, 31), date(2025, 6, 30), THEN),
    (date(2025, 5, 31), date(2025, 7, 1), NOW),
    (date(2025, 7, 31), date(2025, 8, 5), NOW),
]


@pytest.mark.parametrize(("last_day", "on", "climb"), CLIMBS)
def test_X4_the_levels_of_a_climb_are_those_with_the_duty(
    last_day: date, on: date, climb: tuple[str, ...]
) -> None:
    levels = THEN if last_day < date(2025, 7, 1) else NOW
    assert ladder(levels, last_day=last_day, on=on) == climb


@pytest.mark.parametrize(
    ("day", "organ"),
    [
        (date(2025, 2, 28), "Công an huyện"),
        (date(2025, 3, 1), "UBND huyện"),
        (date(2025, 6, 30), "UBND huyện"),
        (date(2025, 7, 1), None),
    ],
)
def test_X4_who_owned_the_duty_of_districts_is_dated(day: date, organ: str | None) -> None:
    duty = duty_at("district", day)
    assert (duty.organ_vi if duty else None) == organ


def test_X4_duties_of_a_level_do_not_overlap() -> None:
    for level in {one.level for one in duties()}:
        spans = sorted((d.first_day, d.ends_before) for d in duties() if d.level == level)
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


# before, step -> after, at level
TABLE = [
    (ReportState("none"), "submitted", ReportState("submitted"), "commune"),
    (ReportState("entered"), "submitted", ReportState("submitted"), "commune"),
    (ReportState("submitted"), "approved", ReportState("approved", "commune"), "commune"),
    (ReportState("submitted"), "returned", ReportState("returned"), "commune"),
    (ReportState("returned"), "submitted", ReportState("submitted"), "commune"),
    (
        ReportState("approved", "commune"),
        "approved",
        ReportState("approved", "district"),
        "district",
    ),
    (ReportState("approved", "commune"), "returned", ReportState("returned"), "district"),
    (ReportState("approved", "commune"), "unapproved", ReportState("submitted"), "commune"),
    (
        ReportState("approved", "district"),
        "approved",
        ReportState("approved", "province"),
        "province",
    ),
    (
        ReportState("approved", "province"),
        "unapproved",
        ReportState("approved", "district"),
        "province",
    ),
    (ReportState("approved", "province"), "corrected", ReportState("reopened"), "commune"),
    (ReportState("reopened"), "submitted", ReportState("submitted"), "commune"),
]


@pytest.mark.parametrize(("before", "step", "after", "level"), TABLE)
def test_X2_steps_lead_from_state_to_state(
    before: ReportState, step: str, after: ReportState, level: str
) -> None:
    reason = REASONS[step][0] if step in REASONS else None
    assert check_step(before, step, climb=THEN, reason=reason, own_entry=False) == level
    assert state_after(step, level, climb=THEN) == after


REFUSED = [
    (ReportState("none"), "approved"),
    (ReportState("entered"), "approved"),
    (ReportState("entered"), "returned"),
    (ReportState("returned"), "approved"),
    (ReportState("reopened"), "approved"),
    (ReportState("submitted"), "unapproved"),
    (ReportState("submitted"), "corrected"),
    (ReportState("approved", "commune"), "submitted"),
    # The country receives and takes back; it approves nothing.
    (ReportState("approved", "province"), "approved"),
    (ReportState("approved", "province"), "returned"),
    (ReportState("approved", "province"), "submitted"),
]


@pytest.mark.parametrize(("before", "step"), REFUSED)
def test_X2_every_other_step_is_refused(before: ReportState, step: str) -> None:
    reason = REASONS[step][0] if step in REASONS else None
    with pytest.raises(Conflict) as refused:
        check_step(before, step, climb=THEN, reason=reason, own_entry=False)
    assert refused.value.code == "report_step_not_allowed"


def test_X2_own_entries_are_not_approved_but_may_be_returned() -> None:
    state = ReportState("submitted")
    with pytest.raises(Conflict) as refused:
        check_step(state, "approved", climb=NOW, reason=None, own_entry=True)
    assert refused.value.code == "report_own_entry"
    assert check_step(state, "returned", climb=NOW, reason="sai_ky", own_entry=True) == "commune"


@pytest.mark.parametrize("level", ["commune", "district", "province"])
def test_X2_an_approval_is_taken_back_by_the_level_above(level: str) -> None:
    assert decided_at("unapproved", level, climb=THEN) == THEN[THEN.index(level) + 1]
    assert decided_at("approved", level, climb=THEN) == level


@pytest.mark.parametrize(
    ("step", "reason", "code"),
    [
        ("approved", "sai_ky", "report_reason_unneeded"),
        ("returned", None, "report_reason_missing"),
        ("returned", "nhap_sai", "report_reason_missing"),
        ("unapproved", "Nguyễn", "report_reason_missing"),
    ],
)
def test_P5_reasons_are_words_of_a_short_list(step: str, reason: str | None, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_step(
            ReportState("approved", "commune"), step, climb=NOW, reason=reason, own_entry=False
        )
    assert refused.value.code == code


@given(
    st.sampled_from([NOW, THEN, ("province", "country")]),
    st.lists(st.sampled_from(STEPS), max_size=25),
)
def test_X2_whatever_is_done_approvals_climb_by_one_level(
    climb: tuple[str, ...], wishes: list[str]
) -> None:
    state = ReportState("entered")
    held = -1
    for wish in wishes:
        level = next_steps(state, climb=climb).get(wish)
        if level is None:
            continue
        after = state_after(wish, level, climb=climb)
        now = -1 if after.approved_at is None else climb.index(after.approved_at)
        if wish == "approved":
            assert now == held + 1
        if wish == "unapproved":
            assert now == held - 1
            decider = decided_at(wish, level, climb=climb)
            assert climb.index(decider) > climb.index(level)
        if wish in ("submitted", "returned", "corrected"):
            assert now == -1
        assert after.is_locked == (now >= 0)
        # A locked report takes no new figure but by a correction.
        assert ("submitted" in next_steps(after, climb=climb)) != after.is_locked
        assert ("corrected" in next_steps(after, climb=climb)) == after.is_locked
        waits = waits_for(after, climb=climb)
        assert waits != "country"
        assert (waits is None) == ("approved" not in next_steps(after, climb=climb))
        state, held = after, now
