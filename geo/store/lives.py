"""Lives of the places of a unit: what happened to each, when it took effect, when it was recorded.

A page tells them without a position, and an operation under way leaves no trace in them: place and
date of one may be secret (DOMAIN.md, section 4).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import numpy as np
from sqlalchemy import Connection

from geo import hotspots
from geo.hotspots import ACTIVE, State
from geo.period import LOCAL_TIME
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.known import known_before
from geo.store.map_index import query
from geo.store.unit_page import UnitHead, last_key


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One event of a place; days are local days.

    `superseded` when a correction has taken its place: it is told, and counts nowhere (H1).
    `corrects` when it is itself such a correction.
    """

    state: State
    effective_on: date
    recorded_on: date
    document_no: str | None
    superseded: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class PlaceLife:
    """The events of one place in life order; `state` is the one that holds, None when none does."""

    kind: str
    state: State | None
    events: tuple[LifeEvent, ...]


@dataclass(frozen=True, slots=True)
class UnitLives:
    """Lives of the places of a unit.

    Parameters
    ----------
    total
        Places with any event in sight.
    states
        Places by the state that holds.
    lives
        Those that changed last, at most as many as were asked for, by their first day.
    """

    total: int
    states: Mapping[str, int]
    lives: tuple[PlaceLife, ...]


def unit_lives(
    conn: Connection,
    head: UnitHead,
    *,
    ranges: KeyRanges,
    until: date,
    known: date | None = None,
    most: int = 200,
) -> UnitLives:
    """Read the lives of the places that stand in a unit.

    Parameters
    ----------
    conn, head
        Connection within the session's scope, and the unit.
    ranges
        Ranges of unit keys in sight; a unit that lies in no single one of them has no lives.
    until
        Events that take effect by this day.
    known
        Only what was recorded by the end of this day.
    most
        Lives given in full.
    """
    rows = conn.execute(
        query("unit_lives"),
        {
            **scope_lists(merge_ranges(ranges)),
            "first": head.unit_key,
            "last": last_key(conn, head),
            "until": until,
            "known_before": known_before(known),
        },
    ).all()
    lives = []
    for _, group in groupby(rows, key=lambda row: row.hotspot_id):
        of_place = list(group)
        events = [
            LifeEvent(
                row.state,
                row.effective_on,
                row.recorded_at.astimezone(LOCAL_TIME).date(),
                row.document_no,
                superseded=row.superseded,
                corrects=row.supersedes is not None,
            )
            for row in of_place
        ]
        told = tell(events)
        if told:
            held = [one.state for one in told if not one.superseded]
            lives.append(PlaceLife(of_place[0].kind, held[-1] if held else None, told))
    newest = sorted(lives, key=_last_day, reverse=True)[:most]
    return UnitLives(
        total=len(lives),
        states=Counter[str](one.state for one in lives if one.state is not None),
        lives=tuple(sorted(newest, key=lambda one: one.events[0].effective_on)),
    )


def tell(events: Sequence[LifeEvent]) -> tuple[LifeEvent, ...]:
    """Put the events of one place in life order, and tell an operation as a listing.

    Where a place is active before its operation nothing is told of it at all, neither its
    beginning nor its end: a second listing would give its date away. Documents of an operation are
    never told.
    """
    codes = hotspots.state_codes([one.state for one in events])
    days = np.array([one.effective_on for one in events], dtype="datetime64[D]")
    order = hotspots.life_order(np.zeros(days.size), days, codes)
    told: list[LifeEvent] = []
    before: State | None = None
    in_action = False
    for place in order:
        one = events[place]
        if one.state == "in_action":
            hidden = one.superseded or before in ACTIVE
            in_action = in_action or not one.superseded
            one = replace(one, state="listed", document_no=None)
        else:
            hidden = one.state == "listed" and in_action and before in ACTIVE
            in_action = in_action and one.superseded
        if not hidden:
            told.append(one)
        if not one.superseded and not hidden:
            before = one.state
    return tuple(told)


def _last_day(life: PlaceLife) -> date:
    return max(one.effective_on for one in life.events)
