"""Plans: the list, and one plan with how each of its targets stands on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.access import Permission, may_see
from api.answers import dump, json_answer
from api.deps import ActorDep, ConnectionDep, ServicesDep, needs
from api.plan_answer import describe_plan, describe_scores
from api.plan_models import PlanAnswer, PlanList
from api.vectors import unit_graph
from geo.indicators import SERIES
from geo.plans import find_plan, list_plans
from geo.store.map_index import list_feed_sets
from geo.store.report_calendar import day_of_question
from geo.store.simulated_land import stand_on_simulated_land

router = APIRouter(tags=["plans"])

PlanPath = Annotated[str, Path(pattern="^[A-Za-z0-9_]{1,40}$", description="id of a plan")]
AsOfQuery = Annotated[date | None, Query(description="how things stood on this day")]


@router.get("/plans", response_model=PlanList, dependencies=[needs(Permission.FIGURES_READ)])
def plan_list(conn: ConnectionDep) -> Response:
    """List the plans; what they ask for is public knowledge, how they stand is asked one by one."""
    body = {
        "as_of": day_of_question(conn).isoformat(),
        "simulated": stand_on_simulated_land(conn),
        "plans": [describe_plan(one) for one in list_plans()],
    }
    return json_answer(dump(body))


@router.get(
    "/plans/{plan}", response_model=PlanAnswer, dependencies=[needs(Permission.FIGURES_READ)]
)
def plan_scores(
    conn: ConnectionDep,
    services: ServicesDep,
    actor: ActorDep,
    plan: PlanPath,
    as_of: AsOfQuery = None,
) -> Response:
    """Give a plan as it stands, within what the actor sees."""
    from geo.store.plan_scope import named_units
    from geo.store.plan_scores import read_scores

    found = find_plan(plan)
    day = as_of or day_of_question(conn)
    graph = unit_graph(conn, services.memo)
    scores = read_scores(
        conn,
        graph,
        found,
        as_of=day,
        ranges=actor.key_ranges,
        indicators={one.id for one in SERIES.values() if may_see(actor.role, one.visibility)},
    )
    body = describe_scores(
        found,
        scores,
        as_of=day,
        simulated=stand_on_simulated_land(conn),
        sets={one.set_id: (one.id, one.title) for one in list_feed_sets(conn)},
        scope=named_units(conn, graph, found, as_of=day),
    )
    return json_answer(dump(body))
