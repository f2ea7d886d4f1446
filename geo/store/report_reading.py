"""Reads reports: where each stands, its figures with all their revisions, its steps.

`states` is for readers of many figures: a figure is approved when its report is, since an approved
report takes no new figure.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, text

from geo.approval import ReportState, StepKind, decided_at, ladder, next_steps, waits_for
from geo.errors import NotFound
from geo.period import LOCAL_TIME, parse_period
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.known import known_before
from geo.store.map_index import list_feed_sets, query
from geo.store.report_calendar import climb_from, state_from_row
from geo.units import Level


@dataclass(frozen=True, slots=True)
class FigureRevision:
    """One revision of a figure; `is_held` of the newest."""

    indicator: str
    revision: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    recorded_at: datetime
    is_held: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as readers see it: the role that made it and where, never the log-in (X3)."""

    number: int
    step: StepKind
    at_level: Level
    role: str
    reason: str | None
    done_on: date
    recorded_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a unit for a period.

    Parameters
    ----------
    unit_key, period_id
        Whose, for when.
    keys
        Key of the unit on each level of its climb, the own one first.
    state
        Where it stands.
    figures
        Every revision, by indicator, the newest first.
    figures_hash
        Name of the newest revisions together: an approval covers these and no others.
    steps
        The first one first.
    submitted_on
        When it was first handed in.
    """

    unit_key: int
    period_id: str
    keys: Mapping[Level, int]
    state: ReportState
    figures: tuple[FigureRevision, ...]
    figures_hash: str
    steps: tuple[StepRow, ...]
    submitted_on: date | None

    @property
    def climb(self) -> tuple[Level, ...]:
        """The levels that it climbs."""
        return tuple(self.keys)

    @property
    def waits_for(self) -> Level | None:
        """The level that it waits for."""
        return waits_for(self.state, climb=self.climb)

    def decisions(self) -> dict[StepKind, tuple[Level, int]]:
        """Give for each step that the state allows the level and the key whose rights it needs."""
        found: dict[StepKind, tuple[Level, int]] = {}
        for step, at_level in next_steps(self.state, climb=self.climb).items():
            level = decided_at(step, at_level, climb=self.climb)
            if level is not None:
                found[step] = (level, self.keys[level])
        return found


def find_report(conn: Connection, *, unit_key: int, period_id: str, today: date) -> Report:
    """Read a report with all its revisions and steps, as far as the session sees.

    Raises
    ------
    Refused
        ``period_unknown``.
    NotFound
        ``report_unit_not_due``: the unit is not one of the set in force on the period's last day.
    """
    period = parse_period(period_id)
    asked = {"key": unit_key, "period_id": period.id, "last_day": period.last_day}
    rungs = conn.execute(query("report_rungs"), asked).all()
    if not rungs or not all(row.in_force for row in rungs) or rungs[0].level == "country":
        raise NotFound("report_unit_not_due", period=period.id)
    key_of: dict[Level, int] = {row.level: row.unit_key for row in rungs}
    climb = ladder(tuple(key_of), last_day=period.last_day, on=today)
    steps = _steps(conn, asked)
    figures = _figures(conn, asked)
    first_day = conn.execute(
        text(
            "SELECT min(submitted_on) FROM held_submission"
            " WHERE unit_key = :key AND period_id = :period_id"
        ),
        asked,
    ).scalar()
    last = steps[-1] if steps else None
    return Report(
        unit_key,
        period.id,
        {level: key_of[level] for level in climb},
        state_from_row(
            last.step if last else None,
            last.at_level if last else None,
            climb=climb,
            has_figures=bool(figures),
            is_handed_in=first_day is not None,
        ),
        tuple(one for one, _ in figures),
        _name_figures(figures),
        steps,
        first_day,
    )


def states(
    conn: Connection,
    *,
    period_id: str,
    ranges: KeyRanges,
    level: Level = "commune",
    known: date | None = None,
) -> dict[int, ReportState]:
    """Give the approval state of every unit's report of a period, as it was known on a day.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    period_id
        Of the reports; the units are those of the set in force on its last day.
    ranges
        Keys in question, within the actor's.
    level
        Of the units.
    known
        Last day of what is known, local; None for now. Imports that were taken back later still
        held then.

    Returns
    -------
    dict
        State by unit key; a unit without figures and without a hand-in has status ``none``.
    """
    period = parse_period(period_id)
    found = next((one for one in list_feed_sets(conn) if one.holds_on(period.last_day)), None)
    if found is None:
        return {}
    day = known or datetime.now(LOCAL_TIME).date()
    climb = climb_from(level, period.last_day, on=day)
    rows = conn.execute(
        query("report_states"),
        {
            "period_id": period.id,
            "set_id": found.set_id,
            "level": level,
            "known_before": known_before(known),
            **scope_lists(merge_ranges(ranges)),
        },
    )
    return {
        row.unit_key: state_from_row(
            row.step,
            row.at_level,
            climb=climb,
            has_figures=row.has_figures,
            is_handed_in=row.is_handed_in,
        )
        for row in rows
    }


def find_state(conn: Connection, *, unit_key: int, period_id: str) -> ReportState | None:
    """Give where the report of one unit stands now; None when it owes none for the period."""
    try:
        today = datetime.now(LOCAL_TIME).date()
        return find_report(conn, unit_key=unit_key, period_id=period_id, today=today).state
    except NotFound:
        return None


def _steps(conn: Connection, asked: Mapping[str, object]) -> tuple[StepRow, ...]:
    rows = conn.execute(
        text(
            "SELECT number, step, at_level, actor_role, reason_code, done_on, recorded_at,"
            " provenance = 'simulated' AS simulated FROM report_step"
            " WHERE unit_key = :key AND period_id = :period_id ORDER BY number"
        ),
        asked,
    )
    return tuple(StepRow(*row) for row in rows)


def _figures(conn: Connection, asked: Mapping[str, object]) -> list[tuple[FigureRevision, int]]:
    found: list[tuple[FigureRevision, int]] = []
    seen: set[str] = set()
    for row in conn.execute(query("report_figures"), asked):
        one = FigureRevision(
            row.indicator_id,
            row.revision,
            row.value,
            row.numerator,
            row.denominator,
            row.recorded_at,
            row.indicator_id not in seen,
        )
        seen.add(row.indicator_id)
        found.append((one, row.observation_id))
    return found


def _name_figures(figures: Sequence[tuple[FigureRevision, int]]) -> str:
    """Name the newest revisions as `bando.report_figures` does."""
    held = ",".join(f"{one.indicator}:{key}" for one, key in figures if one.is_held)
    return hashlib.sha256(held.encode()).hexdigest()
