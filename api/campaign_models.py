"""Shapes of the answers about campaigns."""

from datetime import date
from typing import Literal

from api.models import BoundarySet, LevelName, Shape

StateName = Literal["not_begun", "running", "over"]
WindowId = Literal["before", "during", "after", "during_year_before", "after_year_before"]


class CampaignHead(Shape):
    """A campaign: where, when, by which document. Days are inclusive."""

    unit_key: int
    level: LevelName
    code: str
    name: str
    boundary_set: str
    ref: str
    kind: str
    kind_vi: str
    kind_en: str
    first: date
    last: date
    due_last: date | None
    document_no: str | None
    state: StateName
    simulated: bool


class CampaignList(Shape):
    """Answer of `/campaigns`, the newest first."""

    as_of: date
    campaigns: list[CampaignHead]


class CampaignMeasure(Shape):
    """What is counted, with the one legend of all windows."""

    id: str
    title_vi: str
    title_en: str
    unit_vi: str
    unit_en: str
    legend: dict[str, object]


class CampaignUnits(Shape):
    """Communes in scope, column by column; the order of all values."""

    ordinal: list[int]
    code: list[str]
    name: list[str]
    assessable: list[bool]


class CampaignWindow(Shape):
    """A window, both days inclusive; values by measure, None is missing and never 0."""

    id: WindowId
    first: date
    last: date
    days: int
    state: StateName
    reported: int
    due: int
    values: dict[str, list[int | None]]
    totals: dict[str, int | None]


class CampaignPair(Shape):
    """Two windows that may be compared: like with like (P4)."""

    base: Literal["before", "year_before"]
    side: Literal["during", "after"]
    left: WindowId
    right: WindowId


class CampaignAnswer(Shape):
    """Answer of `/campaigns/{unit_key}/{ref}`."""

    as_of: date
    simulated: bool
    campaign: CampaignHead
    boundary_set: BoundarySet
    box: list[float]
    measures: list[CampaignMeasure]
    units: CampaignUnits
    windows: list[CampaignWindow]
    pairs: list[CampaignPair]
