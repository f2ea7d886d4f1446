"""Fields of records: their usual names in files, and how a cell of each is read.

A reader gives the value, or None for what it cannot read. A blank cell never comes to a reader:
blank is "not reported" and stays apart from 0 everywhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Literal

from geo.errors import Refused
from geo.messages import LANGUAGES, catalogue, say
from geo.period import parse_period
from geo.personal import FieldUse
from geo.store.place_columns import CODE_FORMS, parse_day
from geo.units import fold

Need = Literal["required", "optional"]
Read = Callable[[object], object]

_THOUSANDS = re.compile(r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+")
_WHOLE = re.compile(r"\d{1,12}")
_PLAIN = re.compile(r"\d{1,12}(?:,\d{1,6})?")
# One point and not three digits after it: it can only be a decimal point.
_POINT = re.compile(r"\d{1,12}\.(?:\d{1,2}|\d{4,6})")
_UNIT_CODE = re.compile(r"\d{1,5}|VN")
_MONTH = re.compile(r"(?:thang )?(\d{1,2}) (\d{4})")
_HALF = re.compile(r"(?:6|06|sau) thang(?: dau nam)? (\d{4})")
_YEAR = re.compile(r"(?:ca )?nam (\d{4})")
_MOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    Parameters
    ----------
    id
        Name in our files, in `--map` and in the tables.
    read
        Reads a cell that is not blank; None for what is none.
    need
        Whether rows without it are refused.
    names
        Further usual names of its column, folded; the sentence ``field_<id>`` in both languages
        and the id always fit.
    choices
        Values that it can take, by code with the message code of each: readers and templates.
    example
        A cell as its user would write it, for the template.
    use
        What its cells are for, to tell a person's name from a place's.
    in_past
        A day that cannot lie ahead.
    """

    id: str
    read: Read
    need: Need = "optional"
    names: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    use: FieldUse = "free_text"
    in_past: bool = False

    def text_use(self) -> FieldUse:
        """Say what its cells are for: as said, else by what reads them."""
        return self.use if self.use != "free_text" else _USES.get(self.read, "free_text")

    def usual_names(self) -> frozenset[str]:
        """Give every folded name under which a file may call the field."""
        code = f"field_{self.id}"
        # A field of an indicator has the indicator's names among its own.
        said = [say(code, language=one) for one in LANGUAGES] if code in catalogue() else []
        return frozenset(fold(name) for name in (self.id, *said, *self.names))


def read_count(value: object) -> int | None:
    """Read a whole number that is not negative; points between groups of three are thousands.

    >>> read_count("1.234"), read_count("12"), read_count(3.0), read_count("3,5"), read_count(-1)
    (1234, 12, 3, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        whole = float(value).is_integer() and 0 <= value <= _MOST
        return int(value) if whole else None
    text = str(value).strip()
    if _THOUSANDS.fullmatch(text):
        text = re.sub(r"\D", "", text)
    if not _WHOLE.fullmatch(text) or int(text) > _MOST:
        return None
    return int(text)


def read_decimal(value: object) -> Decimal | None:
    """Read a number that is not negative, with a decimal comma or an unmistakable point.

    ``1.234`` is none: it may be one thousand or one and a bit, and nobody can see which.

    >>> read_decimal("1.234,5"), read_decimal("0.5"), read_decimal("1.234"), read_decimal(2)
    (Decimal('1234.5'), Decimal('0.5'), None, Decimal('2'))
    """
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value)) if isinstance(value, int | float) else _decimal(str(value))
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or not 0 <= number <= _MOST:
        return None
    return number


def _decimal(text: str) -> Decimal | None:
    text = text.strip()
    head, comma, tail = text.partition(",")
    if comma and _THOUSANDS.fullmatch(head) and tail.isdecimal():
        return Decimal(re.sub(r"\D", "", head) + "." + tail)
    if _PLAIN.fullmatch(text) or _POINT.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def read_share(value: object) -> Decimal | None:
    """Read a share 0..1 that is written as a percentage or as a share.

    >>> read_share("12,5%"), read_share(0.4), read_share("12,5")
    (Decimal('0.125'), Decimal('0.4'), None)
    """
    text = str(value).strip()
    number = read_decimal(text[:-1]) if text.endswith("%") else read_decimal(value)
    if number is None:
        return None
    share = number / 100 if text.endswith("%") else number
    return share if share <= 1 else None


def read_day(value: object) -> date | None:
    """Read a day."""
    return parse_day(value)


def read_day_after(value: object) -> date | None:
    """Read the last day of a span, as people say it, and give the day after (half-open)."""
    day = parse_day(value)
    return None if day is None or day == date.max else day + timedelta(days=1)


def read_period(value: object) -> str | None:
    """Read a period: its identifier, or as people write it; a derived one is none (P1).

    >>> read_period("M2026-05"), read_period("tháng 5/2026"), read_period("6 tháng đầu năm 2026")
    ('M2026-05', 'M2026-05', 'H2026-1')
    >>> read_period("năm 2025"), read_period("H2026-2")
    ('Y2025', None)
    """
    text = str(value).strip()
    folded = fold(text)
    found = text
    if month := _MONTH.fullmatch(folded):
        found = f"M{month[2]}-{int(month[1]):02d}"
    elif half := _HALF.fullmatch(folded):
        found = f"H{half[1]}-1"
    elif year := _YEAR.fullmatch(folded):
        found = f"Y{year[1]}"
    try:
        period = parse_period(found)
    except Refused:
        return None
    return None if period.kind == "rest_of_year" else period.id


def read_code(value: object) -> str | None:
    """Read a code: letters and signs with a digit among them, never a sentence."""
    text = _plain(value)
    return text if CODE_FORMS["ref"].fullmatch(text) else None


def read_document(value: object) -> str | None:
    """Read the number of a document."""
    text = _plain(value)
    return text if CODE_FORMS["document_no"].fullmatch(text) else None


def read_unit_code(value: object) -> str | None:
    """Read the code of a unit; zeros that a spreadsheet took are looked for by the caller."""
    text = _plain(value)
    return text if _UNIT_CODE.fullmatch(text) else None


def read_name(value: object) -> str | None:
    """Read the name of a place: short, and with a letter or digit in it."""
    text = " ".join(str(value).split())
    return text if 0 < len(text) <= 80 and fold(text) else None


def chooser(choices: Mapping[str, str]) -> Read:
    """Make the reader of a field that takes one of some values: the code or its name.

    Parameters
    ----------
    choices
        Message code of the name by value.
    """

    @cache
    def known() -> Mapping[str, str]:
        names = {fold(code): code for code in choices}
        for code, sentence in choices.items():
            names |= {fold(say(sentence, language=language)): code for language in LANGUAGES}
        return names

    return lambda value: known().get(fold(str(value)))


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


_USES: Mapping[Read, FieldUse] = {
    read_count: "number",
    read_decimal: "number",
    read_share: "number",
    read_day: "date",
    read_day_after: "date",
    read_period: "code",
    read_code: "code",
    read_unit_code: "code",
    read_document: "document_no",
}
