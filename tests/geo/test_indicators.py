import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import Refused
from geo.indicators import (
    INDICATORS,
    MISSING,
    SERIES,
    Example,
    Indicator,
    Quantity,
    derive_remainder,
    refuse_entry,
    sources_of,
)
from geo.period import parse_period
from geo.store import tables

# Worked out by the store or by hand-in of offices: which are which is fixed by DOMAIN.md section 8.
COMPUTED = (2, 3, 4, 5, 15, 16, 17, 18, 19, 20, 21, 22, 23)


def examples() -> Iterator[tuple[str, Example]]:
    for one in SERIES.values():
        yield from ((one.id, example) for example in one.examples)


@pytest.mark.parametrize(("name", "example"), list(examples()))
def test_computed_indicators_follow_their_worked_examples(name: str, example: Example) -> None:
    compute = SERIES[name].compute
    assert compute is not None
    assert compute(example.sums) == example.says


def test_every_computed_indicator_has_a_worked_example_with_a_figure_and_says_how() -> None:
    computed = [one for one in SERIES.values() if one.compute]
    assert {one.id[:3] for one in computed} == {f"I{number:02d}" for number in COMPUTED}
    for one in computed:
        assert any(example.says.value is not None for example in one.examples)
        assert one.how_vi and one.how_en


def test_an_indicator_with_a_function_and_no_example_cannot_be_written_down() -> None:
    with pytest.raises(ValueError, match="worked examples"):
        dataclasses.replace(INDICATORS["I02"], examples=())


def test_a_part_stands_under_its_own_indicator() -> None:
    with pytest.raises(ValueError, match="no part"):
        dataclasses.replace(INDICATORS["I14"], parts=INDICATORS["I01"].parts)
    for one in INDICATORS.values():
        assert [SERIES[part.id] for part in one.parts] == list(one.parts)
        assert (one.id in SERIES) is one.has_total
        assert one.has_total or one.parts


def test_N8_cases_that_patrols_found_and_cases_that_people_reported_are_separate_figures() -> None:
    assert [one.part for one in INDICATORS["I01"].parts] == ["found", "reported"]
    assert INDICATORS["I01"].has_total


def test_illicit_crops_are_square_metres_and_plants_and_never_one_number() -> None:
    assert [one.unit_vi for one in INDICATORS["I14"].parts] == ["m²", "cây"]
    assert "I14" not in SERIES
    assert [one.is_whole for one in INDICATORS["I14"].parts] == [False, True]


def test_every_share_names_its_numerator_and_its_denominator() -> None:
    for one in SERIES.values():
        named = (one.numerator_vi, one.numerator_en, one.denominator_vi, one.denominator_en)
        assert all(named) or (not one.is_share and not any(named)), one.id


def test_items_and_states_of_parts_are_those_of_the_store() -> None:
    assert {one.part for one in INDICATORS["I22"].parts} == set(tables.SUBCOMMUNE_ITEMS) - {
        "mo_hinh"
    }
    assert tuple(one.part for one in INDICATORS["I23"].parts) == tables.MODEL_STATES
    assert tuple(one.part for one in INDICATORS["I16"].parts) == tables.CLASSES[:3]


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
        dataclasses.replace(INDICATORS["I06"], finest_level=level)


def test_a_person_derived_indicator_is_never_public() -> None:
    with pytest.raises(ValueError, match="never public"):
        Indicator("I06", "a", "b", "c", "d", "commune", "P", person_derived=True)


counts = st.integers(0, 1000).map(lambda value: Quantity(float(value)))


@given(counts, counts)
def test_P1_the_remainder_of_what_happened_and_the_half_year_make_the_year(
    first: Quantity, rest: Quantity
) -> None:
    assert first.value is not None and rest.value is not None
    found = derive_remainder(
        INDICATORS["I01"], year=Quantity(first.value + rest.value), half_year=first
    )
    assert found.quantity == rest
    assert (found.half_year, found.fault) == (first, "")


@given(counts, counts)
def test_P1_the_remainder_of_how_things_stand_is_the_years_figure(
    year: Quantity, half: Quantity
) -> None:
    assert derive_remainder(INDICATORS["I06"], year=year, half_year=half).quantity == year
    assert derive_remainder(INDICATORS["I06"], year=year, half_year=MISSING).quantity == year


@pytest.mark.parametrize(
    ("year", "half", "fault"),
    [
        (MISSING, Quantity(3.0), "year_missing"),
        (Quantity(3.0), MISSING, "half_year_missing"),
        (Quantity(3.0), Quantity(4.0), "half_year_above_year"),
    ],
)
def test_P1_a_remainder_is_missing_when_a_part_is_missing_or_contradicts(
    year: Quantity, half: Quantity, fault: str
) -> None:
    found = derive_remainder(INDICATORS["I01"], year=year, half_year=half)
    assert (found.quantity, found.fault) == (MISSING, fault)
    assert (found.year, found.half_year) == (year, half)


@pytest.mark.parametrize(
    ("year", "half", "expected"),
    [
        (Quantity(0.5, 6, 12), Quantity(0.25, 1, 4), Quantity(5 / 8, 5, 8)),
        (Quantity(0.5, 6, 12), Quantity(0.25), MISSING),
        (Quantity(0.5), Quantity(0.25, 1, 4), MISSING),
        (Quantity(0.5, 6, 12), Quantity(0.9, 8, 9), MISSING),
        (Quantity(0.5, 6, 12), Quantity(0.5, 6, 12), MISSING),
    ],
)
def test_P1_a_share_is_taken_apart_by_its_parts(
    year: Quantity, half: Quantity, expected: Quantity
) -> None:
    assert derive_remainder(INDICATORS["I12"], year=year, half_year=half).quantity == expected


def test_P1_the_remainder_names_its_sources_and_is_never_entered() -> None:
    rest = parse_period("H2026-2")
    assert [one.id for one in sources_of(rest)] == ["Y2026", "H2026-1"]
    refuse_entry(parse_period("Y2026"))
    with pytest.raises(Refused) as refused:
        refuse_entry(rest)
    assert refused.value.code == "period_derived"
    with pytest.raises(ValueError, match="not derived"):
        sources_of(parse_period("Y2026"))
