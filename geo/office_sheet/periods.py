"""The period that a title, a heading or a cell names.

từ ngày 15/12/2025 đến ngày 14/6/2026     H2026-1, by its window
6 tháng đầu năm 2026                      H2026-1
tháng 5/2026, tháng 05 năm 2026           M2026-05
năm 2026                                  Y2026 or C2026: the caller says which (rule P3)
"""

import re
from dataclasses import dataclass
from datetime import date

from geo.errors import Refused
from geo.office_sheet.cells import parse_day
from geo.period import PERIOD_KINDS, make_period, parse_period

_DAY = r"(\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2} tháng \d{1,2} năm \d{4})"
_WINDOW = re.compile(
    rf"(?:từ\s*)?(?:ngày\s*)?{_DAY}\s*(?:đến|tới|-|–)\s*(?:hết\s*)?(?:ngày\s*)?{_DAY}", re.I
)
# A letter's date line, "ngày 14 tháng 6 năm 2026", names no period.
_LETTER_DAY = re.compile(
    r"ngày\s*\d{1,2}\s*(?:tháng\s*\d{1,2}\s*năm\s*|[/.-]\s*\d{1,2}\s*[/.-]\s*)\d{4}", re.I
)
_HALF = re.compile(r"\b0?6\s*tháng\s*(đầu|cuối)\s*năm\s*(\d{4})", re.I)
_MONTH = re.compile(r"\btháng\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(\d{4})", re.I)
_PLAIN_MONTH = re.compile(r"(\d{1,2})\s*[/-]\s*(\d{4})")
_YEAR = re.compile(r"\bnăm\s*(\d{4})\b", re.I)
_OTHER = re.compile(r"\b(?:quý\s*[IViv1-4]+|0?[1-57-9]\s*tháng(?:\s*đầu)?|1[01]\s*tháng)\b", re.I)
_ID = re.compile(r"\b(?:M\d{4}-\d{2}|H\d{4}-[12]|[YC]\d{4})\b")


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """What a text says about the period.

    Parameters
    ----------
    id
        Identifier of the period; None when it names a window that is none of ours.
    is_year
        A plain year: the reporting year 15/12 to 14/12, or the calendar year.
    """

    id: str | None
    is_year: bool = False


def period_in(text: str, *, year_kind: str = "year") -> NamedPeriod | None:
    """Find the period that a text names; None when it names none.

    Parameters
    ----------
    text
        Title, heading or cell.
    year_kind
        What a plain year means here: ``year`` (15/12 to 14/12) or ``calendar_year``.

    >>> period_in("Số liệu từ ngày 15/12/2025 đến ngày 14/6/2026").id
    'H2026-1'
    >>> period_in("(Kèm theo Báo cáo ngày 20 tháng 6 năm 2026)") is None
    True
    """
    plain = " ".join(text.split())
    known = _ID.search(plain)
    if known:
        return _checked(known[0])
    window = _WINDOW.search(plain)
    if window:
        return NamedPeriod(_of_window(parse_day(window[1]), parse_day(window[2])))
    plain = _LETTER_DAY.sub(" ", plain)
    half = _HALF.search(plain)
    if half:
        return _checked(f"H{half[2]}-{1 if half[1].casefold() == 'đầu' else 2}")
    month = _MONTH.search(plain)
    if month:
        return _checked(f"M{month[2]}-{int(month[1]):02d}")
    if _OTHER.search(plain):
        return NamedPeriod(None)
    year = _YEAR.search(plain)
    if year:
        told = _checked(f"{'C' if year_kind == 'calendar_year' else 'Y'}{year[1]}")
        return NamedPeriod(told.id, is_year=True)
    return None


def period_of_cell(value: object, *, year_kind: str = "year") -> NamedPeriod | None:
    """Read a period's own cell: also ``05/2026``, a plain year, or a day of the month meant."""
    if isinstance(value, date):
        return NamedPeriod(make_period("month", year=value.year, month=value.month).id)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"năm {int(value)}" if 2000 <= value < 2100 else ""
    text = str(value or "").strip()
    month = _PLAIN_MONTH.fullmatch(text)
    if month:
        return _checked(f"M{month[2]}-{int(month[1]):02d}")
    if re.fullmatch(r"20\d\d", text):
        text = f"năm {text}"
    return period_in(text, year_kind=year_kind)


def without_period(text: str) -> str:
    """Take the period out of a heading, so that next month's form is known again."""
    plain = " ".join(text.split())
    for pattern in (_ID, _WINDOW, _LETTER_DAY, _HALF, _MONTH, _YEAR):
        plain = pattern.sub(" ", plain)
    return " ".join(plain.split())


def _checked(period_id: str) -> NamedPeriod:
    try:
        return NamedPeriod(parse_period(period_id).id)
    except Refused:
        return NamedPeriod(None)


def _of_window(first: date | None, last: date | None) -> str | None:
    if first is None or last is None:
        return None
    for kind in PERIOD_KINDS:
        period = make_period(kind, year=last.year, month=last.month if kind == "month" else 0)
        if (period.starts_on, period.last_day) == (first, last):
            return period.id
    return None
