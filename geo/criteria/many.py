"""Judges many communes at once: known measures by whole columns, the rest one by one.

The same answers as `engine.judge`; a column is whole numbers with `MISSING` for what is missing.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.criteria.engine import Outcome, Program
from geo.criteria.reach import Placed
from geo.criteria.record import Measure

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MISSING = -1


def judge_many(
    program: Program, columns: Mapping[str, Ints], *, count: int
) -> tuple[Ints, Sequence[Outcome]]:
    """Judge communes by one set.

    Parameters
    ----------
    program
        The set, made ready.
    columns
        One column for each input of the set, `MISSING` where missing.
    count
        Number of communes.

    Returns
    -------
    For each commune the place of its outcome, and the outcomes.
    """
    told = {name: columns[name] for name in program.criteria.inputs}
    told = {name: _without_empty(program, name, column) for name, column in told.items()}
    linked = _linked(program, told, count=count)
    parts: list[frozenset[int]] = []
    number_of: dict[frozenset[int], int] = {}

    def number(part: frozenset[int]) -> int:
        if part not in number_of:
            number_of[part] = len(parts)
            parts.append(part)
        return number_of[part]

    measures = list(program.measures.items())
    table = np.zeros((count, len(measures)), dtype=np.int64)
    for at, (measure, members) in enumerate(measures):
        table[:, at] = _part_numbers(program, measure, members, told, linked=linked, number=number)
    places = np.zeros(count, dtype=np.int64)
    outcomes: list[Outcome] = []
    apart = np.flatnonzero(~linked)
    distinct, back = np.unique(table[apart], axis=0, return_inverse=True)
    for row in distinct:
        outcomes.append(program.follow_parts(tuple(parts[one] for one in row)))
    places[apart] = back.ravel()
    for one in np.flatnonzero(linked).tolist():
        values = {name: _value(column[one]) for name, column in told.items()}
        places[one] = len(outcomes)
        outcomes.append(program.outcome(values))
    return places, outcomes


def _without_empty(program: Program, name: str, column: Ints) -> Ints:
    """Take a 0 that cannot be for missing."""
    members = [one for one in program.placed if one.condition.measure.denominator == name]
    if any(not one.zero_allowed for one in members):
        return np.where(column == 0, MISSING, column)
    return column


def _linked(program: Program, told: Mapping[str, Ints], *, count: int) -> Flags:
    """Mark the communes where an input is missing that several measures share."""
    shared: Flags = np.zeros(count, dtype=np.bool_)
    for name, column in told.items():
        if sum(name in measure.inputs for measure in program.measures) > 1:
            shared |= column == MISSING
    return shared


def _part_numbers(
    program: Program,
    measure: Measure,
    members: Sequence[Placed],
    told: Mapping[str, Ints],
    *,
    linked: Flags,
    number: Callable[[frozenset[int]], int],
) -> Ints:
    columns = [told[name] for name in measure.inputs]
    whole = np.all([column != MISSING for column in columns], axis=0)
    found = np.zeros(len(linked), dtype=np.int64)
    bits = _bits(measure, members, told)
    distinct, back = np.unique(bits[whole], return_inverse=True)
    numbers = np.array([number(frozenset({int(one)})) for one in distinct], dtype=np.int64)
    if whole.any():
        found[whole] = numbers[back]
    for one in np.flatnonzero(~whole & ~linked).tolist():
        values = {name: _value(told[name][one]) for name in measure.inputs}
        found[one] = number(program.part_of(measure, values))
    return found


def _bits(measure: Measure, members: Sequence[Placed], told: Mapping[str, Ints]) -> Ints:
    """Give the bits of the conditions that hold, by multiplying crosswise (K2)."""
    top = np.sum([told[name] for name in measure.numerator], axis=0, dtype=np.int64)
    below = told[measure.denominator] if measure.denominator else np.ones_like(top)
    bits = np.zeros_like(top)
    for one in members:
        condition = one.condition
        holds = np.ones(top.size, dtype=np.bool_)
        mine = top * one.denominator_grain
        its = below * one.numerator_grain
        if condition.low is not None:
            left, right = mine * condition.low.denominator, its * condition.low.numerator
            holds &= (left > right) if condition.low_open else (left >= right)
        if condition.high is not None:
            left, right = mine * condition.high.denominator, its * condition.high.numerator
            holds &= (left < right) if condition.high_open else (left <= right)
        if measure.denominator:
            holds = np.where(below == 0, condition.of_nothing, holds)
        bits += np.where(holds, one.bit, 0)
    return bits


def _value(number: np.int64) -> int | None:
    return None if number == MISSING else int(number)
