from pathlib import Path

import pytest
from openpyxl import Workbook

from geo.store import place_file
from geo.store.personal import column_looks_personal, value_looks_personal, values_look_personal


@pytest.mark.parametrize(
    "name",
    [
        "Họ tên", "HỌ VÀ TÊN", "ho_ten", "Tên", "Tên đối tượng", "Số CCCD/CMND", "CMND",
        "SĐT liên hệ", "Điện thoại", "phone_number", "E-mail", "Ngày sinh", "Năm sinh", "dob",
        "Địa chỉ", "Nơi ở hiện tại", "Hộ khẩu thường trú", "address", "full name", "Chủ hộ",
        "Giới tính",
    ],
)  # fmt: skip
def test_columns_on_persons_are_seen(name: str) -> None:
    assert column_looks_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "Mã điểm", "Tên đường", "Tên xã", "Loại điểm", "Trạng thái", "Ngày", "kinh_do", "category",
        "district", "Số văn bản", "ghi chú", "Diện tích", "Số hộ dân",
    ],
)  # fmt: skip
def test_columns_on_places_pass(name: str) -> None:
    assert not column_looks_personal(name)


@pytest.mark.parametrize(
    "value",
    [
        "001099012345", "001 099 012 345", "số 001099012345 cấp 2021", "0912345678", "0912.345.678",
        "+84 912 345 678", "84912345678", "024 3825 1234", "ai.do@vi-du.vn", "nhà ông Ba",
        "NHÀ BÀ TƯ", "sau nhà của ông Năm", "nhà trọ bà Sáu", "nhà riêng", "hộ gia đình",
        "0 0 1 0 9 9 0 1 2 3 4 5", "ĐT: (091) 234-5678", "Sinh ngày 12/05/1987", "sinh 1987",
        "gặp anh Nguyễn Văn A", "đối tượng Trần B C",
    ],
)  # fmt: skip
def test_values_on_persons_are_seen(value: str) -> None:
    assert value_looks_personal(value)


@pytest.mark.parametrize(
    "value",
    [
        "Công viên Lê Lợi", "Đường Nguyễn Huệ", "Cầu Ông Lãnh", "Chợ Bà Chiểu", "Núi Bà Đen",
        "nhà văn hóa thôn 3", "học sinh 12A", "Khu vệ sinh 5", "2025-07-01",
        "105.854212345678", "12/KH-UBND", "HY-2024-0001",
        "12345", "", "bar",
    ],
)  # fmt: skip
def test_places_documents_dates_and_coordinates_pass(value: str) -> None:
    assert not value_looks_personal(value)


def test_cells_of_a_spreadsheet_are_judged_as_written() -> None:
    number = "079" + "087" + "000012"
    told = values_look_personal([912345678, "0912345678", 1099012345.0, None, 105.85, number])
    assert told.tolist() == [True, True, False, False, False, True]
    # Twelve digits without the structure of a personal number are some other number.
    assert not values_look_personal([123456789012.0, "202507011230"]).any()
    assert not values_look_personal([912345678], use="number").any()


def test_units_of_the_register_pass_though_they_read_like_persons() -> None:
    names = ["Trần Văn Thời", "Bùi La Nhân", "Huỳnh Hữu Nghĩa", "Lê Minh Xuân"]
    assert not any(value_looks_personal(name) for name in names)
    assert value_looks_personal("Trần Văn Thối")


def test_a_workbook_tells_what_stands_beside_its_cells(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["lng", "lat"])
    book.active.append([105.05, 20.05])
    book.active.title = " ".join(["Phạm", "Thị", "Lành"])
    book.properties.creator = book.active.title
    book.save(tmp_path / "diem.xlsx")
    found = place_file.read(tmp_path / "diem.xlsx").findings
    assert [one.code for one in found] == ["part_personal_sheet_name", "file_author_not_kept"]
