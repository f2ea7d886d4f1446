"""What stands behind one input of a class: figures with their revisions, places, routes, counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection

from geo.criteria.inputs import Input
from geo.hotspots import ACTIVE
from geo.indicators import sources_of
from geo.period import LOCAL_TIME, Period
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import query
from geo.store.report_reading import find_state
from geo.store.unit_page import UnitHead

# What a column holds: the page writes each kind its own way.
ColumnKind = Literal[
    "period", "number", "day", "text", "report", "place_kind", "place_state", "metres", "answer"
]
Cell = str | int | float | None
_STATES = {"I03": "eliminated", "I04": "listed", "I05": "reformed"}


@dataclass(frozen=True, slots=True)
class InputRows:
    """A small table.

    Parameters
    ----------
    columns
        Name and kind of each.
    rows
        Its cells; days as ISO text, lengths in metres.
    """

    columns: tuple[tuple[str, ColumnKind], ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_rows(
    conn: Connection, unit: UnitHead, one: Input, *, period: Period, ranges: KeyRanges
) -> InputRows:
    """Read the rows behind an input.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    unit
        The commune.
    one
        The input; whether the reader may see it is the caller's matter.
    period
        Of the result.
    ranges
        The actor's keys.
    """
    scope = scope_lists(merge_ranges(ranges))
    asked = {
        **scope,
        "key": unit.unit_key,
        "unit_id": unit.unit_id,
        "day": period.last_day,
    }
    match one.origin:
        case "report":
            return _figures(conn, one, asked, period=period)
        case "residents":
            rows = conn.execute(query("class_row_residents"), asked)
            return InputRows(
                (
                    ("counted_on", "day"),
                    ("persons", "number"),
                    ("revision", "number"),
                    ("document_no", "text"),
                ),
                tuple(
                    (row.counted_on.isoformat(), row.persons, row.revision, row.document_no)
                    for row in rows
                ),
            )
        case "places":
            return _places(conn, one, asked, period=period)
        case "routes":
            rows = conn.execute(query("class_row_routes"), asked)
            return InputRows(
                (
                    ("code", "text"),
                    ("length_m", "metres"),
                    ("valid_from", "day"),
                    ("document_no", "text"),
                ),
                tuple(
                    (row.code, round(row.length_m), row.valid_from.isoformat(), row.document_no)
                    for row in rows
                ),
            )
        case "programme":
            return _subcommunes(conn, one, asked)


def _figures(
    conn: Connection, one: Input, asked: dict[str, object], *, period: Period
) -> InputRows:
    periods = [period] if period.kind != "rest_of_year" else list(sources_of(period))
    rows = conn.execute(
        query("class_row_figures"),
        {**asked, "periods": [each.id for each in periods], "indicator": one.indicator},
    ).all()
    states: dict[tuple[int, str], str | None] = {}
    for row in rows:
        name = (row.unit_key, row.period_id)
        if name not in states:
            found = find_state(conn, unit_key=row.unit_key, period_id=row.period_id)
            states[name] = found.status if found else None
    part = one.id.removeprefix(one.indicator).strip(".")
    return InputRows(
        (
            ("period", "period"),
            ("value", "number"),
            ("revision", "number"),
            ("recorded_on", "day"),
            ("report", "report"),
        ),
        tuple(
            (
                row.period_id,
                _number(getattr(row, part) if part else row.value),
                row.revision,
                row.recorded_at.astimezone(LOCAL_TIME).date().isoformat(),
                states[row.unit_key, row.period_id],
            )
            for row in rows
        ),
    )


def _number(value: object) -> float | int | None:
    if value is None:
        return None
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _places(conn: Connection, one: Input, asked: dict[str, object], *, period: Period) -> InputRows:
    """List active places of a kind on the last day, or what happened to places in the period."""
    columns: tuple[tuple[str, ColumnKind], ...] = (
        ("code", "text"),
        ("kind", "place_kind"),
        ("state", "place_state"),
        ("since", "day"),
    )
    events = _without_operations(conn.execute(query("class_row_places"), asked).all())
    if one.id in _STATES:
        wanted = _STATES[one.id]
        listed_before: set[str] = set()
        found = []
        for event in events:
            is_first = event.code not in listed_before
            listed_before |= {event.code} if event.state == "listed" else set()
            inside = period.contains(event.day)
            if inside and event.state == wanted and (wanted != "listed" or is_first):
                found.append(event)
    else:
        kind = one.id.partition(".")[2]
        last = {event.code: event for event in events}
        found = [each for each in last.values() if each.kind == kind and each.state in ACTIVE]
    return InputRows(
        columns, tuple((each.code, each.kind, each.state, each.day.isoformat()) for each in found)
    )


@dataclass(frozen=True, slots=True)
class _Event:
    code: str
    kind: str
    state: str
    day: date


def _without_operations(rows: Sequence[Any]) -> list[_Event]:
    """Let a place in an operation stand as listed since its event before: its day may be secret."""
    events: list[_Event] = []
    for row in rows:
        event = _Event(row.code, row.kind, row.state, row.effective_on)
        before = events[-1] if events and events[-1].code == row.code else None
        if row.state == "in_action":
            if before is None:
                continue
            event = replace(before, state="listed")
        events.append(event)
    return events


def _subcommunes(conn: Connection, one: Input, asked: dict[str, object]) -> InputRows:
    item = one.indicator.partition(".")[2]
    rows = conn.execute(query("unit_subcommunes"), asked)
    return InputRows(
        (("code", "text"), ("name", "text"), ("answer", "answer")),
        tuple((row.code, row.name, row.items.get(item)) for row in rows),
    )
