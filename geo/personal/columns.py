"""What the name of a column announces: persons, places or neither, and what it holds as a whole."""

import re
from collections.abc import Sequence

from geo.personal.lexicon import NO_NAMES, KnownNames
from geo.personal.names import looks_like_full_name
from geo.personal.numbers import is_citizen_number, is_telephone
from geo.personal.phrases import is_birthday
from geo.personal.readings import readings
from geo.personal.uses import FieldUse
from geo.units import fold

# Compared with the folded name of a column, whole, with or without its spaces.
_PERSONAL = frozenset(
    name
    for line in (
        "ten|name|full name|first name|last name|surname|ho|ho ten|ho va ten|ho dem|given name",
        "ten dem|ten goi khac|bi danh|biet danh|ten thuong goi|chu ho|chu nha|nguoi dung ten",
        "doi tuong|ten doi tuong|nguoi nghien|nguoi su dung|nguoi lien quan|can bo|nguoi phu trach",
        "cha|me|vo|chong|cmt|chung minh nhan dan|ma dinh danh|ho chieu|so ho chieu|passport",
        "id number|national id|identity|so dt|dt|di dong|telephone|tel|mobile|zalo|facebook",
        "sinh ngay|tuoi|dob|year of birth|age|dia chi|dia chi nha|dia chi nha rieng|so nha|address",
        "home address|street address|noi o|noi o hien nay|cho o|noi o hien tai|cho o hien nay"
        "|noi cu tru|tam tru",
        "hktt|que quan|nguyen quan|dan toc|ton giao|gioi tinh|quoc tich|nghe nghiep|tien an",
        "nguoi bao|tien su|benh an|anh chan dung|hinh anh|photo|bien so|bien so xe|bien kiem soat",
        "so tai khoan|stk|nguoi khai|nguoi khai bao|nguoi vi pham|ten nguoi|nguoi lap"
        "|nguoi lap bieu",
        "chu quan|chu co so|chu nha tro|ten chu co so|nguoi dai dien|chu so huu"
        "|ngay thang nam sinh",
        "ho ten cha|ho ten me|vo chong|cha me|so bhxh|so bhyt|ma so thue ca nhan|trinh do hoc van",
    )
    for name in line.split("|")
)
_PERSONAL_GLUED = frozenset(name.replace(" ", "") for name in _PERSONAL if len(name) > 5)
# Wherever they stand in the folded name of a column.
_PERSONAL_PARTS = re.compile(
    r"\b(ho ten|ho va ten|cccd|cmnd|can cuoc|dien thoai|sdt|ngay sinh|nam sinh|so dinh danh"
    r"|thuong tru|ho khau|phone|e ?mail|birth|birthday|birthdate)\b"
    r"|hovaten|dienthoai|ngaysinh|namsinh|socccd|socmnd|hokhau|thuongtru"
)
# A telephone may stand in a column that is made for the duty number of a unit, and there alone.
_DUTY = re.compile(r"\b(duong day nong|hotline|truc ban)\b")
_PLACE = re.compile(
    r"\b(duong|pho|xa|phuong|thi tran|quan|huyen|tinh|thanh pho|thon|ap|xom|ban|to dan pho|khu pho"
    r"|don vi|dia diem|dia ban|noi|vi tri|khu vuc|truong|cho|cau|cong vien|di tich|tuyen|diem dau"
    r"|diem cuoi|street|road|ward|commune|district|province|place|location|unit)\b"
)
_COUNT = re.compile(
    r"^(so|tong|tong so|dien tich|dan so|ty le|count|total|area|population|gia|kinh phi|so tien)\b"
)

# A column is personal as a whole when so many of its different values look it.
_SHARE_OF_NAMES = 0.6
# Streets are called after persons: nearly all must look like names that no street bears.
_SHARE_OF_NAMES_OF_PLACES = 0.85
_SHARE_OF_NUMBERS = 0.5
_FEWEST_NAMES, _FEWEST_NAMES_OF_PLACES, _FEWEST_NUMBERS, _FEWEST_DAYS = 4, 8, 3, 10
_LAST_YEAR_OF_BIRTHDAYS = 2005


def column_looks_personal(name: str) -> bool:
    """Tell whether the name of a column announces data on persons.

    >>> column_looks_personal("Họ và tên"), column_looks_personal("NgaySinh")
    (True, True)
    >>> column_looks_personal("Tên đường"), column_looks_personal("category")
    (False, False)
    """
    for folded in map(fold, readings(name, glued=True)):
        # "Trực ban, đường dây nóng, số điện thoại" is a unit's.
        if _DUTY.search(folded) and "di dong" not in folded:
            return False
        if (
            folded in _PERSONAL
            or folded.replace(" ", "") in _PERSONAL_GLUED
            or _PERSONAL_PARTS.search(folded)
        ):
            return True
    return False


def use_of_column(name: str) -> FieldUse:
    """Say what a column that the import does not know is likely to hold.

    >>> use_of_column("Tên đường"), use_of_column("Số hộ"), use_of_column("Ghi chú")
    ('place_name', 'number', 'free_text')
    """
    folded = fold(name)
    if _DUTY.search(folded):
        return "duty_phone"
    if _COUNT.search(folded):
        return "number"
    return "place_name" if _PLACE.search(folded) else "free_text"


def column_holds_persons(
    distinct: Sequence[str], *, use: FieldUse, known: KnownNames = NO_NAMES
) -> bool:
    """Tell whether a column is about persons as a whole, though each value may be something else.

    Parameters
    ----------
    distinct
        Its different values, as they would be written.
    use
        What the column is for.
    known
        Names of places.
    """
    values = [value for value in distinct if value]
    if not values or use in ("number", "duty_phone"):
        return False
    fewest, share = (
        (_FEWEST_NAMES_OF_PLACES, _SHARE_OF_NAMES_OF_PLACES)
        if use in ("place_name", "unit_name")
        else (_FEWEST_NAMES, _SHARE_OF_NAMES)
    )
    names = sum(
        any(looks_like_full_name(reading, known=known) for reading in readings(value))
        for value in values
        if len(value) < 80
    )
    if names >= fewest and names >= share * len(values):
        return True
    digits = [value for value in values if value.isascii() and value.isdigit()]
    numbers = sum(map(_is_number_of_a_sheet, digits))
    if numbers >= _FEWEST_NUMBERS and numbers >= _SHARE_OF_NUMBERS * len(values):
        return True
    return use != "date" and _are_birthdays(values)


def _is_number_of_a_sheet(digits: str) -> bool:
    """Tell whether digits are a telephone or personal number whose first noughts a sheet lost."""
    if len(digits) == 9:
        return is_telephone(f"0{digits}")
    return 10 <= len(digits) <= 12 and is_citizen_number(digits.rjust(12, "0"))


def _are_birthdays(values: Sequence[str]) -> bool:
    days = [value for value in values if is_birthday(value.split("T")[0].split(" ")[0])]
    early = [day for day in days if min(map(int, re.findall(r"(?:19|20)\d\d", day)[:1])) < 2005]
    return len(early) >= _FEWEST_DAYS and 2 * len(early) >= len(values)
