"""Where a fact of one boundary set stands on another, so that sums stay exact.

A unit whose land lies in one unit of the other set stands there. One whose land is divided stands
on the lowest unit that holds all of it: the sum of that unit and of all above is exact, and the
units below that hold a part of it are marked, since nobody knows which of them has the fact.
"""

from dataclasses import dataclass

import numpy as np

from geo.store.counting import Flags, Ints, SetUnits, SharedLand


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the units of one set stand on another.

    Parameters
    ----------
    onto
        By position of the first set: position on the other, 0 where it has no land there.
    divided
        Pairs: position on the first set, and a unit of the other that holds a part of its land.
    """

    onto: Ints
    divided_from: Ints
    divided_unit: Ints

    def blurred(self, units: Ints, *, size: int) -> Flags:
        """Mark the units of the other set of which facts on some units cannot be told."""
        flags = np.zeros(size, dtype=np.bool_)
        flags[self.divided_unit[np.isin(self.divided_from, units)]] = True
        return flags


def land_on(here: SetUnits, there: SetUnits, shared: SharedLand) -> Landing:
    """Find where every unit of a set stands on another.

    Parameters
    ----------
    here, there
        The sets.
    shared
        Their communes that share land, `here` first.
    """
    order = np.argsort(shared.here, kind="stable")
    low = np.searchsorted(shared.here[order], np.arange(here.key.size), side="left")
    # A unit above has the land of its communes, which stand behind it.
    high = np.searchsorted(shared.here[order], here.last, side="right")
    targets = shared.there[order]
    parents = parents_of(there.last)
    onto = np.zeros(here.key.size, dtype=np.int64)
    pairs: list[tuple[int, int]] = []
    for unit in np.flatnonzero(high > low).tolist():
        land = np.unique(targets[low[unit] : high[unit]])
        first, last = int(land[0]), int(land[-1])
        holder = first
        while there.last[holder] < last:
            holder = int(parents[holder])
        onto[unit] = holder
        if land.size == 1:
            continue
        below = {int(one) for one in land}
        for one in tuple(below):
            up = int(parents[one])
            while up != holder and up > holder:
                below.add(up)
                up = int(parents[up])
        pairs += [(unit, one) for one in sorted(below - {holder})]
    told = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Landing(onto, told[:, 0], told[:, 1])


def stay(units: SetUnits) -> Landing:
    """Give the landing of a set on itself."""
    nothing = np.zeros(0, dtype=np.int64)
    return Landing(np.arange(units.key.size, dtype=np.int64), nothing, nothing)


def parents_of(last: Ints) -> Ints:
    """Give the position of the unit above each one; the first has none and gives itself.

    >>> parents_of(np.array([4, 2, 2, 4, 4])).tolist()
    [0, 0, 1, 0, 3]
    """
    parents = np.zeros(last.size, dtype=np.int64)
    open_units: list[int] = []
    for at in range(last.size):
        while open_units and last[open_units[-1]] < at:
            open_units.pop()
        parents[at] = open_units[-1] if open_units else 0
        open_units.append(at)
    return parents
