"""Reports: the calendar of who owes what, one report with its steps, and the steps themselves.

Everything is read within the session's scope, and written as ``bando_intake``, whose policies ask
for the role, the level and the log-in again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.background import BackgroundTask
from starlette.responses import Response

from api.access import ROLES, Permission, may, may_approve_at
from api.answers import dump, json_answer
from api.deps import (
    ActorDep,
    CodePath,
    ConnectionDep,
    IntakeDep,
    LevelPath,
    PeriodPath,
    Services,
    ServicesDep,
    SetDep,
    needs,
)
from api.report_models import (
    ReportCalendar,
    ReportPage,
    StepDone,
    StepWishBody,
    SubmissionWish,
)
from geo.approval import REASONS, StepKind, duty_at, next_steps
from geo.errors import Forbidden
from geo.indicators import SERIES
from geo.messages import LANGUAGES, say
from geo.period import LOCAL_TIME, parse_period
from geo.reporting import Due, reports_owed
from geo.reporting_cycles import due_before
from geo.store import approvals, report_calendar, report_reading, unit_page
from geo.store.accounts import Actor
from geo.store.approvals import StepWish
from geo.store.engine import Connection
from geo.store.feeds import KeyRanges
from geo.store.map_index import FeedSet, find_feed_set, list_feed_sets, names_of_keys
from geo.store.report_calendar import OwedReport, OwingUnit
from geo.store.report_reading import FigureRevision, Report, StepRow
from geo.store.simulated_land import stand_on_simulated_land
from geo.store.unit_page import UnitHead
from geo.units import LEVELS, Level

router = APIRouter(tags=["reports"])

# Months back on the page of one unit.
_MONTHS_OF_A_UNIT = 12
DayQuery = Annotated[date | None, Query()]
SetFilter = Annotated[str | None, Query(pattern="^[0-9a-f]{16}$")]
LevelFilter = Annotated[str | None, Query(pattern="^[a-z]{1,10}$")]
CodeFilter = Annotated[str | None, Query(pattern="^[0-9A-Za-z]{1,12}$")]
_ADDRESS = "/reports/{boundary_set}/{level}/{code}/{period}"


@router.get(
    "/reports/calendar",
    response_model=ReportCalendar,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def calendar(
    conn: ConnectionDep,
    actor: ActorDep,
    as_of: DayQuery = None,
    boundary_set: SetFilter = None,
    level: LevelFilter = None,
    code: CodeFilter = None,
) -> Response:
    """Tell which reports are owed, and who has given them; of a unit with all below it."""
    ranges: KeyRanges = actor.key_ranges
    if boundary_set is not None and code is not None:
        head = unit_page.find_unit(
            conn, find_feed_set(conn, boundary_set), level=level or "commune", code=code
        )
        ranges = _within(ranges, head.unit_key, unit_page.last_key(conn, head))
    day = as_of or report_calendar.day_of_question(conn)
    owed = reports_owed(day)
    units = report_calendar.read_calendar(
        conn, owed=owed, as_of=day, ranges=ranges, until=None if as_of else _today()
    )
    return json_answer(dump(_calendar(conn, day, owed, units, actor=actor)))


@router.get(
    "/units/{boundary_set}/{level}/{code}/reports",
    response_model=ReportCalendar,
    dependencies=[needs(Permission.FIGURES_READ)],
)
def of_unit(
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    as_of: DayQuery = None,
) -> Response:
    """Tell which reports a unit owes and has given, a year back."""
    head = unit_page.find_unit(conn, found, level=level, code=code)
    day = as_of or report_calendar.day_of_question(conn)
    owed = reports_owed(day, months=_MONTHS_OF_A_UNIT)
    ranges = _within(actor.key_ranges, head.unit_key, head.unit_key)
    units = report_calendar.read_calendar(
        conn, owed=owed, as_of=day, ranges=ranges, until=None if as_of else _today()
    )
    return json_answer(dump(_calendar(conn, day, owed, units, actor=actor)))


@router.get(_ADDRESS, response_model=ReportPage, dependencies=[needs(Permission.FIGURES_READ)])
def report(
    conn: ConnectionDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    period: PeriodPath,
) -> Response:
    """Give a report with every revision of its figures, its steps, and what the actor may do."""
    head = unit_page.find_unit(conn, found, level=level, code=code)
    one = report_reading.find_report(
        conn, unit_key=head.unit_key, period_id=parse_period(period).id, today=_today()
    )
    own = approvals.is_own_entry(conn, one, login=actor.login)
    return json_answer(dump(_page(conn, head, one, actor=actor, own=own)))


@router.post(
    _ADDRESS + "/submission",
    response_model=StepDone,
    dependencies=[needs(Permission.REPORT_SUBMIT)],
)
def submit(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    period: PeriodPath,
    wish: Annotated[SubmissionWish, Body()],
) -> Response:
    """Hand a report in."""
    head = unit_page.find_unit(conn, found, level=level, code=code)
    return _step(conn, services, actor, head, period, "submitted", None, wish.covers)


@router.post(
    _ADDRESS + "/steps", response_model=StepDone, dependencies=[needs(Permission.REPORT_APPROVE)]
)
def decide(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    found: SetDep,
    level: LevelPath,
    code: CodePath,
    period: PeriodPath,
    wish: Annotated[StepWishBody, Body()],
) -> Response:
    """Approve a report, return it, or take an approval back."""
    head = unit_page.find_unit(conn, found, level=level, code=code)
    return _step(conn, services, actor, head, period, wish.step, wish.reason, wish.covers)


def _step(
    conn: Connection,
    services: Services,
    actor: Actor,
    head: UnitHead,
    period: str,
    step: StepKind,
    reason: str | None,
    covers: str,
) -> Response:
    today = _today()
    one = report_reading.find_report(
        conn, unit_key=head.unit_key, period_id=parse_period(period).id, today=today
    )
    if not unit_page.in_sight(head, actor.key_ranges):
        raise Forbidden("report_outside_area")
    decision = one.decisions().get(step)
    if decision is not None and not _reaches(actor, step, *decision):
        raise Forbidden("report_outside_area")
    wish = StepWish(
        step,
        login=actor.login,
        role=actor.role,
        today=today,
        provenance="simulated" if stand_on_simulated_land(conn) else "reported",
        reason=reason,
        covers=covers,
    )
    at_level = approvals.make_step(conn, one, wish)
    answer = json_answer(dump({"step": step, "at_level": at_level}))
    if step == "submitted":
        # Counts say how many units have reported. After the transaction has ended.
        answer.background = BackgroundTask(services.recompute.ask)
    return answer


def _reaches(actor: Actor, step: StepKind, level: Level, key: int) -> bool:
    if not any(low <= key <= high for low, high in actor.key_ranges):
        return False
    if step in ("submitted", "corrected"):
        return may(actor.role, Permission.REPORT_SUBMIT)
    return may_approve_at(actor.role, level)


def _within(ranges: KeyRanges, low: int, high: int) -> tuple[tuple[int, int], ...]:
    cut = [(max(low, first), min(high, last)) for first, last in ranges]
    return tuple((first, last) for first, last in cut if first <= last)


def _today() -> date:
    return datetime.now(LOCAL_TIME).date()


def _calendar(
    conn: Connection,
    day: date,
    owed: Sequence[Due],
    units: Sequence[OwingUnit],
    *,
    actor: Actor,
) -> dict[str, object]:
    sets = {one.set_id: one for one in list_feed_sets(conn)}
    provinces = names_of_keys(conn, sorted({one.province_key for one in units}))
    return {
        "as_of": day.isoformat(),
        "simulated": stand_on_simulated_land(conn),
        "own_unit": _own_unit(units, actor),
        "cycles": [_describe_due(one, units) for one in owed],
        "provinces": [
            {"boundary_set": sets[key >> 20].id, "code": code, "name": name}
            for key, (code, name) in sorted(provinces.items())
        ],
        "organs": [told for level in LEVELS if (told := _organ(level, day)) is not None],
        "units": [_describe_unit(one, sets, provinces) for one in units],
    }


def _own_unit(units: Sequence[OwingUnit], actor: Actor) -> str | None:
    """Give the code of the one unit that an actor has rights over; None when there are several."""
    codes = {one.code for one in units}
    if len(codes) != 1 or not may(actor.role, Permission.REPORT_SUBMIT):
        return None
    return next(iter(codes))


def _describe_due(one: Due, units: Sequence[OwingUnit]) -> dict[str, object]:
    period = one.period
    return {
        "id": one.cycle.id,
        "kind": period.kind,
        "title_vi": one.cycle.name_vi,
        "title_en": one.cycle.name_en,
        "window_first": period.starts_on.isoformat(),
        "window_last": period.last_day.isoformat(),
        "due_last": one.due_last.isoformat(),
        "period": period.id,
        **{f"label_{language}": period.label(language) for language in LANGUAGES},
        "source_vi": one.cycle.source_vi,
        "source_en": one.cycle.source_en,
        "counts": report_calendar.count_states(units, one),
    }


def _describe_unit(
    unit: OwingUnit, sets: Mapping[int, FeedSet], provinces: Mapping[int, tuple[str, str]]
) -> dict[str, object]:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "boundary_set": sets[unit.set_id].id,
        "province": provinces[unit.province_key][0],
        "rows": [_describe_row(one) for one in unit.reports],
    }


def _describe_row(one: OwedReport) -> dict[str, object]:
    return {
        "cycle": one.due.cycle.id,
        "period": one.due.period.id,
        "state": one.timeliness.state,
        "submitted_on": one.submitted_on.isoformat() if one.submitted_on else None,
        "due_last": one.due_last.isoformat(),
        "days_late": one.timeliness.days_late,
        "revision": one.revision,
        "approval": one.state.status,
        "approved_at": one.state.approved_at,
        "waits_for": one.waits_for,
    }


def _page(
    conn: Connection, head: UnitHead, one: Report, *, actor: Actor, own: bool
) -> dict[str, object]:
    period = parse_period(one.period_id)
    last = due_before(period)
    seen = unit_page.in_sight(head, actor.key_ranges)
    return {
        "code": head.code,
        "name": head.name,
        "level": head.level,
        "period": period.id,
        **{f"label_{language}": period.label(language) for language in LANGUAGES},
        "in_scope": seen,
        "simulated": stand_on_simulated_land(conn),
        "approval": one.state.status,
        "approved_at": one.state.approved_at,
        "waits_for": one.waits_for if seen else None,
        "climb": [
            told for level in one.climb if (told := _organ(level, period.last_day)) is not None
        ],
        "submitted_on": one.submitted_on.isoformat() if one.submitted_on else None,
        "due_last": date.fromordinal(last.toordinal() - 1).isoformat(),
        "figures_hash": one.figures_hash,
        "figures": [_figure(figure) for figure in one.figures],
        "steps": [_describe_step(step) for step in one.steps],
        "offered": _offered(one, actor=actor, own=own),
        "own_entry": own,
    }


def _offered(one: Report, *, actor: Actor, own: bool) -> list[dict[str, object]]:
    """List what the actor may well do now; corrections come with an import."""
    offered: list[dict[str, object]] = []
    made_at = next_steps(one.state, climb=one.climb)
    for step, (level, key) in one.decisions().items():
        if step == "corrected" or (step == "approved" and own):
            continue
        if step == "submitted" == one.state.status:
            # Handed in already: a new revision is allowed, and nothing to be invited to.
            continue
        if _reaches(actor, step, level, key):
            reasons = [
                {
                    "code": code,
                    **{
                        language: say(f"report_reason_{code}", language=language)
                        for language in LANGUAGES
                    },
                }
                for code in REASONS.get(step, ())
            ]
            offered.append({"step": step, "at_level": made_at[step], "reasons": reasons})
    return offered


def _figure(one: FigureRevision) -> dict[str, object]:
    known = SERIES[one.indicator]
    parts = {"value": one.value, "numerator": one.numerator, "denominator": one.denominator}
    return {
        "indicator": one.indicator,
        "name_vi": known.name_vi,
        "name_en": known.name_en,
        "unit_vi": known.unit_vi,
        "unit_en": known.unit_en,
        "revision": one.revision,
        **{name: None if value is None else float(value) for name, value in parts.items()},
        "recorded_on": one.recorded_at.astimezone(LOCAL_TIME).date().isoformat(),
        "is_held": one.is_held,
    }


def _describe_step(step: StepRow) -> dict[str, object]:
    role = ROLES.get(step.role)
    return {
        "number": step.number,
        "step": step.step,
        "at_level": step.at_level,
        "role_vi": role.name_vi if role else say("report_by_command"),
        "role_en": role.name_en if role else say("report_by_command", language="en"),
        "reason": step.reason,
        **{
            f"reason_{language}": say(f"report_reason_{step.reason}", language=language)
            if step.reason
            else None
            for language in LANGUAGES
        },
        "done_on": step.done_on.isoformat(),
        "simulated": step.simulated,
    }


def _organ(level: Level, day: date) -> dict[str, object] | None:
    duty = duty_at(level, day)
    if duty is None:
        return None
    return {"level": level, "name_vi": duty.organ_vi, "name_en": duty.organ_en}
