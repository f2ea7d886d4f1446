"""Shapes of the map's answers, as `/openapi.json` tells them.

The routes write their bytes themselves, since a national vector through a model costs more than
reading it from the database; tests hold every answer against its model.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

LevelName = Literal["country", "province", "district", "commune"]
Bounds = tuple[float, float, float, float]


class Shape(BaseModel):
    """An answer with exactly these fields."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class BoundarySet(Shape):
    """An active boundary set; `home_bounds` fit the actor's area on it."""

    id: str
    title: str
    valid_from: date
    valid_to: date | None
    act: str
    simulated: bool
    illustrative: bool
    levels: list[LevelName]
    counts: dict[LevelName, int]
    bounds: Bounds
    mainland_bounds: Bounds
    home_bounds: Bounds
    min_zoom: int
    max_zoom: int


class BoundarySets(Shape):
    """Answer of `/boundary-sets`."""

    sets: list[BoundarySet]


class PeriodKindName(Shape):
    """A kind of period."""

    id: str
    label_vi: str
    label_en: str


class PeriodEntry(Shape):
    """A computed period; `boundary_set` is the one of its last day."""

    id: str
    kind: str
    starts_on: date
    last_day: date
    label_vi: str
    label_en: str
    boundary_set: str | None
    revision: str
    simulated: bool


class PeriodList(Shape):
    """Answer of `/periods`."""

    kinds: list[PeriodKindName]
    periods: list[PeriodEntry]
    data_until: date | None


class UnitColumns(Shape):
    """Units of one level, column by column, in feed order."""

    ordinal: list[int]
    code: list[str]
    name: list[str]
    kind: list[str]
    parent: list[int]
    label: list[tuple[float, float] | None]
    bbox: list[Bounds | None]
    former: list[list[str]]
    assessable: list[bool]
    area_km2: list[float | None]


class UnitLists(Shape):
    """Answer of `/units/{boundary_set}`."""

    boundary_set: str
    levels: dict[LevelName, UnitColumns]


class LayerEntry(Shape):
    """A layer with its legend (`layers/legend.py` writes it)."""

    id: str
    title_vi: str
    title_en: str
    about_vi: str
    about_en: str
    unit_vi: str
    unit_en: str
    indicator: str | None
    group: Literal["map", "reported"]
    share: bool
    kinds: list[str] | None
    geometry: list[Literal["units", "cells"]]
    levels: list[LevelName]
    legend: dict[str, object]


class LayerList(Shape):
    """Answer of `/layers`."""

    layers: list[LayerEntry]


class TotalValue(Shape):
    """Sum over what the actor sees; `outside` lies in no commune."""

    value: float | None
    outside: int | None
    reported: int
    due: int


class UnitValues(Shape):
    """Answer of `/values`: one token per unit in `u`, in feed order, nothing between them.

    A number, `scale` times the value: ``0`` to ``9``, ``A`` to ``Z`` for 10 to 35, ``(1234)`` for
    larger ones; before it ``~`` while reports are incomplete, ``+`` for the exact sum of several
    predecessors, ``^`` for an estimate. Or a status
    without a value: ``m`` no data, ``a`` not assessed, ``x`` not subject to assessment, ``h``
    outside the actor's area.
    """

    layer: str
    boundary_set: str
    period: str
    level: LevelName
    as_reported: bool
    revision: str
    data_until: date
    simulated: bool
    known: date | None
    scale: int
    u: str
    total: TotalValue
    num: list[int | None] | None = None
    den: list[int | None] | None = None


class CellValues(Shape):
    """Answer of `/cells`: H3 cells with a count above zero."""

    layer: str
    resolution: int
    period: str
    revision: str
    data_until: date
    simulated: bool
    known: date | None
    cells: list[str]
    v: list[int]


class ContextKind(Shape):
    """A kind of feature with how many of them stand on the day, within the actor's area."""

    id: str
    title_vi: str
    title_en: str
    count: int


class ContextProperties(Shape):
    """What is told of a piece of a feature; `unit` is the code of its commune."""

    kind: str
    ref: str
    unit: str | None
    valid_from: date
    provenance: str


class ContextPiece(Shape):
    """One piece of a feature, GeoJSON."""

    type: Literal["Feature"]
    properties: ContextProperties
    geometry: dict[str, object]


class ContextPieces(Shape):
    """Answer of `/context`: a GeoJSON collection of the kinds asked for.

    `kinds` lists every kind that has something to show. The answer is the same for each day from
    `same_from` to the day before `same_before`. `more` when there are more pieces than are sent.
    """

    type: Literal["FeatureCollection"]
    boundary_set: str
    on: date
    same_from: date | None
    same_before: date | None
    kinds: list[ContextKind]
    more: bool
    features: list[ContextPiece]


class AncestorUnit(Shape):
    """A unit above."""

    level: LevelName
    code: str
    name: str


class UnitHead(Shape):
    """The unit of a page."""

    ordinal: int
    code: str
    name: str
    kind: str
    level: LevelName
    area_km2: float | None
    assessable: bool
    parents: list[AncestorUnit]


class RelatedUnit(Shape):
    """A unit of another set that shares land; `class` is its last one decided up to the day."""

    boundary_set: str
    code: str
    name: str
    province: str | None
    change: str
    weight: float
    last_class: str | None = Field(alias="class")


class ClassStep(Shape):
    """A decided class."""

    period: str
    decided_class: str = Field(alias="class")
    decided_on: date


class ClassState(Shape):
    """Class decided up to a day with its history; beside it what was computed and proposed.

    `later` holds what was decided after that day.
    """

    id: str
    decided_on: date | None
    document_no: str | None
    computed: str | None
    proposed: str | None
    history: list[ClassStep]
    later: list[ClassStep]


class MonthSeries(Shape):
    """Counts by month; None where nobody reported."""

    period_ids: list[str]
    active: list[int | None]
    new: list[int | None]
    eliminated: list[int | None]
    reformed: list[int | None]
    reported: list[bool]


class UnitFigure(Shape):
    """One indicator's value, or that of a part; `status` as in the value feeds.

    Computed and entered figures of one indicator stand side by side, as `origin` says.
    `approval` is the state of the report that it came in, None for what is computed.
    """

    indicator: str
    part: str
    origin: Literal["computed", "entered"]
    name_vi: str
    name_en: str
    unit: str
    unit_en: str
    period: str
    value: float | None
    numerator: int | None
    denominator: int | None
    status: str
    approval: Literal["none", "entered", "submitted", "approved", "returned", "reopened"] | None


class Subcommune(Shape):
    """A sub-commune; item to ``co``, ``khong`` or a state of a model, left out if not told."""

    code: str
    name: str
    kind_vi: str
    kind_en: str
    items: dict[str, str]


class SubcommuneItem(Shape):
    """What is asked of each sub-commune, with how many said yes (of a model: that it works)."""

    id: str
    title_vi: str
    title_en: str
    yes: int


class SubcommuneList(Shape):
    """Sub-communes of a commune; `rows` may be fewer than `total`."""

    total: int
    items: list[SubcommuneItem]
    rows: list[Subcommune]


class UnitPage(Shape):
    """Answer of `/units/{boundary_set}/{level}/{code}`, as of the last day of the period.

    `class` is null outside the actor's area, above the communes and where none is due;
    `subcommunes` outside the area, above the communes and where none is known.
    """

    unit: UnitHead
    boundary_set: BoundarySet
    in_scope: bool
    as_of: date | None
    as_reported: bool
    predecessors: list[RelatedUnit]
    successors: list[RelatedUnit]
    class_state: ClassState | None = Field(alias="class")
    series: MonthSeries
    figures: list[UnitFigure]
    subcommunes: SubcommuneList | None
    simulated: bool
    data_until: date | None


class AccountState(Shape):
    """Who is logged in, the pages that the role has, whether it may take reports out."""

    login: str
    role: str
    pages: list[str]
    may_hand_out: bool


class SessionState(Shape):
    """Answer of `/session`."""

    account: AccountState | None


class Credentials(Shape):
    """What a log-in brings; never logged, never repeated."""

    # No text of PostgreSQL holds a NUL.
    login: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]+$")
    password: str = Field(min_length=1, max_length=256)


class Health(Shape):
    """Answer of `/healthz` and `/readyz`."""

    ok: bool


class Messages(Shape):
    """Answer of `/messages`."""

    vi: dict[str, str]
    en: dict[str, str]


class ErrorBody(Shape):
    """What went wrong, in two languages."""

    code: str
    message_vi: str
    message_en: str
    details: dict[str, object]


class ErrorAnswer(Shape):
    """The one shape of all errors; `id` only for unexpected ones."""

    error: ErrorBody
    id: str | None = None
