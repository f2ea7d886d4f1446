"""Carried figures of a boundary set, and what they are worth when they are put into feed order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.carrying import Flags, Ints, Links, gather_above
from geo.store.counting import sum_below
from geo.store.feeds import Total, Vector, percent, too_few
from geo.store.map_index import UnitOrder
from geo.store.unit_graph import UnitGraph


@dataclass(frozen=True, slots=True)
class CarriedFigures:
    """Figures of one indicator and period on a boundary set, by position of its units.

    Parameters
    ----------
    value, denominator
        Counts in `quantum`; for shares numerator and denominator.
    plain
        Shares 0..1 that came without parts and stand for one whole unit; NaN elsewhere.
    given, due
        Units behind each figure that gave one, and that owed one.
    estimated, moved, seen
        As the statuses need them.
    quantum
        Parts of one: 1 for whole numbers, 1000 for thousandths.
    simulated
        Whether any figure is made up.
    reported, owed
        Units of the period's own set in sight that gave a figure, and that owed one.
    sources
        Links from every set with figures, with the units whose figure is above 0.
    as_reported
        By unit whether its land is one of the period's own units.
    """

    value: Ints
    denominator: Ints
    plain: NDArray[np.float64]
    given: Ints
    due: Ints
    estimated: Flags
    moved: Flags
    seen: Flags
    quantum: int
    simulated: bool
    reported: int
    owed: int
    sources: tuple[tuple[Links, Flags], ...]
    as_reported: Flags


def as_vector(
    figures: CarriedFigures, graph: UnitGraph, order: UnitOrder, *, level: str, share: bool
) -> Vector:
    """Add figures up to a level and say what each is worth.

    Parameters
    ----------
    figures
        Of the communes of the set.
    graph, order
        The set's units of the level in feed order.
    level
        Of the values.
    share
        Whether the indicator is a share: then percent, cut to one decimal, with both parts.
    """
    one = graph.sets[graph.index(order.set_id)]
    at = one.positions(order.keys)
    whole = level == "commune"
    add = (lambda values: values) if whole else (lambda values: sum_below(values, last=one.last))
    top, below = add(figures.value), add(figures.denominator)
    given, due = add(figures.given), add(figures.due)
    hidden = add((~figures.seen & one.communes).astype(np.int64)) > 0
    hidden |= ~figures.seen if whole else np.zeros(one.key.size, np.bool_)
    estimated, moved = figures.estimated, figures.moved
    if not whole:
        estimated, moved = _estimated_above(figures, one.above(level)), ~figures.as_reported
    values: list[float | None] = []
    marks = []
    for unit, assessable in zip(at.tolist(), order.assessable, strict=True):
        number = _number(figures, top, below, unit, share=share, whole=whole)
        mark = _status(
            hidden=bool(hidden[unit]),
            missing=number is None or not given[unit],
            assessable=assessable or not whole,
            lacking=bool(given[unit] < due[unit])
            if whole
            else too_few(int(given[unit]), int(due[unit])),
            estimated=bool(estimated[unit]),
            moved=bool(moved[unit]),
        )
        values.append(number if mark in _WITH_VALUE else None)
        marks.append(mark)
    vector = Vector(values, "".join(marks), _total(figures, share=share))
    if not share:
        return vector
    return Vector(
        vector.values,
        vector.statuses,
        vector.total,
        [int(top[u]) if m in _WITH_VALUE else None for u, m in zip(at, marks, strict=True)],
        [int(below[u]) if m in _WITH_VALUE else None for u, m in zip(at, marks, strict=True)],
    )


_WITH_VALUE = ".ice"


def _status(
    *, hidden: bool, missing: bool, assessable: bool, lacking: bool, estimated: bool, moved: bool
) -> str:
    """Say what a figure is worth, the gravest first."""
    if hidden:
        return "h"
    if missing:
        return "m" if assessable else "x"
    if lacking:
        return "i"
    return "e" if estimated else "c" if moved else "."


def _estimated_above(figures: CarriedFigures, above: Ints) -> Flags:
    """Tell which units above hold a part of a figure that is divided between several of them."""
    flags = np.zeros(above.size, np.bool_)
    for links, positive in figures.sources:
        up = gather_above(links, above=above, count=above.size)
        flags[up.there[up.divided & positive[up.here]]] = True
    return flags


def _number(
    figures: CarriedFigures, top: Ints, below: Ints, unit: int, *, share: bool, whole: bool
) -> float | None:
    if not share:
        return int(top[unit]) / figures.quantum if figures.quantum > 1 else int(top[unit])
    if below[unit]:
        return percent(int(top[unit]), int(below[unit]))
    plain = figures.plain[unit]
    return None if np.isnan(plain) or not whole else float(np.floor(plain * 1000 + 1e-6) / 10)


def _total(figures: CarriedFigures, *, share: bool) -> Total:
    """Give the sum over what is in sight; what lies in no commune stands on the country's row."""
    seen = figures.seen.copy()
    country = bool(seen.all())
    outside = int(figures.value[0]) if country else None
    seen[0] = country
    value, denominator = int(figures.value[seen].sum()), int(figures.denominator[seen].sum())
    if not figures.reported:
        return Total(None, None, 0, figures.owed)
    number = (
        percent(value, denominator)
        if share
        else value / figures.quantum
        if figures.quantum > 1
        else value
    )
    return Total(
        number if not share or denominator else None,
        None if share or outside is None else outside // figures.quantum,
        figures.reported,
        figures.owed,
    )
