"""Shape of the answer of `/units/{set}/{level}/{code}/lives`."""

from datetime import date

from api.models import Shape


class LifeEventShape(Shape):
    """One event; `superseded` when a correction has taken its place."""

    state: str
    state_vi: str
    state_en: str
    effective_on: date
    recorded_on: date
    document_no: str | None
    superseded: bool


class PlaceLifeShape(Shape):
    """One place, numbered within the answer; `state` is the one that holds."""

    number: int
    kind: str
    kind_vi: str
    kind_en: str
    state: str | None
    events: list[LifeEventShape]


class StateCount(Shape):
    """Places in one state."""

    state: str
    state_vi: str
    state_en: str
    count: int


class UnitLives(Shape):
    """Lives of the places of a unit up to `as_of`; `lives` may be fewer than `total`."""

    boundary_set: str
    as_of: date
    known: date | None
    total: int
    states: list[StateCount]
    lives: list[PlaceLifeShape]
