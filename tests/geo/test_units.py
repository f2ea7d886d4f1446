"""Names, codes and keys of units."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.store import tables
from geo.units import (
    UNIT_KEY_SHIFT,
    code_is_whole,
    fold,
    fold_kind,
    has_districts,
    is_assessable,
    make_unit_key,
    number_units,
    ordinal_of,
    set_of,
    split_kind,
    tone_key,
    unit_rules,
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        ("HOÀ-BÌNH", "hoa binh"),
        ("Hoà  Bình", "hoa binh"),
        ("Thuỷ Đường", "thuy duong"),
        ("Thủy Đường", "thuy duong"),
        ("Đắk R'Lấp", "dak rlap"),
        ("Đắk R’Lấp", "dak rlap"),
        ("Bà Rịa - Vũng Tàu", "ba ria vung tau"),
        ("Phường 14", "phuong 14"),
        ("Ðông Ninh", "dong ninh"),
        ("", ""),
    ],
)
def test_folding_ignores_case_accents_signs_and_the_place_of_the_tone(name: str, key: str) -> None:
    assert fold(name) == key


def test_a_folded_name_stays_as_it_is_when_folded_again() -> None:
    assert fold(fold("Xã Thuỵ Hoà")) == fold("Xã Thuỵ Hoà")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hoà Thuỷ", "Hòa Thủy", True),
        ("HOÀ THUỶ", "hòa thủy", True),
        ("Tân Lập", "Tấn Lập", False),
        ("Tân Lập", "Tan Lap", False),
        ("Mường La", "Mương La", False),
        ("Ea H'leo", "Ea H’leo", True),
    ],
)
def test_a_tone_key_keeps_tones_but_not_the_letter_they_stand_on(
    one: str, other: str, same: bool
) -> None:
    assert (tone_key(one) == tone_key(other)) is same


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("Phường Ba Đình", "phường", "Ba Đình"),
        ("XÃ Ba Chẽ", "xã", "Ba Chẽ"),
        ("Thị trấn Yên Viên", "thị trấn", "Yên Viên"),
        ("Đặc khu Phú Quốc", "đặc khu", "Phú Quốc"),
        ("Huyện Cồn Cỏ", "huyện", "Cồn Cỏ"),
        ("Xãng Bè", None, "Xãng Bè"),
        ("Ba Đình", None, "Ba Đình"),
    ],
)
def test_the_kind_is_read_from_the_beginning_of_a_name(
    name: str, kind: str | None, bare: str
) -> None:
    assert split_kind(name) == (kind, bare)


def test_the_kinds_of_provinces_and_districts_are_their_own() -> None:
    assert split_kind("Thành phố Huế", level="province") == ("thành phố", "Huế")
    assert split_kind("Thị xã Kỳ Anh", level="district") == ("thị xã", "Kỳ Anh")
    assert fold_kind("Tỉnh Hưng Yên", level="province") == "hung yen"


def test_kinds_exist_only_on_their_days() -> None:
    kinds = {(kind.id, kind.level): kind for kind in unit_rules().kinds}
    assert kinds["thị trấn", "commune"].exists_on(date(2025, 6, 30))
    assert not kinds["thị trấn", "commune"].exists_on(date(2025, 7, 1))
    assert not kinds["đặc khu", "commune"].exists_on(date(2025, 6, 30))
    assert has_districts(date(2025, 6, 30))
    assert not has_districts(date(2025, 7, 1))


@pytest.mark.parametrize(
    ("code", "level", "whole"),
    [
        ("00004", "commune", True),
        ("4", "commune", False),
        ("0004", "commune", False),
        ("٠٠٠٠٤", "commune", False),
        ("0000a", "commune", False),
        ("318", "commune", True),
        ("319", "commune", False),
        ("01", "province", True),
        ("1", "province", False),
        ("001", "district", True),
    ],
)
def test_a_code_is_whole_when_it_has_the_digits_of_its_level(
    code: str, level: str, whole: bool
) -> None:
    assert code_is_whole(code, level=level) is whole


def test_hoang_sa_and_truong_sa_stand_outside_assessment_under_the_codes_of_each_day() -> None:
    before, after = date(2024, 11, 10), date(2025, 7, 1)
    assert [c for c in ("498", "22736", "22737", "22739") if is_assessable(c, day=before)] == []
    assert [c for c in ("20333", "22736") if is_assessable(c, day=after)] == []
    assert is_assessable("20333", day=before)
    assert is_assessable("22737", day=after)
    assert is_assessable("00004", day=after)


def test_keys_of_pure_code_and_of_the_store_are_made_alike() -> None:
    assert UNIT_KEY_SHIFT == tables.UNIT_KEY_SHIFT


@given(set_id=st.integers(1, 8191), ordinal=st.integers(0, 2**20 - 1))
def test_a_key_gives_back_its_set_and_ordinal(set_id: int, ordinal: int) -> None:
    key = make_unit_key(set_id, ordinal)
    assert (set_of(key), ordinal_of(key)) == (set_id, ordinal)


def test_units_are_numbered_depth_first_by_code() -> None:
    numbering = number_units(
        ["00003", "00001", "00002"], province_code=["02", "01", "01"], district_code=["9", "8", "8"]
    )
    assert list(zip(numbering.level, numbering.code, strict=True)) == [
        ("country", "VN"),
        ("province", "01"),
        ("district", "8"),
        ("commune", "00001"),
        ("commune", "00002"),
        ("province", "02"),
        ("district", "9"),
        ("commune", "00003"),
    ]
    assert numbering.parent.tolist() == [-1, 0, 1, 2, 2, 0, 5, 6]
    assert numbering.last.tolist() == [7, 4, 4, 3, 4, 7, 7, 7]
    assert numbering.commune_row.tolist() == [7, 3, 4]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 99)),
        unique_by=lambda unit: unit[2],
        min_size=1,
    )
)
def test_every_unit_and_all_below_it_are_one_range(units: list[tuple[str, str, int]]) -> None:
    numbering = number_units(
        [f"{code:05d}" for _, _, code in units],
        province_code=[province for province, _, _ in units],
        district_code=[province + district for province, district, _ in units],
    )
    for row, parent in enumerate(numbering.parent.tolist()):
        below = {row}
        for other in range(row + 1, len(numbering.code)):
            if numbering.parent[other] in below:
                below.add(other)
        assert below == set(range(row, int(numbering.last[row]) + 1))
        assert parent < row
    assert [numbering.code[r] for r in numbering.commune_row] == [f"{c:05d}" for _, _, c in units]
