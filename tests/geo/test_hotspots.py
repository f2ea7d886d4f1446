from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import hotspots
from geo.errors import Refused
from geo.hotspots import STATES, State
from geo.store import tables

FIRST_DAY = date(2024, 1, 1)
# The rule as DOMAIN words it, kept apart from the code's own table.
ALLOWED = """
suspected -> listed delisted
listed -> in_action eliminated neutralised delisted
in_action -> eliminated neutralised listed
neutralised -> in_action eliminated reformed watched
eliminated -> watched reformed
watched -> reformed delisted
reformed -> in_action eliminated neutralised
delisted -> reformed listed
"""
SPEC = {
    (before, after)
    for line in ALLOWED.strip().splitlines()
    for before, afters in [line.split(" -> ")]
    for after in afters.split()
}


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[int, State]]:
    """A life that keeps the rules: days since the first, at least one day apart."""
    life: list[tuple[int, State]] = []
    day, state = draw(st.integers(0, 60)), draw(st.sampled_from(sorted(hotspots.STARTS)))
    life.append((day, state))
    for _ in range(draw(st.integers(0, 8))):
        day += draw(st.integers(1, 90))
        state = draw(st.sampled_from(sorted(hotspots.TRANSITIONS[state])))
        life.append((day, state))
    return life


def lives_of(worlds: list[list[tuple[int, State]]]) -> hotspots.Lives:
    rows = [(i, d, s) for i, life in enumerate(worlds) for d, s in life]
    return hotspots.make_lives(
        [i for i, _, _ in rows],
        [np.datetime64(FIRST_DAY) + d for _, d, _ in rows],
        hotspots.state_codes([s for _, _, s in rows]),
        hotspot_count=len(worlds),
    )


def day(offset: int) -> date:
    return FIRST_DAY + timedelta(days=offset)


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_a_step_is_taken_exactly_when_the_rule_draws_it(before: State, after: State) -> None:
    if (before, after) in SPEC:
        assert hotspots.next_state(before, after, reason="sai_sot") == after
    else:
        with pytest.raises(Refused) as caught:
            hotspots.next_state(before, after, reason="sai_sot")
        assert caught.value.code == "hotspot_transition_not_allowed"
        assert before in caught.value.message("vi")


@pytest.mark.parametrize("state", STATES)
def test_a_life_begins_with_a_sign_or_a_listing(state: State) -> None:
    if state in ("suspected", "listed"):
        assert hotspots.next_state(None, state) == state
    else:
        with pytest.raises(Refused, match="bắt đầu"):
            hotspots.next_state(None, state)


def test_putting_back_on_the_list_needs_a_reason() -> None:
    assert hotspots.next_state("delisted", "listed", reason="dua_ra_nham") == "listed"
    with pytest.raises(Refused) as caught:
        hotspots.next_state("delisted", "listed")
    assert caught.value.code == "hotspot_correction_without_reason"


def test_the_store_knows_the_same_kinds_and_states() -> None:
    assert set(hotspots.KINDS) == set(tables.HOTSPOT_KINDS)
    assert set(hotspots.STATES) == set(tables.HOTSPOT_STATES)


@given(st.lists(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(STATES)), max_size=6)))
def test_faults_of_many_lives_equal_the_walk_step_by_step(
    worlds: list[list[tuple[int, State]]],
) -> None:
    lives = lives_of(worlds)
    reasons = np.arange(lives.state.size) % 2 == 0
    expected = []
    previous: tuple[int, State] | None = None
    for number, code, reason in zip(lives.hotspot, lives.state, reasons, strict=True):
        before = previous[1] if previous and previous[0] == number else None
        try:
            hotspots.next_state(before, STATES[code], reason="x" if reason else None)
            expected.append("")
        except Refused as refusal:
            expected.append(refusal.code)
        previous = (int(number), STATES[code])
    found = hotspots.find_faults(lives, has_reason=reasons)
    assert [hotspots.FAULTS[fault] for fault in found] == expected


@given(st.lists(walks(), min_size=1, max_size=5), st.integers(0, 700), st.integers(1, 400))
def test_counts_equal_those_of_a_walk_day_by_day(
    worlds: list[list[tuple[int, State]]], start: int, length: int
) -> None:
    counts = hotspots.count_in(
        lives_of(worlds), starts_on=day(start), ends_before=day(start + length)
    )
    for number, life in enumerate(worlds):
        until = [state for at, state in life if at < start + length]
        within = [state for at, state in life if start <= at < start + length]
        listings = [at for at, state in life if state == "listed"][:1]
        assert counts.active[number] == (bool(until) and until[-1] in hotspots.ACTIVE)
        assert counts.new[number] == sum(start <= at < start + length for at in listings)
        assert counts.eliminated[number] == within.count("eliminated")
        assert counts.reformed[number] == within.count("reformed")


@given(st.lists(walks(), min_size=1, max_size=5))
def test_lives_do_not_depend_on_the_order_in_which_events_came(
    worlds: list[list[tuple[int, State]]],
) -> None:
    straight = lives_of(worlds)
    back = hotspots.make_lives(
        straight.hotspot[::-1],
        straight.day[::-1],
        straight.state[::-1],
        hotspot_count=straight.hotspot_count,
    )
    for name in ("hotspot", "day", "state"):
        assert (getattr(straight, name) == getattr(back, name)).all()


@given(st.lists(walks(), min_size=1, max_size=5), st.integers(0, 400), st.integers(1, 200))
def test_flows_of_two_halves_add_up_to_the_whole(
    worlds: list[list[tuple[int, State]]], start: int, length: int
) -> None:
    lives = lives_of(worlds)
    middle, end = day(start + length), day(start + 2 * length)
    whole = hotspots.count_in(lives, starts_on=day(start), ends_before=end)
    first = hotspots.count_in(lives, starts_on=day(start), ends_before=middle)
    second = hotspots.count_in(lives, starts_on=middle, ends_before=end)
    for name in ("new", "eliminated", "reformed"):
        assert (getattr(whole, name) == getattr(first, name) + getattr(second, name)).all()
    assert (whole.active == second.active).all()


@given(st.lists(walks(), max_size=5), st.integers(0, 700), st.integers(1, 400))
def test_H3_elimination_ratio_never_passes_one(
    worlds: list[list[tuple[int, State]]], start: int, length: int
) -> None:
    part, whole = hotspots.elimination_ratio_parts(
        lives_of(worlds), starts_on=day(start), ends_before=day(start + length)
    )
    assert 0 <= part <= whole


def test_H3_elimination_ratio_counts_episodes_and_those_neutralised_before() -> None:
    lives = lives_of(
        [
            [(0, "listed"), (40, "eliminated"), (50, "reformed"), (60, "eliminated")],
            [(0, "listed"), (10, "neutralised"), (45, "eliminated")],
            [(0, "listed"), (10, "neutralised")],
            [(0, "listed")],
            [(0, "listed"), (31, "eliminated")],
        ]
    )
    # From day 31: 0 has two episodes, 1 was neutralised before, 2 stays so, 3 is active, 4 ends on
    # the first day.
    assert hotspots.elimination_ratio_parts(lives, starts_on=day(31), ends_before=day(90)) == (4, 5)


def test_no_hotspot_gives_a_denominator_of_zero() -> None:
    assert hotspots.elimination_ratio_parts(
        lives_of([[]]), starts_on=day(0), ends_before=day(9)
    ) == (0, 0)


def test_H2_a_reformed_place_is_active_and_never_new_again() -> None:
    lives = lives_of([[(0, "listed"), (40, "eliminated"), (80, "reformed")]])
    counts = hotspots.count_in(lives, starts_on=day(70), ends_before=day(100))
    assert (counts.active[0], counts.new[0], counts.reformed[0]) == (1, 0, 1)


def test_superseded_events_do_not_hold() -> None:
    # 3 corrects 2, 4 corrects 3: of the three only the last holds.
    holds = hotspots.current_events([1, 2, 3, 4], [0, 0, 2, 3])
    assert holds.tolist() == [True, False, False, True]


def test_events_of_one_day_stand_in_the_order_of_a_life() -> None:
    lives = lives_of([[(5, "eliminated"), (5, "listed")]])
    assert [STATES[code] for code in lives.state] == ["listed", "eliminated"]
    assert not hotspots.find_faults(lives, has_reason=np.zeros(2, bool)).any()


def test_H4_of_what_was_eliminated_long_enough_ago_the_reformed_count() -> None:
    lives = lives_of(
        [
            [(0, "listed"), (10, "eliminated"), (40, "reformed")],  # within the window
            [(0, "listed"), (10, "eliminated"), (200, "reformed")],  # after it
            [(0, "listed"), (10, "eliminated"), (20, "watched")],
            [(0, "listed"), (250, "eliminated"), (260, "reformed")],  # too late to judge
            # Twice eliminated: each is followed by itself.
            [(0, "listed"), (5, "eliminated"), (60, "reformed"), (70, "eliminated")],
        ]
    )
    asked = {"window_days": 90, "known_until": day(300)}
    assert hotspots.reformation_rate_parts(lives, **asked) == (2, 5)
    assert hotspots.reformation_rate_parts(lives, window_days=90, known_until=day(50)) == (0, 0)


@given(st.lists(walks(), max_size=20), st.integers(1, 400), st.integers(0, 900))
def test_H4_the_rate_never_passes_one(
    worlds: list[list[tuple[int, State]]], window: int, known: int
) -> None:
    part, whole = hotspots.reformation_rate_parts(
        lives_of(worlds), known_until=day(known), window_days=window
    )
    expected = [
        any(s == "reformed" and at < d <= at + window for d, s in life[n + 1 :])
        for life in worlds
        for n, (at, state) in enumerate(life)
        if state == "eliminated" and at + window <= known
    ]
    assert (part, whole) == (sum(expected), len(expected))
