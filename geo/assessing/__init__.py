"""How the assessment of a commune for a cycle goes on, from its review to its recognition.

    chua_bat_dau -> ra_soat -> danh_gia -> phan_loai -> tham_dinh -> cong_nhan -> huy_bo
                       ^          |            |            |    '-> khong_dat       |
                       |<---------'<-----------'<-----------'           |            |
                       |   tra_lai: back to an earlier state            |            |
                       '------------------------------------------------'<-----------'
                           a new round

The commune proposes a class (danh_gia), the planner classifies, the appraiser says whether the
class is met, the authority decides: it recognises the class that was put forward, or says that it
is not met and gives a lower one. Computed, proposed and decided stay apart (C1). Jumps up the
ladder are flagged; a decision that goes down needs a reason (C2). Nobody appraises or decides what
the same log-in put forward (X2). The state follows from the steps; steps are never changed. The
database holds the same rules (`geo/store/sql/0011_assessing.sql`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from geo.class_ladder import LADDER, NOT_ASSESSED, ClassId

StepKind = Literal[
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
    "tra_lai",
]
State = Literal[
    "chua_bat_dau",
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
]
Duty = Literal["report", "classify", "appraise", "decide"]
Verdict = Literal["dat", "khong_dat"]

NOT_STARTED: State = "chua_bat_dau"
VERDICTS: tuple[Verdict, ...] = ("dat", "khong_dat")
# What may follow a state; returns apart.
FORWARD: Mapping[State, tuple[StepKind, ...]] = MappingProxyType(
    {
        "chua_bat_dau": ("ra_soat",),
        "ra_soat": ("danh_gia",),
        "danh_gia": ("phan_loai",),
        "phan_loai": ("tham_dinh",),
        "tham_dinh": ("cong_nhan", "khong_dat"),
        "cong_nhan": ("huy_bo",),
        "khong_dat": ("ra_soat",),
        "huy_bo": ("ra_soat",),
    }
)
STATES: tuple[State, ...] = tuple(FORWARD)
# States on the way, in order: a return goes from one of them to an earlier one.
ON_THE_WAY: tuple[State, ...] = ("ra_soat", "danh_gia", "phan_loai", "tham_dinh")
DUTY_OF: Mapping[StepKind, Duty] = MappingProxyType(
    {
        "ra_soat": "report",
        "danh_gia": "report",
        "phan_loai": "classify",
        "tham_dinh": "appraise",
        "cong_nhan": "decide",
        "khong_dat": "decide",
        "huy_bo": "decide",
    }
)
DUTIES: tuple[Duty, ...] = ("report", "classify", "appraise", "decide")
DECIDING: frozenset[StepKind] = frozenset({"cong_nhan", "khong_dat", "huy_bo"})
# Steps after which the same log-in does not make the step (X2).
PUT_FORWARD_BY: Mapping[StepKind, frozenset[StepKind]] = MappingProxyType(
    {
        "tham_dinh": frozenset({"ra_soat", "danh_gia", "phan_loai"}),
        "cong_nhan": frozenset({"ra_soat", "danh_gia", "phan_loai", "tham_dinh"}),
        "khong_dat": frozenset({"ra_soat", "danh_gia", "phan_loai", "tham_dinh"}),
        "huy_bo": frozenset({"ra_soat", "danh_gia", "phan_loai", "tham_dinh"}),
    }
)
# Why, by step; `cong_nhan` only of a class below the one before. Words: message `assess_reason_*`.
REASONS: Mapping[StepKind, tuple[str, ...]] = MappingProxyType(
    {
        "tra_lai": ("thieu_ho_so", "thieu_so_lieu", "sai_so_lieu", "sai_phan_loai", "can_xac_minh"),
        "cong_nhan": ("tai_phuc_tap", "phat_sinh_moi", "khong_con_dat", "doi_bo_tieu_chi"),
        "khong_dat": ("chua_dat_tieu_chi", "so_lieu_chua_duyet", "thieu_ho_so", "tai_phuc_tap"),
        "huy_bo": ("tai_phuc_tap", "khong_con_dat", "sai_so_lieu", "sai_tham_quyen"),
    }
)
WITH_CLASS: frozenset[StepKind] = DECIDING.union({"danh_gia", "phan_loai"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Parameters
    ----------
    kind
        What is done.
    effective_on
        The day on which it holds, as its document says.
    class_id
        The class proposed, classified or decided; None for steps without one. Of `cong_nhan` it
        may be left out: it is the one put forward.
    verdict
        Of `tham_dinh`: whether the class put forward is met.
    back_to
        Of `tra_lai`: the state that follows.
    document_no
        Number of the decision or of the minutes.
    reason
        A code of `REASONS`.
    """

    kind: StepKind
    effective_on: date
    class_id: ClassId | None = None
    verdict: Verdict | None = None
    back_to: State | None = None
    document_no: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """Where the assessment of a commune for a cycle stands.

    Parameters
    ----------
    state
        One of `STATES`.
    count
        Steps made.
    since
        Day from which it has been in the state; None before the first step.
    proposed, classified, verdict, decided
        What the commune, the planner, the appraiser and the authority have said in this round, as
        far as it still stands; ``decided`` of a revocation is the class that is left.
    """

    state: State = NOT_STARTED
    count: int = 0
    since: date | None = None
    proposed: ClassId | None = None
    classified: ClassId | None = None
    verdict: Verdict | None = None
    decided: ClassId | None = None

    @property
    def put_forward(self) -> ClassId | None:
        """The class that the next body is asked about, or has decided."""
        return self.decided or self.classified or self.proposed


def after(matter: Matter, step: Step) -> Matter:
    """Give where a matter stands after a step that was allowed."""
    moved = replace(matter, count=matter.count + 1, since=step.effective_on)
    match step.kind:
        case "ra_soat":
            return Matter("ra_soat", moved.count, moved.since)
        case "danh_gia":
            return replace(moved, state="danh_gia", proposed=step.class_id)
        case "phan_loai":
            return replace(moved, state="phan_loai", classified=step.class_id)
        case "tham_dinh":
            return replace(moved, state="tham_dinh", verdict=step.verdict)
        case "tra_lai":
            to = step.back_to or "ra_soat"
            kept = ON_THE_WAY.index(to)
            return replace(
                moved,
                state=to,
                proposed=matter.proposed if kept >= 1 else None,
                classified=matter.classified if kept >= 2 else None,
                verdict=None,
            )
        case "cong_nhan":
            return replace(moved, state="cong_nhan", decided=step.class_id or matter.classified)
        case "khong_dat" | "huy_bo":
            return replace(moved, state=step.kind, decided=step.class_id)


def matter_of(steps: Iterable[Step]) -> Matter:
    """Give where a matter stands after all its steps, the first one first."""
    matter = Matter()
    for step in steps:
        matter = after(matter, step)
    return matter


def matter_from(
    state: State,
    *,
    count: int,
    since: date | None,
    said: Mapping[State, str | None],
) -> Matter:
    """Give where a matter stands from its state and what was last said by each body.

    What was said before a return or in an earlier round no longer stands.

    Parameters
    ----------
    state, count, since
        As in `Matter`.
    said
        The class of the last ``danh_gia``, of the last ``phan_loai`` and of the last decision
        (under its state), the verdict of the last ``tham_dinh``.
    """
    reached = ON_THE_WAY.index(state) if state in ON_THE_WAY else len(ON_THE_WAY)
    if state == NOT_STARTED:
        reached = 0
    proposed, classified, verdict = (
        said.get(one) if place <= reached else None
        for place, one in enumerate(ON_THE_WAY[1:], start=1)
    )
    return Matter(
        state,
        count,
        since,
        as_class(proposed),
        as_class(classified),
        next((one for one in VERDICTS if one == verdict), None),
        as_class(said.get(state)) if state in DECIDING else None,
    )


def as_class(text: str | None) -> ClassId | None:
    """Give the class of a code, None for anything else."""
    return next((one for one in (*LADDER, NOT_ASSESSED) if one == text), None)


def returns_to(state: State) -> tuple[State, ...]:
    """List the states to which a matter can go back, the nearest first.

    >>> returns_to("tham_dinh"), returns_to("cong_nhan")
    (('phan_loai', 'danh_gia', 'ra_soat'), ())
    """
    if state not in ON_THE_WAY:
        return ()
    return tuple(reversed(ON_THE_WAY[: ON_THE_WAY.index(state)]))


def waits_for(state: State) -> Duty | None:
    """Give whose turn it is; None when nobody is awaited.

    A matter decided is awaited by nobody, although more steps may follow.
    """
    return None if state in DECIDING else DUTY_OF[FORWARD[state][0]]


def duty_of(kind: StepKind, state: State) -> Duty | None:
    """Give whose step it is: a return is made by whoever is awaited."""
    return waits_for(state) if kind == "tra_lai" else DUTY_OF[kind]


def lower_classes(than: ClassId | None) -> tuple[ClassId, ...]:
    """List the classes below one, the nearest first.

    >>> lower_classes("loai_3"), lower_classes("loai_1")
    (('loai_2', 'loai_1'), ())
    """
    return () if than not in LADDER else tuple(reversed(LADDER[: LADDER.index(than)]))


def class_choices(kind: StepKind, matter: Matter) -> tuple[ClassId, ...]:
    """List the classes that a step may give; empty where it gives none."""
    match kind:
        case "danh_gia" | "phan_loai":
            return LADDER
        case "cong_nhan":
            return (matter.classified,) if matter.classified else ()
        case "khong_dat":
            return lower_classes(matter.classified)
        case "huy_bo":
            return (*lower_classes(matter.decided), NOT_ASSESSED)
    return ()


def next_steps(matter: Matter) -> tuple[StepKind, ...]:
    """List the steps that the state allows.

    What was put forward as type I cannot be "not met": there is nothing below.
    """
    forward = tuple(
        kind for kind in FORWARD[matter.state] if kind != "khong_dat" or class_choices(kind, matter)
    )
    return (*forward, "tra_lai") if returns_to(matter.state) else forward
