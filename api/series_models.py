"""Shape of the answer of `/units/{set}/{level}/{code}/series`."""

from datetime import date

from api.models import Shape


class SeriesPoint(Shape):
    """One figure; `status` as in feeds of values, shares in percent with both parts."""

    period: str
    label_vi: str
    label_en: str
    value: float | None
    numerator: int | None
    denominator: int | None
    status: str


class IndicatorSeries(Shape):
    """Figures of one indicator and kind of period, oldest first."""

    indicator: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    kind: str
    points: list[SeriesPoint]


class UnitSeries(Shape):
    """Answer of `/units/{set}/{level}/{code}/series`."""

    boundary_set: str
    known: date | None
    series: list[IndicatorSeries]
