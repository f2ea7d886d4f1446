"""Moves between classes: matrix, flows, steps, jumps, relapses, the path between two days."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.class_ladder import LADDER
from geo.progress import moves
from geo.progress.moves import MOVE_KINDS, MoveKind
from geo.progress.standing import (
    NOT_IN_FORCE,
    NOT_SUBJECT,
    STATES,
    UNASSESSED,
    Communes,
    Decisions,
    count_states,
    stand_on,
)

START = date(2025, 1, 1)
STATE = st.integers(0, len(STATES) - 1)
# (land, days after START, state of the ladder or none)
DECISIONS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60), st.integers(0, UNASSESSED)))


def state(name: str) -> int:
    return next(at for at, one in enumerate(STATES) if one == name)


def day(after: int) -> date:
    return START + timedelta(days=after)


def decisions_of(rows: list[tuple[int, int, int]]) -> Decisions:
    # The gravest of one day comes last, and no class at all after that.
    ordered = sorted(rows, key=lambda row: (row[1], row[2] == UNASSESSED, -row[2]))
    return Decisions(
        np.array([land for land, _, _ in ordered], dtype=np.int64),
        np.array([day(after) for _, after, _ in ordered], dtype="datetime64[D]"),
        np.array([one for _, _, one in ordered], dtype=np.int64),
    )


def communes(count: int = 5, *, not_due: tuple[int, ...] = ()) -> Communes:
    land = np.arange(count, dtype=np.int64)
    return Communes(land, ~np.isin(land, not_due), count)


@pytest.mark.parametrize(
    ("before", "after", "kind", "steps", "jump"),
    [
        ("loai_1", "loai_2", "up", 1, False),
        ("loai_2", "khong_trong_diem", "up", 2, True),
        ("loai_1", "khong_ma_tuy", "up", 4, True),
        ("khong_ma_tuy", "loai_3", "down", -2, False),
        ("khong_trong_diem", "khong_trong_diem", "same", 0, False),
        ("chua_danh_gia", "khong_ma_tuy", "first", 0, False),
        ("loai_3", "chua_danh_gia", "lost", 0, False),
        ("chua_danh_gia", "chua_danh_gia", "none", 0, False),
        ("not_subject", "not_subject", "not_subject", 0, False),
        ("not_in_force", "loai_3", "first", 0, False),
        ("not_in_force", "chua_danh_gia", "none", 0, False),
        ("khong_ma_tuy", "not_in_force", "ended", 0, False),
        ("not_in_force", "not_in_force", "ended", 0, False),
    ],
)
def test_C2_a_move_is_named_by_its_steps_and_a_jump_is_marked(
    before: str, after: str, kind: MoveKind, steps: int, jump: bool
) -> None:
    found = moves.compare(np.array([state(before)]), np.array([state(after)]))
    assert MOVE_KINDS[found.kind[0]] == kind
    assert (found.steps[0], bool(found.jumps[0])) == (steps, jump)


def test_C2_the_matrix_counts_every_commune_once() -> None:
    before = np.array([state("loai_2"), state("loai_2"), UNASSESSED, state("khong_ma_tuy")])
    after = np.array([state("loai_3"), state("loai_3"), state("loai_3"), state("loai_1")])
    matrix = moves.matrix_of(moves.compare(before, after))
    assert matrix[state("loai_2"), state("loai_3")] == 2
    assert matrix[UNASSESSED, state("loai_3")] == 1
    assert matrix[state("khong_ma_tuy"), state("loai_1")] == 1
    assert matrix.sum() == 4
    assert [(one.before, one.after, one.count) for one in moves.flows_of(matrix)] == [
        (1, 2, 2),
        (4, 0, 1),
        (5, 2, 1),
    ]


@given(st.lists(st.tuples(STATE, STATE), max_size=60), st.integers(0, 60))
def test_sums_of_parts_are_the_sum_of_the_whole(pairs: list[tuple[int, int]], cut: int) -> None:
    before, after = (np.array([one[side] for one in pairs], dtype=np.int64) for side in (0, 1))
    found = moves.compare(before, after)
    nothing = np.zeros(before.size, dtype=np.int64)
    path = moves.Path(
        np.maximum(found.steps, 0), np.maximum(-found.steps, 0), nothing, nothing, nothing
    )
    every = np.arange(before.size)
    whole, one, other = (
        moves.sum_up(found, path, members=members) for members in (every, every[:cut], every[cut:])
    )
    assert sum(whole.kinds) == whole.communes == before.size
    assert [a + b for a, b in zip(one.kinds, other.kinds, strict=True)] == list(whole.kinds)
    assert one.steps_up + other.steps_up == whole.steps_up
    matrix = moves.matrix_of(found)
    assert matrix.sum(axis=1).tolist() == count_states(before).tolist()
    assert matrix.sum(axis=0).tolist() == count_states(after).tolist()
    assert sum(flow.count for flow in moves.flows_of(matrix)) == before.size


@given(DECISIONS, st.integers(-1, 61), st.integers(0, 61))
def test_the_path_equals_a_walk_from_decision_to_decision(
    rows: list[tuple[int, int, int]], since: int, length: int
) -> None:
    told, every = decisions_of(rows), communes(not_due=(4,))
    start = stand_on(every, told, day=day(since), land_of_day=every.land)
    end = stand_on(every, told, day=day(since + length), land_of_day=every.land)
    path = moves.follow_path(every, told, start=start, since=day(since), until=day(since + length))
    for land in range(4):
        now, up, down, relapses, jumps, seen = int(start.state[land]), 0, 0, 0, 0, 0
        for after in range(since + 1, since + length + 1):
            of_day = [one for at, when, one in rows if (at, when) == (land, after)]
            if not of_day:
                continue
            then = UNASSESSED if UNASSESSED in of_day else min(of_day)
            step = then - now if UNASSESSED not in (then, now) else 0
            up, down = up + max(step, 0), down + max(-step, 0)
            relapses, jumps, seen = relapses + (step < 0), jumps + (step > 1), seen + 1
            now = then
        assert now == end.state[land]
        assert (path.up[land], path.down[land]) == (up, down)
        assert (path.relapses[land], path.jumps[land]) == (relapses, jumps)
        assert path.decisions[land] == seen
    assert start.state[4] == NOT_SUBJECT
    assert path.decisions[4] == 0


def test_C3_a_relapse_that_was_made_good_is_still_told() -> None:
    free, third = state("khong_ma_tuy"), state("loai_3")
    told = decisions_of([(0, 0, free), (0, 10, third), (0, 20, free)])
    every = communes(1)
    start = stand_on(every, told, day=day(5), land_of_day=every.land)
    end = stand_on(every, told, day=day(30), land_of_day=every.land)
    path = moves.follow_path(every, told, start=start, since=day(5), until=day(30))
    assert MOVE_KINDS[moves.compare(start.state, end.state).kind[0]] == "same"
    assert (path.up[0], path.down[0], path.relapses[0], path.jumps[0]) == (2, 2, 1, 1)


def test_C3_progress_is_counted_in_steps_and_never_scored() -> None:
    told = {name for name in dir(moves.Sums) if not name.startswith("_")}
    assert {"steps_up", "steps_down", "relapses", "jumps"} <= told
    assert not {name for name in told if "score" in name or "net" in name.split("_")}


def test_a_merged_commune_has_no_class_before_its_own_first_assessment() -> None:
    # Land 0 was merged into land 1, which is assessed later.
    told = decisions_of([(0, 0, state("khong_ma_tuy")), (1, 30, state("loai_3"))])
    merged = Communes(np.array([1]), np.array([True]), 2)
    before = stand_on(merged, told, day=day(10), land_of_day=np.array([0]))
    after = stand_on(merged, told, day=day(40), land_of_day=np.array([1]))
    assert (STATES[before.state[0]], STATES[after.state[0]]) == ("not_in_force", "loai_3")
    found = moves.compare(before.state, after.state)
    assert MOVE_KINDS[found.kind[0]] == "first"


def test_the_land_of_an_ended_commune_has_no_class_any_more() -> None:
    told = decisions_of([(0, 0, state("khong_ma_tuy"))])
    old = communes(1)
    assert stand_on(old, told, day=day(5), land_of_day=np.array([0])).state[0] == len(LADDER) - 1
    assert stand_on(old, told, day=day(9), land_of_day=np.array([7])).state[0] == NOT_IN_FORCE
