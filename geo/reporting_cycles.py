"""Reporting cycles: which reports come round, over which days, due by when, owed by whom.

The cycles are data in `geo/reporting_cycles.toml`, written with first and last day inclusive as the
plans are read; everything here is half-open. "Before 20/06" is late from 20/06 on (rule P2). What
no plan says is listed in `Cycle.unset` and never made up: without a due day nothing is late.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from geo.period import PERIOD_KINDS, Period, PeriodKind, Window, make_period

Rhythm = Literal["month", "year", "once", "unset"]
Unset = Literal["window", "due", "levels"]
OwingLevel = Literal["commune", "district", "province"]

_DAY = re.compile(
    r"(?P<day>\d\d|end)/(?:M(?P<months>[+-]\d+)?"
    r"|(?P<month>\d\d)/(?:Y(?P<years>[+-]\d+)?|(?P<year>[12]\d{3})))"
)


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day that comes round: ``15/12/Y-1``, ``14/M+1``, ``end/M``, or one day, ``15/06/2025``.

    Parameters
    ----------
    day
        Of the month, 0 for its last one.
    month
        1 to 12; 0 where it is the month asked about.
    offset
        Years, or months where `month` is 0, to go on from the ones asked about.
    year
        Of a day that comes once, else 0.
    """

    day: int
    month: int
    offset: int
    year: int

    def on(self, year: int, month: int) -> date:
        """Give the day for a year and month."""
        if self.month:
            return date(self.year or year + self.offset, self.month, self.day)
        months = year * 12 + month - 1 + self.offset
        if self.day:
            return date(months // 12, months % 12 + 1, self.day)
        return date((months + 1) // 12, (months + 1) % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A report that comes round.

    Parameters
    ----------
    id, name_vi, name_en
        As in addresses, and for people.
    rhythm
        ``unset`` where the plan says "định kỳ" and no more.
    period_kind
        Kind of period whose figures it carries, None where it has a window of its own.
    first, last
        Window, inclusive; None where it has none.
    due_before
        First day on which it is late; None where no plan names one.
    levels, to
        Levels that owe it, and the level that receives it.
    who_vi, who_en, source_vi, source_en
        Who owes it to whom in the plan's words, and which plan.
    unset
        What no plan says, though it may be filled in here.
    starts_on, ends_before
        Windows that end on these days belong to it, half-open.
    """

    id: str
    name_vi: str
    name_en: str
    rhythm: Rhythm
    period_kind: PeriodKind | None
    first: DayRule | None
    last: DayRule | None
    due_before: DayRule | None
    due_day_counts: bool
    levels: tuple[OwingLevel, ...]
    to: OwingLevel | None
    who_vi: str
    who_en: str
    source_vi: str
    source_en: str
    unset: tuple[Unset, ...]
    starts_on: date
    ends_before: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a cycle came round.

    Parameters
    ----------
    window
        None where the cycle has none.
    period
        The period of the same window, None where the window is the cycle's own.
    due_before
        First day on which it is late; None: nothing is ever late.
    """

    cycle: Cycle
    window: Window | None
    period: Period | None
    due_before: date | None

    @property
    def due_last(self) -> date | None:
        """The last day on which it is on time, as people say it."""
        return None if self.due_before is None else self.due_before - timedelta(days=1)

    @property
    def last_day(self) -> date | None:
        """The last day of its window; of a cycle without one the last day to hand it in."""
        return self.due_last if self.window is None else self.window.last_day


@dataclass(frozen=True, slots=True)
class Cycles:
    """All cycles by id, and the days to hand in a report that no cycle asks for."""

    by_id: Mapping[str, Cycle]
    days_after_window: int

    def of_kind(self, kind: PeriodKind) -> Cycle | None:
        """Give the report that carries the figures of a kind of period and has a due day."""
        return next(
            (c for c in self.by_id.values() if c.period_kind == kind and c.due_before is not None),
            None,
        )


def read_cycles(text: str) -> Cycles:
    """Read cycles from TOML.

    Raises
    ------
    ValueError
        When an entry contradicts itself: named with the cycle's id.
    """
    told = tomllib.loads(text)
    cycles = [_read_cycle(one) for one in told["cycle"]]
    if len({one.id for one in cycles}) != len(cycles):
        raise ValueError("a cycle stands twice")
    return Cycles({one.id: one for one in cycles}, int(told["days_after_window"]))


@cache
def all_cycles() -> Cycles:
    """Give the cycles that are packaged with the product."""
    return read_cycles(files("geo").joinpath("reporting_cycles.toml").read_text(encoding="utf-8"))


def occurrences(cycle: Cycle, *, since: date, as_of: date) -> Iterator[Occurrence]:
    """List when a cycle came round, oldest first.

    Parameters
    ----------
    since, as_of
        Windows that touch ``since`` or later and had ended by ``as_of``, inclusive; of a cycle
        without a window, those due between the two.
    """
    if cycle.rhythm == "unset":
        return
    years = (0,) if cycle.rhythm == "once" else range(since.year, as_of.year + 2)
    for year in years:
        for month in range(1, 13) if cycle.rhythm == "month" else (1,):
            one = _occurrence(cycle, year, month)
            last = one.last_day
            if last is None or not cycle.starts_on <= last < cycle.ends_before:
                continue
            if since <= last <= as_of:
                yield one


def occurrence_of(cycle: Cycle, period: Period) -> Occurrence:
    """Give the occurrence of a cycle that carries a period's figures.

    Raises
    ------
    ValueError
        When the cycle carries periods of another kind.
    """
    if cycle.period_kind != period.kind:
        raise ValueError(f"{cycle.id} does not carry {period.id}")
    return _occurrence(cycle, period.year, period.starts_on.month)


def due_before(period: Period) -> date:
    """Give the first day on which the report of a period is late.

    20/06 and 20/12 for the half and the whole year, the 15th of the next month for a month; where
    no plan names a day, the number of days after the window that the file says.
    """
    cycle = all_cycles().of_kind(period.kind)
    found = None if cycle is None else occurrence_of(cycle, period).due_before
    return found or period.ends_before + timedelta(days=all_cycles().days_after_window)


def _occurrence(cycle: Cycle, year: int, month: int) -> Occurrence:
    window = None
    if cycle.first is not None and cycle.last is not None:
        last = cycle.last.on(year, month)
        window = Window(cycle.first.on(year, month), last + timedelta(days=1))
    period = None
    if cycle.period_kind is not None:
        period = make_period(cycle.period_kind, year=year, month=month)
    due = None if cycle.due_before is None else cycle.due_before.on(year, month)
    if due is not None and cycle.due_day_counts:
        due += timedelta(days=1)
    return Occurrence(cycle, window, period, due)


def _read_cycle(told: Mapping[str, Any]) -> Cycle:
    name = str(told["id"])
    kind = told.get("period")
    unset = tuple(told.get("unset", ()))
    due = told.get("due_before", told.get("due_last"))
    first, last = _read_day(told.get("first")), _read_day(told.get("last"))
    faults = {
        "rhythm": told["rhythm"] not in get_args(Rhythm),
        "period": kind is not None and kind not in PERIOD_KINDS,
        "a derived period is never owed (P1)": kind == "rest_of_year",
        "window": (first is None) != (last is None),
        "unset": not set(unset) <= set(get_args(Unset)),
        "levels": not set(told["levels"]) <= set(get_args(OwingLevel)),
        "levels without a word": not told["levels"] and "levels" not in unset,
        "due twice": "due_before" in told and "due_last" in told,
        "due stated and unset": (due is None) != ("due" in unset),
    }
    wrong = [fault for fault, holds in faults.items() if holds]
    if wrong:
        raise ValueError(f"cycle {name}: {', '.join(wrong)}")
    cycle = Cycle(
        id=name,
        name_vi=told["name_vi"],
        name_en=told["name_en"],
        rhythm=told["rhythm"],
        period_kind=kind,
        first=first,
        last=last,
        due_before=_read_day(due),
        due_day_counts="due_last" in told,
        levels=tuple(told["levels"]),
        to=told.get("to"),
        who_vi=told["who_vi"],
        who_en=told["who_en"],
        source_vi=told["source_vi"],
        source_en=told["source_en"],
        unset=unset,
        starts_on=told.get("from", date.min),
        ends_before=told.get("until", date.max),
    )
    if kind is not None:
        one = _occurrence(cycle, 2024, 2)
        if one.window is None or one.period is None or one.window != one.period.window:
            raise ValueError(f"cycle {name}: its window is not that of {kind}")
    return cycle


def _read_day(text: str | None) -> DayRule | None:
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"no day that comes round: {text}")
    return DayRule(
        day=0 if found["day"] == "end" else int(found["day"]),
        month=int(found["month"] or 0),
        offset=int(found["years"] or found["months"] or 0),
        year=int(found["year"] or 0),
    )
