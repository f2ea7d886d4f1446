"""What a row of a table is: data, a total, the head of a section, or nothing."""

import re
from functools import cache
from typing import Literal

from geo.office_sheet.words import words
from geo.units import fold, tone_key

RowKind = Literal["data", "total", "section", "blank"]

_NUMBERING = re.compile(
    r"^\s*(?:\(?(?:[IVXLC]+|[A-HĐ]|\d{1,3})\s*[.)/](?!\d)\s*|[IVXLC]+\s+[-–]\s*|[IVXLC]{2,}\s+(?=[A-ZĐ])"
    r"|[a-zđ]\s*[.)]\s+|[-–+•*]\s*)(?=\D)"
)
_NOTE = re.compile(r"\s*(?:\(\s*\*+\s*\)|\*+|[¹²³⁴-⁹]+)\s*$")
_ROMAN = re.compile(r"[IVXLC]+\.?|[A-HĐ]\.?")


def strip_label(label: str) -> str:
    """Take numbering, list dashes and footnote marks off a label.

    >>> strip_label("1. Xã Tân Hưng (*)"), strip_label("II. HUYỆN KHOÁI CHÂU"), strip_label("- Nữ")
    ('Xã Tân Hưng', 'HUYỆN KHOÁI CHÂU', 'Nữ')
    """
    return _NOTE.sub("", _NUMBERING.sub("", " ".join(label.split()))).strip()


def is_total(label: str) -> bool:
    """Tell whether a label names a sum; ``Xã Tổng Cọt`` and ``Xã Cộng Hòa`` do not.

    >>> is_total("TỔNG CỘNG"), is_total("Cộng (I+II)"), is_total("Xã Tổng Cọt")
    (True, True, False)
    """
    folded = fold(re.sub(r"\([^()]*\)", " ", strip_label(label)))
    return folded in words().total or fold(label).startswith(words().total_starts)


def is_grand_total(label: str) -> bool:
    """Tell whether a label names the sum of a whole table."""
    return fold(re.sub(r"\([^()]*\)", " ", strip_label(label))) in words().grand


@cache
def _section_keys() -> tuple[str, ...]:
    return tuple(tone_key(word) for word in words().section_starts)


def is_section(label: str, *, number: object = None) -> bool:
    """Tell whether a label heads a group of units: a district, a cluster, a Roman number."""
    key = tone_key(strip_label(label))
    if any(key == word or key.startswith(f"{word} ") for word in _section_keys()):
        return True
    return isinstance(number, str) and _ROMAN.fullmatch(number.strip()) is not None
