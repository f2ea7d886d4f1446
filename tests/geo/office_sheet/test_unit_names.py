import pandas as pd
import pytest

from geo.office_sheet.rows import is_grand_total, is_section, is_total, strip_label
from geo.office_sheet.unit_names import (
    UnitIndex,
    clean_code,
    clean_name,
    find_areas,
    find_unit,
    index_units,
    names_areas,
    near_units,
)
from geo.store.register import read_register
from geo.units import split_kind


@pytest.fixture(scope="module")
def new() -> UnitIndex:
    return index_units(read_register(districts=False).units)


@pytest.fixture(scope="module")
def old() -> UnitIndex:
    return index_units(read_register(districts=True).units)


def test_every_commune_is_found_by_its_name_in_its_province(new: UnitIndex) -> None:
    for code, (name, _, province_code, _) in new.units.items():
        match = find_unit(new, name.upper(), within=[province_code])
        assert (match.code, match.how) == (code, "name"), name


def test_every_former_commune_is_found_by_its_name_in_its_district(old: UnitIndex) -> None:
    for code, (name, _, province_code, district_code) in old.units.items():
        match = find_unit(old, name, within=[province_code, district_code])
        assert match.code == code, name


def test_every_commune_is_found_by_its_bare_name_in_capitals(
    new: UnitIndex, old: UnitIndex
) -> None:
    for index in (new, old):
        for code, (name, kind, province_code, district_code) in index.units.items():
            if kind.startswith("huyện"):
                continue
            within = [one for one in (province_code, district_code) if one]
            match = find_unit(index, split_kind(name)[1].upper(), within=within)
            assert match.code == code or code in match.candidates, name


def test_provinces_and_districts_in_a_table_are_no_communes_of_the_same_name(
    new: UnitIndex, old: UnitIndex
) -> None:
    assert find_unit(new, "Lào Cai").code is not None
    assert names_areas(new, ["Hưng Yên", "Thái Nguyên", "Lào Cai"])
    assert names_areas(old, ["Văn Lâm", "Khoái Châu", "Ân Thi"])
    assert not names_areas(new, ["Phường Hưng Yên", "Phường Thái Nguyên"])
    assert not names_areas(new, ["Hưng Yên", "Tân Hưng", "Lương Bằng"])


def test_a_name_that_several_provinces_have_is_not_guessed(new: UnitIndex) -> None:
    match = find_unit(new, "Xã Tân Thành")
    assert (match.code, match.how) == (None, "ambiguous")
    assert len(match.candidates) > 1


def test_a_code_wins_and_an_unknown_code_is_not_replaced_by_the_name(new: UnitIndex) -> None:
    assert find_unit(new, "Xã Tân Thành", code=4).code is None
    assert find_unit(new, "bất kỳ", code="00004").code == "00004"
    assert find_unit(new, "Phường Ba Đình", code="99999").code is None


def test_codes_get_their_zeros_back() -> None:
    assert [clean_code(v) for v in (4279.0, "04279", " '04279", 12345, None, "318")] == [
        *("04279", "04279", "04279", "12345", "", "318")
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("1. X. Cẩm Trung (*)", "Xã Cẩm Trung"),
        ("- Xã  Cẩm Trung", "Xã Cẩm Trung"),
        ("P. Tân Hưng", "Phường Tân Hưng"),
        ("P.01", "Phường 1"),
        ("Phường 01", "Phường 1"),
        ("TT. Khoái Châu", "Thị trấn Khoái Châu"),
        ("Công an xã Cẩm Trung", "xã Cẩm Trung"),
        ("UBND phường Tân Hưng", "phường Tân Hưng"),
        ("Xã Cẩm Trung (sáp nhập)", "Xã Cẩm Trung"),
    ],
)
def test_labels_become_names(written: str, name: str) -> None:
    assert clean_name(written) == name


def test_tone_marks_may_stand_on_either_letter_but_not_be_others(new: UnitIndex) -> None:
    hoa = next(
        code for code, unit in new.units.items() if unit[0] in ("Xã Hòa Bình", "Xã Hoà Bình")
    )
    province = new.units[hoa][2]
    assert find_unit(new, "Xã Hoà Bình", within=[province]).code == hoa
    assert find_unit(new, "Xã Hòa Bình", within=[province]).code == hoa
    assert find_unit(new, "Xã Hóa Bình", within=[province]).code is None


def units_of(*rows: tuple[str, str, str]) -> UnitIndex:
    return index_units(
        pd.DataFrame(
            [(code, name, kind, "01", "Tỉnh Một") for code, name, kind in rows],
            columns=["code", "name", "kind", "province_code", "province"],
        )
    )


def test_a_name_without_any_accent_is_taken_where_one_unit_fits() -> None:
    index = units_of(("00001", "Xã Tân Lập", "xã"), ("00002", "Xã Tấn Hòa", "xã"))
    for written in ("Tan Lap", "XA TAN LAP"):
        match = find_unit(index, written)
        assert (match.code, match.how) == ("00001", "name_plain")
    assert find_unit(index, "Tán Lập").code is None


def test_the_kind_tells_units_of_one_name_apart() -> None:
    index = units_of(("00001", "Xã Tân Hưng", "xã"), ("00002", "Phường Tân Hưng", "phường"))
    assert find_unit(index, "Phường Tân Hưng").code == "00002"
    assert find_unit(index, "Tân Hưng").how == "ambiguous"


def test_a_unit_that_changed_its_kind_is_found_and_told() -> None:
    index = units_of(("00001", "Phường Tân Hưng", "phường"))
    assert find_unit(index, "Xã Tân Hưng").how == "kind_differs"


def test_a_unit_of_another_province_is_known_as_such(new: UnitIndex) -> None:
    match = find_unit(new, "Phường Ba Đình", within=["33"])
    assert (match.code, match.how) == (None, "elsewhere")
    assert "00004" in match.candidates


def test_near_names_are_suggested_never_taken(new: UnitIndex) -> None:
    assert find_unit(new, "Phường Ba Dinhh", within=["01"]).code is None
    assert "00004" in near_units(new, "Phường Ba Dinhh", within=["01"])
    assert "00004" in near_units(new, "Ba Đính")
    assert near_units(new, "Ba Dinhh") == ()


def test_provinces_and_districts_are_known_by_name(old: UnitIndex) -> None:
    assert find_areas(old, "II. HUYỆN KHOÁI CHÂU") == ("330",)
    assert find_areas(old, "Tỉnh Hưng Yên") == ("33",)
    assert find_areas(old, "Khu vực phía Bắc") == ()


def test_totals_are_told_from_communes_of_like_names() -> None:
    totals = ["Tổng cộng", "TỔNG SỐ", "Cộng", "Cộng (I+II)", "Toàn tỉnh", "Cộng huyện Văn Lâm"]
    assert all(map(is_total, totals))
    communes = ["Xã Tổng Cọt", "Xã Cộng Hòa", "Xã Tổng", "Phường Cộng Hiền"]
    assert not any(map(is_total, communes))
    assert is_grand_total("TỔNG CỘNG")
    assert not is_grand_total("Cộng")


def test_no_commune_of_either_register_reads_as_a_total_or_a_section(
    old: UnitIndex, new: UnitIndex
) -> None:
    names = [unit[0] for index in (old, new) for unit in index.units.values()]
    # Districts without communes stand among the communes.
    names = [name for name in names if not name.startswith("Huyện ")]
    names += [split_kind(name)[1] for name in names]
    assert [name for name in names if is_total(name) or is_section(name)] == []


def test_heads_of_sections_are_known() -> None:
    assert is_section("Huyện Khoái Châu")
    assert is_section("Khoái Châu", number="II")
    assert not is_section("Xã Cẩm Trung", number=3)


def test_numbering_is_taken_off_labels_but_not_off_names() -> None:
    assert strip_label("IV. Kết quả") == "Kết quả"
    assert strip_label("1.2") == "1.2"
    assert strip_label("a) Số vụ") == "Số vụ"
    assert strip_label("Xã Cẩm Trung") == "Xã Cẩm Trung"
    assert strip_label("Vĩnh Long") == "Vĩnh Long"
