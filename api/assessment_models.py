"""Shapes of what `/assessments` is asked and answers, as `/openapi.json` tells them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.models import LevelName, Shape

ClassName = Literal[
    "loai_1", "loai_2", "loai_3", "khong_trong_diem", "khong_ma_tuy", "chua_danh_gia"
]
StateName = Literal[
    "chua_bat_dau",
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
]
BoardStateName = StateName | Literal["tu_tep"]
StepName = Literal[
    "ra_soat",
    "danh_gia",
    "phan_loai",
    "tham_dinh",
    "cong_nhan",
    "khong_dat",
    "huy_bo",
    "tra_lai",
]
DutyName = Literal["report", "classify", "appraise", "decide"]
VerdictName = Literal["dat", "khong_dat"]
FlagName = Literal["jump", "relapse", "computed_differs", "proposed_differs", "appraisal_differs"]


class CycleName(Shape):
    """A cycle of assessments."""

    id: str
    label_vi: str
    label_en: str


class ProvinceName(Shape):
    """A province of a board."""

    code: str
    name: str


class DutyBody(Shape):
    """Who has a duty today, at which level (X4): a body, never a person (X3)."""

    duty: DutyName
    level: LevelName
    organ_vi: str
    organ_en: str


class BoardRow(Shape):
    """A commune of a board.

    `since` is the day from which somebody is awaited, `due_last` the last day for it where an act
    names one, `days_late` counts from it up to `as_of`. Of state ``tu_tep`` the result came with a
    file, without steps.
    """

    key: int
    code: str
    name: str
    province: str
    state: BoardStateName
    steps: int
    waits_for: DutyName | None
    since: date | None
    due_last: date | None
    days_late: int
    computed: ClassName | None
    proposed: ClassName | None
    classified: ClassName | None
    verdict: VerdictName | None
    decided: ClassName | None
    previous: ClassName | None
    flags: list[FlagName]
    decided_on: date | None
    document_no: str | None


class AssessmentBoard(Shape):
    """Answer of `/assessments`."""

    cycle: CycleName
    starts_on: date
    last_day: date
    cycles: list[CycleName]
    as_of: date
    boundary_set: str
    simulated: bool
    deadlines_known: bool
    provinces: list[ProvinceName]
    duties: list[DutyBody]
    own_duties: list[DutyName]
    counts: dict[BoardStateName, int]
    late: int
    rows: list[BoardRow]


class AssessmentStep(Shape):
    """A step: the role that made it and the body whose duty it was, never a log-in (X3)."""

    number: int
    step: StepName
    effective_on: date
    class_id: ClassName | None
    verdict: VerdictName | None
    back_to: StateName | None
    document_no: str | None
    reason_vi: str | None
    reason_en: str | None
    at_level: LevelName
    role_vi: str
    role_en: str
    organ_vi: str
    organ_en: str
    done_on: date
    simulated: bool


class Choice(Shape):
    """Something to choose, with its words."""

    code: str
    vi: str
    en: str


class OfferedStep(Shape):
    """A step that the actor may make now, with what its form asks for.

    `reason` is ``if_lower`` of a recognition: needed when the class is below the last one.
    """

    step: StepName
    duty: DutyName
    classes: list[ClassName]
    verdicts: list[VerdictName]
    back_to: list[StateName]
    reasons: list[Choice]
    reason: Literal["no", "yes", "if_lower"]
    document: Literal["optional", "needed"]
    earliest: date
    latest: date


class Predecessor(Shape):
    """A unit that a merged commune was made of, with its last class (A4)."""

    boundary_set: str
    code: str
    name: str
    province: str | None
    change: str
    weight: float
    last_class: ClassName | None


class EarlierResult(Shape):
    """A result of the commune's land, of other cycles and of files too."""

    period: str
    label_vi: str
    label_en: str
    computed: ClassName | None
    proposed: ClassName | None
    decided: ClassName | None
    decided_on: date | None
    document_no: str | None


class AssessmentPage(Shape):
    """Answer of `/assessments/{unit_key}/{cycle}`.

    `own_proposal` says that the actor made a step that keeps it from appraising or deciding (X2).
    """

    key: int
    code: str
    name: str
    province: str
    boundary_set: str
    cycle: CycleName
    in_scope: bool
    simulated: bool
    state: StateName
    steps_made: int
    since: date | None
    waits_for: DutyName | None
    waits_body: DutyBody | None
    computed: ClassName | None
    proposed: ClassName | None
    classified: ClassName | None
    verdict: VerdictName | None
    decided: ClassName | None
    previous: ClassName | None
    flags: list[FlagName]
    new_land: bool
    predecessors: list[Predecessor]
    steps: list[AssessmentStep]
    results: list[EarlierResult]
    offered: list[OfferedStep]
    own_proposal: bool


class StepWishBody(Shape):
    """A step that is wished; `seen` is the number of steps that the page showed."""

    step: StepName
    effective_on: date
    class_id: ClassName | None = None
    verdict: VerdictName | None = None
    back_to: StateName | None = None
    document_no: Annotated[str | None, Field(max_length=60)] = None
    reason: Annotated[str | None, Field(pattern="^[a-z_]{1,40}$")] = None
    seen: Annotated[int, Field(ge=0, le=10_000)]


class StepDone(Shape):
    """Answer of a step."""

    step: StepName
    class_id: ClassName | None
