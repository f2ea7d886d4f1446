import dataclasses

import pytest

from geo.indicators import INDICATORS, Indicator, Quantity, Sums
from geo.store import tables

MISSING = Quantity(None)

# Worked by hand: indicator, what was counted, what it says.
EXAMPLES = [
    ("I02", Sums(active_count=3, reported_units=2, due_units=4), Quantity(3.0)),
    ("I02", Sums(active_count=3), Quantity(3.0)),
    ("I02", Sums(due_units=4), MISSING),
    ("I02", Sums(reported_units=1, due_units=4), Quantity(0.0)),
    ("I03", Sums(eliminated_count=2, reported_units=1), Quantity(2.0)),
    ("I03", Sums(active_count=9), MISSING),
    ("I04", Sums(new_count=1), Quantity(1.0)),
    ("I04", Sums(reported_units=1), Quantity(0.0)),
    ("I05", Sums(reformed_count=1), Quantity(1.0)),
    ("I05", Sums(), MISSING),
    # 4 of 10 subject to assessment: the two not yet assessed stay in the denominator.
    ("I15", Sums(drug_free_count=4, assessed_count=8, assessable_count=10), Quantity(0.4, 4, 10)),
    ("I15", Sums(assessed_count=8, assessable_count=10), Quantity(0.0, 0, 10)),
    ("I15", Sums(assessable_count=10), MISSING),
    ("I15", Sums(), MISSING),
]


@pytest.mark.parametrize(("indicator_id", "sums", "expected"), EXAMPLES)
def test_computed_indicators_follow_their_worked_examples(
    indicator_id: str, sums: Sums, expected: Quantity
) -> None:
    compute = INDICATORS[indicator_id].compute
    assert compute is not None
    assert compute(sums) == expected


def test_every_computed_indicator_has_a_worked_example() -> None:
    computed = {name for name, one in INDICATORS.items() if one.compute}
    assert computed == {name for name, _, _ in EXAMPLES}


def test_the_list_is_complete_and_in_order() -> None:
    assert list(INDICATORS) == [f"I{number:02d}" for number in range(1, 25)]
    assert all(name == one.id for name, one in INDICATORS.items())


def test_every_indicator_has_words_in_both_languages() -> None:
    for one in INDICATORS.values():
        assert all((one.name_vi, one.name_en, one.unit_vi, one.unit_en))
        assert one.name_vi != one.name_en


def test_person_derived_indicators_are_those_that_the_store_locks_to_the_commune() -> None:
    derived = {name for name, one in INDICATORS.items() if one.person_derived}
    assert derived == set(tables.PERSON_DERIVED_INDICATORS)


@pytest.mark.parametrize("level", ["place", "cell", "subcommune", "district", "province"])
def test_a_person_derived_indicator_at_another_level_cannot_be_written_down(level: str) -> None:
    with pytest.raises(ValueError, match="N1"):
        dataclasses.replace(INDICATORS["I06"], finest_level=level)  # type: ignore[arg-type]


def test_a_person_derived_indicator_is_never_public() -> None:
    with pytest.raises(ValueError, match="never public"):
        Indicator("I06", "a", "b", "c", "d", "commune", "P", person_derived=True)
