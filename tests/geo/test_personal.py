"""What a text is for decides; what hides a person does not help."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.personal import (
    FieldUse,
    column_holds_persons,
    column_looks_personal,
    kind_of_person_data,
    known_names,
    use_of_column,
    value_looks_personal,
)
from geo.personal.numbers import is_citizen_number, is_telephone
from geo.personal.readings import readings

NAME = st.builds(
    lambda *words: " ".join(words),
    st.sampled_from(["Nguyễn", "Trần", "Phạm", "Huỳnh", "Đặng", "Bùi"]),
    st.sampled_from(["Văn", "Thị"]),
    st.sampled_from(["Bê", "Hùng", "Quyên", "Tuấn", "Lành", "Thắm"]),
)
HIDDEN = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d"])
SPACES = st.sampled_from(["\u00a0", "\u2003", "  ", "\u202f", "\t", " \u200b"])


@given(NAME, HIDDEN)
def test_letters_of_no_width_hide_nothing(name: str, sign: str) -> None:
    assert value_looks_personal(sign.join(name))


@given(NAME, SPACES)
def test_other_spaces_hide_nothing(name: str, space: str) -> None:
    assert value_looks_personal(name.replace(" ", space))


@given(NAME)
def test_decomposed_marks_hide_nothing(name: str) -> None:
    assert value_looks_personal(unicodedata.normalize("NFD", name))


@given(NAME, st.sampled_from([".", " ", "-", "_"]))
def test_signs_between_letters_hide_nothing(name: str, sign: str) -> None:
    between = "  " if sign == " " else " "
    assert value_looks_personal(between.join(sign.join(word) for word in name.split()))


@given(NAME, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_hides_nothing(name: str, case: object) -> None:
    assert value_looks_personal(case(name))


@given(st.integers(0, 9_999_999), st.sampled_from(["", " ", ".", "-"]))
def test_a_mobile_is_found_however_it_is_grouped(tail: int, sign: str) -> None:
    digits = f"091{tail:07}"
    assert kind_of_person_data(sign.join((digits[:4], digits[4:7], digits[7:]))) == "phone"
    assert kind_of_person_data(sign.join(digits)) == "phone"


@given(st.integers(0, 999_999_999_999))
def test_only_numbers_with_the_structure_are_personal_numbers(number: int) -> None:
    digits = f"{number:012}"
    told = is_citizen_number(digits)
    assert told == (kind_of_person_data(digits) == "id_number")
    assert not told or digits[0] == "0"


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict_and_the_same_again(text: str) -> None:
    assert kind_of_person_data(text) == kind_of_person_data(text)
    assert readings(text)


@pytest.mark.parametrize(
    ("text", "use", "refused"),
    [
        ("12/05/1987", "code", True),
        ("12/05/1987", "document_no", True),
        ("12051987", "code", True),
        ("12/05/1987", "date", False),
        ("NguyenVanNam1987", "code", True),
        ("nguyen_van_nam", "code", True),
        ("nguyenvannam", "code", True),
        ("tran_hung_1987", "code", True),
        ("nha_ong_tu", "code", True),
        ("le-loi-2024", "code", False),
        ("HY-2024-0001", "code", False),
        ("2025-07-01", "code", False),
        ("Nguyễn Văn Hoài", "place_name", False),
        ("Nguyễn Văn Hoài", "free_text", True),
        ("ông Nguyễn Văn Hoài", "place_name", True),
        ("nhà ông Tư", "unit_name", True),
        ("912345678", "number", False),
        ("912345678", "free_text", True),
        ("150000000", "free_text", False),
        ("150.000.000", "free_text", False),
        ("024 3825 1234", "duty_phone", False),
        ("0912 345 678", "duty_phone", True),
        ("024 3825 1234", "free_text", True),
        ("ho so Trần Văn Bê.xlsx", "file_name", True),
        ("diem-2025.xlsx", "file_name", False),
        ("số 12 ngõ 5 đường Láng, tổ 3", "free_text", True),
        ("đường Lê Lợi", "free_text", False),
        ("Quốc lộ 1A, km 12", "free_text", False),
        ("Trụ sở công an phường, số 12 đường Lê Lợi", "free_text", False),
        ("xã đã xử lý Trần Văn Bê", "free_text", True),
        ("chợ tạm Trần Văn Lắm", "free_text", False),
        ("Vũ Hữu Trinh", "free_text", True),
        ("Vũ Hữu", "free_text", False),
    ],
)
def test_what_a_text_is_for_decides(text: str, use: FieldUse, refused: bool) -> None:
    assert value_looks_personal(text, use=use) is refused


def test_a_name_known_as_a_place_passes_with_its_marks_only() -> None:
    known = known_names(["Trần Văn Thời"])
    assert not value_looks_personal("TRẦN VĂN THỜI", known=known)
    assert not value_looks_personal("Tran Van Thoi", known=known)
    assert value_looks_personal("Trần Văn Thới", known=known)


def test_old_mobile_numbers_of_eleven_digits_are_still_telephones() -> None:
    assert is_telephone("0168" + "1234567")
    assert not is_telephone("0108" + "1234567")


@pytest.mark.parametrize("name", ["NgaySinh", "HO_TEN", "SoCCCD", "Hä vµ tªn", "Họ tên"])
def test_headers_are_read_through_what_hides_them(name: str) -> None:
    assert column_looks_personal(name)


@pytest.mark.parametrize("name", ["Đường dây nóng", "Hotline"])
def test_a_column_for_the_duty_number_is_allowed(name: str) -> None:
    assert not column_looks_personal(name)
    assert use_of_column(name) == "duty_phone"


def test_a_column_of_names_is_personal_though_each_could_be_a_street() -> None:
    surnames = ["Nguyễn", "Trần", "Lê", "Phạm", "Bùi"]
    givens = ["Bê", "Giàu", "Quyên", "Yến", "Mười"]
    short = [f"{surname} {given}" for surname in surnames for given in givens]
    assert not any(value_looks_personal(name) for name in short)
    assert column_holds_persons(short, use="free_text")
    assert column_holds_persons(short, use="place_name")


def test_a_column_of_streets_is_none_though_many_are_named_after_persons() -> None:
    streets = [
        "Lê Lợi", "Nguyễn Huệ", "Láng Hạ", "Giải Phóng", "Trần Phú", "Nguyễn Văn Hoài", "Hàng Bạc",
        "Phạm Văn Lịch", "Trường Chinh", "Đại Cồ Việt", "Lê Duẩn", "Bà Triệu",
    ]  # fmt: skip
    assert not column_holds_persons(streets, use="place_name")


@given(st.lists(st.integers(900_000_000, 999_999_999), min_size=10, max_size=40, unique=True))
def test_telephones_that_lost_their_nought_are_seen_as_a_column(numbers: list[int]) -> None:
    written = [str(number) for number in numbers]
    valid = sum(is_telephone(f"0{text}") for text in written)
    expected = valid >= 3 and 2 * valid >= len(written)
    assert column_holds_persons(written, use="free_text") is expected
    assert not column_holds_persons(written, use="number")


def test_a_column_of_birthdays_is_personal_and_one_of_events_is_not() -> None:
    births = [f"{day:02}/03/{1960 + day}" for day in range(1, 25)]
    events = [f"{day:02}/03/2025" for day in range(1, 25)]
    assert column_holds_persons(births, use="free_text")
    assert not column_holds_persons(events, use="free_text")
    assert not column_holds_persons(births, use="date")
