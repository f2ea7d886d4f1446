"""What is known about one administrative unit: its place, forerunners, classes, series, figures.

Where a unit lies and what it came from is public geography. Decisions, counts and figures are
operational: they are read within the actor's scope, and only where the caller says that the
actor's role may see them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.errors import NotFound
from geo.indicators import SERIES
from geo.period import parse_period
from geo.store.feeds import KeyRanges, count_status, merge_ranges, percent, share_status
from geo.store.map_index import FeedSet, query


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A unit above."""

    level: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitHead:
    """The unit itself; `parents` from the nearest upwards, the country left out."""

    unit_key: int
    unit_id: int
    ordinal: int
    code: str
    name: str
    kind: str
    level: str
    area_km2: float | None
    assessable: bool
    parents: tuple[Ancestor, ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """A unit of another set that shares land with this one.

    `weight` is the share of the older unit that went to the newer, 0..1; `last_class` its last
    class decided up to the day asked for, None when there is none in sight.
    """

    boundary_set: str
    code: str
    name: str
    province: str | None
    change: str
    weight: float
    last_class: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One assessment: computed, proposed, decided."""

    period: str
    computed: str | None
    proposed: str | None
    decided: str | None
    decided_on: date | None
    document_no: str | None


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """Counts of one month; `reported` when every commune that owed a report had given it."""

    period: str
    active: int | None
    new: int | None
    eliminated: int | None
    reformed: int | None
    reported: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator's value and what it is worth, by the status characters of `feeds`.

    `is_entered` of one that came in a report, and so may be approved; others are computed.
    """

    indicator: str
    period: str
    value: float | None
    status: str
    is_entered: bool = False


def find_unit(conn: Connection, feed_set: FeedSet, *, level: str, code: str) -> UnitHead:
    """Find a unit of a set by level and code.

    Raises
    ------
    NotFound
        With code ``unit_unknown``.
    """
    rows = conn.execute(
        query("unit_and_above"), {"set_id": feed_set.set_id, "level": level, "code": code}
    ).all()
    if not rows:
        raise NotFound("unit_unknown", code=code[:12], title=feed_set.title)
    unit = rows[0]
    return UnitHead(
        unit.unit_key,
        unit.unit_id,
        unit.ordinal,
        unit.code,
        unit.name,
        unit.kind,
        unit.level,
        unit.area_km2,
        unit.assessable,
        tuple(Ancestor(row.level, row.code, row.name) for row in rows[1:]),
    )


def relatives(
    conn: Connection, unit: UnitHead, *, ranges: KeyRanges, until: date, older: bool
) -> list[Relative]:
    """List the units that this one came from, or those that came from it."""
    rows = conn.execute(
        query("unit_relatives"),
        {
            "key": unit.unit_key,
            "older": older,
            "until": until,
            **_scope(ranges),
        },
    )
    return [Relative(*row) for row in rows]


def decisions(conn: Connection, unit: UnitHead, *, ranges: KeyRanges) -> list[Decision]:
    """List the assessments of the land of a unit, oldest first.

    A class follows the land (`unit_id`), so those of an earlier set with the same land count.
    """
    rows = conn.execute(
        query("unit_decisions"),
        {"unit_id": unit.unit_id, "level": unit.level, **_scope(ranges)},
    )
    return [Decision(*row) for row in rows]


def class_drawn(
    conn: Connection, unit: UnitHead, *, ranges: KeyRanges, period_id: str
) -> str | None:
    """Give the class that the map draws for a commune in a computed period."""
    found: str | None = conn.execute(
        query("unit_class_drawn"),
        {"key": unit.unit_key, "period_id": period_id, **_scope(ranges)},
    ).scalar()
    return found


def split_by_day(
    listed: Sequence[Decision], *, until: date
) -> tuple[list[Decision], list[Decision]]:
    """Part the assessments known on a day from the later ones.

    One that is not decided counts from the last day of the period that it is for.
    """

    def known(one: Decision) -> bool:
        return (one.decided_on or parse_period(one.period).last_day) <= until

    return [one for one in listed if known(one)], [one for one in listed if not known(one)]


def months(
    conn: Connection, unit: UnitHead, *, ranges: KeyRanges, until: date
) -> list[MonthCounts]:
    """Give the counts of a unit for every month computed up to a day.

    A 0 that nobody reported is None.
    """
    found: list[MonthCounts] = []
    asked = {"key": unit.unit_key, "until": until, **_scope(ranges)}
    for row in conn.execute(query("unit_months"), asked):
        active, new, eliminated, reformed = (
            value if value or row.reported_units else None
            for value in (row.active_count, row.new_count, row.eliminated_count, row.reformed_count)
        )
        whole = bool(row.reported_units) and row.reported_units == row.due_units
        found.append(MonthCounts(row.period_id, active, new, eliminated, reformed, whole))
    return found


def figures(
    conn: Connection,
    unit: UnitHead,
    *,
    ranges: KeyRanges,
    period_id: str,
    indicators: Collection[str],
    as_reported: bool = True,
) -> list[Figure]:
    """Give the computed figures of a period and the newest entered ones up to it.

    Parameters
    ----------
    conn, unit, ranges
        Whose figures, within which scope.
    period_id
        The period of the computed ones.
    indicators
        Those that the actor's role may see.
    as_reported
        Whether the boundaries are those of the period, as in `feeds.read_shares`.
    """
    computed = conn.execute(
        query("unit_figures"),
        {"key": unit.unit_key, "period_id": period_id, **_scope(ranges)},
    ).first()
    listed: list[Figure] = []
    if computed is not None:
        listed += _computed_figures(
            unit, computed._asdict(), period_id=period_id, as_reported=as_reported
        )
    last_day = parse_period(period_id).last_day
    newest: dict[str, Figure] = {}
    for row in conn.execute(
        query("unit_observations"),
        {"key": unit.unit_key, "indicators": sorted(indicators), **_scope(ranges)},
    ):
        if parse_period(row.period_id).last_day > last_day:
            continue
        value = None if row.value is None else float(row.value)
        if row.numerator is not None and row.denominator:
            value = percent(int(row.numerator), int(row.denominator))
        newest[row.indicator_id] = Figure(
            row.indicator_id, row.period_id, value, "m" if value is None else ".", is_entered=True
        )
    listed += newest.values()
    allowed = [figure for figure in listed if figure.indicator in indicators]
    return sorted(allowed, key=lambda figure: list(SERIES).index(figure.indicator))


def _computed_figures(
    unit: UnitHead, row: dict[str, int], *, period_id: str, as_reported: bool
) -> Sequence[Figure]:
    found = []
    reported, due = row["reported_units"], row["due_units"]
    for indicator, column in (
        ("I02", "active_count"),
        ("I03", "eliminated_count"),
        ("I04", "new_count"),
        ("I05", "reformed_count"),
    ):
        status = count_status(row[column], reported, due, assessable=unit.assessable)
        value = float(row[column]) if status in ".i" else None
        found.append(Figure(indicator, period_id, value, status))
    if unit.level != "commune":
        status = share_status(
            row["assessed_count"], row["assessable_count"], as_reported=as_reported
        )
        share = percent(row["drug_free_count"], row["assessable_count"])
        found.append(Figure("I15", period_id, share if status in ".i" else None, status))
    handed_in = percent(reported, due)
    found.append(Figure("I20", period_id, handed_in, "m" if handed_in is None else "."))
    return found


def in_sight(unit: UnitHead, ranges: KeyRanges) -> bool:
    """Tell whether a unit's own key lies in the scope."""
    return any(low <= unit.unit_key <= high for low, high in ranges)


def last_key(conn: Connection, unit: UnitHead) -> int:
    """Give the last key of a unit and all below it."""
    found: int = conn.execute(
        text("SELECT key_to FROM unit_version WHERE unit_key = :key"), {"key": unit.unit_key}
    ).scalar_one()
    return found


def newest_month(conn: Connection) -> str | None:
    """Give the newest computed month."""
    found: str | None = conn.execute(
        text("SELECT max(period_id) FROM period_run WHERE period_id LIKE 'M%'")
    ).scalar()
    return found


def _scope(ranges: KeyRanges) -> dict[str, list[int]]:
    merged = merge_ranges(ranges)
    return {"lows": [low for low, _ in merged], "highs": [high for _, high in merged]}
