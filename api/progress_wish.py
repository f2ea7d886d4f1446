"""What a question about progress names: two days, borders, an area or the units of a plan.

Read alike by web and command.

A period stands for its last day. Days after the last day of the data are cut to it, and say so.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo.errors import NotFound, Refused
from geo.messages import Language
from geo.period import Period, parse_period
from geo.store import unit_page
from geo.store.feeds import KeyRanges, within_set
from geo.store.map_index import FeedSet, find_feed_set, list_feed_sets

if TYPE_CHECKING:
    from geo.plans import Plan
    from geo.store.engine import Connection
    from geo.store.unit_graph import UnitGraph


# Of H4: how long a place is watched for its re-formation, unless another window is asked for.
WINDOW_MONTHS = 12
MOST_WINDOW_MONTHS = 60


@dataclass(frozen=True, slots=True)
class End:
    """One of the two days, with the period that named it, and whether the data end before it."""

    day: date
    period: Period | None
    cut: bool


@dataclass(frozen=True, slots=True)
class Area:
    """Units of the set: one with all below it, or those of a plan.

    Parameters
    ----------
    level, code
        Of the unit; of a plan ``plan`` and its id.
    name_vi, name_en
        For people.
    keys
        Ranges of unit keys of the set.
    whole
        Whether all of it is in sight.
    """

    level: str
    code: str
    name_vi: str
    name_en: str
    keys: tuple[tuple[int, int], ...]
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
    conn: "Connection",
    asked: str | None,
    *,
    graph: "UnitGraph",
    found: FeedSet,
    ranges: KeyRanges,
) -> Area | None:
    """Give the area named LEVEL:CODE or plan:ID; None when everything in sight is asked for.

    Raises
    ------
    NotFound
        ``progress_area_unknown``: there is none, or no part of it is in sight.
    """
    if asked is None:
        return None
    level, _, code = asked.partition(":")
    scope = within_set(ranges, found.set_id)
    try:
        if level == "plan":
            area = _of_plan(conn, graph, code.lower(), found=found, scope=scope)
        else:
            area = _of_unit(conn, level, code, found=found, scope=scope)
    except NotFound:
        area = None
    if area is None or not any(
        low <= last and first <= high for low, high in scope for first, last in area.keys
    ):
        raise NotFound("progress_area_unknown", area=asked[:30], title=found.title)
    return area


def _of_unit(
    conn: "Connection", level: str, code: str, *, found: FeedSet, scope: KeyRanges
) -> Area:
    head = unit_page.find_unit(conn, found, level=level, code=code)
    keys = (head.unit_key, unit_page.last_key(conn, head))
    whole = any(low <= keys[0] and keys[1] <= high for low, high in scope)
    return Area(level, head.code, head.name, head.name, (keys,), whole)


def _of_plan(
    conn: "Connection", graph: "UnitGraph", plan_id: str, *, found: FeedSet, scope: KeyRanges
) -> Area:
    """Give the communes of the set that hold the land of a plan's units."""
    from geo.plans import find_plan
    from geo.store.plan_scope import area_on, find_home, in_sight

    plan = find_plan(plan_id)
    homes = [home for ref in plan.units if (home := find_home(conn, graph, ref)) is not None]
    at = graph.index(found.set_id)
    one, cover = graph.sets[at], area_on(graph, homes, at).cover
    keys = tuple(
        (int(first), int(last))
        for first, last in zip(one.key[cover], one.key[one.last[cover]], strict=True)
    )
    whole = in_sight(one, cover, scope)
    return Area("plan", plan.id, plan_name(plan, "vi"), plan_name(plan, "en"), keys, whole)


def plan_name(plan: "Plan", language: Language) -> str:
    """Name a plan by its title, issuer and year."""
    title = plan.title_vi if language == "vi" else plan.title_en
    issuer = plan.issuer_vi if language == "vi" else plan.issuer_en
    return f"{title} ({issuer}, {plan.year})"
