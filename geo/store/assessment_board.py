"""Where assessments stand in a cycle: who is awaited, since when, what differs.

Read within the actor's scope. A commune is assessed on the boundaries of the cycle's last day, and
a merged one has no class before its own first assessment (A4).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.assessing import (
    NOT_STARTED,
    STATES,
    Duty,
    Matter,
    State,
    as_class,
    matter_from,
    waits_for,
)
from geo.assessing.duties import Land, calendar, due_last, is_owed, start_class
from geo.assessing.judging import Flag, flags_of
from geo.class_ladder import ClassId
from geo.errors import NotFound
from geo.period import LOCAL_TIME, Period, make_period, parse_period, reporting_year
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import FeedSet, list_feed_sets, query

# Of a commune whose class of the cycle came with a file, without steps.
FROM_FILE = "tu_tep"
BOARD_STATES: tuple[str, ...] = (*STATES, FROM_FILE)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A commune on the board.

    Parameters
    ----------
    unit_key, code, name, province_key
        Which one.
    state
        One of `BOARD_STATES`.
    matter
        As far as there are steps; of a file, what it says.
    computed, previous
        The class by the criteria, and the class of the land before; None where there is none.
    flags
        What is worth a second look.
    waits_for, since
        Whose turn it is and since which day; None when nobody is awaited.
    due_last, days_late
        Last day for it, None where no act names one; days after it, else 0.
    document_no, decided_on
        Of the decision, or the last document on the way.
    simulated
        Whether it is made up.
    """

    unit_key: int
    code: str
    name: str
    province_key: int
    state: str
    matter: Matter
    computed: ClassId | None
    previous: ClassId | None
    flags: tuple[Flag, ...]
    waits_for: Duty | None
    since: date | None
    due_last: date | None
    days_late: int
    document_no: str | None
    decided_on: date | None
    simulated: bool


def set_of_cycle(conn: Connection, cycle: Period) -> FeedSet:
    """Give the boundaries on which a cycle is held: those of its last day.

    Raises
    ------
    NotFound
        ``assess_no_set``.
    """
    found = next((one for one in list_feed_sets(conn) if one.holds_on(cycle.last_day)), None)
    if found is None:
        raise NotFound("assess_no_set", period=cycle.id)
    return found


def list_cycles(conn: Connection, *, as_of: date) -> list[Period]:
    """List the cycles that have steps or results in sight, and the one that runs; the newest first.

    Parameters
    ----------
    as_of
        Day of the question.
    """
    told = conn.execute(
        text(
            "SELECT DISTINCT period_id FROM assessment_step"
            " UNION SELECT DISTINCT period_id FROM held_assessment"
        )
    ).scalars()
    running = make_period("year", year=reporting_year(as_of))
    found = {parse_period(one) for one in told} | {running}
    kinds = calendar().cycle_kinds
    return sorted(
        (one for one in found if one.kind in kinds),
        key=lambda one: (one.ends_before, one.starts_on),
        reverse=True,
    )


def read_board(
    conn: Connection,
    *,
    cycle: Period,
    ranges: KeyRanges,
    as_of: date,
    land: Land,
    until: date | None = None,
) -> list[BoardRow]:
    """Read the communes of a cycle in the order of keys.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    cycle
        A cycle, as `geo.assessing.duties.read_cycle` gives it.
    ranges
        Keys in question, within the actor's.
    as_of
        The day by which something is late.
    land
        Whether the boundaries in force are made up: which deadlines hold.
    until
        Last day of what is known; None for all that is known now.
    """
    found = set_of_cycle(conn, cycle)
    provinces = list(
        conn.execute(
            text(
                "SELECT unit_key FROM unit_version WHERE set_id = :set_id AND level = 'province'"
                " ORDER BY 1"
            ),
            {"set_id": found.set_id},
        ).scalars()
    )
    rows = conn.execute(
        query("assessment_board"),
        {
            "set_id": found.set_id,
            "period_id": cycle.id,
            "until": until or datetime.now(LOCAL_TIME).date() + timedelta(days=1),
            **scope_lists(merge_ranges(ranges)),
        },
    )
    return [
        _row(
            row,
            cycle=cycle,
            as_of=as_of,
            land=land,
            province=provinces[bisect_right(provinces, row.unit_key) - 1],
        )
        for row in rows
    ]


def count_states(rows: Iterable[BoardRow]) -> dict[str, int]:
    """Count communes by state, every state named."""
    counts = dict.fromkeys(BOARD_STATES, 0)
    for row in rows:
        counts[row.state] += 1
    return counts


def _row(row: Row[Any], *, cycle: Period, as_of: date, land: Land, province: int) -> BoardRow:
    by_file = row.state is None and row.is_given
    matter = _from_file(row) if by_file else _from_steps(row)
    state = FROM_FILE if by_file else matter.state
    previous = as_class(row.previous) or start_class(row.code, cycle.last_day)
    computed = as_class(row.computed)
    owed = not by_file and is_owed(matter.state, cycle)
    awaited = waits_for(matter.state) if owed else None
    due = due_last(matter.state, cycle, land=land) if awaited else None
    return BoardRow(
        row.unit_key,
        row.code,
        row.name,
        province,
        state,
        matter,
        computed,
        previous,
        flags_of(matter, previous=previous, computed=computed),
        awaited,
        (matter.since or cycle.starts_on) if awaited else None,
        due,
        max((as_of - due).days, 0) if due else 0,
        row.given_document if by_file else row.document_no,
        row.given_on if by_file else (row.effective_on if matter.decided else None),
        bool(row.simulated) or land == "simulated",
    )


def _from_steps(row: Row[Any]) -> Matter:
    state: State = row.state or NOT_STARTED
    return matter_from(
        state,
        count=row.number or 0,
        since=row.effective_on,
        said={
            state: row.decided,
            "danh_gia": row.proposed,
            "phan_loai": row.classified,
            "tham_dinh": row.verdict,
        },
    )


def _from_file(row: Row[Any]) -> Matter:
    return Matter(
        state="cong_nhan" if row.given_decided else NOT_STARTED,
        since=row.given_on,
        proposed=as_class(row.given_proposed),
        decided=as_class(row.given_decided),
    )
