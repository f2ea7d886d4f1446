"""Numbers, marks and days as they are written in Vietnam.

    1.234,5   1 234   12,5%   (12)   12(*)   -   0   blank
    1.234     thousand or decimal? Decided by the column as a whole, else asked; never guessed.

Blank is "not reported" and gives no figure; 0 is zero; a mark means what the layout says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

DecimalMark = Literal[",", "."]
What = Literal["number", "blank", "ambiguous", "date", "mark", "no_number"]

_NOTE = re.compile(r"\s*(?:\(\s*\*+\s*\)|\*+|[¹²³⁴-⁹]+)\s*$")
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?:\D|$))")
_SHAPE = re.compile(r"\d+(?:[.,]\d+)*")
# Neither digits nor letters: a sign in place of a figure, e.g. "-" or "...".
_MARK = re.compile(r"[^\w\s%]+|[xX]|[Kk]|N/A", re.IGNORECASE)
_EXCEL_START = date(1899, 12, 30)
_DAY_WORDS = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.IGNORECASE)
_DAY = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})", re.I)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says.

    Parameters
    ----------
    what
        ``number`` has a value; ``blank`` has none; the others are not taken.
    value
        The number, before the scale of its column; a share written with % is already 0..1.
    percent
        Written with a % sign.
    """

    what: What
    value: float | None = None
    percent: bool = False


BLANK = Reading("blank")


def clean(text: str) -> str:
    """Take footnote marks and doubled spaces off a cell's text: ``12 (*)`` gives ``12``."""
    return _NOTE.sub("", " ".join(text.split()))


def is_number_like(value: object) -> bool:
    """Tell whether a cell holds a number or a text that is written like one."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and _split(value) is not None


def read_number(
    value: object, *, decimal_mark: DecimalMark | None, marks: Mapping[str, str]
) -> Reading:
    """Read a figure's cell.

    Parameters
    ----------
    value
        The cell.
    decimal_mark
        Of the column; None when it is not known.
    marks
        What signs in place of a figure mean: ``zero``, ``blank`` or ``ask``.

    >>> read_number("1.234,5", decimal_mark=",", marks={}).value
    1234.5
    >>> read_number("1.234", decimal_mark=None, marks={}).what
    'ambiguous'
    >>> read_number("-", decimal_mark=None, marks={"-": "zero"}).value
    0.0
    """
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return Reading("no_number")
    if isinstance(value, int | float):
        return Reading("number", float(value))
    if isinstance(value, date):
        return Reading("date")
    text = str(value).strip()
    if not text:
        return BLANK
    meaning = marks.get(text) or marks.get(text.casefold())
    if meaning is not None:
        return _READ_MARK[meaning]
    parts = _split(text)
    if parts is None:
        if _MARK.fullmatch(text):
            return Reading("mark")
        return Reading("date" if parse_day(text) else "no_number")
    sign, digits, percent = parts
    plain = _plain(digits, decimal_mark)
    if plain is None:
        # The mark of the column does not fit how this cell is grouped.
        return Reading("no_number" if decimal_mark else "ambiguous")
    number = sign * float(plain)
    return Reading("number", number / 100 if percent else number, percent)


_READ_MARK: Mapping[str, Reading] = {
    "zero": Reading("number", 0.0),
    "blank": BLANK,
    "ask": Reading("mark"),
}


def marks_in(values: Iterable[object]) -> dict[str, int]:
    """Count the signs that stand in place of figures."""
    found: dict[str, int] = {}
    for value in values:
        if isinstance(value, str) and _MARK.fullmatch(value.strip()):
            text = value.strip().casefold()
            found[text] = found.get(text, 0) + 1
    return found


def decimal_mark_of(values: Iterable[object]) -> tuple[set[DecimalMark], int]:
    """Find which decimal marks the texts of a column prove, and how many could be read both ways.

    >>> decimal_mark_of(["1.234", "1.234,5"]), decimal_mark_of(["1.234", 7])
    (({','}, 1), (set(), 1))
    """
    proved: set[DecimalMark] = set()
    unclear = 0
    for value in values:
        parts = _split(value) if isinstance(value, str) else None
        if parts is None:
            continue
        told = _told_by(parts[1])
        if told is not None:
            proved.add(told)
        elif not parts[1].isdigit():
            unclear += 1
    return proved, unclear


def _split(text: str) -> tuple[int, str, bool] | None:
    """Split a written number into sign, digits with marks, and whether it is in percent."""
    body = _SPACES.sub("", clean(text)).strip()
    percent = body.endswith("%")
    body = body.removesuffix("%").strip()
    sign = 1
    if body.startswith("(") and body.endswith(")"):
        # Bookkeepers write what is below zero in brackets.
        sign, body = -1, body[1:-1].strip()
    elif body[:1] in ("-", "+", "−"):
        sign, body = (1 if body[0] == "+" else -1), body[1:].strip()
    return (sign, body, percent) if _SHAPE.fullmatch(body) else None


def _told_by(digits: str) -> DecimalMark | None:
    """Tell which decimal mark a written number proves by its form, or None."""
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "," if digits.rfind(",") > digits.rfind(".") else "."
    if not dots and not commas:
        return None
    own: DecimalMark
    other: DecimalMark
    own, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    whole, _, rest = digits.partition(own)
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return None if grouped else own


def _plain(digits: str, decimal_mark: DecimalMark | None) -> str | None:
    """Write a number with a point and no groups; None when the mark is needed or does not fit."""
    if digits.isdigit():
        return digits
    if decimal_mark is None:
        decimal_mark = _told_by(digits)
        if decimal_mark is None:
            return None
    group = "." if decimal_mark == "," else ","
    whole, _, rest = digits.partition(decimal_mark)
    groups = whole.split(group)
    well_grouped = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(one) == 3 for one in groups[1:])
    )
    if not well_grouped or not all(one.isdigit() for one in groups) or "." in rest or "," in rest:
        return None
    return "".join(groups) + (f".{rest}" if rest else "")


def parse_day(value: object) -> date | None:
    """Read a day: dd/mm/yyyy, d/m/yy, 'ngày 14 tháng 6 năm 2026', ISO, a spreadsheet's serial.

    >>> parse_day("ngày 14 tháng 6 năm 2026"), parse_day("5/1/26"), parse_day(46187)
    (datetime.date(2026, 6, 14), datetime.date(2026, 1, 5), datetime.date(2026, 6, 14))
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        # 1954 to 2119: anything else is no day of this programme.
        return _EXCEL_START + timedelta(days=int(value)) if 20000 <= value < 80000 else None
    text = " ".join(str(value).split())
    iso = _ISO_DAY.fullmatch(text)
    if iso:
        return _day(iso[3], iso[2], iso[1])
    found = _DAY_WORDS.fullmatch(text) or _DAY.fullmatch(text)
    return _day(found[1], found[2], found[3]) if found else None


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
