"""Shape of the answer of `/units/{set}/{level}/{code}/family`."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.models import LevelName, Shape


class FamilyNode(Shape):
    """One unit; `path` is its outline in the family's box."""

    id: str
    boundary_set: str
    set_title: str
    valid_from: date
    valid_to: date | None
    code: str
    name: str
    kind: str
    level: LevelName
    province: str | None
    area_km2: float | None
    role: Literal["self", "older", "newer"]
    step: int
    path: str


class FamilyLink(Shape):
    """One change: which node became which, with what share of it."""

    from_: str = Field(alias="from")
    to: str
    kind: str
    weight: float
    basis: str
    changed_on: date
    act: str
    source: Literal["list", "overlay"]


class UnitFamily(Shape):
    """Answer of `/units/{set}/{level}/{code}/family`; `box` is x, y, width, height."""

    nodes: list[FamilyNode]
    links: list[FamilyLink]
    box: list[float]
