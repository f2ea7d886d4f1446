"""Reporting periods of the programme: windows, identifiers, labels, like-with-like comparison.

Dates are local dates of Asia/Ho_Chi_Minh. A period is stored half-open ``[starts_on, ends_before)``
and shown inclusive. It belongs to the year in which it ends (rule P3). Only like windows are
compared (rule P4): anything else is refused by name. When a report of a period is due is data:
`geo.reporting_cycles`.

    id          kind             window (inclusive)
    M2026-07    month            01/07/2026 .. 31/07/2026
    H2026-1     half_year        15/12/2025 .. 14/06/2026   the half-year report
    H2026-2     rest_of_year     15/06/2026 .. 14/12/2026   derived, never entered (rule P1)
    Y2026       year             15/12/2025 .. 14/12/2026   the annual report
    C2026       calendar_year    01/01/2026 .. 31/12/2026   never mixed with Y in one series
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
class Window:
    """Some days on end, half-open: of a campaign, of a report with a window of its own."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before <= self.starts_on:
            raise ValueError("a window has at least one day")

    @property
    def last_day(self) -> date:
        """The last day, as people say it."""
        return self.ends_before - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends_before - self.starts_on).days

    def contains(self, day: date) -> bool:
        """Tell whether a day lies in the window."""
        return self.starts_on <= day < self.ends_before

    def label(self) -> str:
        """Write the window as it is shown, both days inclusive."""
        return f"{self.starts_on:%d/%m/%Y}–{self.last_day:%d/%m/%Y}"


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
    def window(self) -> Window:
        """Its days, without its kind."""
        return Window(self.starts_on, self.ends_before)

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


def reporting_year(day: date) -> int:
    """Give the reporting year that a day belongs to: from 15/12 on the next one (rule P3).

    >>> reporting_year(date(2025, 12, 14)), reporting_year(date(2025, 12, 15))
    (2025, 2026)
    """
    return day.year + (day >= date(day.year, 12, 15))


def local_day(moment: datetime) -> date:
    """Give the local day of a moment, on which "before 20/06" ends at 19/06 24:00 (rule P2).

    Raises
    ------
    ValueError
        When the moment does not say its time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(LOCAL_TIME).date()


def one_kind(periods: Iterable[Period]) -> PeriodKind:
    """Give the kind that some periods share, so that they may stand in one series (rules P3, P4).

    Raises
    ------
    Refused
        With code ``periods_of_several_kinds``: the calendar year is no reporting year, a month no
        half year.
    """
    kinds = {period.kind for period in periods}
    if len(kinds) != 1:
        found = ", ".join(kind for kind in PERIOD_KINDS if kind in kinds)
        raise Refused("periods_of_several_kinds", kinds=found or "-")
    return kinds.pop()


def require_like(one: Period, other: Period) -> None:
    """Refuse to compare periods of two kinds (rule P4).

    Raises
    ------
    Refused
        With code ``periods_not_alike``.
    """
    if one.kind != other.kind:
        raise Refused("periods_not_alike", one=one.id, other=other.id)


def require_like_windows(one: Window, other: Window) -> None:
    """Refuse to compare windows that differ in length (rule P4).

    The same days of two years are alike, also when one of them has a 29 February.

    Raises
    ------
    Refused
        With code ``windows_not_alike``.
    """
    same_days = all(
        (a.month, a.day) == (b.month, b.day) or {(a.month, a.day), (b.month, b.day)} == _LEAP_ENDS
        for a, b in ((one.starts_on, other.starts_on), (one.last_day, other.last_day))
    ) and (one.last_day.year - one.starts_on.year == other.last_day.year - other.starts_on.year)
    if one.days != other.days and not same_days:
        raise Refused("windows_not_alike", one=one.label(), other=other.label())


_LEAP_ENDS = {(2, 28), (2, 29)}


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
