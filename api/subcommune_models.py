"""Shapes of what `/subcommunes` answers, as `/openapi.json` tells them."""

from datetime import date
from typing import Literal

from api.models import Shape

AnswerName = Literal["co", "khong", "dang_hoat_dong", "khong_hieu_qua", "da_thanh_loai"]


class ItemCounts(Shape):
    """One item: in how many sub-communes it is done, not done, not told."""

    id: str
    title_vi: str
    title_en: str
    done: int
    not_done: int
    untold: int


class CommuneRow(Shape):
    """A commune of the overview; `done` and `not_done` by item, what is missing is 0."""

    code: str
    name: str
    province: str
    total: int
    done: dict[str, int]
    not_done: dict[str, int]


class ProvinceName(Shape):
    """A province of the overview."""

    code: str
    name: str


class SubcommuneOverview(Shape):
    """Answer of `/subcommunes/{boundary_set}`: communes by code, never by what they lack (N11)."""

    boundary_set: str
    as_of: date
    simulated: bool
    provinces: list[ProvinceName]
    items: list[ItemCounts]
    communes: list[CommuneRow]


class ItemAnswer(Shape):
    """The last answer to an item, and its day."""

    value: AnswerName
    on: date


class SubcommuneRow(Shape):
    """A sub-commune; `place` in units of the drawing, None where no position is known."""

    code: str
    name: str
    kind_vi: str
    kind_en: str
    place: tuple[int, int] | None
    items: dict[str, ItemAnswer]


class OutlineBody(Shape):
    """The outline of the commune as an SVG path."""

    path: str
    width: int
    height: int


class SubcommuneBoard(Shape):
    """Answer of `/subcommunes/{boundary_set}/{code}`."""

    code: str
    name: str
    province: str
    boundary_set: str
    as_of: date
    simulated: bool
    in_scope: bool
    outline: OutlineBody | None
    items: list[ItemCounts]
    rows: list[SubcommuneRow]
