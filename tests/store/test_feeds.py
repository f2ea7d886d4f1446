"""The reading side: what a value is worth, how a scope is cut, and that sums stay sums."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.store.feeds import (
    _seen,
    count_status,
    merge_ranges,
    percent,
    share_status,
    within_set,
)


@pytest.mark.parametrize(
    ("value", "reported", "due", "assessable", "status"),
    [
        (0, 0, 1, True, "m"),  # silence is no zero
        (0, 0, 0, True, "m"),  # nor is a unit that nobody asked
        (0, 1, 1, True, "."),  # a true zero
        (3, 1, 1, True, "."),
        (3, 0, 1, True, "i"),  # known from the register, the report is missing
        (3, 0, 0, True, "."),
        (0, 40, 100, True, "i"),  # a province of which a part reported
        (0, 99, 100, True, "i"),  # a 0 needs every report
        (7, 40, 100, True, "i"),
        (7, 89, 100, True, "i"),
        (7, 90, 100, True, "."),  # nine tenths carry a sum
        (7, 100, 100, True, "."),
        (0, 0, 0, False, "x"),  # owes no report
        (2, 0, 0, False, "."),
    ],
)
def test_count_is_worth_what_was_reported(
    value: int, reported: int, due: int, assessable: bool, status: str
) -> None:
    assert count_status(value, reported, due, assessable=assessable) == status


@pytest.mark.parametrize(
    ("assessed", "assessable", "status"),
    [(0, 0, "x"), (0, 9, "a"), (4, 9, "i"), (89, 100, "i"), (90, 100, "."), (9, 9, ".")],
)
def test_share_is_worth_what_was_assessed(assessed: int, assessable: int, status: str) -> None:
    assert share_status(assessed, assessable) == status


@pytest.mark.parametrize(
    ("assessed", "assessable", "status"), [(0, 9, "a"), (89, 100, "a"), (90, 100, "."), (0, 0, "x")]
)
def test_share_on_other_boundaries_needs_nearly_all(
    assessed: int, assessable: int, status: str
) -> None:
    assert share_status(assessed, assessable, as_reported=False) == status


@given(st.integers(0, 4000), st.integers(1, 4000))
def test_percent_never_promises_more_than_the_share(numerator: int, denominator: int) -> None:
    numerator = min(numerator, denominator)
    shown = percent(numerator, denominator)
    assert shown is not None
    # Tenths of a percent as whole numbers: the target of half is met only when it is met.
    assert (round(shown * 10) >= 500) == (2 * numerator >= denominator)
    assert (shown == 0) == (numerator == 0)
    assert (shown == 100) == (numerator == denominator)


def test_percent_of_nothing_is_nothing() -> None:
    assert percent(0, 0) is None


RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda r: (r[0], r[0] + r[1])),
    max_size=8,
)


@given(RANGES)
def test_merged_ranges_hold_the_same_keys_each_once(ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges)
    keys = [key for low, high in merged for key in range(low, high + 1)]
    assert sorted(set(keys)) == keys
    assert set(keys) == {key for low, high in ranges for key in range(low, high + 1)}
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(merged))


@given(RANGES, st.lists(st.integers(0, 80), unique=True).map(sorted))
def test_units_in_sight_are_those_in_a_range(
    ranges: list[tuple[int, int]], keys: list[int]
) -> None:
    expected = [any(low <= key <= high for low, high in ranges) for key in keys]
    assert _seen(keys, merge_ranges(ranges)) == expected


@given(st.integers(1, 3))
def test_scope_is_cut_to_the_keys_of_one_set(set_id: int) -> None:
    first, last = set_id << 20, ((set_id + 1) << 20) - 1
    assert within_set([(0, 2**62)], set_id) == ((first, last),)
    assert within_set([(first - 5, first - 1), (last + 1, last + 9)], set_id) == ()
    assert within_set([(first + 2, last + 9)], set_id) == ((first + 2, last),)
