"""What a commune's class stands on: the worked out result beside what was proposed and decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from geo.approval import ReportState
from geo.class_ladder import ClassId, next_class
from geo.criteria import CriteriaSet, Judgement, criteria_set, judge
from geo.criteria.disagreement import Disagreement, compare
from geo.errors import NotFound
from geo.indicators import sources_of
from geo.period import Period, parse_period
from geo.store.class_results import ClassResult, newest_period, read_results
from geo.store.feeds import KeyRanges
from geo.store.report_reading import find_state
from geo.store.unit_page import Decision, UnitHead, decisions
from geo.units import set_of


@dataclass(frozen=True, slots=True)
class ClassPage:
    """Three results of a commune side by side (C1).

    Parameters
    ----------
    period
        Of the computed result.
    result, criteria, judged
        The computed result, by which set, and its verdicts.
    is_stored
        False where another set was asked for than the one that applies.
    proposed, decided
        The newest assessment with a proposal, and with a decision, known on the period's last day.
    disagreement
        How the three stand to each other; None while nothing is decided.
    reports
        How far the reports climbed that it stands on, by period.
    """

    period: Period
    result: ClassResult
    criteria: CriteriaSet
    judged: Judgement
    is_stored: bool
    proposed: Decision | None
    decided: Decision | None
    disagreement: Disagreement | None
    reports: dict[str, ReportState | None]

    @property
    def goal(self) -> ClassId | None:
        """The class above the one that holds for sure: the gravest that is possible."""
        return next_class(self.judged.possible[0])


def read_class_page(
    conn: Connection,
    unit: UnitHead,
    *,
    period_id: str | None,
    criteria_id: str | None,
    ranges: KeyRanges,
) -> ClassPage:
    """Read what a commune's class stands on.

    Parameters
    ----------
    conn
        Connection of the service with the session's token, or of the operator.
    unit
        The commune.
    period_id
        Half-year, remainder or year; a month means the newest of these that had ended by its last
        day; None the newest of all.
    criteria_id
        Another set than the one that applies, judged on the inputs that are there.
    ranges
        The actor's keys.

    Raises
    ------
    NotFound
        ``class_no_result``, ``criteria_unknown``.
    Refused
        ``period_unknown``.
    """
    set_id = set_of(unit.unit_key)
    asked = parse_period(period_id) if period_id else None
    wanted = asked.id if asked else None
    if asked is None or asked.kind == "month":
        wanted = newest_period(conn, set_id=set_id, until=asked.last_day if asked else date.max)
    found = None
    if wanted is not None:
        within = _within(unit.unit_key, ranges)
        results = read_results(conn, set_id=set_id, period_id=wanted, ranges=within)
        found = results.get(unit.unit_key)
    if found is None or wanted is None:
        raise NotFound("class_no_result", name=unit.name, period=period_id or "")
    period = parse_period(wanted)
    criteria = criteria_set(criteria_id or found.criteria_id)
    judged = judge(criteria, found.inputs)
    is_stored = criteria.id == found.criteria_id
    if not is_stored:
        found = replace(found, computed=judged.computed, possible=judged.possible, is_final=False)
    listed = [one for one in decisions(conn, unit, ranges=ranges) if _known(one, period.last_day)]
    proposed = _last(listed, "proposed")
    decided = _last(listed, "decided")
    return ClassPage(
        period=period,
        result=found,
        criteria=criteria,
        judged=judged,
        is_stored=is_stored,
        proposed=proposed,
        decided=decided,
        disagreement=compare(
            found.computed,
            proposed.proposed if proposed else None,
            decided.decided if decided else None,
        ),
        reports={
            one.id: find_state(conn, unit_key=unit.unit_key, period_id=one.id)
            for one in ([period] if period.kind != "rest_of_year" else sources_of(period))
        },
    )


def _known(one: Decision, day: date) -> bool:
    return (one.decided_on or parse_period(one.period).last_day) <= day


def _last(listed: Sequence[Decision], result: str) -> Decision | None:
    return next((one for one in reversed(listed) if getattr(one, result) is not None), None)


def _within(key: int, ranges: KeyRanges) -> KeyRanges:
    """Cut the scope to one commune."""
    return [(key, key)] if any(low <= key <= high for low, high in ranges) else []
