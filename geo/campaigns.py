"""Windows of a campaign: before, during, after, and the same days of the year before.

Only like windows are compared (P4): the window before and the one after are as long as the
campaign, and a window of the year before has the very same days. A window that is not over yet is
no part of a comparison, it is only shown.

    before            as many days as the campaign, directly before it
    during            the campaign
    after             as many days, from the day after its last
    during_year_before, after_year_before    the same days a year earlier
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from geo.period import Period, Window, make_period, require_like_windows

WindowName = Literal["before", "during", "after", "during_year_before", "after_year_before"]
Base = Literal["before", "year_before"]
Side = Literal["during", "after"]
WindowState = Literal["not_begun", "running", "over"]
BASES: tuple[Base, ...] = ("before", "year_before")
SIDES: tuple[Side, ...] = ("during", "after")


def windows_of(during: Window) -> Mapping[WindowName, Window]:
    """Give every window of a campaign.

    >>> june = Window(date(2026, 6, 1), date(2026, 7, 1))
    >>> windows_of(june)["before"].label(), windows_of(june)["after"].label()
    ('02/05/2026–31/05/2026', '01/07/2026–30/07/2026')
    """
    length = timedelta(days=during.days)
    after = Window(during.ends_before, during.ends_before + length)
    return {
        "before": Window(during.starts_on - length, during.starts_on),
        "during": during,
        "after": after,
        "during_year_before": year_before(during),
        "after_year_before": year_before(after),
    }


def compared(base: Base, side: Side) -> tuple[WindowName, WindowName]:
    """Name the two windows that a choice compares, the earlier first."""
    if base == "before":
        return "before", side
    return ("during_year_before" if side == "during" else "after_year_before"), side


def require_comparable(windows: Mapping[WindowName, Window], base: Base, side: Side) -> None:
    """Make sure that a choice compares like with like (P4).

    Raises
    ------
    Refused
        With code ``windows_not_alike``.
    """
    one, other = compared(base, side)
    require_like_windows(windows[one], windows[other])


def year_before(window: Window) -> Window:
    """Give the same days of the year before; for 29 February the 28th stands in."""
    last = _a_year_earlier(window.last_day)
    return Window(_a_year_earlier(window.starts_on), last + timedelta(days=1))


def state_on(window: Window, as_of: date) -> WindowState:
    """Tell whether a window is over when the data go up to and including a day."""
    if as_of < window.starts_on:
        return "not_begun"
    return "over" if as_of >= window.last_day else "running"


def months_touched(window: Window) -> tuple[Period, ...]:
    """List the months that have a day in a window, oldest first."""
    found = []
    month = make_period("month", year=window.starts_on.year, month=window.starts_on.month)
    while month.starts_on < window.ends_before:
        found.append(month)
        after = month.ends_before
        month = make_period("month", year=after.year, month=after.month)
    return tuple(found)


def whole_months(window: Window) -> tuple[Period, ...]:
    """List the months that make up a window, none when it cuts one: then no figure fits it."""
    months = months_touched(window)
    fits = months[0].starts_on == window.starts_on and months[-1].ends_before == window.ends_before
    return months if fits else ()


def _a_year_earlier(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
