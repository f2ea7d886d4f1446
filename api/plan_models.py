"""Shapes of the answers about plans."""

from datetime import date
from typing import Literal

from api.models import LevelName, Shape

StateName = Literal[
    "met",
    "on_course",
    "behind",
    "not_established",
    "not_computable",
    "by_hand",
    "lapsed",
    "superseded",
]


class PlanHead(Shape):
    """A plan; days are inclusive."""

    id: str
    title_vi: str
    title_en: str
    issuer_vi: str
    issuer_en: str
    continues_vi: str
    continues_en: str
    number: str
    year: int
    kind: Literal["plan", "campaign", "frame"]
    parent: str
    starts_on: date
    ends_on: date
    target_count: int


class PlanList(Shape):
    """Answer of `/plans`."""

    as_of: date
    simulated: bool
    plans: list[PlanHead]


class PlanUnit(Shape):
    """A unit as one boundary set has it."""

    boundary_set: str
    level: LevelName
    code: str
    name: str
    province: str | None


class PlanScope(Shape):
    """A unit that the plan names, as its day knew it, and who holds its land now."""

    level: LevelName
    code: str
    day: date
    unit: PlanUnit | None
    today: list[PlanUnit]


class PlanPhase(Shape):
    """A part of the plan's time."""

    vi: str
    en: str
    first: date
    last: date


class PlanQuestion(Shape):
    """What the plan leaves open."""

    vi: str
    en: str


class PlanWhole(PlanHead):
    """A plan with its phases, questions, reports and scope."""

    phases: list[PlanPhase]
    questions: list[PlanQuestion]
    calendar: list[str]
    scope: list[PlanScope]


class PlanReading(Shape):
    """A figure of a series; of a share the parts are exact, the value is for drawing."""

    period: str
    label_vi: str
    label_en: str
    last: date
    value: float
    numerator: int | None
    denominator: int | None
    is_estimate: bool
    is_whole: bool


class PlanVerdict(Shape):
    """How something stands; paces are per year."""

    state: StateName
    state_vi: str
    state_en: str
    reason: str
    reason_vi: str
    reason_en: str
    reading: PlanReading | None
    bound: float | None
    needed: int | None
    pace_needed: float | None
    pace_so_far: float | None
    periods_left: int | None
    broken: list[str]
    due: date | None


class PlanMilestone(Shape):
    """What is asked for by a day."""

    due: date
    bound: float


class PlanNumber(Shape):
    """A number or mark that is registered for a year."""

    year: int
    value: float | None
    is_share: bool | None
    mark: str | None
    document_no: str | None
    simulated: bool


class PlanPart(PlanUnit, PlanVerdict):
    """A unit that must do what the target asks."""

    milestones: list[PlanMilestone]
    registered: list[PlanNumber]
    heirs: list[PlanUnit]


class PlanTarget(PlanVerdict):
    """A target as it stands."""

    id: str
    text_vi: str
    text_en: str
    source_vi: str
    source_en: str
    note_vi: str
    note_en: str
    measure: str
    indicator: str
    comparator: str | None
    asks_vi: str
    asks_en: str
    is_share: bool
    unit_vi: str
    unit_en: str
    force: str
    force_vi: str
    force_en: str
    good: Literal["up", "down"]
    good_vi: str
    good_en: str
    kind: str
    per: LevelName | None
    baseline: str
    baseline_value: float | None
    deadline: date | None
    neutralised_counts: bool
    boundary_set: str
    boundary_title: str
    communes: int
    series: list[PlanReading]
    milestones: list[PlanMilestone]
    registered: list[PlanNumber]
    parts: list[PlanPart]


class PlanAnswer(Shape):
    """Answer of `/plans/{id}`."""

    as_of: date
    simulated: bool
    plan: PlanWhole
    counts: dict[StateName, int]
    targets: list[PlanTarget]
