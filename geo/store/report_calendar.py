"""The reporting calendar read from the store: who owes what, when it came, how far it has climbed.

Read within the actor's scope. A unit owes on the set in force on the last day of the period: one
that merged since owes no more, its successor does, and what all its predecessors handed in before
counts for it. Units that are not subject to assessment owe nothing (A9).
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from geo.approval import ReportState, StepKind, ladder, state_after, waits_for
from geo.period import LOCAL_TIME
from geo.reporting import Due, Timeliness, judge, on_time_share
from geo.store.feeds import KeyRanges, merge_ranges, scope_lists
from geo.store.map_index import FeedSet, list_feed_sets, query
from geo.store.simulated_land import stand_on_simulated_land
from geo.units import Level, has_districts


@dataclass(frozen=True, slots=True)
class OwedReport:
    """One report of one unit.

    Parameters
    ----------
    due
        Which report.
    due_before
        First day on which this unit's is late; mostly that of `due`.
    submitted_on, revision
        When it was first handed in, and how often since; None when it was not.
    timeliness
        On the day of the question.
    state, waits_for
        How far it had climbed on that day, and the level that it waited for.
    """

    due: Due
    due_before: date
    submitted_on: date | None
    revision: int | None
    timeliness: Timeliness
    state: ReportState
    waits_for: Level | None

    @property
    def due_last(self) -> date:
        """The last day on which it is on time."""
        return self.due_before - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OwingUnit:
    """A unit and its reports; `province_key` of the province that it lies in."""

    unit_key: int
    set_id: int
    code: str
    name: str
    level: Level
    province_key: int
    reports: tuple[OwedReport, ...]


def read_calendar(
    conn: Connection,
    *,
    owed: Sequence[Due],
    as_of: date,
    ranges: KeyRanges,
    until: date | None = None,
) -> list[OwingUnit]:
    """Read who owes which of some reports, in the order of keys.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    owed
        Reports in question, as `geo.reporting.reports_owed` gives them.
    as_of
        The day of the question; later hand-ins and steps are not known.
    ranges
        Keys in question, within the actor's.
    until
        A later day up to which hand-ins and steps are known all the same: on the land of the demo,
        which ends before today, what people do is seen.
    """
    sets = list_feed_sets(conn)
    placed = [(one, _set_on(sets, one.period.last_day)) for one in owed]
    known = [(one, found) for one, found in placed if found is not None]
    asked = [(one, found, level) for one, found in known for level in one.cycle.levels]
    climbs = {
        (one.period.id, level): climb_from(level, one.period.last_day, on=until or as_of)
        for one, _, level in asked
    }
    dues = {one.period.id: one for one, _ in known}
    rows = conn.execute(
        query("report_calendar"),
        {
            "periods": [one.period.id for one, _, _ in asked],
            "set_ids": [found.set_id for _, found, _ in asked],
            "due_days": [one.due_before for one, _, _ in asked],
            "levels": [level for _, _, level in asked],
            "as_of": until or as_of,
            **scope_lists(merge_ranges(ranges)),
        },
    )
    provinces: list[int] = list(
        conn.execute(
            text("SELECT unit_key FROM unit_version WHERE level = 'province' ORDER BY 1")
        ).scalars()
    )
    units: dict[int, list[OwedReport]] = {}
    heads: dict[int, tuple[int, str, str, Level, int]] = {}
    for row in rows:
        due = dues[row.period_id]
        climb = climbs[row.period_id, row.level]
        state = state_from_row(
            row.step,
            row.at_level,
            climb=climb,
            has_figures=row.has_figures,
            is_handed_in=row.submitted_on is not None,
        )
        province = provinces[bisect_right(provinces, row.unit_key) - 1]
        heads[row.unit_key] = (row.set_id, row.code, row.name, row.level, province)
        units.setdefault(row.unit_key, []).append(
            OwedReport(
                due,
                row.due_before,
                row.submitted_on,
                row.revision,
                judge(
                    row.submitted_on,
                    due=row.due_before,
                    as_of=max(as_of, row.submitted_on or as_of),
                ),
                state,
                waits_for(state, climb=climb),
            )
        )
    order = {period_id: place for place, period_id in enumerate(dues)}
    return [
        OwingUnit(key, *heads[key], tuple(sorted(found, key=lambda one: order[one.due.period.id])))
        for key, found in units.items()
    ]


def state_from_row(
    step: StepKind | None,
    at_level: Level | None,
    *,
    climb: Sequence[Level],
    has_figures: bool,
    is_handed_in: bool,
) -> ReportState:
    """Give the state of a report from its last step, or from what is there without one.

    A report whose hand-in was taken back is no longer handed in.
    """
    if step is None or at_level is None or (step == "submitted" and not is_handed_in):
        return ReportState("submitted" if is_handed_in else "entered" if has_figures else "none")
    return state_after(step, at_level, climb=climb)


def climb_from(level: Level, last_day: date, *, on: date) -> tuple[Level, ...]:
    """Give the levels that the report of a unit climbs, for a period's last day (X4)."""
    above: list[Level] = ["district", "province", "country"]
    if not has_districts(last_day):
        above.remove("district")
    levels = above[above.index(level) :] if level in above else [level, *above]
    return ladder(levels, last_day=last_day, on=on)


def count_states(units: Iterable[OwingUnit], due: Due) -> dict[str, int]:
    """Count the units by state of one report."""
    counts = {"on_time": 0, "late": 0, "missing": 0, "not_due": 0}
    for unit in units:
        for report in unit.reports:
            if report.due.period == due.period:
                counts[report.timeliness.state] += 1
    return counts


def on_time_parts(units: Iterable[OwingUnit], due: Due) -> dict[int, tuple[int, int]]:
    """Give I20 of one report, numerator and denominator, by key of unit and of province.

    Whoever sees several provinces adds their parts up.
    """
    parts: dict[int, tuple[int, int]] = {}
    for unit in units:
        told = [one.timeliness for one in unit.reports if one.due.period == due.period]
        on_time, owed = on_time_share(told)
        for key in (unit.unit_key, unit.province_key):
            before = parts.get(key, (0, 0))
            parts[key] = (before[0] + on_time, before[1] + owed)
    return parts


def day_of_question(conn: Connection) -> date:
    """Give today; on simulated land the last day on which anything was handed in.

    The demo ends on a day of its own: on any later one everything would be missing.
    """
    today = datetime.now(LOCAL_TIME).date()
    if not stand_on_simulated_land(conn):
        return today
    last: date | None = conn.execute(text("SELECT max(data_until) FROM period_run")).scalar()
    return min(today, last) if last else today


def _set_on(sets: Sequence[FeedSet], day: date) -> FeedSet | None:
    return next((one for one in sets if one.holds_on(day)), None)
