"""What offices do to boundary files and what comes of it: the table of the two guides.

`python -m tests.support.boundary_habits` prints both tables; a test holds the guides against them.
"""

from dataclasses import dataclass
from typing import Literal

from geo.messages import Language

# Put right and told; told; taken only when accepted by name with a reason; refused.
Outcome = Literal["mended", "told", "acceptable", "refused"]
OUTCOMES: dict[Outcome, dict[Language, str]] = {
    "mended": {"vi": "sửa, có báo", "en": "put right, told"},
    "told": {"vi": "nhận, có báo", "en": "taken, told"},
    "acceptable": {"vi": "lỗi; nhận khi có --accept", "en": "error; let pass with --accept"},
    "refused": {"vi": "từ chối", "en": "refused"},
}
HEADS: dict[Language, str] = {
    "vi": "| tệp có | kết quả | mã phát hiện |",
    "en": "| the file has | outcome | codes of findings |",
}


@dataclass(frozen=True)
class Habit:
    vi: str
    en: str
    outcome: Outcome
    codes: tuple[str, ...]


HABITS: tuple[Habit, ...] = (
    Habit(
        "tên viết bằng TCVN3 (ABC) hoặc VNI",
        "names in TCVN3 (ABC) or VNI",
        "acceptable",
        ("names_legacy_encoding",),
    ),
    Habit(
        "như trên, có --encoding",
        "the same, with --encoding",
        "mended",
        ("names_decoded",),
    ),
    Habit(
        "`<U+1ED3>`, `Ð` thay `Đ`, `NA`, dấu rời, thừa dấu cách, viết liền, VIẾT HOA HẾT",
        "`<U+1ED3>`, `Ð` for `Đ`, `NA`, decomposed letters, spare or no spaces, ALL CAPITALS",
        "mended",
        (
            *("names_unescaped", "names_eth_replaced", "names_no_value", "names_composed"),
            *("names_squeezed", "names_parted", "names_not_shouted"),
        ),
    ),
    Habit(
        "mã mất số 0 ở đầu",
        "codes without leading zeros",
        "mended",
        ("codes_zeros_restored",),
    ),
    Habit(
        "mã thiếu, trùng, dòng lặp lại",
        "a code missing, twice, a row repeated",
        "refused",
        ("unit_code_missing", "unit_code_twice", "unit_row_repeated"),
    ),
    Habit(
        "mã sai dạng, không có trong danh mục",
        "a code of the wrong form, or not in the register",
        "acceptable",
        ("unit_code_malformed", "unit_code_unknown"),
    ),
    Habit(
        "không ghi hệ tọa độ", "no coordinate system", "refused", ("crs_missing", "crs_proposed")
    ),
    Habit(
        "VN-2000 hoặc hệ khác có ghi",
        "VN-2000 or another system that is named",
        "mended",
        ("crs_transformed",),
    ),
    Habit(
        "vòng tự cắt, phần nằm trong phần khác, vòng lỗ nằm ngoài vùng",
        "rings that cross themselves, a part within a part, a hole outside its shell",
        "mended",
        ("geometry_repaired", "geometry_shells_nested", "geometry_hole_outside"),
    ),
    Habit(
        "như trên, diện tích đổi quá một phần nghìn",
        "the same, when the area changes by more than a thousandth",
        "acceptable",
        ("geometry_repaired_much", "geometry_shells_nested", "geometry_hole_outside"),
    ),
    Habit(
        "chồng lấn trên 1 ha, khe hở trên 10 ha",
        "an overlap above 1 ha, a gap above 10 ha",
        "acceptable",
        ("units_overlap", "gap_in_set"),
    ),
    Habit(
        "chồng lấn, khe hở nhỏ hơn (từ 100 m² nêu từng cặp đơn vị, tối đa 50)",
        "smaller ones (from 100 m² each with its units, 50 at most)",
        "told",
        (
            *("units_overlap_slightly", "units_overlap_strip"),
            *("gaps_in_set_slight", "gap_strip"),
        ),
    ),
    Habit(
        "số xã khác danh mục, thiếu tỉnh, mã ghi sai tỉnh",
        "another number of communes than the register, a province absent, a code of another one",
        "acceptable",
        ("unit_count_differs", "province_absent", "unit_wrong_province"),
    ),
    Habit(
        "xã nằm giữa tỉnh khác, hai xã đổi chỗ, trung tâm xã nằm ngoài xã",
        "a unit among those of another province, two units swapped, a centre outside its unit",
        "told",
        (
            *("unit_in_other_province", "units_swapped"),
            *("register_point_elsewhere", "register_point_nowhere"),
        ),
    ),
    Habit(
        "trên một phần tư trung tâm nằm ngoài xã",
        "more than a quarter of the centres outside their units",
        "acceptable",
        ("register_points_far",),
    ),
    Habit(
        "chỉ có điểm hoặc đường (mã, tên vẫn được kiểm tra)",
        "points or lines only (codes and names are judged all the same)",
        "refused",
        ("boundary_file_is_points", "boundary_file_is_lines"),
    ),
    Habit(
        "danh sách không có hình; danh sách biến động (.xls, .csv)",
        "a list without shapes; a list of changes (.xls, .csv)",
        "refused",
        ("boundary_file_is_list", "boundary_file_is_changes"),
    ),
    Habit(
        "JSON cấu trúc riêng, nhiều lớp, tệp hỏng",
        "JSON of a structure of its own, several layers, a damaged file",
        "refused",
        ("boundary_file_private_json", "boundary_file_layers", "boundary_file_unreadable"),
    ),
    Habit(
        "thiếu .dbf hoặc .shx, nội dung khác đuôi tệp, có mật khẩu",
        "no .dbf or .shx, content of another kind than the name, a password",
        "refused",
        ("file_parts_missing", "file_content_other", "file_archive_encrypted"),
    ),
    Habit(
        "tệp nén có nhiều tệp, tệp nén lồng nhau, phình quá lớn, đường dẫn lạ, liên kết",
        "an archive with several files, another archive, too much inside, odd paths, links",
        "refused",
        (
            *("file_archive_several", "file_archive_nested", "file_archive_ratio"),
            *("file_archive_too_large", "file_archive_name_unsafe", "file_archive_link"),
        ),
    ),
    Habit(
        "tên tệp giống dữ liệu về người",
        "a file name that looks like data on a person",
        "refused",
        ("file_name_personal",),
    ),
)


def table(language: Language) -> str:
    """Write the table of a guide."""
    rows = [HEADS[language], "|---|---|---|"]
    for habit in HABITS:
        said = habit.vi if language == "vi" else habit.en
        codes = ", ".join(f"`{code}`" for code in habit.codes)
        rows.append(f"| {said} | {OUTCOMES[habit.outcome][language]} | {codes} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table("vi"), table("en"), sep="\n\n")
