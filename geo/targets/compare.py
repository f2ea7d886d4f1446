"""Comparators of targets, in whole numbers and fractions: no float ever decides (K2, T1)."""

from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

Comparator = Literal["≥", ">", "≤", "<", "=", "pct_change≥", "decreasing"]
COMPARATORS: Final[tuple[Comparator, ...]] = ("≥", ">", "≤", "<", "=", "pct_change≥", "decreasing")


def holds(value: Fraction, comparator: Comparator, bound: Fraction) -> bool:
    """Tell whether a value does what is asked of it; strict comparators are strict.

    ``pct_change≥`` is asked of a bound that `bound_of_change` gives.

    Raises
    ------
    ValueError
        For ``decreasing``, which is a matter of a series.

    Examples
    --------
    80 % of 5 is not above 80 %:

    >>> holds(Fraction(4, 5), ">", Fraction(80, 100)), holds(Fraction(4, 5), "≥", Fraction(80, 100))
    (False, True)
    """
    match comparator:
        case "≥" | "pct_change≥":
            return value >= bound
        case ">":
            return value > bound
        case "≤":
            return value <= bound
        case "<":
            return value < bound
        case "=":
            return value == bound
        case "decreasing":
            raise ValueError("a falling trend has no bound")


def needed_of(share: Fraction, of: int, comparator: Comparator) -> int:
    """Give how many of N a share asks for: the least for ``≥ = >``, the most for ``≤ <`` (A6).

    Examples
    --------
    >>> needed_of(Fraction(1, 2), 5, "≥"), needed_of(Fraction(4, 5), 5, ">")
    (3, 5)
    >>> needed_of(Fraction(1, 2), 5, "≤"), needed_of(Fraction(1, 5), 5, "<")
    (2, 0)
    """
    exact = share * of
    match comparator:
        case ">":
            return floor(exact) + 1
        case "≤":
            return floor(exact)
        case "<":
            return ceil(exact) - 1
        case _:
            return ceil(exact)


def bound_of_change(baseline: Fraction, change: Fraction) -> Fraction | None:
    """Give the value that a change against a baseline asks for; None for a baseline of 0 (T2).

    >>> bound_of_change(Fraction(40), Fraction(5, 100)), bound_of_change(Fraction(0), Fraction(1))
    (Fraction(42, 1), None)
    """
    return None if baseline == 0 else baseline * (1 + change)
