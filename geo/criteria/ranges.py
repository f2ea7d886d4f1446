"""Ranges of a measure as a criteria file writes them: whether they hold anything, and overlap."""

from collections.abc import Mapping
from fractions import Fraction

from geo.criteria.record import Condition


def is_range(bounds: Mapping[str, Fraction | None]) -> bool:
    """Tell whether bounds by comparator make one range that holds something."""
    keys = set(bounds)
    if None in bounds.values():
        # Told as a fault of its own.
        return True
    if "equals" in keys:
        return keys == {"equals"}
    if {"at_least", "above"} <= keys or {"at_most", "below"} <= keys:
        return False
    low = bounds.get("at_least", bounds.get("above"))
    high = bounds.get("at_most", bounds.get("below"))
    if low is None or high is None:
        return True
    return low < high or (low == high and keys == {"at_least", "at_most"})


def overlap(one: Condition, other: Condition) -> bool:
    """Tell whether a value lies in both ranges; values go from 0 up."""
    low, low_open = max(_low(one), _low(other))
    high, high_closed = min(_high(one), _high(other))
    return low < high or (low == high and not low_open and bool(high_closed))


def _low(one: Condition) -> tuple[Fraction, bool]:
    return (Fraction(0), False) if one.low is None else (one.low, one.low_open)


def _high(one: Condition) -> tuple[float | Fraction, bool]:
    return (float("inf"), True) if one.high is None else (one.high, not one.high_open)
