"""Shapes of the answers of `/progress` and `/progress/durations`."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.models import BoundarySet, LevelName, Shape


class ProgressEnd(Shape):
    """One of the two days; `cut` when the data end before it, and the day is that of the data."""

    day: date
    period: str | None
    label_vi: str
    label_en: str
    cut: bool


class ProgressArea(Shape):
    """The unit or plan asked for; `whole` when all of it is in sight."""

    level: LevelName | Literal["plan"]
    code: str
    name_vi: str
    name_en: str
    whole: bool


class Named(Shape):
    """An id with its names."""

    id: str
    label_vi: str
    label_en: str


class ProgressTotals(Shape):
    """Sums of a group: communes by kind of move, steps made on the way."""

    communes: int
    subject: int
    not_yet: int
    up: int
    down: int
    first: int
    lost: int
    same: int
    none: int
    ended: int
    not_subject: int
    jumps: int
    steps_up: int
    steps_down: int
    relapses: int
    drug_free_before: int
    drug_free_after: int


class ProgressGroup(ProgressTotals):
    """A province or a district, by key: never ranked (N11)."""

    level: LevelName
    ordinal: int
    code: str
    name: str


class ProgressFlow(Shape):
    """Communes that went from one state to another, both places in `states`."""

    before: int
    after: int
    count: int


class ProgressUnits(Shape):
    """Communes column by column, in key order; `kind` is a place in `kinds`."""

    ordinal: list[int]
    code: list[str]
    name: list[str]
    holder: list[str]
    before: list[int]
    after: list[int]
    kind: list[int]
    steps: list[int | None]
    up: list[int]
    down: list[int]
    decided_on: list[date | None]
    document_no: list[str | None]


class ProgressPoint(Shape):
    """Communes by state on a day."""

    day: date
    counts: list[int]


class ProgressDecision(Shape):
    """One decision on the way; `unit` is a place in `units`."""

    unit: int
    day: date
    before: int
    after: int
    period: str
    document_no: str | None


class ProgressAnswer(Shape):
    """Answer of `/progress`; `evidence` is None where the area has too many communes."""

    since: ProgressEnd = Field(alias="from")
    to: ProgressEnd
    boundary_set: BoundarySet
    area: ProgressArea | None
    plans: list[Named]
    data_until: date
    known: date | None
    simulated: bool
    states: list[Named]
    kinds: list[Named]
    totals: ProgressTotals
    matrix: list[list[int]]
    flows: list[ProgressFlow]
    groups: list[ProgressGroup]
    units: ProgressUnits
    series: list[ProgressPoint]
    evidence: list[ProgressDecision] | None


class DurationCurve(Shape):
    """Share by day, a step function, with 95 % limits; nothing is known after `followed`."""

    days: list[int]
    share: list[float]
    low: list[float]
    high: list[float]
    followed: int


class DurationOther(Named):
    """Another way in which a time ended."""

    count: int


class DurationAtRisk(Shape):
    """Times still running on a day, and how the others ended before it."""

    day: int
    at_risk: int
    events: int
    other: int
    cut_short: int


class DurationMeasure(Shape):
    """Estimate of one measure; a median of None with a curve is "not reached"."""

    id: str
    state: str | None
    title_vi: str
    title_en: str
    outcome: str
    outcome_vi: str
    outcome_en: str
    spells: int
    events: int
    other: list[DurationOther]
    cut_short: int
    too_few: bool
    median_days: int | None
    median_low: int | None
    median_high: int | None
    mean_days: float | None
    mean_within: int | None
    curve: DurationCurve | None
    at_risk: list[DurationAtRisk]


class ReformationRate(Shape):
    """Re-formed within a window of those followed that long (H4); share, low, high."""

    months: int
    days: int
    reformed: int
    followed: int
    estimate: list[float] | None


class KindComparison(Shape):
    """Log-rank test of the pace of elimination between kinds of places."""

    groups: list[Named]
    statistic: float
    degrees: int
    p_value: float


class DurationAnswer(Shape):
    """Answer of `/progress/durations`; places are None for a role that may not see them."""

    boundary_set: str
    until: date
    simulated: bool
    fewest_spells: int
    fewest_events: int
    classes: list[DurationMeasure]
    places: list[DurationMeasure] | None
    reformation_rate: ReformationRate | None
    kinds: KindComparison | None


class LackEntry(Shape):
    """One criterion that is lacking: what there is, and what it takes."""

    criterion: str
    label_vi: str
    label_en: str
    verdict: Literal["not_met", "unknown", "disabled"]
    have_vi: str
    have_en: str
    needed_vi: str
    needed_en: str


class CommuneLackEntry(Shape):
    """A commune and what it lacks for its next class; `met` and `lost` since the baseline.

    They are None where the baseline has no result by the same criteria.
    """

    unit: int
    code: str
    name: str
    goal: str
    goal_vi: str
    goal_en: str
    criteria: str
    is_final: bool
    lacks: list[LackEntry]
    met: list[LackEntry] | None
    lost: list[LackEntry] | None


class LackPeriod(Shape):
    """A period with results of the class engine."""

    id: str
    label_vi: str
    label_en: str


class LackCriteria(Named):
    """A criteria set; `complete` when every row of it is known."""

    complete: bool


class LackList(Shape):
    """Communes in key order; the counts are of those that are not listed."""

    period: LackPeriod | None
    baseline: LackPeriod | None
    on_top: int
    without_class: int
    without_result: int
    criteria: list[LackCriteria]
    units: list[CommuneLackEntry]


class LackAnswer(Shape):
    """Answer of `/progress/lacks`; `told` is None where the area has too many communes."""

    boundary_set: str
    simulated: bool
    told: LackList | None
