"""Turns counts by unit into figures: the registry says each, once for every combination."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.indicators import SERIES, Indicator, Sums
from geo.store.counting import Ints, SetUnits

NO_PARTS = -1
# What the store works out, in the order of the registry.
COMPUTED = tuple(one.id for one in SERIES.values() if one.compute is not None)
# A series, positions of units, and what was counted of each, by field of `Sums`.
Told = tuple[str, Ints, Mapping[str, Ints]]


@dataclass(frozen=True, slots=True)
class FigureRows:
    """Figures of several units: columns of one length.

    Parameters
    ----------
    unit_key, series
        Unit, and index into `COMPUTED`.
    value, numerator, denominator
        As `indicators.Quantity`; parts that there are not are `NO_PARTS`.
    """

    unit_key: Ints
    series: Ints
    value: np.ndarray[tuple[int], np.dtype[np.float64]]
    numerator: Ints
    denominator: Ints


def join(units: SetUnits, told: list[Told]) -> FigureRows:
    """Let the registry say every figure, once for each distinct combination of counts."""
    found: list[tuple[Ints, Ints, np.ndarray[tuple[int], np.dtype[np.float64]], Ints, Ints]] = []
    for name, where, columns in told:
        if where.size == 0:
            continue
        distinct, group = np.unique(np.stack(list(columns.values())), axis=1, return_inverse=True)
        says = [
            _say(SERIES[name], dict(zip(columns, counts, strict=True)))
            for counts in distinct.T.tolist()
        ]
        value, top, below = (np.array(column)[group.ravel()] for column in zip(*says, strict=True))
        there = ~np.isnan(value)
        found.append(
            (
                units.key[where][there],
                np.full(int(there.sum()), COMPUTED.index(name), dtype=np.int64),
                value[there],
                top[there],
                below[there],
            )
        )
    if not found:
        nothing = np.zeros(0, np.int64)
        return FigureRows(nothing, nothing, np.zeros(0), nothing, nothing)
    key, series, values, tops, belows = (np.concatenate(part) for part in zip(*found, strict=True))
    return FigureRows(key, series, values, tops, belows)


def _say(indicator: Indicator, counts: Mapping[str, int]) -> tuple[float, int, int]:
    """Ask a computed indicator; ``type_counts.1`` is the second of a field that holds several.

    Raises
    ------
    TypeError
        When the indicator is entered.
    """
    if indicator.compute is None:
        raise TypeError(f"{indicator.id} is entered")
    several: dict[str, list[int]] = {}
    fields: dict[str, Any] = {}
    for name, count in counts.items():
        stem, _, place = name.partition(".")
        if place:
            several.setdefault(stem, [0, 0, 0])[int(place)] = count
        else:
            fields[stem] = bool(count) if stem == "patrol_known" else count
    fields |= {stem: tuple(held) for stem, held in several.items()}
    says = indicator.compute(Sums(**fields))
    if says.value is None:
        return float("nan"), NO_PARTS, NO_PARTS
    if says.numerator is None or says.denominator is None:
        return says.value, NO_PARTS, NO_PARTS
    return says.value, says.numerator, says.denominator
