"""Adds up places, reports and classes of one period over the units of a boundary set.

Numbers only, no SQL: `compute_inputs.py` gathers what this takes, `aggregates.py` writes what it
gives. Units stand in key order, so all below a unit are the positions behind it up to ``last``;
what lies in no commune stands on position 0, the country. Hence for every figure of places

    country = sum of provinces + outside = sum of communes + outside = sum of cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo import cells
from geo.hotspots import LifeCounts
from geo.store.boundary_sets import BoundarySet
from geo.store.tables import CLASSES

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CELL_RESOLUTIONS = (5, 6, 7, 8)
COUNT_COLUMNS = ("active_count", "new_count", "eliminated_count", "reformed_count")
NO_CLASS = -1
NOT_ASSESSED = CLASSES.index("chua_danh_gia")
_DRUG_FREE = CLASSES.index("khong_ma_tuy")
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class SetUnits:
    """Units of an active set in key order, position 0 being the country.

    Parameters
    ----------
    about
        The set.
    key
        Unit keys, ascending.
    last
        Position of the last unit at or below each one.
    identity
        Number of the unit's land, equal on two sets where the land is the same.
    is_commune
        Whether the unit is a commune.
    due
        Whether it is a commune subject to assessment, and so owes reports (A9).
    """

    about: BoundarySet
    key: Ints
    last: Ints
    identity: Ints
    is_commune: Flags
    due: Flags

    def holds(self, day: date) -> bool:
        """Tell whether the set is in force on a day."""
        until = self.about.valid_to
        return self.about.valid_from <= day and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class SharedLand:
    """Communes of one set and of another that share land, by position, one row per pair."""

    here: Ints
    there: Ints


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decided classes, oldest first; of one day the graver last, so that a tie never flatters.

    Parameters
    ----------
    day
        Day of the decision.
    identity
        Number of the unit's land, as in `SetUnits`.
    decided
        Index into `tables.CLASSES`.
    identity_count
        Numbers of land in use: ``identity`` is below it.
    """

    day: NDArray[np.datetime64]
    identity: Ints
    decided: Ints
    identity_count: int


@dataclass(frozen=True, slots=True)
class UnitClasses:
    """Decided classes of a set's units on one day, and the parts of the drug-free share.

    Parameters
    ----------
    decided
        Index into `tables.CLASSES` for communes subject to assessment, else `NO_CLASS`.
    decided_on
        Day of the decision, NaT where there is none.
    drug_free_count, assessed_count, assessable_count
        Of the unit and all below it.
    """

    decided: Ints
    decided_on: NDArray[np.datetime64]
    drug_free_count: Ints
    assessed_count: Ints
    assessable_count: Ints


def sum_below(values: Ints, *, last: Ints) -> Ints:
    """Give for each unit the sum over itself and all below it.

    >>> sum_below(np.array([1, 0, 2, 3]), last=np.array([3, 3, 2, 3])).tolist()
    [6, 5, 2, 3]
    """
    running = np.append(0, np.cumsum(values))
    below: Ints = running[last + 1] - running[: values.size]
    return below


def count_places(units: SetUnits, *, position: Ints, counts: LifeCounts) -> Mapping[str, Ints]:
    """Add up what each place counts over the units of a set.

    Parameters
    ----------
    units
        The set.
    position
        For each place the position of its commune, 0 where it lies in none.
    counts
        What each place adds to the period.
    """
    return {
        name: sum_below(_tally(position, values, size=units.key.size), last=units.last)
        for name, values in _columns(counts)
    }


def count_cells(cell: Ints, *, unit_key: Ints, counts: LifeCounts) -> Mapping[str, Ints]:
    """Add up what each place counts by resolution, cell and unit; pairs that count 0 are left out.

    Parameters
    ----------
    cell
        For each place its cell at resolution 8 or finer.
    unit_key
        For each place its unit on the set of the day.
    counts
        What each place adds to the period.
    """
    columns = dict(_columns(counts))
    counted = np.flatnonzero(np.any(list(columns.values()), axis=0))
    found: list[dict[str, Ints]] = []
    for resolution in CELL_RESOLUTIONS:
        pairs = np.stack(
            [cells.parents_of(cell[counted], resolution=resolution), unit_key[counted]]
        )
        distinct, group = np.unique(pairs, axis=1, return_inverse=True)
        size = distinct.shape[1]
        found.append(
            {
                "resolution": np.full(size, resolution, dtype=np.int64),
                "cell": distinct[0],
                "unit_key": distinct[1],
                **{
                    name: _tally(group.ravel(), values[counted], size=size)
                    for name, values in columns.items()
                },
            }
        )
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def find_reported(
    units: SetUnits, of_day: SetUnits, *, shared: SharedLand, handed_in: Flags
) -> Flags:
    """Tell which communes of a set have reported.

    A commune has reported when its own land did, under whatever name; else when every commune of
    the set of the day that shares land with it and owed a report did.

    Parameters
    ----------
    units
        The set asked about.
    of_day
        The set in force at the end of the period.
    shared
        Communes of `units` (here) and of `of_day` (there) that share land.
    handed_in
        By identity: whether a report came in.
    """
    itself = handed_in[units.identity]
    owing = of_day.due[shared.there]
    here, there = shared.here[owing], shared.there[owing]
    size = units.key.size
    owed = np.bincount(here, minlength=size)
    came = np.bincount(here, weights=handed_in[of_day.identity[there]], minlength=size)
    reported: Flags = units.due & (itself | ((owed > 0) & (came == owed)))
    return reported


def find_classes(
    units: SetUnits, of_day: SetUnits, *, decisions: Decisions, day: date
) -> UnitClasses:
    """Give the decided class of each commune on a day; it is never inherited (A4, C4).

    A class holds for the land that was assessed: it is shown on the set in force on the day, and on
    another one only where a commune has the very same land. A merged or divided commune without a
    decision of its own is not assessed.
    """
    known = decisions.day <= np.datetime64(day, "D")
    class_of = np.full(decisions.identity_count, NOT_ASSESSED, dtype=np.int64)
    day_of = np.full(decisions.identity_count, NO_DAY)
    # Of several assignments the last, that is the latest decision, stays.
    class_of[decisions.identity[known]] = decisions.decided[known]
    day_of[decisions.identity[known]] = decisions.day[known]
    shown = units.due & np.isin(units.identity, of_day.identity[of_day.is_commune])
    decided = np.where(shown, class_of[units.identity], NOT_ASSESSED)
    assessed = units.due & (decided != NOT_ASSESSED)
    return UnitClasses(
        decided=np.where(units.due, decided, NO_CLASS),
        decided_on=np.where(assessed, day_of[units.identity], NO_DAY),
        drug_free_count=sum_below(
            (assessed & (decided == _DRUG_FREE)).astype(np.int64), last=units.last
        ),
        assessed_count=sum_below(assessed.astype(np.int64), last=units.last),
        assessable_count=sum_below(units.due.astype(np.int64), last=units.last),
    )


def _columns(counts: LifeCounts) -> tuple[tuple[str, Ints], ...]:
    return tuple(
        zip(
            COUNT_COLUMNS,
            (counts.active, counts.new, counts.eliminated, counts.reformed),
            strict=True,
        )
    )


def _tally(position: Ints, values: Ints, *, size: int) -> Ints:
    # Whole numbers far below 2**53: exact in the floats that bincount adds.
    return np.bincount(position, weights=values, minlength=size).astype(np.int64)
