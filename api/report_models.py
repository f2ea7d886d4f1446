"""Shapes of what `/reports` is asked and answers, as `/openapi.json` tells them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.models import LevelName, Shape

DueStateName = Literal["on_time", "late", "missing", "not_due"]
StatusName = Literal["none", "entered", "submitted", "approved", "returned", "reopened"]
StepName = Literal["submitted", "approved", "returned", "unapproved", "corrected"]


class DueCounts(Shape):
    """Units by state of one report."""

    on_time: int
    late: int
    missing: int
    not_due: int


class OwedCycle(Shape):
    """A report that is owed, with how many units have given it; days are the last ones."""

    id: str
    kind: str
    title_vi: str
    title_en: str
    window_first: date
    window_last: date
    due_last: date
    period: str
    label_vi: str
    label_en: str
    source_vi: str
    source_en: str
    counts: DueCounts


class OwedRow(Shape):
    """One report of one unit.

    `days_late` counts from the last day on time: of a missing report up to `as_of`.
    """

    cycle: str
    period: str
    state: DueStateName
    submitted_on: date | None
    due_last: date
    days_late: int
    revision: int | None
    approval: StatusName
    approved_at: LevelName | None
    waits_for: LevelName | None


class OwingUnit(Shape):
    """A unit with its reports; `province` is the code of the province that it lies in."""

    code: str
    name: str
    level: LevelName
    boundary_set: str
    province: str
    rows: list[OwedRow]


class ProvinceName(Shape):
    """A province of a calendar."""

    boundary_set: str
    code: str
    name: str


class Organ(Shape):
    """Who has the duty of a level on the day of the question (X4)."""

    level: LevelName
    name_vi: str
    name_en: str


class ReportCalendar(Shape):
    """Answer of `/reports/calendar` and of `/units/.../reports`."""

    as_of: date
    simulated: bool
    own_unit: str | None
    cycles: list[OwedCycle]
    provinces: list[ProvinceName]
    organs: list[Organ]
    units: list[OwingUnit]


class ReportFigure(Shape):
    """A revision of a figure; the one that holds has `is_held`."""

    indicator: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    revision: int
    value: float | None
    numerator: float | None
    denominator: float | None
    recorded_on: date
    is_held: bool


class ReportStep(Shape):
    """A step: the role that made it and the level, never a log-in (X3)."""

    number: int
    step: StepName
    at_level: LevelName
    role_vi: str
    role_en: str
    reason: str | None
    reason_vi: str | None
    reason_en: str | None
    done_on: date
    simulated: bool


class ReasonChoice(Shape):
    """A reason that a step can have."""

    code: str
    vi: str
    en: str


class OfferedStep(Shape):
    """A step that the actor may make now."""

    step: StepName
    at_level: LevelName
    reasons: list[ReasonChoice]


class ReportPage(Shape):
    """Answer of `/reports/{boundary_set}/{level}/{code}/{period}`.

    `own_entry` says that the actor entered or handed it in, and so does not approve it (X2).
    """

    code: str
    name: str
    level: LevelName
    period: str
    label_vi: str
    label_en: str
    in_scope: bool
    simulated: bool
    approval: StatusName
    approved_at: LevelName | None
    waits_for: LevelName | None
    climb: list[Organ]
    submitted_on: date | None
    due_last: date
    figures_hash: str
    figures: list[ReportFigure]
    steps: list[ReportStep]
    offered: list[OfferedStep]
    own_entry: bool


class SubmissionWish(Shape):
    """Hand a report in; `covers` names the figures that were seen."""

    covers: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class StepWishBody(Shape):
    """Approve, return, or take an approval back; `covers` names the figures that were seen."""

    step: Literal["approved", "returned", "unapproved"]
    reason: Annotated[str | None, Field(pattern="^[a-z_]{1,40}$")] = None
    covers: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class StepDone(Shape):
    """Answer of a step."""

    step: StepName
    at_level: LevelName
