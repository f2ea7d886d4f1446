"""Assessments: the board of a cycle, one commune with its steps, and the steps themselves.

Everything is read within the session's scope, and written as ``bando_intake``, whose policies ask
for the role, the level and the log-in again. Each duty has its route and its permission.
"""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from starlette.background import BackgroundTask
from starlette.responses import Response

from api.access import Permission
from api.answers import dump, json_answer
from api.assessment_answers import describe_board, describe_page, reaches
from api.assessment_models import AssessmentBoard, AssessmentPage, StepDone, StepWishBody
from api.deps import (
    ActorDep,
    ConnectionDep,
    IntakeDep,
    PeriodPath,
    PeriodQuery,
    Services,
    ServicesDep,
    needs,
)
from geo.assessing import DECIDING, Duty, Step, duty_of
from geo.assessing.duties import read_cycle
from geo.errors import Conflict, Forbidden
from geo.period import LOCAL_TIME
from geo.store import assessment_board, assessment_reading, report_calendar, unit_page
from geo.store.accounts import Actor
from geo.store.assessment_steps import StepWish, make_step
from geo.store.engine import Connection
from geo.store.feeds import KeyRanges
from geo.store.map_index import FeedSet, names_of_keys
from geo.store.simulated_land import stand_on_simulated_land
from geo.units import LEVELS, code_is_whole

router = APIRouter(tags=["assessments"])

UnitKeyPath = Annotated[int, Path(ge=0, lt=2**62, description="key of a commune")]
AreaQuery = Annotated[
    str | None, Query(pattern="^[0-9A-Za-z]{1,12}$", description="code of a unit")
]
WishBody = Annotated[StepWishBody, Body()]
_ADDRESS = "/assessments/{unit_key}/{cycle}"


@router.get(
    "/assessments", response_model=AssessmentBoard, dependencies=[needs(Permission.FIGURES_READ)]
)
def board(
    conn: ConnectionDep,
    actor: ActorDep,
    cycle: PeriodQuery | None = None,
    area: AreaQuery = None,
    as_of: Annotated[date | None, Query()] = None,
) -> Response:
    """Tell where every commune of a cycle stands, who is awaited since when, and what differs."""
    day = as_of or report_calendar.day_of_question(conn)
    cycles = assessment_board.list_cycles(conn, as_of=day)
    period = read_cycle(cycle) if cycle else cycles[0]
    found = assessment_board.set_of_cycle(conn, period)
    simulated = stand_on_simulated_land(conn)
    rows = assessment_board.read_board(
        conn,
        cycle=period,
        ranges=_within_area(conn, actor.key_ranges, found, area),
        as_of=day,
        land="simulated" if simulated else "real",
        until=as_of,
    )
    provinces = names_of_keys(conn, sorted({one.province_key for one in rows}))
    body = describe_board(
        rows,
        cycle=period,
        cycles=cycles,
        as_of=day,
        feed_set=found,
        provinces=provinces,
        actor=actor,
        simulated=simulated,
    )
    return json_answer(dump(body))


@router.get(_ADDRESS, response_model=AssessmentPage, dependencies=[needs(Permission.FIGURES_READ)])
def one(conn: ConnectionDep, actor: ActorDep, unit_key: UnitKeyPath, cycle: PeriodPath) -> Response:
    """Give the assessment of a commune: its steps, results, forerunners, what the actor may do."""
    period = read_cycle(cycle)
    found = assessment_reading.find_assessment(
        conn, unit_key=unit_key, cycle=period, today=_today(), ranges=actor.key_ranges
    )
    in_scope = unit_page.in_sight(found.head, actor.key_ranges)
    body = describe_page(
        found,
        actor=actor,
        computed=assessment_reading.read_computed(conn, found) if in_scope else None,
        own=assessment_reading.own_steps(conn, found, login=actor.login),
        feed_set=assessment_board.set_of_cycle(conn, period),
        simulated=stand_on_simulated_land(conn),
        in_scope=in_scope,
    )
    return json_answer(dump(body))


@router.post(
    _ADDRESS + "/report",
    response_model=StepDone,
    dependencies=[needs(Permission.ASSESS_REPORT)],
)
def report(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    unit_key: UnitKeyPath,
    cycle: PeriodPath,
    wish: WishBody,
) -> Response:
    """Review a commune, or assess it and propose a class."""
    return _step(conn, services, actor, unit_key, cycle, wish, "report")


@router.post(
    _ADDRESS + "/classification",
    response_model=StepDone,
    dependencies=[needs(Permission.ASSESS_CLASSIFY)],
)
def classify(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    unit_key: UnitKeyPath,
    cycle: PeriodPath,
    wish: WishBody,
) -> Response:
    """Classify a commune, or return its assessment."""
    return _step(conn, services, actor, unit_key, cycle, wish, "classify")


@router.post(
    _ADDRESS + "/appraisal",
    response_model=StepDone,
    dependencies=[needs(Permission.ASSESS_APPRAISE)],
)
def appraise(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    unit_key: UnitKeyPath,
    cycle: PeriodPath,
    wish: WishBody,
) -> Response:
    """Appraise the class put forward, or return it."""
    return _step(conn, services, actor, unit_key, cycle, wish, "appraise")


@router.post(
    _ADDRESS + "/decision",
    response_model=StepDone,
    dependencies=[needs(Permission.ASSESS_DECIDE)],
)
def decide(
    conn: IntakeDep,
    services: ServicesDep,
    actor: ActorDep,
    unit_key: UnitKeyPath,
    cycle: PeriodPath,
    wish: WishBody,
) -> Response:
    """Recognise a class, say that it is not met, revoke a recognition, or return the matter."""
    return _step(conn, services, actor, unit_key, cycle, wish, "decide")


def _step(
    conn: Connection,
    services: Services,
    actor: Actor,
    unit_key: int,
    cycle: str,
    body: StepWishBody,
    duty: Duty,
) -> Response:
    found = assessment_reading.find_assessment(
        conn, unit_key=unit_key, cycle=read_cycle(cycle), today=_today(), ranges=actor.key_ranges
    )
    if not unit_page.in_sight(found.head, actor.key_ranges):
        raise Forbidden("assess_outside_area")
    if duty_of(body.step, found.matter.state) != duty:
        raise Conflict("assess_step_not_allowed")
    if body.step in found.decided_at() and not reaches(actor, body.step, found, actor.key_ranges):
        raise Forbidden("assess_outside_area")
    step = Step(
        body.step,
        body.effective_on,
        body.class_id,
        body.verdict,
        body.back_to,
        body.document_no or None,
        body.reason,
    )
    done = make_step(conn, found, StepWish(step, actor.login, actor.role, seen=body.seen))
    answer = json_answer(dump({"step": done.kind, "class_id": done.class_id}))
    if done.kind in DECIDING:
        # The map goes on from the class decided. After the transaction has ended.
        answer.background = BackgroundTask(services.recompute.ask)
    return answer


def _within_area(
    conn: Connection, ranges: KeyRanges, found: FeedSet, code: str | None
) -> KeyRanges:
    if code is None:
        return ranges
    level = next((one for one in reversed(LEVELS) if code_is_whole(code, level=one)), "commune")
    head = unit_page.find_unit(conn, found, level=level, code=code)
    last = unit_page.last_key(conn, head)
    cut = [(max(head.unit_key, low), min(last, high)) for low, high in ranges]
    return tuple((low, high) for low, high in cut if low <= high)


def _today() -> date:
    return datetime.now(LOCAL_TIME).date()
