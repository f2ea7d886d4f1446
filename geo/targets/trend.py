"""Whether a series falls: the Mann-Kendall test with its exact distribution, ties included.

Mann, Econometrica 13 (1945); Kendall, Rank Correlation Methods (1975). Orderings of values with
ties have as many inversions as the coefficients of a q-multinomial say (MacMahon, 1916): whole
numbers, no normal approximation, so that a series of four readings is judged rightly too.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from itertools import pairwise

# With three readings even a straight fall has a chance of 1 in 6.
LEAST_READINGS = 4
# A fall is established when chance alone gives as clear a one at most so often.
CHANCE_AT_MOST = Fraction(1, 20)


def chance_of_fall(values: Sequence[Fraction]) -> Fraction:
    """Give the chance that a random order of the values falls as clearly as theirs, or more.

    Parameters
    ----------
    values
        In time order, at least two.

    Examples
    --------
    One order in 24 falls all the way; of two readings, one in two:

    >>> chance_of_fall([Fraction(n) for n in (9, 7, 4, 2)])
    Fraction(1, 24)
    >>> chance_of_fall([Fraction(n) for n in (9, 7)])
    Fraction(1, 2)
    >>> chance_of_fall([Fraction(3)] * 5)
    Fraction(1, 1)
    """
    falls = sum(
        values[early] > values[late] for late in range(len(values)) for early in range(late)
    )
    orders = _inversions(tuple(Counter(values).values()))
    return Fraction(sum(orders[falls:]), sum(orders))


def falls(values: Sequence[Fraction]) -> bool | None:
    """Tell whether a series falls beyond chance; None while it is too short to tell."""
    if len(values) < LEAST_READINGS:
        return None
    return chance_of_fall(values) <= CHANCE_AT_MOST


def never_falls(values: Sequence[Fraction]) -> bool:
    """Tell whether no reading is below the one before it."""
    return all(later >= earlier for earlier, later in pairwise(values))


def _inversions(ties: tuple[int, ...]) -> list[int]:
    """Count the orders of a multiset by their inversions: [n]! over the product of [t]!, in q."""
    top = _q_factorial(sum(ties))
    return reduce(_divide, (_q_factorial(count) for count in ties), top)


def _q_factorial(number: int) -> list[int]:
    """Give the coefficients of (1)(1 + q)(1 + q + q²) ... with `number` factors."""
    made = [1]
    for width in range(2, number + 1):
        grown = [0] * (len(made) + width - 1)
        for at, one in enumerate(made):
            for step in range(width):
                grown[at + step] += one
        made = grown
    return made


def _divide(top: list[int], below: list[int]) -> list[int]:
    """Divide polynomials that divide without rest; both begin with 1."""
    left, quotient = list(top), []
    for at in range(len(top) - len(below) + 1):
        factor = left[at]
        quotient.append(factor)
        for step, one in enumerate(below):
            left[at + step] -= factor * one
    return quotient
