"""What changed between two days on one boundary set: matrix, flows, steps on the ladder (C2, C3).

    up      one step or more up; a jump of several is allowed and marked
    down    a relapse: allowed at any time
    first   a class where there was none
    lost    none where there was a class: revoked without a new one
    same    the same class on both days
    none    no class on either day
    ended   no commune on the later day: merged or divided, on the borders of an earlier time
    not_subject   not subject to assessment (A9)

Between the two days a commune may go down and up again: the *moves* compare both ends, the *path*
counts every decision on the way.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from geo.class_ladder import LADDER, steps_between
from geo.progress.standing import (
    NOT_IN_FORCE,
    NOT_SUBJECT,
    STATES,
    UNASSESSED,
    Communes,
    Decisions,
    Flags,
    Ints,
    Standing,
)

MoveKind = Literal["up", "down", "first", "lost", "same", "none", "ended", "not_subject"]
MOVE_KINDS: tuple[MoveKind, ...] = get_args(MoveKind)
_STEPS = np.array(
    [[steps_between(before, after) or 0 for after in STATES] for before in STATES], dtype=np.int64
)


def _kind_of(before: int, after: int) -> MoveKind:
    """Name the move from one state to another, both indices into `STATES`."""
    if NOT_SUBJECT in (before, after):
        return "not_subject"
    if after == NOT_IN_FORCE:
        return "ended"
    if after == UNASSESSED:
        return "lost" if before < UNASSESSED else "none"
    if before >= UNASSESSED:
        return "first"
    if before == after:
        return "same"
    return "up" if after > before else "down"


_KINDS = np.array(
    [
        [MOVE_KINDS.index(_kind_of(before, after)) for after in range(len(STATES))]
        for before in range(len(STATES))
    ],
    dtype=np.int64,
)


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of communes between two days.

    Parameters
    ----------
    before, after
        Indices into `STATES`.
    kind
        Index into `MOVE_KINDS`.
    steps
        Steps on the ladder, up above 0; 0 where one of the ends is not on it.
    """

    before: Ints
    after: Ints
    kind: Ints
    steps: Ints

    @property
    def jumps(self) -> Flags:
        """Mark the moves up that skip a rung."""
        jumped: Flags = self.steps > 1
        return jumped


@dataclass(frozen=True, slots=True)
class Flow:
    """How many communes went from one state to another."""

    before: int
    after: int
    count: int


@dataclass(frozen=True, slots=True)
class Path:
    """Steps that communes made from decision to decision between two days.

    Parameters
    ----------
    up, down
        Steps made up, and down, both 0 or more.
    relapses, jumps
        Decisions that went down, and that went up by more than one step.
    decisions
        Decisions on the way, those that confirm a class included.
    """

    up: Ints
    down: Ints
    relapses: Ints
    jumps: Ints
    decisions: Ints


@dataclass(frozen=True, slots=True)
class Sums:
    """Moves of a group of communes added up.

    `kinds` counts by `MOVE_KINDS`; they sum to `communes`. Steps, jumps and relapses are those of
    the path. `subject` counts the communes of the later day that are subject to assessment,
    `not_yet` those that were none on the earlier day.
    """

    communes: int
    kinds: tuple[int, ...]
    jumps: int
    steps_up: int
    steps_down: int
    relapses: int
    drug_free_before: int
    drug_free_after: int
    subject: int
    not_yet: int

    def count(self, kind: MoveKind) -> int:
        """Give the communes that made a move of a kind."""
        return self.kinds[MOVE_KINDS.index(kind)]


def compare(before: Ints, after: Ints) -> Moves:
    """Compare two days.

    Parameters
    ----------
    before, after
        Indices into `STATES`, one per commune in the same order.

    Examples
    --------
    From type II to not key, from drug-free to type III, from nothing to type III:

    >>> moves = compare(np.array([1, 4, 5]), np.array([3, 2, 2]))
    >>> [MOVE_KINDS[kind] for kind in moves.kind], moves.steps.tolist(), moves.jumps.tolist()
    (['up', 'down', 'first'], [2, -2, 0], [True, False, False])
    """
    return Moves(before, after, _KINDS[before, after], _STEPS[before, after])


def matrix_of(moves: Moves) -> Ints:
    """Count the communes by state before (rows) and after (columns), in the order of `STATES`."""
    size = len(STATES)
    cells = np.bincount(moves.before * size + moves.after, minlength=size * size)
    return cells.reshape(size, size).astype(np.int64)


def flows_of(matrix: Ints) -> tuple[Flow, ...]:
    """List the cells of a matrix above 0, row by row; they sum to the number of communes."""
    return tuple(
        Flow(int(before), int(after), int(matrix[before, after]))
        for before, after in np.argwhere(matrix > 0)
    )


def follow_path(
    communes: Communes, decisions: Decisions, *, start: Standing, until: date, since: date
) -> Path:
    """Count what every decision after a day and up to another changed.

    Parameters
    ----------
    communes, decisions
        As in `standing.stand_on`.
    start
        How the communes stand on the day `since`.
    until
        Last day whose decisions count.
    since
        Decisions of this day are part of `start`.
    """
    size = communes.land.size
    on_way = decisions.until(until) & ~decisions.until(since)
    walked = walk(communes, decisions, start=start, on_way=on_way)
    steps = _STEPS[walked.before, walked.after]
    counted = [
        np.maximum(steps, 0),
        np.maximum(-steps, 0),
        (steps < 0).astype(np.int64),
        (steps > 1).astype(np.int64),
        np.ones(steps.size, dtype=np.int64),
    ]
    return Path(
        *(
            np.bincount(walked.commune, weights=each, minlength=size).astype(np.int64)
            for each in counted
        )
    )


@dataclass(frozen=True, slots=True)
class Walk:
    """Decisions in the order of communes and days, each with the state before it and after it."""

    commune: Ints
    decision: Ints
    before: Ints
    after: Ints


def walk(communes: Communes, decisions: Decisions, *, start: Standing, on_way: Flags) -> Walk:
    """Put decisions behind their communes, each with the state that it changed.

    Of several decisions of one day on one land the last, the gravest, is the one that counts.

    Parameters
    ----------
    communes, decisions, start
        As in `follow_path`.
    on_way
        Which decisions.
    """
    commune_of = np.full(communes.land_count, -1, dtype=np.int64)
    subject = np.flatnonzero(communes.due)
    commune_of[communes.land[subject]] = subject
    taken = np.flatnonzero(on_way & (commune_of[decisions.land] >= 0))
    commune = commune_of[decisions.land[taken]]
    order = np.argsort(commune, kind="stable")
    taken, commune = taken[order], commune[order]
    same_day = (commune[1:] == commune[:-1]) & (
        decisions.day[taken[1:]] == decisions.day[taken[:-1]]
    )
    kept = np.append(~same_day, True) if taken.size else np.zeros(0, dtype=np.bool_)
    taken, commune = taken[kept], commune[kept]
    after = decisions.state[taken]
    before = np.roll(after, 1)
    firsts = np.append(True, commune[1:] != commune[:-1]) if taken.size else kept
    before[firsts] = start.state[commune[firsts]]
    return Walk(commune, taken, before, after)


def sum_up(moves: Moves, path: Path, *, members: Ints) -> Sums:
    """Add up the moves of some communes.

    Parameters
    ----------
    moves, path
        Of all communes.
    members
        Positions of the communes of the group.
    """
    drug_free = len(LADDER) - 1
    before, after = moves.before[members], moves.after[members]
    kinds = np.bincount(moves.kind[members], minlength=len(MOVE_KINDS))
    return Sums(
        communes=int(members.size),
        kinds=tuple(int(count) for count in kinds),
        jumps=int(path.jumps[members].sum()),
        steps_up=int(path.up[members].sum()),
        steps_down=int(path.down[members].sum()),
        relapses=int(path.relapses[members].sum()),
        drug_free_before=int((before == drug_free).sum()),
        drug_free_after=int((after == drug_free).sum()),
        subject=int((after < NOT_SUBJECT).sum()),
        not_yet=int((before == NOT_IN_FORCE).sum()),
    )
