"""Tells what looks like a person: names of columns and values that must never come in (N2, N3).

Pure functions on text; they answer yes or no and never repeat what they saw. They refuse rather
too much: a column of the plain title "tên" may hold places, but nobody can see that from here.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.units import fold

# Compared with the folded name of a column, whole.
_COLUMNS = frozenset(
    name
    for line in (
        "ten|name|full name|fullname|first name|last name|surname|ho|ho ten|ho va ten|hoten|ho dem",
        "ten dem|ten goi khac|bi danh|biet danh|ten thuong goi|chu ho|chu nha|nguoi dung ten",
        "doi tuong|ten doi tuong|nguoi nghien|nguoi su dung|nguoi lien quan|can bo|nguoi phu trach",
        "cha|me|vo|chong|cmt|chung minh nhan dan|ma dinh danh|ho chieu|so ho chieu|passport",
        "id number|national id|identity|so dt|dt|di dong|telephone|tel|mobile|zalo|facebook",
        "sinh ngay|tuoi|dob|year of birth|age|dia chi|dia chi nha|dia chi nha rieng|so nha|address",
        "home address|street address|noi o|cho o|noi o hien tai|cho o hien nay|noi cu tru|tam tru",
        "hktt|que quan|nguyen quan|dan toc|ton giao|gioi tinh|quoc tich|nghe nghiep|tien an",
        "nguoi bao|tien su|benh an|anh chan dung|hinh anh|photo",
    )
    for name in line.split("|")
)
# Wherever they stand in the folded name of a column.
_COLUMN_PARTS = re.compile(
    r"\b(ho ten|ho va ten|cccd|cmnd|can cuoc|dien thoai|sdt|ngay sinh|nam sinh|so dinh danh"
    r"|thuong tru|ho khau|phone|e ?mail|birth|birthday|birthdate)\b"
)

_PATTERNS = (
    # Personal number: twelve digits that are not the tail of a fraction, also in groups.
    r"(?<![\d.,])\d{3}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}(?![\d])",
    # The same digit by digit, as written to get past a check.
    r"(?<![\d.,])\d(?: \d){11}(?!\d)",
    # Telephone: a mobile or a fixed line, from within the country or from outside.
    r"(?<![\d.,])(?:\+?84|0)[ .-]?(?:[35789]|2\d{1,2})(?:[ .-]?\d){8}(?!\d)",
    r"[\w.+-]+@[\w-]+\.[\w.]+",
    # A household: "nhà ông Tư", "nhà bà B", "hộ ông", "nhà riêng".
    r"\b(?:nhà|hộ|quán|tiệm|phòng trọ|nhà trọ)(?: của)?"
    r" (?:ông|bà|anh|chị|cô|chú|bác|cụ|em|thím|mợ)\b",
    r"\b(?:nhà riêng|hộ gia đình)\b",
    # A day or year of birth; "học sinh 12" and "vệ sinh 5" are none.
    r"(?<!học )(?<!vệ )(?<!phát )\bsinh (?:ngày |năm )?\d",
    # A form of address before a name in capitals; "Bà" and "Ông" also begin names of places.
    r"\b(?:ông|bà|[Aa]nh|[Cc]hị|[Đđ]ối tượng) [A-ZĐÀ-Ỹ]\w*(?: [A-ZĐÀ-Ỹ]\w*)+",
)
_BRACKETS = str.maketrans("", "", "()")
_VALUE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_FOLDED_CASE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS[3:7]), re.IGNORECASE)


def column_looks_personal(name: str) -> bool:
    """Tell whether the name of a column announces data on persons.

    >>> column_looks_personal("Họ và tên"), column_looks_personal("Số CCCD (12 số)")
    (True, True)
    >>> column_looks_personal("Tên đường"), column_looks_personal("category")
    (False, False)
    """
    folded = fold(name)
    return folded in _COLUMNS or _COLUMN_PARTS.search(folded) is not None


def value_looks_personal(text: str) -> bool:
    """Tell whether a text holds a personal number, a telephone, an address of a person or a name.

    Names of places that are also names of persons pass: only a form of address betrays a person.

    >>> value_looks_personal("nhà ông Tư, sau chợ"), value_looks_personal("0912 345 678")
    (True, True)
    >>> value_looks_personal("Công viên Lê Lợi"), value_looks_personal("Cầu Ông Lãnh")
    (False, False)
    """
    # "(091) 234-5678" is a telephone like any other.
    plain = text.translate(_BRACKETS)
    return _VALUE.search(plain) is not None or _FOLDED_CASE.search(plain) is not None


def values_look_personal(values: Iterable[object]) -> NDArray[np.bool_]:
    """Tell it for many values; numbers are looked at as they would be written."""
    texts = pd.Series([_as_text(value) for value in values], dtype=object)
    codes, distinct = pd.factorize(texts)
    return np.array([value_looks_personal(text) for text in distinct], dtype=np.bool_)[codes]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    # A spreadsheet turns what looks like a number into one: 912345678.0 is 912345678.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)
