"""The reporting calendar: which reports are owed by a day, and whether one is on time (P1, P2).

A report that is due "before 20/06" may be handed in until the end of 19/06, local time. A report
that comes late does not move its window. The second part of a year is derived from the annual
report and never owed by itself (P1). Who owes: units of the boundary set in force on the last day
of the period that are subject to assessment (A9). Cycles are data (`geo/reporting_cycles.toml`);
those that no plan gives a due day, or that carry no period's figures, are not owed here yet.

I20, the share of reports on time, is `on_time_share`: its numerator and denominator add up over
units and over periods, so it is computed for any unit above by summing `Timeliness` of those below.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from geo.period import Period, PeriodKind, make_period
from geo.reporting_cycles import Cycle, all_cycles, occurrences

DueState = Literal["on_time", "late", "missing", "not_due"]
DUE_STATES: tuple[DueState, ...] = ("on_time", "late", "missing", "not_due")


# Kinds of periods whose reports are owed, as shown, and how many of each a calendar shows.
_SHOWN: Mapping[PeriodKind, int] = MappingProxyType({"half_year": 1, "year": 1, "month": 3})


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is owed: of which cycle, for which period, until when.

    Parameters
    ----------
    due_before
        First day on which it is late.
    """

    cycle: Cycle
    period: Period
    due_before: date

    @property
    def due_last(self) -> date:
        """The last day on which it is on time."""
        return self.due_before - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Whether a report came, and when.

    Parameters
    ----------
    state
        One of `DUE_STATES`.
    days_late
        Days after the last day on which it was on time; of a missing report up to now; else 0.
    is_due
        Whether the last day to be on time has gone by.
    """

    state: DueState
    days_late: int = 0
    is_due: bool = True


def reports_owed(as_of: date, *, months: int | None = None) -> tuple[Due, ...]:
    """List the reports whose window has ended by a day, newest first in each cycle.

    Parameters
    ----------
    as_of
        The day of the question; a window that ends on it counts.
    months
        How many months back; None for as many as a calendar shows.
    """
    listed: list[Due] = []
    for kind, shown in _SHOWN.items():
        cycle = all_cycles().of_kind(kind)
        if cycle is None:
            continue
        count = shown if months is None or kind != "month" else months
        # More years than needed: windows begin in the year before.
        since = make_period("calendar_year", year=as_of.year - count - 1).starts_on
        ended = [
            Due(cycle, one.period, one.due_before)
            for one in occurrences(cycle, since=since, as_of=as_of)
            if one.period is not None and one.due_before is not None
        ]
        listed += ended[::-1][:count]
    return tuple(listed)


def judge(submitted_on: date | None, *, due: date, as_of: date) -> Timeliness:
    """Judge a report on a day (P2).

    Parameters
    ----------
    submitted_on
        When it was first handed in, None when it was not; a later day than `as_of` is not known.
    due
        First day on which it is late.
    as_of
        The day of the question.

    >>> judge(date(2026, 6, 19), due=date(2026, 6, 20), as_of=date(2026, 7, 1)).state
    'on_time'
    """
    if submitted_on is not None and submitted_on <= as_of:
        if submitted_on < due:
            return Timeliness("on_time", is_due=as_of >= due)
        return Timeliness("late", (submitted_on - due).days + 1)
    if as_of < due:
        return Timeliness("not_due", is_due=False)
    return Timeliness("missing", (as_of - due).days + 1)


def on_time_share(reports: Iterable[Timeliness]) -> tuple[int, int]:
    """Give I20 as its parts: reports on time, and reports owed whose day has come.

    A report that is not due yet stands in neither, also when it is there already: before the day
    has come only those who are early could be counted.

    Returns
    -------
    tuple
        Numerator and denominator; the share of a denominator of 0 is none, not 0 %.
    """
    owed = [one.state for one in reports if one.is_due]
    return owed.count("on_time"), len(owed)
