"""Derives carried figures of the second part of a year from those of the year and its half (P1).

Both are carried onto the set first: the half-year may have ended on other borders than the year.
The rule for one unit is `indicators.remainder.derive_remainder`; this is the same for all at once.
"""

from dataclasses import replace

import numpy as np

from geo.store.carried_figures import CarriedFigures


def subtract(year: CarriedFigures, half: CarriedFigures, *, stock: bool) -> CarriedFigures:
    """Give the figures of ``H{Y}-2`` on the same set.

    Parameters
    ----------
    year, half
        Figures of ``Y{Y}`` and ``H{Y}-1``.
    stock
        Whether the indicator says how things stand on the last day: then the year's figure is it.

    Returns
    -------
    CarriedFigures
        Missing (``given`` 0) where one of the two is missing or incomplete, or they contradict.
    """
    if stock:
        return year
    quantum = max(year.quantum, half.quantum)
    to_year, to_half = quantum // year.quantum, quantum // half.quantum
    value = year.value * to_year - half.value * to_half
    below = year.denominator * to_year - half.denominator * to_half
    whole = (
        (year.given > 0) & (year.given >= year.due) & (half.given > 0) & (half.given >= half.due)
    )
    # A share that came without parts cannot be taken apart.
    whole &= np.isnan(year.plain) & np.isnan(half.plain)
    share = (year.denominator > 0) | (half.denominator > 0)
    sound = whole & (value >= 0) & (~share | (below >= value))
    return replace(
        year,
        value=np.where(sound, value, 0),
        denominator=np.where(sound, below, 0),
        plain=np.full(value.size, np.nan),
        given=np.where(sound, year.given, 0),
        estimated=year.estimated | half.estimated,
        moved=year.moved | half.moved,
        seen=year.seen & half.seen,
        quantum=quantum,
        simulated=year.simulated or half.simulated,
        reported=min(year.reported, half.reported),
        sources=(*year.sources, *half.sources),
    )
