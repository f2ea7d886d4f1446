from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.office_sheet.cells import (
    DecimalMark,
    clean,
    decimal_mark_of,
    is_number_like,
    marks_in,
    parse_day,
    read_number,
)

MARKS = {"-": "zero", "...": "blank", "x": "blank", "–": "ask"}


@pytest.mark.parametrize(
    ("written", "mark", "value"),
    [
        ("0", None, 0.0),
        ("12", None, 12.0),
        ("1 234", None, 1234.0),
        ("1\u00a0234\u00a0567", None, 1234567.0),
        ("1.234,5", None, 1234.5),
        ("1,234.5", None, 1234.5),
        ("1.234.567", None, 1234567.0),
        ("1.234", ",", 1234.0),
        ("1.234", ".", 1.234),
        ("1,234", ",", 1.234),
        ("12,5%", None, 0.125),
        ("12,5 %", ",", 0.125),
        ("(12)", None, -12.0),
        ("-12", None, -12.0),
        ("12 (*)", None, 12.0),
        ("12*", None, 12.0),
        ("12¹", None, 12.0),
        ("0,125", None, 0.125),
        ("-", None, 0.0),
        (7, None, 7.0),
        (7.5, ",", 7.5),
    ],
)
def test_numbers_are_read_as_they_are_written_in_vietnam(
    written: object, mark: DecimalMark | None, value: float
) -> None:
    got = read_number(written, decimal_mark=mark, marks=MARKS)
    assert (got.what, got.value) == ("number", pytest.approx(value))


@pytest.mark.parametrize(
    ("written", "mark", "what"),
    [
        (None, None, "blank"),
        ("  ", None, "blank"),
        ("...", None, "blank"),
        ("X", None, "blank"),
        ("–", None, "mark"),
        ("?", None, "mark"),
        ("1.234", None, "ambiguous"),
        ("1,234", None, "ambiguous"),
        ("12.5", ",", "no_number"),
        ("1.2345,6", ",", "no_number"),
        ("12 vụ", None, "no_number"),
        ("không có", None, "no_number"),
        (True, None, "no_number"),
        (date(2026, 2, 1), None, "date"),
        ("1/2/2026", None, "date"),
    ],
)
def test_what_is_no_number_is_said_and_not_guessed(
    written: object, mark: DecimalMark | None, what: str
) -> None:
    got = read_number(written, decimal_mark=mark, marks=MARKS)
    assert (got.what, got.value) == (what, None)


@given(
    number=st.integers(0, 10**9),
    decimals=st.integers(0, 999),
    mark=st.sampled_from([",", "."]),
    grouped=st.booleans(),
)
def test_a_number_comes_back_as_it_was_written(
    number: int, decimals: int, mark: DecimalMark, grouped: bool
) -> None:
    group = "." if mark == "," else ","
    whole = f"{number:,}".replace(",", group) if grouped else str(number)
    text = f"{whole}{mark}{decimals:03d}"
    assert read_number(text, decimal_mark=mark, marks={}).value == pytest.approx(
        number + decimals / 1000
    )


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    got = read_number(text, decimal_mark=None, marks={})
    assert (got.value is None) == (got.what != "number")


def test_a_column_proves_its_decimal_mark_or_leaves_it_open() -> None:
    assert decimal_mark_of(["1.234", "1.234,5", 3, None]) == ({","}, 1)
    assert decimal_mark_of(["1.234", "2.500"]) == (set(), 2)
    assert decimal_mark_of(["1,5", "2.5"]) == ({",", "."}, 0)
    assert decimal_mark_of(["12", "7"]) == (set(), 0)


def test_signs_in_place_of_figures_are_counted() -> None:
    assert marks_in(["-", " - ", "X", "x", "...", "12", "1-2", None, 5]) == {
        "-": 2,
        "x": 2,
        "...": 1,
    }


def test_footnote_marks_are_no_part_of_a_text() -> None:
    assert clean(" Xã   Tân Hưng (*)") == "Xã Tân Hưng"
    assert clean("12 (**)") == "12"


def test_numbers_are_told_from_texts() -> None:
    assert [is_number_like(v) for v in (1, "1.234", "(5)", "12%", "I", "Xã 5", None, True)] == [
        *(True, True, True, True),
        *(False, False, False, False),
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("14/06/2026", date(2026, 6, 14)),
        ("14/6/26", date(2026, 6, 14)),
        ("14-6-2026", date(2026, 6, 14)),
        ("14.06.2026", date(2026, 6, 14)),
        ("ngày 14 tháng 6 năm 2026", date(2026, 6, 14)),
        ("Ngày 14/6/2026", date(2026, 6, 14)),
        ("2026-06-14", date(2026, 6, 14)),
        (46187, date(2026, 6, 14)),
        (46187.75, date(2026, 6, 14)),
        (datetime(2026, 6, 14, 8, tzinfo=UTC), date(2026, 6, 14)),
        ("31/02/2026", None),
        ("6/2026", None),
        (12, None),
        (None, None),
        (True, None),
    ],
)
def test_days_are_read_in_every_way_of_writing(written: object, day: date | None) -> None:
    assert parse_day(written) == day
