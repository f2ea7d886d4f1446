"""Reporting periods of the programme: windows, identifiers, labels, like-with-like comparison.

Dates are local dates of Asia/Ho_Chi_Minh. A period is stored half-open ``[starts_on, ends_before)``
and shown inclusive. It belongs to the year in which it ends (rule P3).

    id          kind             window (inclusive)
    M2026-07    month            01/07/2026 .. 31/07/2026
    H2026-1     half_year        15/12/2025 .. 14/06/2026   the half-year report
    H2026-2     rest_of_year     15/06/2026 .. 14/12/2026   derived, never entered (rule P1)
    Y2026       year             15/12/2025 .. 14/12/2026   the annual report
    C2026       calendar_year    01/01/2026 .. 31/12/2026   never mixed with Y in one series
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from geo.errors import Refused
from geo.messages import Language, say

# Days are days here.
LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
PeriodKind = Literal["month", "half_year", "rest_of_year", "year", "calendar_year"]
PERIOD_KINDS: tuple[PeriodKind, ...] = (
    "month",
    "half_year",
    "rest_of_year",
    "year",
    "calendar_year",
)
_ID = re.compile(
    r"M(?P<my>[1-9]\d{3})-(?P<month>0[1-9]|1[0-2])"
    r"|H(?P<hy>[1-9]\d{3})-(?P<half>[12])"
    r"|(?P<letter>[YC])(?P<yy>[1-9]\d{3})"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting window, half-open.

    Parameters
    ----------
    kind
        One of `PERIOD_KINDS`.
    starts_on, ends_before
        First day, and the day after the last.
    """

    starts_on: date
    ends_before: date
    kind: PeriodKind

    @property
    def last_day(self) -> date:
        """The last day of the window, as people say it."""
        return self.ends_before - timedelta(days=1)

    @property
    def year(self) -> int:
        """The year to which the period belongs: the one in which it ends."""
        return self.last_day.year

    @property
    def id(self) -> str:
        """The identifier used in addresses, tables and files."""
        match self.kind:
            case "month":
                return f"M{self.year:04d}-{self.starts_on.month:02d}"
            case "half_year":
                return f"H{self.year:04d}-1"
            case "rest_of_year":
                return f"H{self.year:04d}-2"
            case "year":
                return f"Y{self.year:04d}"
            case "calendar_year":
                return f"C{self.year:04d}"

    def contains(self, day: date) -> bool:
        """Tell whether a day lies in the window."""
        return self.starts_on <= day < self.ends_before

    def label(self, language: Language = "vi") -> str:
        """Name the period for people, window included."""
        return say(
            f"period_{self.kind}",
            language=language,
            year=self.year,
            month=self.starts_on.month,
            first=f"{self.starts_on:%d/%m/%Y}",
            last=f"{self.last_day:%d/%m/%Y}",
        )

    def previous(self) -> "Period":
        """Give the like period one step back, the only one it may be compared with (rule P4)."""
        if self.kind == "month":
            before = self.starts_on - timedelta(days=1)
            return make_period("month", year=before.year, month=before.month)
        return make_period(self.kind, year=self.year - 1)


def make_period(kind: PeriodKind, *, year: int, month: int = 0) -> Period:
    """Make the period of a kind that ends in a year (and, for months, is that month)."""
    match kind:
        case "month":
            after = date(year + month // 12, month % 12 + 1, 1)
            return Period(date(year, month, 1), after, kind)
        case "half_year":
            return Period(date(year - 1, 12, 15), date(year, 6, 15), kind)
        case "rest_of_year":
            return Period(date(year, 6, 15), date(year, 12, 15), kind)
        case "year":
            return Period(date(year - 1, 12, 15), date(year, 12, 15), kind)
        case "calendar_year":
            return Period(date(year, 1, 1), date(year + 1, 1, 1), kind)


def due_before(period: Period) -> date:
    """Give the first day on which a report is late: 20/06, 20/12, or the 15th of the next month."""
    match period.kind:
        case "half_year":
            return date(period.year, 6, 20)
        case "year":
            return date(period.year, 12, 20)
        case _:
            return period.ends_before + timedelta(days=14)


def parse_period(text: str) -> Period:
    """Read a period's identifier.

    Raises
    ------
    Refused
        With code ``period_unknown`` when the text is no identifier of a period.
    """
    found = _ID.fullmatch(text)
    if found is None or "9999" in text:
        raise Refused("period_unknown", text=text[:20])
    if found["my"]:
        return make_period("month", year=int(found["my"]), month=int(found["month"]))
    if found["hy"]:
        kind: PeriodKind = "half_year" if found["half"] == "1" else "rest_of_year"
        return make_period(kind, year=int(found["hy"]))
    return make_period("year" if found["letter"] == "Y" else "calendar_year", year=int(found["yy"]))


def periods_between(
    first_day: date, as_of: date, *, kinds: tuple[PeriodKind, ...] = PERIOD_KINDS
) -> Iterator[Period]:
    """List the periods that touch ``first_day`` or later and had ended by ``as_of`` (inclusive).

    Ordered by kind as given, then by time. A window that still runs is not listed: a part of a
    window must not be compared with a whole one.
    """
    for kind in kinds:
        for year in range(first_day.year, as_of.year + 2):
            months = range(1, 13) if kind == "month" else (0,)
            for month in months:
                period = make_period(kind, year=year, month=month)
                if period.ends_before > first_day and period.last_day <= as_of:
                    yield period
