"""Carries figures from one boundary set to another over who became what (A3, A4, A5).

    counts   add where units merge; a divided count is an estimate, whole numbers by largest
             remainder, so that every total stays exact
    shares   carried numerators over carried denominators
    classes  are never carried

Units are positions in the order of their set; what lies in no unit of a set stands on position 0,
the country. Nothing here knows a place: where places are known they are counted where they lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Weights of one unit are shares that sum to 1; a part below this is a rounding error of chaining.
_NO_PART = 1e-9


@dataclass(frozen=True, slots=True)
class Links:
    """Whose land became whose between two sets, one row per pair, ordered by `here`, then `there`.

    Parameters
    ----------
    here, there
        Positions of the units on the one and on the other set.
    weight
        Share of the unit `here` that went to the unit `there`; they sum to 1 per unit.
    here_count, there_count
        Units of both sets.
    """

    here: Ints
    there: Ints
    weight: Floats
    here_count: int
    there_count: int

    @property
    def divided(self) -> Flags:
        """Tell for each pair whether its unit `here` has several parts."""
        parts = np.bincount(self.here, minlength=self.here_count)
        flags: Flags = parts[self.here] > 1
        return flags


@dataclass(frozen=True, slots=True)
class Carried:
    """Counts on the other set, one row per unit `there`.

    Parameters
    ----------
    value
        Whole numbers, shape (units,) or (units, columns); 0 where nothing was given.
    given, due
        How many of the units that the land comes from gave a figure, and how many there are.
    estimated
        Whether a part of a divided count above 0 is in the value (A5).
    moved
        Whether the value is anything else than the figure of one whole unit.
    """

    value: Ints
    given: Ints
    due: Ints
    estimated: Flags
    moved: Flags


def make_links(
    here: Ints, there: Ints, weight: Floats, *, here_count: int, there_count: int
) -> Links:
    """Order pairs, join those that stand several times, and scale weights to sum to 1 per unit."""
    pair, at = np.unique(here.astype(np.int64) * max(there_count, 1) + there, return_inverse=True)
    joined = np.bincount(at, weights=weight, minlength=pair.size)
    kept = joined > _NO_PART
    left, right = np.divmod(pair[kept], max(there_count, 1))
    total = np.bincount(left, weights=joined[kept], minlength=here_count)
    return Links(left, right, joined[kept] / total[left], here_count, there_count)


def same_units(count: int) -> Links:
    """Give the links of a set with itself."""
    every = np.arange(count, dtype=np.int64)
    return Links(every, every, np.ones(count), count, count)


def turn(links: Links, *, size: Floats) -> Links:
    """Read links backwards: which share of each unit `there` came from each unit `here`.

    Parameters
    ----------
    links
        Pairs of an earlier and a later set.
    size
        Of each unit `here`, e.g. m² of land or persons: a part weighs size times weight.
    """
    # A unit without size (land unknown) still hands its figures back.
    part = links.weight * np.maximum(size[links.here], _NO_PART)
    return make_links(
        links.there,
        links.here,
        _shares(part, links.there, count=links.there_count),
        here_count=links.there_count,
        there_count=links.here_count,
    )


def follow(steps: Sequence[Links]) -> Links:
    """Chain links from set to set: the weight of a pair is the sum over its paths.

    Examples
    --------
    Unit 0 is halved, then both halves become one unit again: nothing is divided in the end.

    >>> apart = make_links(np.array([0, 0]), np.array([0, 1]), np.array([0.5, 0.5]),
    ...                    here_count=1, there_count=2)
    >>> again = make_links(np.array([0, 1]), np.array([0, 0]), np.ones(2),
    ...                    here_count=2, there_count=1)
    >>> follow([apart, again]).weight.tolist()
    [1.0]
    """
    chain = steps[0]
    for step in steps[1:]:
        low = np.searchsorted(step.here, chain.there, side="left")
        width = np.searchsorted(step.here, chain.there, side="right") - low
        start = np.repeat(low - np.append(0, np.cumsum(width)[:-1]), width)
        at = start + np.arange(start.size)
        chain = make_links(
            np.repeat(chain.here, width),
            step.there[at],
            np.repeat(chain.weight, width) * step.weight[at],
            here_count=chain.here_count,
            there_count=step.there_count,
        )
    return chain


def carry_counts(value: Ints, given: Flags, *, links: Links) -> Carried:
    """Carry whole counts to the other set; every unit's count arrives whole, to the last one.

    Parameters
    ----------
    value
        Counts of the units `here`, not negative, shape (units,) or (units, columns).
    given
        Which of them are figures; of the same shape. The others count nothing and leave the units
        that need them incomplete.
    links
        From the units' set to the other.

    Raises
    ------
    ValueError
        When a count is negative.

    Examples
    --------
    Units 0 and 1 merge into 0; unit 2, which counts 7, is divided 60 to 40 between 0 and 1:

    >>> links = make_links(np.array([0, 1, 2, 2]), np.array([0, 0, 0, 1]),
    ...                    np.array([1, 1, 0.6, 0.4]), here_count=3, there_count=2)
    >>> carried = carry_counts(np.array([5, 1, 7]), np.ones(3, bool), links=links)
    >>> carried.value.tolist(), carried.estimated.tolist(), carried.moved.tolist()
    ([10, 3], [True, True], [True, True])
    """
    counts = np.where(given, value, 0).astype(np.int64)
    if (counts < 0).any():
        raise ValueError("a count is negative")
    parts = _parts(counts, links)
    divided = links.divided
    told = given[links.here]
    spread = divided if counts.ndim == 1 else divided[:, None]
    alone = np.bincount(links.there, minlength=links.there_count)[links.there] == 1
    other = divided | ~alone
    return Carried(
        value=_add(parts, links),
        given=_add(told.astype(np.int64), links),
        due=np.bincount(links.there, minlength=links.there_count).astype(np.int64),
        estimated=_add((spread & told & (counts[links.here] > 0)).astype(np.int64), links) > 0,
        moved=_add(other.astype(np.int64), links) > 0,
    )


def all_in_sight(seen: Flags, *, links: Links) -> Flags:
    """Tell which units `there` take nothing from a unit `here` that is out of sight (X6)."""
    hidden = _add((~seen[links.here]).astype(np.int64), links)
    flags: Flags = hidden == 0
    return flags


def gather_above(links: Links, *, above: Ints, count: int) -> Links:
    """Give the links to the units above those `there`: a unit divided within one is whole there.

    Parameters
    ----------
    links
        To the communes of a set.
    above
        For each unit `there` the position, among `count`, of the unit above it.
    count
        Units above.
    """
    return make_links(
        links.here,
        above[links.there],
        links.weight,
        here_count=links.here_count,
        there_count=count,
    )


def _shares(part: Floats, group: Ints, *, count: int) -> Floats:
    total = np.bincount(group, weights=part, minlength=count)
    return np.asarray(part / total[group])


def _parts(counts: Ints, links: Links) -> Ints:
    """Give what each pair carries: all of it, or its whole-number part by largest remainder.

    Of equal remainders the one that stands first in the other set gets the unit: the same figures
    give the same parts, in whatever order they came in (Hamilton's method).
    """
    parts = counts[links.here].copy()
    rows = np.flatnonzero(links.divided)
    if rows.size == 0:
        return parts
    unit, at = np.unique(links.here[rows], return_inverse=True)
    # Pairs are ordered by `here`: the place of each among the parts of its unit.
    place = np.arange(rows.size) - np.searchsorted(links.here[rows], unit)[at]
    weight = np.zeros((unit.size, int(place.max()) + 1))
    weight[at, place] = links.weight[rows]
    flat = counts.reshape(counts.shape[0], -1)
    whole = flat[unit][:, None, :]
    quota = whole * weight[:, :, None]
    floor = np.floor(quota).astype(np.int64)
    left = whole[:, 0, :] - floor.sum(axis=1)
    # A part without weight must not get a unit: its remainder ranks behind all others.
    remainder = np.where(weight[:, :, None] > 0, quota - floor, -1.0)
    order = np.argsort(-remainder, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    shared = floor + (rank < left[:, None, :])
    parts.reshape(parts.shape[0], -1)[rows] = shared[at, place]
    return parts


def _add(values: Ints, links: Links) -> Ints:
    """Add what the pairs carry over the units `there`."""
    total = np.zeros((links.there_count, *values.shape[1:]), dtype=np.int64)
    if links.there.size:
        order = np.argsort(links.there, kind="stable")
        target = links.there[order]
        first = np.flatnonzero(np.append(True, target[1:] != target[:-1]))
        total[target[first]] = np.add.reduceat(values[order], first, axis=0)
    return total
