"""The second part of a year, derived from the annual and the half-year report, never entered (P1).

The annual window holds the half-year's as its first part. Of what happened the remainder is the
difference; of how things stand on the last day it is the year's own figure, since both end on the
same day.
"""

from dataclasses import dataclass
from typing import Literal

from geo.errors import Refused
from geo.indicators.record import MISSING, Indicator, Quantity
from geo.period import Period, make_period

Fault = Literal["", "year_missing", "half_year_missing", "half_year_above_year"]


@dataclass(frozen=True, slots=True)
class Remainder:
    """A derived figure with the two that it is made of.

    Parameters
    ----------
    quantity
        The figure of ``H{Y}-2``; missing where one it needs is missing or the two contradict.
    year, half_year
        The figures entered.
    fault
        Why there is none.
    """

    quantity: Quantity
    year: Quantity
    half_year: Quantity
    fault: Fault = ""


def derive_remainder(indicator: Indicator, *, year: Quantity, half_year: Quantity) -> Remainder:
    """Derive the figure of ``H{Y}-2`` from those of ``Y{Y}`` and ``H{Y}-1``.

    Parameters
    ----------
    indicator
        Says whether it is a flow or a stock.
    year, half_year
        Figures entered, of one unit on one boundary set; a share that came without its parts
        cannot be taken apart and is missing here.

    Examples
    --------
    >>> from geo.indicators import INDICATORS
    >>> found = derive_remainder(
    ...     INDICATORS["I01"], year=Quantity(30), half_year=Quantity(12)
    ... )
    >>> found.quantity.value
    18
    """
    if year.value is None:
        return Remainder(MISSING, year, half_year, "year_missing")
    if indicator.measures == "stock":
        return Remainder(year, year, half_year)
    if half_year.value is None:
        return Remainder(MISSING, year, half_year, "half_year_missing")
    if not indicator.is_share:
        left = year.value - half_year.value
        if left < 0:
            return Remainder(MISSING, year, half_year, "half_year_above_year")
        return Remainder(Quantity(left), year, half_year)
    if year.numerator is None or year.denominator is None:
        return Remainder(MISSING, year, half_year, "year_missing")
    if half_year.numerator is None or half_year.denominator is None:
        return Remainder(MISSING, year, half_year, "half_year_missing")
    top = year.numerator - half_year.numerator
    below = year.denominator - half_year.denominator
    if top < 0 or below < top:
        return Remainder(MISSING, year, half_year, "half_year_above_year")
    return Remainder(Quantity(top / below, top, below) if below else MISSING, year, half_year)


def sources_of(period: Period) -> tuple[Period, Period]:
    """Give the annual and the half-year period that a remainder is made of.

    Raises
    ------
    ValueError
        When the period is not a remainder.
    """
    if period.kind != "rest_of_year":
        raise ValueError(f"{period.id} is not derived")
    return make_period("year", year=period.year), make_period("half_year", year=period.year)


def refuse_entry(period: Period) -> None:
    """Refuse a figure that is entered for a derived period (P1).

    Raises
    ------
    Refused
        With code ``period_derived``.
    """
    if period.kind == "rest_of_year":
        raise Refused("period_derived", period=period.id)
