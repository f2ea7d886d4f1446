"""What a question about progress names: two days, borders, an area; read alike by web and command.

A period stands for its last day. Days after the last day of the data are cut to it, and say so.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo.errors import NotFound, Refused
from geo.period import Period, parse_period
from geo.store import unit_page
from geo.store.feeds import KeyRanges, within_set
from geo.store.map_index import FeedSet, find_feed_set, list_feed_sets

if TYPE_CHECKING:
    from geo.store.engine import Connection
    from geo.store.unit_page import UnitHead


@dataclass(frozen=True, slots=True)
class End:
    """One of the two days, with the period that named it, and whether the data end before it."""

    day: date
    period: Period | None
    cut: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A unit of the set with all below it; `whole` when all of it is in sight."""

    head: "UnitHead"
    keys: tuple[int, int]
    whole: bool


def read_end(text: str, *, as_of: date) -> End:
    """Read a period or a day.

    Raises
    ------
    Refused
        ``progress_day_unknown``, or ``period_unknown`` for what looks like a period.
    """
    if text[:1].isalpha():
        period = parse_period(text)
        day = period.last_day
    else:
        period = None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Refused("progress_day_unknown", text=text[:20]) from None
    return End(min(day, as_of), period, day > as_of)


def require_order(since: End, until: End) -> None:
    """Refuse days in the wrong order.

    Raises
    ------
    Refused
        ``progress_days_reversed``.
    """
    if since.day >= until.day:
        raise Refused(
            "progress_days_reversed",
            first=f"{since.day:%d/%m/%Y}",
            last=f"{until.day:%d/%m/%Y}",
        )


def find_borders(conn: "Connection", asked: str | None, *, until: date) -> FeedSet:
    """Give the set that is named, else the one in force on the later day, else the newest.

    Raises
    ------
    NotFound
        ``boundary_set_unknown``, or ``map_no_set_on_day`` when no set is in force at all.
    """
    if asked is not None:
        return find_feed_set(conn, asked)
    sets = list_feed_sets(conn)
    if not sets:
        raise NotFound("map_no_set_on_day", day=f"{until:%d/%m/%Y}")
    return next((one for one in sets if one.holds_on(until)), sets[-1])


def find_area(
    conn: "Connection", asked: str | None, *, found: FeedSet, ranges: KeyRanges
) -> Area | None:
    """Give the area named LEVEL:CODE; None when everything in sight is asked for.

    Raises
    ------
    NotFound
        ``progress_area_unknown``: no such unit, or no part of it in sight.
    """
    if asked is None:
        return None
    level, _, code = asked.partition(":")
    unknown = NotFound("progress_area_unknown", area=asked[:30], title=found.title)
    try:
        head = unit_page.find_unit(conn, found, level=level, code=code)
    except NotFound:
        raise unknown from None
    low, high = head.unit_key, unit_page.last_key(conn, head)
    seen = [one for one in within_set(ranges, found.set_id) if one[0] <= high and one[1] >= low]
    if not seen:
        raise unknown
    return Area(head, (low, high), any(one[0] <= low and one[1] >= high for one in seen))
