"""Finds the columns of a file of places and reads their cells.

field         usual names of its column                     absent
lng, lat      kinh độ, vĩ độ, lon, x, y ...                 refused
kind          loại ...                                      --default kind=...
state         trạng thái ...                                --default state=...
date          ngày ...                                      --default date=...
ref           mã, id ...                                    hash of the content
document_no   số văn bản ...                                empty
reason        lý do ...                                     empty
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache

import numpy as np

from geo import hotspots
from geo.errors import Detail, Finding, Refused
from geo.messages import LANGUAGES, say
from geo.store.personal import column_looks_personal, value_looks_personal
from geo.units import fold

# Compared with the folded name of a column; the field's own name always fits.
COLUMN_NAMES: Mapping[str, frozenset[str]] = {
    "lng": frozenset({"lng", "lon", "long", "longitude", "x", "kinh do", "kinhdo", "toa do x"}),
    "lat": frozenset({"lat", "latitude", "y", "vi do", "vido", "toa do y"}),
    "kind": frozenset({"kind", "loai", "loai diem", "loai hinh", "loai dia diem"}),
    "state": frozenset({"state", "trang thai", "tinh trang"}),
    "date": frozenset(
        {"date", "ngay", "effective on", "ngay hieu luc", "tu ngay", "ngay cap nhat", "thoi diem"}
    ),
    "ref": frozenset({"ref", "id", "ma", "ma diem", "ma so", "so hieu", "source ref", "source id"}),
    "document_no": frozenset({"document no", "van ban", "so van ban", "so ky hieu"}),
    "reason": frozenset({"reason", "reason code", "ly do"}),
}
DEFAULTS = ("kind", "state", "date")
_REQUIRED = ("lng", "lat", *DEFAULTS)

# A day is no code: it could be one of birth.
_WHOLE_DAY = r"(?:\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)\d\d|(?:19|20)\d\d[./ -]\d{1,2}[./ -]\d{1,2})$"
# Free text is never taken (N2): what is kept as text must have the look of a code.
CODE_FORMS: Mapping[str, re.Pattern[str]] = {
    "ref": re.compile(rf"(?!{_WHOLE_DAY})(?=\D*\d)[\w./:#-]{{1,80}}"),
    "document_no": re.compile(rf"(?!{_WHOLE_DAY})(?=\D*\d)[\w./ –-]{{1,60}}"),
    "reason": re.compile(r"[a-z][a-z0-9_]{1,39}"),
}
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d+)?")
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")


def mask_names(names: Iterable[str]) -> tuple[list[str], list[Finding]]:
    """Replace names of columns that are values of persons: a file without a header has such.

    Names of columns are shown in findings, and there the first row would be shown with them. Where
    one name is a number there is no header at all, and no name is shown: any may be a person's.
    """
    masked, findings = [], []
    texts = [str(name) for name in names]
    headless = any(np.isfinite(parse_number(text)) for text in texts)
    for number, name in enumerate(texts, start=1):
        personal = value_looks_personal(name, use="header")
        masked.append(f"#{number}" if personal or headless else name)
        if personal:
            findings.append(Finding("column_personal", column=f"#{number}"))
    return masked, findings


def find_columns(
    present: Iterable[str],
    *,
    named: Mapping[str, str],
    defaults: Mapping[str, str],
    names: Mapping[str, frozenset[str]] = COLUMN_NAMES,
    required: Collection[str] = _REQUIRED,
) -> tuple[dict[str, str], list[Finding]]:
    """Find the column of each field: as its user named it, else by its usual names.

    Parameters
    ----------
    present
        Names of the columns of the file.
    named
        Column of a field where its user named it.
    defaults
        Value of a field for the rows that have none.
    names
        Folded usual names by field.
    required
        Fields that need a column or a default.
    """
    columns = [str(column) for column in present]
    findings: list[Finding] = []
    for number, column in enumerate(columns, start=1):
        if column_looks_personal(column):
            findings.append(Finding("column_personal", column=column))
        elif columns.count(column) > 1 and columns.index(column) == number - 1:
            findings.append(Finding("column_twice", column=column))
    shown = ", ".join(columns)
    chosen: dict[str, str] = {}
    for field, column in named.items():
        details: dict[str, Detail]
        if field not in names:
            details = {"field": field, "fields": ", ".join(names)}
            findings.append(Finding("column_field_unknown", details=details))
        elif column not in columns:
            details = {"column": column, "columns": shown}
            findings.append(Finding("column_unknown", column=column, details=details))
        else:
            chosen[field] = column
    for field, usual in names.items():
        if field in named:
            continue
        fitting = [c for c in columns if fold(c) in usual]
        candidates = [c for c in fitting if c == field] or fitting
        if len(set(candidates)) > 1:
            details = {"field": field, "columns": ", ".join(candidates)}
            findings.append(Finding("column_ambiguous", details=details))
        elif candidates:
            chosen[field] = candidates[0]
        elif field in required and not defaults.get(field):
            details = {"field": field, "columns": shown}
            findings.append(Finding("column_missing", details=details))
    refused = {one.column for one in findings}
    ignored = [c for c in columns if c not in chosen.values() and c not in refused]
    if ignored:
        details = {"columns": ", ".join(ignored)}
        findings.append(Finding("columns_ignored", "info", details=details))
    return chosen, findings


def parse_number(value: object) -> float:
    """Read a number with a decimal point or comma; NaN when it is none.

    >>> parse_number("105,8542"), parse_number(" 21.03 "), parse_number("21°01'")
    (105.8542, 21.03, nan)
    """
    if isinstance(value, bool) or value is None:
        return float("nan")
    if isinstance(value, int | float | np.number):
        return float(value)
    text = str(value).strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else float("nan")


def parse_day(value: object) -> date | None:
    """Read a day written yyyy-mm-dd or dd/mm/yyyy, or a spreadsheet's own date; None else.

    >>> parse_day("31/12/2025"), parse_day("31/02/2025")
    (datetime.date(2025, 12, 31), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip().removesuffix("T00:00:00").removesuffix(" 00:00:00")
    for form in _DATE_FORMS:
        try:
            # Only the day is kept, so there is no instant that could lack a zone.
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def parse_kind(value: object) -> str | None:
    """Read a kind of hotspot by its code or its name in either language."""
    return _kinds().get(fold(str(value)))


def parse_state(value: object) -> str | None:
    """Read a state by its code or its name in either language."""
    return _states().get(fold(str(value)))


@cache
def _kinds() -> Mapping[str, str]:
    return _by_name({code: f"hotspot_kind_{code}" for code in hotspots.KINDS})


@cache
def _states() -> Mapping[str, str]:
    return _by_name({code: f"hotspot_state_{code}" for code in hotspots.STATES})


def _by_name(sentences: Mapping[str, str]) -> Mapping[str, str]:
    """Give codes by every folded name: the code itself and its sentence in each language."""
    names = {fold(code): code for code in sentences}
    for code, sentence in sentences.items():
        names |= {fold(say(sentence, language=language)): code for language in LANGUAGES}
    return names


def check_defaults(defaults: Mapping[str, str]) -> None:
    """Refuse defaults for fields that have none, or that cannot be read.

    Raises
    ------
    Refused
        ``default_field_unknown`` or ``default_unreadable``.
    """
    parsers: Mapping[str, Callable[[object], object]] = {
        "kind": parse_kind,
        "state": parse_state,
        "date": parse_day,
    }
    for field, value in defaults.items():
        if field not in parsers:
            raise Refused("default_field_unknown", field=field[:40], fields=", ".join(parsers))
        if parsers[field](value) is None:
            raise Refused("default_unreadable", field=field)
